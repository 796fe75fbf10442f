"""Schedules: editions go live and end exactly at their time, and can be cancelled or replaced before that."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.desk.local_time import format_local
from newsroom.http.clock import FOREVER
from stories import publishing
from stories.drafts import revisions
from stories.models import Change, ChangeNote, Edition, EditionTopic, Outlet
from stories.publishing import ScheduleResolution
from stories.publishing.preflight import load_preflight
from stories.workflow import trash
from tests.clocks import MONDAY
from tests.factories import (
    make_outlet,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_update,
    make_user,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MOMENT = timedelta(microseconds=1)
FRIDAY = MONDAY + timedelta(days=4)
SATURDAY = MONDAY + timedelta(days=5)


@pytest.fixture(autouse=True)
def _set_monday(set_time):
    return set_time


def reword(story, headline, editor):
    story.headline = headline
    story.save()
    return revisions.record_revision(story, by=editor)


def live_titles(story, at):
    """Return the titles of the story's live editions at this time."""
    return [edition.title for edition in Edition.objects.live(at).filter(work=story)]


def test_a_scheduled_story_is_live_from_its_time_and_not_a_microsecond_before(editor, client, set_time):
    story = make_story(slug="port-closes")
    edition = publishing.schedule(story, by=editor, at=FRIDAY)
    assert edition.live_from == FRIDAY
    set_time.go(to=FRIDAY - MOMENT)
    assert client.get("/stories/port-closes/").status_code == 404
    set_time.go(to=FRIDAY)
    assert client.get("/stories/port-closes/").status_code == 200


def test_a_scheduled_edition_does_not_change_with_the_draft(editor):
    story = make_story()
    first = story.headline
    publishing.schedule(story, by=editor, at=FRIDAY)
    reword(story, "Why the north pier stays closed until spring", editor)
    assert live_titles(story, FRIDAY) == [first]


def test_scheduling_an_update_does_not_change_the_live_edition(editor):
    story = make_published_story(by=editor)
    first = story.headline
    reword(story, "Why the north pier opens again on Friday", editor)
    publishing.schedule(story, by=editor, at=FRIDAY, change=make_update("The pier opens."))
    assert live_titles(story, MONDAY) == [first]
    assert live_titles(story, FRIDAY - MOMENT) == [first]
    assert live_titles(story, FRIDAY) == ["Why the north pier opens again on Friday"]


def test_scheduling_the_text_of_a_scheduled_edition_again_names_that_edition_and_its_time(editor):
    story = make_published_story(by=editor)
    reword(story, "Why the north pier opens again on Friday", editor)
    pending = publishing.schedule(story, by=editor, at=FRIDAY, change=make_update("The pier opens."))
    with pytest.raises(publishing.NothingNewError) as refusal:
        publishing.schedule(story, by=editor, at=SATURDAY, change=make_update("The pier opens."))
    assert list(refusal.value.pending) == [pending]
    assert f"edition {pending.label}," in str(refusal.value)
    assert format_local(FRIDAY) in str(refusal.value)
    assert list(story.editions.pending(MONDAY)) == [pending]


def test_several_schedules_go_live_in_order(editor):
    story = make_story()
    first = story.headline
    publishing.schedule(story, by=editor, at=FRIDAY)
    reword(story, "Why the north pier opens again on Saturday", editor)
    publishing.schedule(story, by=editor, at=SATURDAY, change=make_update())
    assert live_titles(story, FRIDAY) == [first]
    assert live_titles(story, SATURDAY) == ["Why the north pier opens again on Saturday"]
    labels = list(Edition.objects.filter(work=story).order_by("live_from").values_list("major", "minor"))
    assert labels == [(1, 0), (2, 0)]


def test_a_cancelled_schedule_keeps_its_row_and_never_goes_live(editor):
    story = make_published_story(by=editor, topics=(make_topic(),))
    first = story.headline
    reword(story, "Why the north pier opens again on Friday", editor)
    edition = publishing.schedule(story, by=editor, at=FRIDAY, change=make_update())
    publishing.cancel_schedule(edition, by=editor, reason="The engineers want another week.")
    edition.refresh_from_db()
    assert edition.is_cancelled
    assert live_titles(story, FRIDAY) == [first]
    assert not EditionTopic.objects.filter(edition=edition, live_until__gt=FRIDAY).exists()
    event = Event.objects.about(story.uid).first()
    assert (event.verb, event.reason) == ("cancelled", "The engineers want another week.")


