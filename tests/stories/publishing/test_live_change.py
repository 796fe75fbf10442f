"""Live changes: an edition made from what readers see and one change, whatever the draft says."""

from datetime import timedelta

import pytest

from newsroom.accounts.permissions import NotAllowedError
from stories import publishing
from stories.drafts import revisions
from stories.models import Change, ChangeNote, Edition, Override, Revision, State
from stories.publishing import review
from stories.publishing.live_change import publish_live_change
from tests.clocks import MONDAY
from tests.factories import (
    edition_of,
    make_published_question,
    make_published_story,
    make_story,
    make_update,
    make_user,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

FRIDAY = MONDAY + timedelta(days=4)
OLD, NEW, DRAFTED = "The pier is shut.", "The pier is open again.", "The pier opens in the spring, the board hopes."


@pytest.fixture(autouse=True)
def _set_monday(set_time):
    return set_time


@pytest.fixture
def story(editor):
    """Return a live story."""
    return make_published_story(by=editor, texts={"background": OLD, "behind": "Nobody knows when it opens."})


def write(story, kind, text, editor):
    story.sections.filter(kind=kind).update(text=text)
    return revisions.record_revision(story, by=editor)


def texts_of(document):
    return {section.kind: section.text for section in document.sections}


def texts_at(story, at):
    return texts_of(Edition.objects.live(at).get(work=story).document.value())


def reword(document, kind="background", text=NEW):
    sections = tuple(
        each.model_copy(update={"text": text}) if each.kind == kind else each for each in document.sections
    )
    return document.changed(sections=sections)


def change_live(story, editor, make_change=reword, **options):
    options = {"change": make_update("The pier is open."), "reason": "The pier is open", **options}
    return publish_live_change(story, make_change, by=editor, **options)


def test_an_edition_holds_the_live_text_and_the_change_and_nothing_of_the_draft(story, editor, set_time):
    write(story, "behind", DRAFTED, editor)
    set_time.go(hours=1)
    changed = change_live(story, editor)
    assert changed.kept_in_draft == ()
    assert (changed.edition.label, changed.edition.change, changed.edition.note) == ("2", "update", "The pier is open.")
    live = texts_at(story, set_time())
    assert (live["background"], live["behind"]) == (NEW, "Nobody knows when it opens.")


def test_the_change_is_merged_into_the_draft_which_keeps_its_edits(story, editor, set_time):
    write(story, "behind", DRAFTED, editor)
    set_time.go(hours=1)
    change_live(story, editor)
    newest = revisions.get_newest_revision(story)
    draft = texts_of(newest.document.value())
    assert (draft["background"], draft["behind"]) == (NEW, DRAFTED)
    assert (newest.created_by, newest.reason) == (editor, "The pier is open")
    assert revisions.record_revision(story, by=editor) == newest  # the rows say the same
    assert not edition_of(story).revision.of_desk


def test_a_draft_without_edits_is_live_afterwards(story, editor, set_time):
    set_time.go(hours=1)
    changed = change_live(story, editor)
    assert changed.edition.revision == revisions.get_newest_revision(story)
    assert not Revision.objects.filter(work=story, of_desk=False).exists()


def test_the_draft_keeps_its_own_text_where_both_change_one_place(story, editor, set_time):
    write(story, "background", DRAFTED, editor)
    set_time.go(hours=1)
    changed = change_live(story, editor)
    assert len(changed.kept_in_draft) == 1
    assert texts_at(story, set_time())["background"] == NEW
    assert texts_of(revisions.get_newest_revision(story).document.value())["background"] == DRAFTED


def test_the_change_is_carried_over_into_a_waiting_schedule(story, editor, set_time):
    write(story, "behind", DRAFTED, editor)
    publishing.schedule(story, by=editor, at=FRIDAY, change=make_update("The board hopes."))
    set_time.go(hours=1)
    change_live(story, editor)
    assert texts_at(story, set_time())["behind"] == "Nobody knows when it opens."
    later = Edition.objects.live(FRIDAY).get(work=story)
    assert texts_of(later.document.value())["background"] == NEW
    assert texts_of(later.document.value())["behind"] == DRAFTED
    assert later.note == "The board hopes."


def test_a_schedule_that_changes_the_same_place_refuses_the_change_and_the_draft_stays(story, editor, set_time):
    write(story, "background", DRAFTED, editor)
    publishing.schedule(story, by=editor, at=FRIDAY, change=make_update("The board hopes."))
    write(story, "background", OLD, editor)
    newest = revisions.get_newest_revision(story)
    set_time.go(hours=1)
    with pytest.raises(publishing.MergeConflictError):
        change_live(story, editor)
    assert edition_of(story).label == "2"
    assert revisions.get_newest_revision(story) == newest


def test_a_change_that_does_nothing_publishes_nothing(story, editor):
    with pytest.raises(publishing.NothingNewError):
        change_live(story, editor, make_change=lambda document: document)
    assert edition_of(story).number == 1


def test_only_those_who_may_publish_change_what_readers_see(story):
    with pytest.raises(NotAllowedError):
        change_live(story, make_user(role="Writer"))


def test_a_page_that_readers_do_not_see_is_refused(story, editor, set_time):
    with pytest.raises(publishing.InvalidStateError, match="Readers do not see this page"):
        change_live(make_story(), editor)
    set_time.go(hours=1)
    publishing.withdraw(story, by=editor, notice="The survey was withdrawn.")
    with pytest.raises(publishing.InvalidStateError, match="Readers do not see this page"):
        change_live(story, editor)


def test_a_blocker_that_the_change_causes_stops_it(story, editor, set_time):
    set_time.go(hours=1)
    with pytest.raises(publishing.NotReadyError):
        change_live(story, editor, make_change=lambda document: reword(document, text="See [@9]."))


def test_a_minor_change_to_a_figure_is_refused(story, editor, set_time):
    set_time.go(hours=1)
    with pytest.raises(publishing.NotReadyError, match="Not a minor change"):
        change_live(
            story, editor, make_change=lambda document: reword(document, text="The pier is shut for 4 days."),
            change=ChangeNote(Change.MINOR),
        )  # fmt: skip


def test_a_blocker_that_readers_see_already_stops_nothing_and_needs_no_new_reason(editor, set_time):
    faq = make_published_question(by=editor)
    faq.answers.update(expires_on=FRIDAY.date())
    revisions.record_revision(faq, by=editor)
    set_time.go(hours=1)
    publishing.publish(faq, by=editor, change=make_update())
    set_time.go(days=7)
    changed = change_live(faq, editor, make_change=lambda document: document.changed(introduction="It was measured."))
    assert changed.edition.document.value().introduction == "It was measured."
    assert not Override.objects.exists()


def test_approval_is_asked_for_unless_the_change_needs_none(story, editor, set_time, settings):
    settings.REQUIRE_APPROVAL = True
    write(story, "behind", DRAFTED, editor)
    set_time.go(hours=1)
    with pytest.raises(review.NotApprovedError, match="needs approval"):
        change_live(story, editor)
    settings.ALLOW_SELF_APPROVAL = True
    change_live(story, editor)
    settings.ALLOW_SELF_APPROVAL = False
    set_time.go(hours=1)
    change_live(story, editor, lambda document: reword(document, text="It is open."), needs_approval=False)
    assert texts_at(story, set_time())["background"] == "It is open."


def test_an_approved_draft_stays_approved(story, editor, set_time, settings):
    settings.REQUIRE_APPROVAL = True
    write(story, "behind", DRAFTED, editor)
    publishing_editor = make_user(role="Editor")
    review.send_for_review(story, by=editor)
    review.approve(story, by=publishing_editor, revision_number=revisions.get_newest_revision(story).number)
    set_time.go(hours=1)
    change_live(story, publishing_editor, needs_approval=False)
    story.refresh_from_db()
    assert story.state == State.APPROVED
    set_time.go(hours=1)
    published = publishing.publish(story, by=publishing_editor, change=make_update("The board hopes."))
    assert texts_of(published.document.value())["behind"] == DRAFTED
    assert texts_of(published.document.value())["background"] == NEW
