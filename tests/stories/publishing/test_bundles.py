"""Bundles: works that are published together or not at all, and undone together."""

from datetime import timedelta

import pytest

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from stories import publishing
from stories.drafts import revisions
from stories.models import Bundle, Edition, EditionKind, State, Work
from stories.publishing import PublishRequest, review
from stories.publishing.erase import erase_work
from stories.workflow import trash
from tests.clocks import MONDAY
from tests.factories import make_published_story, make_question, make_story, make_update

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MOMENT = timedelta(microseconds=1)
FRIDAY = MONDAY + timedelta(days=4)


@pytest.fixture(autouse=True)
def _set_monday(set_time):
    return set_time


def make_bundle(editor, *works):
    return publishing.save_bundle("The harbour sale", works, by=editor)


def live_uids(at):
    return {edition.uid for edition in Edition.objects.live(at)}


def test_the_works_of_a_bundle_go_live_at_the_same_time(editor):
    story, question = make_story(), make_question()
    publishing.publish_bundle(make_bundle(editor, story, question), by=editor)
    assert live_uids(MONDAY) == {story.uid, question.uid}


def test_a_scheduled_bundle_goes_live_at_its_time(editor):
    story, question = make_story(), make_question()
    publishing.publish_bundle(make_bundle(editor, story, question), by=editor, at=FRIDAY)
    assert live_uids(FRIDAY - MOMENT) == set()
    assert live_uids(FRIDAY) == {story.uid, question.uid}


def test_one_blocker_stops_the_whole_bundle_and_all_blockers_are_reported(editor):
    story, one, other = make_story(), make_question(answers=0), make_story(headline_confirmed=False)
    with pytest.raises(publishing.NotReadyError) as refusal:
        publishing.publish_bundle(make_bundle(editor, story, one, other), by=editor)
    assert {work.uid for work in refusal.value.findings} == {one.uid, other.uid}
    assert not Edition.objects.exists()


def test_only_editors_publish_a_bundle_and_only_once(editor, writer):
    bundle = make_bundle(editor, make_story())
    with pytest.raises(NotAllowedError):
        publishing.publish_bundle(bundle, by=writer)
    publishing.publish_bundle(bundle, by=editor)
    with pytest.raises(publishing.InvalidStateError, match="already been published"):
        publishing.publish_bundle(bundle, by=editor)
    with pytest.raises(publishing.InvalidStateError, match="This bundle is empty"):
        publishing.publish_bundle(Bundle.objects.create(title="Empty", created_by=editor), by=editor)


def test_undoing_a_bundle_restores_the_previous_pages(editor, set_time):
    old, new = make_published_story(by=editor), make_story()
    before = old.headline
    old.headline = "Why the harbour of Port Lisle was sold after all"
    old.save()
    revisions.record_revision(old, by=editor)
    bundle = make_bundle(editor, old, new)
    set_time.go(hours=1)
    publishing.publish_bundle(bundle, by=editor, requests=[PublishRequest(old, make_update("The harbour is sold."))])
    set_time.go(hours=1)
    publishing.undo_bundle(bundle, by=editor, note="The sale was announced by mistake.")
    assert Edition.objects.live(set_time.moment).get(work=old).title == before
    notice = Edition.objects.in_force(set_time.moment).get(work=new)
    assert (notice.kind, notice.notice) == (EditionKind.NOTICE, "The sale was announced by mistake.")
    assert Event.objects.about(bundle.uid).first().verb == "bundle undone"
    with pytest.raises(publishing.InvalidStateError, match="already been undone"):
        publishing.undo_bundle(bundle, by=editor, note="Again.")


def test_undoing_a_bundle_does_not_end_a_later_review(editor, writer):
    story = make_published_story(by=editor)
    story.headline = "Why the harbour of Port Lisle was sold after all"
    story.save()
    revisions.record_revision(story, by=editor)
    bundle = make_bundle(editor, story)
    publishing.publish_bundle(bundle, by=editor, requests=[PublishRequest(story, make_update("The harbour is sold."))])
    story.headline = "Why the harbour of Port Lisle was sold in a hurry"
    story.save()
    revisions.record_revision(story, by=writer)
    review.send_for_review(story, by=writer)
    publishing.undo_bundle(bundle, by=editor, note="By mistake.")
    story.refresh_from_db()
    assert story.state == State.IN_REVIEW