def test_cancelling_the_first_of_two_makes_the_second_the_first_publication(editor):
    story = make_story()
    first = publishing.schedule(story, by=editor, at=FRIDAY)
    reword(story, "Why the north pier opens again on Saturday", editor)
    publishing.schedule(story, by=editor, at=SATURDAY, change=make_update())
    publishing.cancel_schedule(first, by=editor)
    (remaining,) = Edition.objects.filter(work=story).without_cancelled()
    assert (remaining.live_from, remaining.live_until, remaining.change, remaining.label) == (
        SATURDAY,
        FOREVER,
        Change.FIRST,
        "1",
    )
    assert remaining.first_published_at == SATURDAY


def test_the_number_of_an_edition_is_that_in_its_address_whatever_is_cancelled_or_minor(editor, client, set_time):
    story = make_published_story(by=editor, slug="port-closes")
    reword(story, "Why the port closes on Friday", editor)
    friday = publishing.schedule(story, by=editor, at=FRIDAY, change=make_update("It closes on Friday."))
    reword(story, "Why the port closes on Saturday", editor)
    saturday = publishing.schedule(story, by=editor, at=SATURDAY, change=make_update("It closes on Saturday."))
    assert [edition.label for edition in (friday, saturday)] == ["2", "3"]
    publishing.cancel_schedule(friday, by=editor)
    set_time.go(to=SATURDAY + timedelta(hours=1))
    story.sections.filter(kind="background").update(text=f"{story.sections.get(kind='background').text} So it is said.")
    revisions.record_revision(story, by=editor)
    minor = publishing.publish(story, by=editor, change=ChangeNote(Change.MINOR))
    editions = Edition.objects.filter(work=story).without_cancelled().order_by("live_from")
    assert [(edition.title, edition.label) for edition in editions] == [
        (edition.title, str(vars(edition)["ordinal"])) for edition in editions.with_ordinals()
    ]
    assert [edition.label for edition in editions] == ["1", "2", "3"]
    assert minor.label == "3"
    page = client.get("/stories/port-closes/history/3/").content.decode()
    assert "<title>Edition 3: " in page
    assert client.get("/stories/port-closes/history/4/").status_code == 404


def test_cancelling_is_refused_if_a_later_schedule_would_fail_its_checks(editor):
    story = make_published_story(by=editor)
    reword(story, "Why the north pier opens again on Friday", editor)
    friday = publishing.schedule(story, by=editor, at=FRIDAY, change=make_update())
    story.sections.filter(kind="background").update(text=story.sections.get(kind="background").text + " That was all.")
    revisions.record_revision(story, by=editor)
    saturday = publishing.schedule(story, by=editor, at=SATURDAY, change=ChangeNote(Change.MINOR))
    with pytest.raises(publishing.ScheduleConflictError, match=r"\b3\b") as refusal:
        publishing.cancel_schedule(friday, by=editor)
    (findings,) = refusal.value.__cause__.findings.values()
    assert (refusal.value.edition, [finding.code for finding in findings]) == (saturday, ["change.minor"])
    assert findings[0].message in str(refusal.value)
    publishing.cancel_schedule(saturday, by=editor)
    publishing.cancel_schedule(friday, by=editor)
    assert not Edition.objects.filter(work=story).pending(MONDAY).exists()


def test_a_live_edition_cannot_be_cancelled(editor, set_time):
    edition = publishing.schedule(make_story(), by=editor, at=FRIDAY)
    set_time.go(to=FRIDAY)
    with pytest.raises(publishing.InvalidStateError, match="is no longer scheduled"):
        publishing.cancel_schedule(edition, by=editor)


def test_a_time_in_the_past_is_refused(editor, set_time):
    story = make_story()
    for at in (MONDAY, MONDAY - MOMENT):
        with pytest.raises(publishing.TimeError, match="is in the past"):
            publishing.schedule(story, by=editor, at=at)
    assert not Edition.objects.exists()


