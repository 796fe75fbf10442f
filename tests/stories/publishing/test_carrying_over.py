"""A change that goes out today is not taken back by what was scheduled before it."""

from datetime import timedelta

import pytest

from newsroom.audit.models import Event
from stories import publishing
from stories.drafts import revisions
from stories.models import Edition, Revision
from stories.publishing import ScheduleResolution
from tests.clocks import MONDAY
from tests.factories import make_published_story, make_story, update

pytestmark = [pytest.mark.database, pytest.mark.django_db]

FRIDAY = MONDAY + timedelta(days=4)
SATURDAY = MONDAY + timedelta(days=5)
WRONG, RIGHT = "The pier holds ten tonnes, a survey found.", "The pier holds nine tonnes, a survey found."
PLAN = "The harbour board opens the pier again on Friday at noon."


@pytest.fixture(autouse=True)
def _monday(set_time):
    return set_time


def write(story, kind, text, editor):
    story.sections.filter(kind=kind).update(text=text)
    return revisions.record_revision(story, by=editor)


def texts_at(story, at):
    document = Edition.objects.live(at).get(work=story).document.value()
    return {section.kind: section.text for section in document.sections}


@pytest.fixture
def story(editor):
    """A story that is live with a wrong figure, and says more from Friday on."""
    story = make_published_story(by=editor, texts={"background": WRONG, "behind": "Nobody knows when it opens."})
    write(story, "behind", PLAN, editor)
    publishing.schedule(story, by=editor, at=FRIDAY, change=update("The board has decided."))
    write(story, "behind", "Nobody knows when it opens.", editor)
    write(story, "background", RIGHT, editor)
    return story


def correct(story, editor, answer):
    waiting = {edition.pk: answer for edition in Edition.objects.filter(work=story).pending(MONDAY)}
    return publishing.correct(story, by=editor, was_wrong="Ten tonnes.", is_right="Nine tonnes.", resolutions=waiting)


def test_a_correction_is_carried_over_into_what_waits(story, editor):
    correct(story, editor, ScheduleResolution.CARRY)
    assert texts_at(story, MONDAY + timedelta(hours=1))["background"] == RIGHT
    later = texts_at(story, FRIDAY)
    assert (later["background"], later["behind"]) == (RIGHT, PLAN)
    carried = Edition.objects.live(FRIDAY).get(work=story)
    assert (carried.note, carried.label) == ("The board has decided.", "3.0")
    assert Event.objects.about(story.uid).filter(verb="carried over").exists()


def test_what_is_carried_over_is_a_revision_that_never_lay_on_the_desk(story, editor):
    newest = revisions.get_newest_revision(story)
    correct(story, editor, ScheduleResolution.CARRY)
    beside = Revision.objects.get(work=story, of_desk=False)
    assert beside.number == newest.number + 1
    assert revisions.get_newest_revision(story) == newest
    assert revisions.record_revision(story, by=editor) == newest
    assert write(story, "behind", "Something else is written here now.", editor).number == beside.number + 1


def test_a_cancelled_one_says_nothing_on_its_day(story, editor):
    correct(story, editor, ScheduleResolution.CANCEL)
    assert texts_at(story, FRIDAY)["behind"] == "Nobody knows when it opens."


def test_both_in_one_place_leaves_only_to_cancel(story, editor):
    write(story, "behind", "The board wants to decide in March.", editor)
    with pytest.raises(publishing.MergeConflictError, match="behind the headline"):
        correct(story, editor, ScheduleResolution.CARRY)
    assert texts_at(story, MONDAY)["background"] == WRONG
    correct(story, editor, ScheduleResolution.CANCEL)
    assert texts_at(story, FRIDAY)["behind"] == "The board wants to decide in March."


def test_each_of_several_gets_its_own_answer(story, editor):
    write(story, "background", WRONG, editor)
    write(story, "behind", "On Saturday the pier opens for lorries too, the board says.", editor)
    publishing.schedule(story, by=editor, at=SATURDAY, change=update("Lorries too."))
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


def test_the_newest_revision_in_the_place_of_one_needs_an_answer_for_those_after_it(story, editor):
    write(story, "background", WRONG, editor)
    write(story, "behind", "On Saturday the pier opens for lorries too, the board says.", editor)
    publishing.schedule(story, by=editor, at=SATURDAY, change=update("Lorries too."))
    write(story, "background", RIGHT, editor)
    first, second = Edition.objects.filter(work=story).pending(MONDAY)
    with pytest.raises(publishing.PendingScheduleError):
        publishing.replace_revision(first, by=editor)
    assert list(Edition.objects.filter(work=story).pending(MONDAY)) == [first, second]
    write(story, "behind", PLAN, editor)
    publishing.replace_revision(first, by=editor, resolutions={second.pk: ScheduleResolution.CARRY})
    assert (texts_at(story, FRIDAY)["background"], texts_at(story, FRIDAY)["behind"]) == (RIGHT, PLAN)
    assert texts_at(story, SATURDAY)["background"] == RIGHT


def test_what_went_out_before_its_time_leaves_nothing_to_wait_for(editor):
    story = make_story()
    waiting = publishing.schedule(story, by=editor, at=FRIDAY)
    publishing_now = publishing.publish(story, by=editor, resolutions={waiting.pk: ScheduleResolution.CARRY})
    assert list(Edition.objects.filter(work=story).without_cancelled()) == [publishing_now]


def test_where_review_is_required_the_writer_cannot_carry_over(story, editor, settings):
    settings.REQUIRE_APPROVAL = True
    from stories.publishing import review
    from tests.factories import make_user

    other = make_user(role="Editor")
    review.send_for_review(story, by=editor)
    review.approve(story, by=other, revision_number=revisions.get_newest_revision(story).number)
    with pytest.raises(publishing.RefusedError, match="needs an approval"):
        correct(story, editor, ScheduleResolution.CARRY)
    correct(story, other, ScheduleResolution.CARRY)
    assert texts_at(story, FRIDAY)["background"] == RIGHT
    beside = Revision.objects.get(work=story, of_desk=False)
    approval = Event.objects.about(story.uid).with_verb("approved").first()
    assert (approval.by, approval.after) == (other, {"revision": beside.number})


def test_nobody_is_said_to_have_approved_what_they_wrote(story, editor):
    correct(story, editor, ScheduleResolution.CARRY)
    assert Event.objects.about(story.uid).with_verb("carried over").exists()
    assert not Event.objects.about(story.uid).with_verb("approved").exists()