def test_undoing_is_refused_and_names_the_members_that_have_changed_since(editor, set_time):
    one, other = make_story(headline="Why the ferry to Norrhavn is late again"), make_story()
    bundle = make_bundle(editor, one, other)
    publishing.publish_bundle(bundle, by=editor)
    one.headline = "Why the ferry to Norrhavn was late all week"
    one.save()
    revisions.record_revision(one, by=editor)
    publishing.publish(one, by=editor, change=make_update())
    with pytest.raises(publishing.InvalidStateError, match="Why the ferry to Norrhavn is late again"):
        publishing.undo_bundle(bundle, by=editor, note="By mistake.")
    assert live_uids(MONDAY + MOMENT) == {one.uid, other.uid}


def test_undoing_a_scheduled_bundle_cancels_its_schedules(editor):
    bundle = make_bundle(editor, make_story(), make_question())
    publishing.publish_bundle(bundle, by=editor, at=FRIDAY)
    publishing.undo_bundle(bundle, by=editor, note="The sale is off.")
    assert live_uids(FRIDAY) == set()


@pytest.mark.parametrize("at", [None, FRIDAY])
def test_undoing_a_bundle_cancels_the_expiry_of_its_pages(editor, at):
    story = make_story()
    bundle = make_bundle(editor, story)
    publishing.publish_bundle(bundle, by=editor, at=at)
    publishing.schedule_expiry(story, by=editor, at=FRIDAY + timedelta(days=1), notice="The sale is over.")
    publishing.undo_bundle(bundle, by=editor, note="By mistake.")
    assert not Edition.objects.filter(work=story).pending(MONDAY).exists()


def test_a_work_that_was_erased_or_trashed_meanwhile_cannot_be_added(editor, administrator):
    erased, binned = make_story(), make_story()
    stale_works = [Work.objects.get(pk=story.pk) for story in (erased, binned)]
    erase_work(erased, by=administrator, reason="A court said so.")
    trash.move_to_trash(binned, by=editor)
    for work, why in zip(stale_works, ("has been erased", "is in the bin"), strict=True):
        with pytest.raises(publishing.InvalidStateError, match=why):
            make_bundle(editor, work)


def test_undoing_needs_a_note_for_readers(editor):
    bundle = make_bundle(editor, make_story())
    publishing.publish_bundle(bundle, by=editor)
    with pytest.raises(publishing.InvalidStateError, match="Tell readers why"):
        publishing.undo_bundle(bundle, by=editor, note=" ")


def test_a_bundle_can_be_changed_until_it_is_published(editor, writer):
    one, other = make_story(), make_question()
    bundle = make_bundle(editor, one)
    publishing.save_bundle("The sale", [other, one, other], by=editor, bundle=bundle)
    assert [member.work_id for member in bundle.members.all()] == [other.pk, one.pk]
    with pytest.raises(NotAllowedError):
        publishing.save_bundle("The sale", [one], by=writer)
    publishing.publish_bundle(bundle, by=editor)
    with pytest.raises(publishing.InvalidStateError, match="can’t be changed"):
        publishing.save_bundle("The sale", [one], by=editor, bundle=bundle)


def test_a_bundle_needs_a_title_and_works_outside_the_trash(editor):
    story = make_story()
    for title, works in (("", [story]), ("The sale", [])):
        with pytest.raises(publishing.InvalidStateError, match="a title and at least one"):
            publishing.save_bundle(title, works, by=editor)
    trash.move_to_trash(story, by=editor)
    story.refresh_from_db()
    with pytest.raises(publishing.InvalidStateError, match="is in the bin"):
        publishing.save_bundle("The sale", [story], by=editor)