@pytest.mark.parametrize("at", [FOREVER, datetime.max.replace(tzinfo=UTC)])
def test_a_time_beyond_the_end_of_all_editions_is_refused(editor, at):
    draft, live = make_story(), make_published_story(by=editor)
    with timezone.override("Pacific/Kiritimati"):
        with pytest.raises(publishing.TimeError, match=str(FOREVER.year)):
            publishing.schedule(draft, by=editor, at=at)
        with pytest.raises(publishing.TimeError, match=str(FOREVER.year)):
            publishing.schedule_expiry(live, by=editor, at=at, notice="The strike is over.")
    assert publishing.schedule(draft, by=editor, at=FOREVER - MOMENT).live_until == FOREVER


def test_two_editions_of_a_work_cannot_begin_at_the_same_time(editor):
    story = make_story()
    publishing.schedule(story, by=editor, at=FRIDAY)
    reword(story, "Why the north pier opens again on Friday", editor)
    with pytest.raises(publishing.TimeError, match="scheduled for the same time"):
        publishing.schedule(story, by=editor, at=FRIDAY, change=make_update())


def test_only_editors_schedule_and_cancel(writer, editor):
    story = make_story()
    with pytest.raises(NotAllowedError):
        publishing.schedule(story, by=writer, at=FRIDAY)
    edition = publishing.schedule(story, by=editor, at=FRIDAY)
    with pytest.raises(NotAllowedError):
        publishing.cancel_schedule(edition, by=writer)
    with pytest.raises(NotAllowedError):
        publishing.replace_revision(edition, by=writer)


def test_the_revision_of_a_schedule_can_be_replaced_by_the_newest(editor):
    story = make_published_story(by=editor)
    reword(story, "Why the north pier opens again on Friday", editor)
    edition = publishing.schedule(story, by=editor, at=FRIDAY, change=make_update("It opens."))
    newest = reword(story, "Why the north pier opens again on Friday at noon", editor)
    replacement = publishing.replace_revision(edition, by=editor)
    assert (replacement.live_from, replacement.note, replacement.revision) == (FRIDAY, "It opens.", newest)
    assert live_titles(story, FRIDAY) == ["Why the north pier opens again on Friday at noon"]


def test_only_findings_that_are_new_since_scheduling_are_shown(editor):
    outlet, question = make_outlet(name="The Lisle Tidings"), make_question()
    publishing.publish(question, by=editor)
    story = make_published_story(by=editor, outlets=(outlet, make_outlet()), questions=(question, make_question()))
    reword(story, "Why the north pier opens again on Friday", editor)
    publishing.schedule(story, by=editor, at=FRIDAY, change=make_update())

    def list_new_findings():
        (pending,) = load_preflight(story, at=MONDAY).pending
        return [finding.code for finding in pending.findings]

    assert list_new_findings() == []
    publishing.withdraw(question, by=editor, notice="The answer was wrong.")
    Outlet.objects.filter(pk=outlet.pk).update(retired=True)
    assert sorted(list_new_findings()) == ["outlets.retired", "questions.live"]


def test_a_scheduled_address_answers_404_until_its_time_and_the_old_one_redirects_then(editor, client, set_time):
    story = make_published_story(by=editor, slug="old-pier")
    story.slug = "new-pier"
    story.save()
    revisions.record_revision(story, by=editor)
    publishing.schedule(story, by=editor, at=FRIDAY, change=make_update())
    other = make_story(slug="another-pier")
    other.slug = "new-pier"
    set_time.go(to=FRIDAY - MOMENT)
    assert client.get("/stories/new-pier/").status_code == 404
    assert client.get("/stories/old-pier/").status_code == 200
    set_time.go(to=FRIDAY)
    assert client.get("/stories/new-pier/").status_code == 200
    redirect = client.get("/stories/old-pier/")
    assert (redirect.status_code, redirect["Location"]) == (301, "/stories/new-pier/")


def test_publishing_before_a_pending_schedule_needs_a_resolution(editor):
    story = make_published_story(by=editor)
    reword(story, "Why the north pier opens again on Friday", editor)
    pending = publishing.schedule(story, by=editor, at=FRIDAY, change=make_update())
    reword(story, "Why the north pier opens again on Tuesday", editor)
    tuesday = MONDAY + timedelta(days=1)
    for verb in (
        lambda: publishing.publish(story, by=editor, change=make_update()),
        lambda: publishing.schedule(story, by=editor, at=tuesday, change=make_update()),
    ):
        with pytest.raises(publishing.PendingScheduleError) as refusal:
            verb()
        assert [edition for editions in refusal.value.pending.values() for edition in editions] == [pending]
    publishing.publish(story, by=editor, change=make_update(), resolutions={pending.pk: ScheduleResolution.CANCEL})
    pending.refresh_from_db()
    assert pending.is_cancelled
    assert live_titles(story, FRIDAY) == ["Why the north pier opens again on Tuesday"]


