"""A process is killed in the middle of each verb: afterwards all of it has happened, or nothing."""

from datetime import timedelta

import pytest

from newsroom.audit.models import Event
from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.models import Change, ChangeNote, Edition, Revision, Work
from stories.publishing import ScheduleResolution, erase, review
from stories.workflow import trash
from tests.factories import make_question, make_story, make_user, update
from tests.races.kill_process import killed_at
from tests.races.soundness import assert_sound

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _roles(transactional_db):
    from newsroom.accounts import roles

    roles.set_up_roles()


def act(verb, work_pk, user_pk):
    """Do one verb to one work, in the process that may be killed."""
    from newsroom.accounts.models import User
    from stories.models import Bundle

    by = User.objects.get(pk=user_pk)
    work = Work.objects.get(pk=work_pk).story
    soon = clock.now() + timedelta(days=1)
    waiting = Edition.objects.filter(work=work).pending(clock.now()).first()
    match verb:
        case "save":
            work.standfirst = "Another summary of the same."
            work.save()
            revisions.record_revision(work, by=by)
        case "restore":
            revisions.restore_revision(work, revisions.get_revision(work, 1), by=by)
        case "publish":
            publishing.publish(work, by=by, with_questions=publishing.list_changed_questions(work, at=clock.now()))
        case "schedule":
            publishing.schedule(work, by=by, at=soon)
        case "correct and carry over":
            note = ChangeNote(Change.CORRECTION, was_wrong="Ten.", is_right="Nine.")
            publishing.publish(work, by=by, change=note, resolutions={waiting.pk: ScheduleResolution.CARRY})
        case "use the newest":
            publishing.replace_revision(waiting, by=by)
        case "move":
            publishing.reschedule(waiting, to=clock.now() + timedelta(days=3), by=by)
        case "cancel":
            publishing.cancel_schedule(waiting, by=by)
        case "withdraw":
            publishing.withdraw(work, by=by, notice="Wrong pier.")
        case "republish":
            publishing.republish(work, by=by, note="It was right.")
        case "expire":
            publishing.schedule_expiry(work, by=by, at=soon, notice="It is over.")
        case "bundle":
            publishing.publish_bundle(Bundle.objects.get(), by=by)
        case "undo":
            publishing.undo_bundle(Bundle.objects.get(), by=by, note="By mistake.")
        case "submit":
            review.send_for_review(work, by=by)
        case "approve":
            review.approve(work, by=by, revision_number=1)
        case "return":
            review.return_to_writer(work, by=by, reason="A source is missing.", revision_number=1)
        case "bin":
            trash.move_to_trash(work, by=by)
        case "take out of the bin":
            trash.restore_from_trash(work, by=by)
        case "erase":
            erase.erase_work(work, by=by, reason="By order of a court.")
        case "erase an edition":
            erase.erase_edition(Edition.objects.live(clock.now()).get(), by=by, reason="By order of a court.")
        case "erase a passage":
            erase.erase_passage(work, work.passages.all()[0].uid, by=by, reason="By order of a court.")


def arrange(verb):
    """Make what the verb is done to."""
    editor = make_user(role="Administrator" if verb.startswith("erase") else "Editor")
    question = make_question()
    story = make_story(questions=(question,))
    if verb in {
        "correct and carry over",
        "use the newest",
        "move",
        "cancel",
        "withdraw",
        "expire",
        "erase",
        "erase an edition",
        "erase a passage",
    }:
        publishing.publish(story, by=editor)
    if verb in {"correct and carry over", "use the newest", "move", "cancel", "withdraw", "erase", "erase an edition"}:
        story.standfirst = "What it will say."
        story.save()
        revisions.record_revision(story, by=editor)
        publishing.schedule(story, by=editor, at=clock.now() + timedelta(days=2), change=update())
        revisions.restore_revision(story, revisions.get_revision(story, 1), by=editor)
        story.sections.filter(kind="background").update(text="The pier holds nine tonnes, as the survey says.")
        revisions.record_revision(story, by=editor)
    if verb in {"bundle", "undo"}:
        bundle = publishing.save_bundle("Together", [story, question], by=editor)
        if verb == "undo":
            publishing.publish_bundle(bundle, by=editor)
    if verb == "republish":
        publishing.publish(story, by=editor)
        publishing.withdraw(story, by=editor, notice="Wrong pier.")
    if verb in {"approve", "return"}:
        review.send_for_review(story, by=editor)
    if verb == "take out of the bin":
        trash.move_to_trash(story, by=editor)
    if verb == "restore":
        story.standfirst = "Another summary."
        story.save()
        revisions.record_revision(story, by=editor)
    return story, editor


def state() -> tuple[object, ...]:
    """Return all that a verb may change, in short."""
    return (
        list(Edition.objects.order_by("pk").values_list("work", "number", "live_from", "live_until")),
        list(Revision.objects.order_by("pk").values_list("work", "number", "document")),
        list(Event.objects.order_by("pk").values_list("uid", "verb")),
        list(Work.objects.order_by("pk").values_list("pk", "state", "binned_at", "slug")),
    )


@pytest.mark.parametrize(
    "verb",
    [
        "save", "restore", "publish", "schedule", "correct and carry over", "use the newest", "move", "cancel", "withdraw", "republish",
        "expire", "bundle", "undo", "submit", "approve", "return", "bin", "take out of the bin", "erase",
        "erase an edition", "erase a passage",
    ],
)  # fmt: skip
def test_a_process_that_dies_in_a_verb_leaves_all_or_nothing(verb, tmp_path, full_length):
    story, editor = arrange(verb)
    before = state()
    args = (verb, story.pk, editor.pk)
    reached, at = set(), 1
    while True:
        died, writes = killed_at(at, act, args, place=tmp_path)
        assert_sound()
        if not died:
            break
        assert state() == before, f"killed before write {at}"
        reached.add(at)
        # At full length every write is the last one once; otherwise the first, and then ever further apart.
        at = writes + 1 if full_length else writes * 3
    assert reached
    assert state() != before
