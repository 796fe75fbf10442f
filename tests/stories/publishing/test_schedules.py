"""What is scheduled appears to the microsecond, and nothing before it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.http.clock import FOREVER
from stories import publishing
from stories.drafts import revisions
from stories.models import Change, ChangeNote, Edition, EditionTopic, Outlet
from stories.publishing import ScheduleResolution
from stories.publishing.preflight import load_preflight
from stories.workflow import trash
from tests.clocks import MONDAY
from tests.factories import make_outlet, make_published_story, make_question, make_story, make_topic, make_user, update

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MOMENT = timedelta(microseconds=1)
FRIDAY = MONDAY + timedelta(days=4)
SATURDAY = MONDAY + timedelta(days=5)


@pytest.fixture(autouse=True)
def _monday(set_time):
    return set_time


def reword(story, headline, editor):
    story.headline = headline
    story.save()
    return revisions.record_revision(story, by=editor)


def seen(story, at):
    """Return the titles that readers see of the story at that moment."""
    return [edition.title for edition in Edition.objects.live(at).filter(work=story)]


def test_a_scheduled_story_is_seen_from_its_time_on_and_not_a_microsecond_before(editor, client, set_time):
    story = make_story(slug="port-closes")
    edition = publishing.schedule(story, by=editor, at=FRIDAY)
    assert edition.live_from == FRIDAY
    set_time.go(to=FRIDAY - MOMENT)
    assert client.get("/stories/port-closes/").status_code == 404
    set_time.go(to=FRIDAY)
    assert client.get("/stories/port-closes/").status_code == 200


def test_a_schedule_is_frozen_while_the_desk_goes_on(editor):
    story = make_story()
    first = story.headline
    publishing.schedule(story, by=editor, at=FRIDAY)
    reword(story, "Why the north pier stays closed until spring", editor)
    assert seen(story, FRIDAY) == [first]


def test_an_update_can_be_scheduled_without_touching_what_is_live(editor):
    story = make_published_story(by=editor)
    first = story.headline
    reword(story, "Why the north pier opens again on Friday", editor)
    publishing.schedule(story, by=editor, at=FRIDAY, change=update("The pier opens."))
    assert seen(story, MONDAY) == [first]
    assert seen(story, FRIDAY - MOMENT) == [first]
    assert seen(story, FRIDAY) == ["Why the north pier opens again on Friday"]


def test_several_schedules_wait_in_order(editor):
    story = make_story()
    first = story.headline
    publishing.schedule(story, by=editor, at=FRIDAY)
    reword(story, "Why the north pier opens again on Saturday", editor)
    publishing.schedule(story, by=editor, at=SATURDAY, change=update())
    assert seen(story, FRIDAY) == [first]
    assert seen(story, SATURDAY) == ["Why the north pier opens again on Saturday"]
    labels = list(Edition.objects.filter(work=story).order_by("live_from").values_list("major", "minor"))
    assert labels == [(1, 0), (2, 0)]


def test_a_cancelled_schedule_keeps_its_row_and_is_never_seen(editor):
    story = make_published_story(by=editor, topics=(make_topic(),))
    first = story.headline
    reword(story, "Why the north pier opens again on Friday", editor)
    edition = publishing.schedule(story, by=editor, at=FRIDAY, change=update())
    publishing.cancel_schedule(edition, by=editor, reason="The engineers want another week.")
    edition.refresh_from_db()
    assert edition.is_cancelled
    assert seen(story, FRIDAY) == [first]
    assert not EditionTopic.objects.filter(edition=edition, live_until__gt=FRIDAY).exists()
    event = Event.objects.about(story.uid).first()
    assert (event.verb, event.reason) == ("cancelled", "The engineers want another week.")


def test_cancelling_the_first_of_two_makes_the_second_the_first_publication(editor):
    story = make_story()
    one = publishing.schedule(story, by=editor, at=FRIDAY)
    reword(story, "Why the north pier opens again on Saturday", editor)
    publishing.schedule(story, by=editor, at=SATURDAY, change=update())
    publishing.cancel_schedule(one, by=editor)
    (left,) = Edition.objects.filter(work=story).without_cancelled()
    assert (left.live_from, left.live_until, left.change, left.label) == (SATURDAY, FOREVER, Change.FIRST, "1.0")
    assert left.first_published_at == SATURDAY


def test_what_could_not_stay_after_a_cancelled_one_is_named(editor):
    story = make_published_story(by=editor)
    reword(story, "Why the north pier opens again on Friday", editor)
    friday = publishing.schedule(story, by=editor, at=FRIDAY, change=update())
    story.sections.filter(kind="background").update(text=story.sections.get(kind="background").text + " That was all.")
    revisions.record_revision(story, by=editor)
    saturday = publishing.schedule(story, by=editor, at=SATURDAY, change=ChangeNote(Change.MINOR))
    with pytest.raises(publishing.ScheduleConflictError, match=r"Edition 2\.1, which waits .* This is no minor change"):
        publishing.cancel_schedule(friday, by=editor)
    publishing.cancel_schedule(saturday, by=editor)
    publishing.cancel_schedule(friday, by=editor)
    assert not Edition.objects.filter(work=story).pending(MONDAY).exists()


def test_what_has_gone_live_cannot_be_cancelled(editor, set_time):
    edition = publishing.schedule(make_story(), by=editor, at=FRIDAY)
    set_time.go(to=FRIDAY)
    with pytest.raises(publishing.InvalidStateError, match="does not wait any more"):
        publishing.cancel_schedule(edition, by=editor)


def test_a_past_time_is_refused(editor, set_time):
    story = make_story()
    for at in (MONDAY, MONDAY - MOMENT):
        with pytest.raises(publishing.TimeError, match="is past"):
            publishing.schedule(story, by=editor, at=at)
    assert not Edition.objects.exists()


@pytest.mark.parametrize("at", [FOREVER, datetime.max.replace(tzinfo=UTC)])
def test_a_time_at_which_nothing_ends_any_more_is_refused(editor, at):
    draft, live = make_story(), make_published_story(by=editor)
    with timezone.override("Pacific/Kiritimati"):
        with pytest.raises(publishing.TimeError, match="before the year 9000"):
            publishing.schedule(draft, by=editor, at=at)
        with pytest.raises(publishing.TimeError, match="before the year 9000"):
            publishing.schedule_expiry(live, by=editor, at=at, notice="The strike is over.")
    assert publishing.schedule(draft, by=editor, at=FOREVER - MOMENT).live_until == FOREVER


def test_two_editions_of_a_work_cannot_begin_at_the_same_moment(editor):
    story = make_story()
    publishing.schedule(story, by=editor, at=FRIDAY)
    reword(story, "Why the north pier opens again on Friday", editor)
    with pytest.raises(publishing.TimeError, match="that very moment"):
        publishing.schedule(story, by=editor, at=FRIDAY, change=update())


def test_only_editors_schedule_and_cancel(writer, editor):
    story = make_story()
    with pytest.raises(NotAllowedError):
        publishing.schedule(story, by=writer, at=FRIDAY)
    edition = publishing.schedule(story, by=editor, at=FRIDAY)
    with pytest.raises(NotAllowedError):
        publishing.cancel_schedule(edition, by=writer)
    with pytest.raises(NotAllowedError):
        publishing.replace_revision(edition, by=writer)


def test_the_newest_revision_can_go_out_instead(editor):
    story = make_published_story(by=editor)
    reword(story, "Why the north pier opens again on Friday", editor)
    edition = publishing.schedule(story, by=editor, at=FRIDAY, change=update("It opens."))
    newest = reword(story, "Why the north pier opens again on Friday at noon", editor)
    made = publishing.replace_revision(edition, by=editor)
    assert (made.live_from, made.note, made.revision) == (FRIDAY, "It opens.", newest)
    assert seen(story, FRIDAY) == ["Why the north pier opens again on Friday at noon"]


def test_what_comes_up_after_scheduling_is_told_and_nothing_that_was_known(editor):
    paper, question = make_outlet(name="The Lisle Tidings"), make_question()
    publishing.publish(question, by=editor)
    story = make_published_story(by=editor, outlets=(paper, make_outlet()), questions=(question, make_question()))
    reword(story, "Why the north pier opens again on Friday", editor)
    publishing.schedule(story, by=editor, at=FRIDAY, change=update())

    def since():
        (waiting,) = load_preflight(story, at=MONDAY).pending
        return [finding.code for finding in waiting.findings]

    assert since() == []
    publishing.withdraw(question, by=editor, notice="The answer was wrong.")
    Outlet.objects.filter(pk=paper.pk).update(retired=True)
    assert sorted(since()) == ["outlets.retired", "questions.live"]


def test_a_new_address_is_taken_when_scheduled_and_leads_nowhere_until_its_time(editor, client, set_time):
    story = make_published_story(by=editor, slug="old-pier")
    story.slug = "new-pier"
    story.save()
    revisions.record_revision(story, by=editor)
    publishing.schedule(story, by=editor, at=FRIDAY, change=update())
    other = make_story(slug="another-pier")
    other.slug = "new-pier"
    set_time.go(to=FRIDAY - MOMENT)
    assert client.get("/stories/new-pier/").status_code == 404
    assert client.get("/stories/old-pier/").status_code == 200
    set_time.go(to=FRIDAY)
    assert client.get("/stories/new-pier/").status_code == 200
    moved = client.get("/stories/old-pier/")
    assert (moved.status_code, moved["Location"]) == (301, "/stories/new-pier/")


def test_something_before_a_waiting_edition_needs_an_answer(editor):
    story = make_published_story(by=editor)
    reword(story, "Why the north pier opens again on Friday", editor)
    waiting = publishing.schedule(story, by=editor, at=FRIDAY, change=update())
    reword(story, "Why the north pier opens again on Tuesday", editor)
    tuesday = MONDAY + timedelta(days=1)
    for send in (
        lambda **answers: publishing.publish(story, by=editor, change=update(), **answers),
        lambda **answers: publishing.schedule(story, by=editor, at=tuesday, change=update(), **answers),
    ):
        with pytest.raises(publishing.PendingScheduleError) as refusal:
            send()
        assert [edition for editions in refusal.value.pending.values() for edition in editions] == [waiting]
    publishing.publish(story, by=editor, change=update(), resolutions={waiting.pk: ScheduleResolution.CANCEL})
    waiting.refresh_from_db()
    assert waiting.is_cancelled
    assert seen(story, FRIDAY) == ["Why the north pier opens again on Tuesday"]


def test_withdrawing_cancels_all_that_waits(editor, set_time):
    story = make_published_story(by=editor)
    reword(story, "Why the north pier opens again on Friday", editor)
    publishing.schedule(story, by=editor, at=FRIDAY, change=update())
    publishing.schedule_expiry(story, by=editor, at=SATURDAY, notice="The pier is open; this page is done.")
    set_time.go(hours=1)
    publishing.withdraw(story, by=editor, notice="The numbers were wrong.")
    (standing,) = Edition.objects.filter(work=story, live_until=FOREVER)
    assert standing.notice == "The numbers were wrong."
    assert not Edition.objects.filter(work=story).pending(MONDAY).exists()


def test_a_draft_goes_into_the_bin_with_its_schedule(editor):
    story = make_story()
    publishing.schedule(story, by=editor, at=FRIDAY)
    trash.move_to_trash(story, by=editor)
    assert seen(story, FRIDAY) == []


def test_a_page_expires_at_its_time_with_the_notice(editor, client, set_time):
    story = make_published_story(by=editor, slug="fair")
    publishing.schedule_expiry(story, by=editor, at=FRIDAY, notice="The fair is over.")
    set_time.go(to=FRIDAY - MOMENT)
    assert client.get("/stories/fair/").status_code == 200
    set_time.go(to=FRIDAY)
    response = client.get("/stories/fair/")
    assert response.status_code == 410
    assert "The fair is over." in response.content.decode()


def test_a_reason_stays_with_who_gave_it_when_a_colleague_lays_the_edition_anew(editor):
    story = make_published_story(by=editor)
    reword(story, "Why the north pier opens again on Friday", editor)
    friday = publishing.schedule(story, by=editor, at=FRIDAY, change=update())
    reword(story, "Too short", editor)
    reasons = {"headline.length headline": "It is the name of the play."}
    publishing.schedule(story, by=editor, at=SATURDAY, change=update(), overrides=reasons)
    publishing.cancel_schedule(friday, by=make_user())
    edition = Edition.objects.filter(work=story).pending(MONDAY).get()
    assert edition.overrides.get().by == editor


@pytest.mark.parametrize("verb", ["publish", "cancel_schedule", "withdraw", "replace_revision"])
def test_a_verb_that_the_clock_of_the_database_overtook_says_so(editor, set_time, verb):
    """The clocks of two machines are never the same: an edition may be live for one and wait for the other."""
    a_while_ago = timezone.now() - timedelta(minutes=2)
    set_time.go(to=a_while_ago - timedelta(minutes=2))
    story = make_published_story(by=editor)
    reword(story, "Why the north pier opens again on Friday", editor)
    waiting = publishing.schedule(story, by=editor, at=a_while_ago, change=update())
    reword(story, "Why the north pier stays closed until spring", editor)
    words = {
        "publish": {"change": update(), "answers": {waiting.pk: ScheduleResolution.CANCEL}},
        "withdraw": {"notice": "Gone."},
    }
    about = waiting if verb in {"cancel_schedule", "replace_revision"} else story
    with pytest.raises(publishing.TimeError, match="at this very moment"):
        getattr(publishing, verb)(about, by=editor, **words.get(verb, {}))
    assert Edition.objects.filter(work=story).count() == 2


def test_a_page_that_moved_before_its_time_expires_where_readers_saw_it(editor, client, set_time):
    story = make_story(slug="port-closes")
    friday = publishing.schedule(story, by=editor, at=FRIDAY)
    publishing.schedule_expiry(story, by=editor, at=SATURDAY, notice="The strike is over.")
    story.slug = "pier-closes"
    reword(story, "Why the north pier closes on Friday at noon", editor)
    publishing.replace_revision(friday, by=editor)
    set_time.go(to=SATURDAY)
    assert client.get("/stories/port-closes/").status_code == 404
    assert client.get("/stories/pier-closes/").status_code == 410


def test_no_notice_is_left_where_the_page_that_it_ends_was_cancelled(editor, client, set_time):
    story = make_story()
    friday = publishing.schedule(story, by=editor, at=FRIDAY)
    publishing.schedule_expiry(story, by=editor, at=SATURDAY, notice="The strike is over.")
    publishing.cancel_schedule(friday, by=editor)
    assert not Edition.objects.filter(work=story).pending(MONDAY).exists()
    assert Event.objects.about(story.uid).with_verb("cancelled").count() == 2
    set_time.go(to=SATURDAY)
    assert client.get(f"/stories/{story.slug}/").status_code == 404


def test_the_notice_of_a_withdrawn_page_stands_where_its_return_was_cancelled(editor, client, set_time):
    story = make_published_story(by=editor)
    publishing.withdraw(story, by=editor, notice="A source was mistaken.")
    friday = publishing.schedule(story, by=editor, at=FRIDAY, change=update())
    publishing.schedule_expiry(story, by=editor, at=SATURDAY, notice="The strike is over.")
    publishing.cancel_schedule(friday, by=editor)
    set_time.go(to=SATURDAY)
    assert b"A source was mistaken." in client.get(f"/stories/{story.slug}/").content


def test_the_notice_stays_where_a_later_page_is_laid_anew_before_it(editor):
    story = make_story()
    friday = publishing.schedule(story, by=editor, at=FRIDAY)
    reword(story, "Why the north pier stays closed until spring", editor)
    publishing.schedule(story, by=editor, at=SATURDAY, change=update())
    sunday = publishing.schedule_expiry(story, by=editor, at=SATURDAY + timedelta(days=1), notice="The strike is over.")
    publishing.cancel_schedule(friday, by=editor)
    assert Edition.objects.filter(work=story).pending(MONDAY).last() == sunday


def test_an_update_leaves_a_waiting_expiry_as_it_is(editor):
    story = make_published_story(by=editor)
    expiry = publishing.schedule_expiry(story, by=editor, at=FRIDAY, notice="The fair is over.")
    reword(story, "Why the north pier opens again on Tuesday", editor)
    edition = publishing.publish(story, by=editor, change=update())
    assert edition.live_until == FRIDAY
    assert list(Edition.objects.filter(work=story).pending(MONDAY)) == [expiry]


def test_a_withdrawn_page_comes_back_with_a_note(editor, set_time):
    story = make_published_story(by=editor)
    with pytest.raises(publishing.InvalidStateError, match="not withdrawn"):
        publishing.republish(story, by=editor, note="Never gone.")
    publishing.withdraw(story, by=editor, notice="The numbers were wrong.")
    edition = publishing.republish(story, by=editor, note="The numbers are right now.")
    assert (edition.change, edition.note, edition.label) == (Change.RETURN, "The numbers are right now.", "2.0")


def test_an_edition_made_at_once_begins_a_microsecond_after_the_one_that_stands(editor):
    story = make_published_story(by=editor)
    reword(story, "Why the north pier opens again on Tuesday", editor)
    edition = publishing.publish(story, by=editor, change=update())
    assert edition.live_from == MONDAY + MOMENT


def test_a_clock_set_back_takes_no_edition_out_of_its_order(editor, set_time):
    story = make_published_story(by=editor)
    set_time.go(seconds=-30)
    reword(story, "Why the north pier opens again on Tuesday", editor)
    edition = publishing.publish(story, by=editor, change=update())
    assert edition.live_from == MONDAY + MOMENT
    assert seen(story, MONDAY + MOMENT) == ["Why the north pier opens again on Tuesday"]


def test_a_minor_edition_does_not_move_updated(editor, set_time):
    story = make_published_story(by=editor)
    set_time.go(hours=1)
    story.sections.filter(kind="background").update(text=story.sections.get(kind="background").text + " That was all.")
    revisions.record_revision(story, by=editor)
    edition = publishing.publish(story, by=editor, change=ChangeNote(Change.MINOR))
    assert (edition.label, edition.updated_at) == ("1.1", MONDAY)


def test_publishing_again_says_what_changed(editor):
    story = make_published_story(by=editor)
    reword(story, "Why the north pier opens again on Tuesday", editor)
    for change in (
        None,
        ChangeNote(Change.UPDATE),
        ChangeNote(Change.CORRECTION, was_wrong="Monday."),
        ChangeNote(Change.MINOR),
    ):
        with pytest.raises(publishing.NotReadyError):
            publishing.publish(story, by=editor, change=change)
    edition = publishing.correct(story, by=editor, was_wrong="We said Monday.", is_right="It opens on Tuesday.")
    assert (edition.change, edition.was_wrong, edition.is_right) == (
        Change.CORRECTION,
        "We said Monday.",
        "It opens on Tuesday.",
    )