def test_withdrawing_cancels_all_pending_schedules(editor, set_time):
    story = make_published_story(by=editor)
    reword(story, "Why the north pier opens again on Friday", editor)
    publishing.schedule(story, by=editor, at=FRIDAY, change=make_update())
    publishing.schedule_expiry(story, by=editor, at=SATURDAY, notice="The pier is open; this page is done.")
    set_time.go(hours=1)
    publishing.withdraw(story, by=editor, notice="The numbers were wrong.")
    (notice,) = Edition.objects.filter(work=story, live_until=FOREVER)
    assert notice.notice == "The numbers were wrong."
    assert not Edition.objects.filter(work=story).pending(MONDAY).exists()


def test_moving_a_draft_to_the_trash_cancels_its_schedule(editor):
    story = make_story()
    publishing.schedule(story, by=editor, at=FRIDAY)
    trash.move_to_trash(story, by=editor)
    assert live_titles(story, FRIDAY) == []


def test_a_page_expires_at_its_time_with_the_notice(editor, client, set_time):
    story = make_published_story(by=editor, slug="fair")
    publishing.schedule_expiry(story, by=editor, at=FRIDAY, notice="The fair is over.")
    set_time.go(to=FRIDAY - MOMENT)
    assert client.get("/stories/fair/").status_code == 200
    set_time.go(to=FRIDAY)
    response = client.get("/stories/fair/")
    assert response.status_code == 410
    assert "The fair is over." in response.content.decode()


def test_an_override_remains_that_of_its_author_if_another_user_reschedules_the_edition(editor):
    story = make_published_story(by=editor)
    reword(story, "Why the north pier opens again on Friday", editor)
    friday = publishing.schedule(story, by=editor, at=FRIDAY, change=make_update())
    reword(story, "Too short", editor)
    reasons = {"headline.length headline": "It is the name of the play."}
    publishing.schedule(story, by=editor, at=SATURDAY, change=make_update(), overrides=reasons)
    publishing.cancel_schedule(friday, by=make_user())
    edition = Edition.objects.filter(work=story).pending(MONDAY).get()
    assert edition.overrides.get().by == editor


@pytest.mark.parametrize("verb", ["publish", "cancel_schedule", "withdraw", "replace_revision"])
def test_verbs_are_refused_if_an_edition_has_gone_live_by_the_clock_of_the_database(editor, set_time, verb):
    """The clocks of two machines always differ, so an edition may be live on one and still be pending on the other."""
    past_time = timezone.now() - timedelta(minutes=2)
    set_time.go(to=past_time - timedelta(minutes=2))
    story = make_published_story(by=editor)
    reword(story, "Why the north pier opens again on Friday", editor)
    pending = publishing.schedule(story, by=editor, at=past_time, change=make_update())
    reword(story, "Why the north pier stays closed until spring", editor)
    arguments = {
        "publish": {"change": make_update(), "resolutions": {pending.pk: ScheduleResolution.CANCEL}},
        "withdraw": {"notice": "Gone."},
    }
    subject = pending if verb in {"cancel_schedule", "replace_revision"} else story
    with pytest.raises(publishing.TimeError, match="was replaced a moment ago"):
        getattr(publishing, verb)(subject, by=editor, **arguments.get(verb, {}))
    assert Edition.objects.filter(work=story).count() == 2


def test_a_page_expires_at_the_address_that_it_had_when_it_was_live(editor, client, set_time):
    story = make_story(slug="port-closes")
    friday = publishing.schedule(story, by=editor, at=FRIDAY)
    publishing.schedule_expiry(story, by=editor, at=SATURDAY, notice="The strike is over.")
    story.slug = "pier-closes"
    reword(story, "Why the north pier closes on Friday at noon", editor)
    publishing.replace_revision(friday, by=editor)
    set_time.go(to=SATURDAY)
    assert client.get("/stories/port-closes/").status_code == 404
    assert client.get("/stories/pier-closes/").status_code == 410


