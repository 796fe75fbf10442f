"""A process is killed in the middle of each verb: either all of its effects have happened, or none."""

from datetime import timedelta

import pytest

from newsroom.audit.models import Event
from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.models import Change, ChangeNote, Edition, Revision, Work
from stories.publishing import ScheduleResolution, erase, review
from stories.workflow import trash
from tests.factories import make_question, make_story, make_update, make_user
from tests.races.kill_process import run_until_write
from tests.races.soundness import assert_consistent

pytestmark = pytest.mark.django_db(transaction=True)


def act(verb, work_pk, user_pk):
    """Apply one verb to one work, in the process that may be killed."""
    from newsroom.accounts.models import User
    from stories.models import Bundle

    by = User.objects.get(pk=user_pk)
    work = Work.objects.get(pk=work_pk).story
    tomorrow = clock.now() + timedelta(days=1)
    pending = Edition.objects.filter(work=work).pending(clock.now()).first()
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
            publishing.schedule(work, by=by, at=tomorrow)
        case "correct and carry over":
            note = ChangeNote(Change.CORRECTION, was_wrong="Ten.", is_right="Nine.")
            publishing.publish(work, by=by, change=note, resolutions={pending.pk: ScheduleResolution.CARRY})
        case "use the newest":
            publishing.replace_revision(pending, by=by)
        case "move":
            publishing.reschedule(pending, to=clock.now() + timedelta(days=3), by=by)
        case "cancel":
            publishing.cancel_schedule(pending, by=by)
        case "withdraw":
            publishing.withdraw(work, by=by, notice="Wrong pier.")
        case "republish":
            publishing.republish(work, by=by, note="It was right.")
        case "expire":
            publishing.schedule_expiry(work, by=by, at=tomorrow, notice="It is over.")
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
    """Prepare a work to which the verb can be applied."""
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
        publishing.schedule(story, by=editor, at=clock.now() + timedelta(days=2), change=make_update())
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


def summarize_state() -> tuple[object, ...]:
    """Return a summary of the rows that verbs change."""
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
def test_a_process_killed_during_a_verb_leaves_all_of_its_effects_or_none(verb, tmp_path, full_length):
    story, editor = arrange(verb)
    before = summarize_state()
    args = (verb, story.pk, editor.pk)
    killed_before, at = set(), 1
    while True:
        died, writes = run_until_write(at, act, args, media_root=tmp_path)
        assert_consistent()
        if not died:
            break
        assert summarize_state() == before, f"killed before write {at}"
        killed_before.add(at)
        # At full length, kill before every write; otherwise, before the first and then at growing intervals.
        at = writes + 1 if full_length else writes * 3
    assert killed_before
    assert summarize_state() != before
