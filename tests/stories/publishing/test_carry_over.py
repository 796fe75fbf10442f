"""Carrying over: a change that is published today is not reverted by an edition that was scheduled earlier."""

from datetime import timedelta

import pytest

from newsroom.audit.models import Event
from stories import publishing
from stories.drafts import revisions
from stories.models import Edition, Revision
from stories.publishing import ScheduleResolution
from tests.clocks import MONDAY
from tests.factories import make_published_story, make_story, make_update

pytestmark = [pytest.mark.database, pytest.mark.django_db]

FRIDAY = MONDAY + timedelta(days=4)
SATURDAY = MONDAY + timedelta(days=5)
WRONG, RIGHT = "The pier holds ten tonnes, a survey found.", "The pier holds nine tonnes, a survey found."
OPENING = "The harbour board opens the pier again on Friday at noon."


@pytest.fixture(autouse=True)
def _set_monday(set_time):
    return set_time


def write(story, kind, text, editor):
    story.sections.filter(kind=kind).update(text=text)
    return revisions.record_revision(story, by=editor)


def texts_at(story, at):
    document = Edition.objects.live(at).get(work=story).document.value()
    return {section.kind: section.text for section in document.sections}


@pytest.fixture
def story(editor):
    """Return a live story with a wrong figure and an update scheduled for Friday. The draft corrects the figure."""
    story = make_published_story(by=editor, texts={"background": WRONG, "behind": "Nobody knows when it opens."})
    write(story, "behind", OPENING, editor)
    publishing.schedule(story, by=editor, at=FRIDAY, change=make_update("The board has decided."))
    write(story, "behind", "Nobody knows when it opens.", editor)
    write(story, "background", RIGHT, editor)
    return story


def correct(story, editor, resolution):
    """Correct the figure, with the same resolution for all pending schedules."""
    resolutions = {edition.pk: resolution for edition in Edition.objects.filter(work=story).pending(MONDAY)}
    return publishing.correct(
        story, by=editor, was_wrong="Ten tonnes.", is_right="Nine tonnes.", resolutions=resolutions
    )


def test_a_correction_is_carried_over_into_a_pending_schedule(story, editor):
    correct(story, editor, ScheduleResolution.CARRY)
    assert texts_at(story, MONDAY + timedelta(hours=1))["background"] == RIGHT
    later = texts_at(story, FRIDAY)
    assert (later["background"], later["behind"]) == (RIGHT, OPENING)
    carried = Edition.objects.live(FRIDAY).get(work=story)
    assert (carried.note, carried.label) == ("The board has decided.", "3")
    assert Event.objects.about(story.uid).filter(verb="carried over").exists()


def test_the_merged_document_is_a_revision_outside_the_draft(story, editor):
    newest = revisions.get_newest_revision(story)
    correct(story, editor, ScheduleResolution.CARRY)
    outside_draft = Revision.objects.get(work=story, of_desk=False)
    assert outside_draft.number == newest.number + 1
    assert revisions.get_newest_revision(story) == newest
    assert revisions.record_revision(story, by=editor) == newest
    assert write(story, "behind", "Something else is written here now.", editor).number == outside_draft.number + 1


def test_a_cancelled_schedule_changes_nothing_on_its_day(story, editor):
    correct(story, editor, ScheduleResolution.CANCEL)
    assert texts_at(story, FRIDAY)["behind"] == "Nobody knows when it opens."


def test_a_schedule_that_changes_the_same_place_can_only_be_cancelled(story, editor):
    write(story, "behind", "The board wants to decide in March.", editor)
    with pytest.raises(publishing.MergeConflictError, match="behind the headline"):
        correct(story, editor, ScheduleResolution.CARRY)
    assert texts_at(story, MONDAY)["background"] == WRONG
    correct(story, editor, ScheduleResolution.CANCEL)
    assert texts_at(story, FRIDAY)["behind"] == "The board wants to decide in March."


def test_each_pending_schedule_has_its_own_resolution(story, editor):
    write(story, "background", WRONG, editor)
    write(story, "behind", "On Saturday the pier opens for lorries too, the board says.", editor)
    publishing.schedule(story, by=editor, at=SATURDAY, change=make_update("Lorries too."))
    write(story, "behind", "Nobody knows when it opens.", editor)
    write(story, "background", RIGHT, editor)
    first, second = Edition.objects.filter(work=story).pending(MONDAY)
    publishing.correct(
        story, by=editor, was_wrong="Ten.", is_right="Nine.",
        resolutions={first.pk: ScheduleResolution.CANCEL, second.pk: ScheduleResolution.CARRY},
    )  # fmt: skip
    assert texts_at(story, FRIDAY)["behind"] == "Nobody knows when it opens."
    assert texts_at(story, SATURDAY)["background"] == RIGHT
    assert texts_at(story, SATURDAY)["behind"].startswith("On Saturday")


def test_replacing_the_revision_of_a_schedule_needs_a_resolution_for_later_schedules(story, editor):
    write(story, "background", WRONG, editor)
    write(story, "behind", "On Saturday the pier opens for lorries too, the board says.", editor)
    publishing.schedule(story, by=editor, at=SATURDAY, change=make_update("Lorries too."))
    write(story, "background", RIGHT, editor)
    first, second = Edition.objects.filter(work=story).pending(MONDAY)
    with pytest.raises(publishing.PendingScheduleError):
        publishing.replace_revision(first, by=editor)
    assert list(Edition.objects.filter(work=story).pending(MONDAY)) == [first, second]
    write(story, "behind", OPENING, editor)
    publishing.replace_revision(first, by=editor, resolutions={second.pk: ScheduleResolution.CARRY})
    assert (texts_at(story, FRIDAY)["background"], texts_at(story, FRIDAY)["behind"]) == (RIGHT, OPENING)
    assert texts_at(story, SATURDAY)["background"] == RIGHT


def test_publishing_a_scheduled_text_early_cancels_its_schedule(editor):
    story = make_story()
    scheduled = publishing.schedule(story, by=editor, at=FRIDAY)
    published = publishing.publish(story, by=editor, resolutions={scheduled.pk: ScheduleResolution.CARRY})
    assert list(Edition.objects.filter(work=story).without_cancelled()) == [published]


def test_a_writer_of_the_text_cannot_carry_it_over_if_approval_is_required(story, editor, settings):
    settings.REQUIRE_APPROVAL = True
    from stories.publishing import review
    from tests.factories import make_user

    other = make_user(role="Editor")
    review.send_for_review(story, by=editor)
    review.approve(story, by=other, revision_number=revisions.get_newest_revision(story).number)
    with pytest.raises(review.OwnWorkError):
        correct(story, editor, ScheduleResolution.CARRY)
    correct(story, other, ScheduleResolution.CARRY)
    assert texts_at(story, FRIDAY)["background"] == RIGHT
    outside_draft = Revision.objects.get(work=story, of_desk=False)
    approval = Event.objects.about(story.uid).with_verb("approved").first()
    assert (approval.by, approval.after) == (other, {"revision": outside_draft.number})


def test_carrying_over_ones_own_text_is_not_logged_as_an_approval(story, editor):
    correct(story, editor, ScheduleResolution.CARRY)
    assert Event.objects.about(story.uid).with_verb("carried over").exists()
    assert not Event.objects.about(story.uid).with_verb("approved").exists()