def test_cancelling_a_page_also_cancels_its_expiry(editor, client, set_time):
    story = make_story()
    friday = publishing.schedule(story, by=editor, at=FRIDAY)
    publishing.schedule_expiry(story, by=editor, at=SATURDAY, notice="The strike is over.")
    publishing.cancel_schedule(friday, by=editor)
    assert not Edition.objects.filter(work=story).pending(MONDAY).exists()
    assert Event.objects.about(story.uid).with_verb("cancelled").count() == 2
    set_time.go(to=SATURDAY)
    assert client.get(f"/stories/{story.slug}/").status_code == 404


def test_cancelling_the_return_of_a_withdrawn_page_keeps_its_notice(editor, client, set_time):
    story = make_published_story(by=editor)
    publishing.withdraw(story, by=editor, notice="A source was mistaken.")
    friday = publishing.schedule(story, by=editor, at=FRIDAY, change=make_update())
    publishing.schedule_expiry(story, by=editor, at=SATURDAY, notice="The strike is over.")
    publishing.cancel_schedule(friday, by=editor)
    set_time.go(to=SATURDAY)
    assert b"A source was mistaken." in client.get(f"/stories/{story.slug}/").content


def test_an_expiry_remains_if_the_page_before_it_is_rescheduled(editor):
    story = make_story()
    friday = publishing.schedule(story, by=editor, at=FRIDAY)
    reword(story, "Why the north pier stays closed until spring", editor)
    publishing.schedule(story, by=editor, at=SATURDAY, change=make_update())
    sunday = publishing.schedule_expiry(story, by=editor, at=SATURDAY + timedelta(days=1), notice="The strike is over.")
    publishing.cancel_schedule(friday, by=editor)
    assert Edition.objects.filter(work=story).pending(MONDAY).last() == sunday


def test_an_update_does_not_change_a_pending_expiry(editor):
    story = make_published_story(by=editor)
    expiry = publishing.schedule_expiry(story, by=editor, at=FRIDAY, notice="The fair is over.")
    reword(story, "Why the north pier opens again on Tuesday", editor)
    edition = publishing.publish(story, by=editor, change=make_update())
    assert edition.live_until == FRIDAY
    assert list(Edition.objects.filter(work=story).pending(MONDAY)) == [expiry]


def test_a_withdrawn_page_is_republished_with_a_note(editor, set_time):
    story = make_published_story(by=editor)
    with pytest.raises(publishing.InvalidStateError, match="not withdrawn"):
        publishing.republish(story, by=editor, note="Never gone.")
    publishing.withdraw(story, by=editor, notice="The numbers were wrong.")
    edition = publishing.republish(story, by=editor, note="The numbers are right now.")
    assert (edition.change, edition.note, edition.label) == (Change.RETURN, "The numbers are right now.", "2")


def test_an_edition_published_at_the_same_instant_begins_a_microsecond_later(editor):
    story = make_published_story(by=editor)
    reword(story, "Why the north pier opens again on Tuesday", editor)
    edition = publishing.publish(story, by=editor, change=make_update())
    assert edition.live_from == MONDAY + MOMENT


def test_editions_remain_in_order_if_the_clock_is_set_back(editor, set_time):
    story = make_published_story(by=editor)
    set_time.go(seconds=-30)
    reword(story, "Why the north pier opens again on Tuesday", editor)
    edition = publishing.publish(story, by=editor, change=make_update())
    assert edition.live_from == MONDAY + MOMENT
    assert live_titles(story, MONDAY + MOMENT) == ["Why the north pier opens again on Tuesday"]


def test_a_minor_edition_does_not_change_the_time_of_the_update(editor, set_time):
    story = make_published_story(by=editor)
    set_time.go(hours=1)
    story.sections.filter(kind="background").update(text=story.sections.get(kind="background").text + " That was all.")
    revisions.record_revision(story, by=editor)
    edition = publishing.publish(story, by=editor, change=ChangeNote(Change.MINOR))
    assert (edition.label, edition.updated_at) == ("2", MONDAY)


def test_publishing_again_needs_a_change_note(editor):
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
