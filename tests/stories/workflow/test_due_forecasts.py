"""The forecasts that are due, and the notifications about them."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from newsroom.http import clock
from newsroom.notifications.models import Notice
from stories import drafts, publishing
from stories.documents import Forecast
from stories.drafts import revisions
from stories.models import Story, StoryForecast
from stories.publishing.decide_forecast import Decision, decide_forecast, save_decision
from stories.workflow import due_forecasts
from stories.workflow.due_forecasts import SOON, count_due_forecasts, list_due_forecasts, send_forecast_reminders
from tests.factories import edition_of, make_published_story, make_update, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]
DUE = date(2097, 6, 30)
ON_THE_DAY = datetime(2097, 6, 30, 8, tzinfo=UTC)


def make_forecast(**fields):
    return Forecast(uid=uuid4(), **{"speaker": "Ministry", "expected": "It opens.", "due_on": DUE, **fields})


def publish_with(by, *forecasts, owner=None):
    """Publish a story with these forecasts, and return it."""
    story = make_published_story(by=by)
    Story.objects.filter(pk=story.pk).update(owner=owner)
    drafts.restore(story, drafts.build_document(story).changed(forecasts=forecasts), by=by)
    revisions.record_revision(story, by=by)
    publishing.publish(Story.objects.get(pk=story.pk), by=by, change=make_update())
    return Story.objects.get(pk=story.pk)


def list_due(*, until=DUE, at=ON_THE_DAY):
    return [each.forecast.expected for each in list_due_forecasts(until=until, at=at)]


def list_notices():
    return sorted(Notice.objects.values_list("kind", "person__username"))


def test_open_forecasts_of_live_pages_are_listed_by_day_and_counted(administrator):
    later = make_forecast(expected="It closes.", due_on=DUE + SOON)
    publish_with(
        administrator,
        later,
        make_forecast(),
        make_forecast(expected="Void.", state="void", outcome="So.", decided_on=date(2026, 1, 1)),
    )
    assert (list_due(), list_due(until=DUE + SOON)) == (["It opens."], ["It opens.", "It closes."])
    assert tuple(vars_of(count_due_forecasts(at=ON_THE_DAY))) == (1, 1)
    assert list_due_forecasts(until=DUE, at=ON_THE_DAY - timedelta(days=365 * 200)) == []


def vars_of(counts):
    return counts.due, counts.soon


def test_a_withdrawn_page_has_no_forecasts_that_are_due(administrator):
    story = publish_with(administrator, make_forecast())
    publishing.withdraw(story, by=administrator, notice="It was wrong.")
    assert list_due() == []
    assert vars_of(count_due_forecasts(at=ON_THE_DAY)) == (0, 0)


def test_a_decision_in_the_draft_leaves_the_forecast_in_the_list(administrator):
    forecast = make_forecast()
    story = publish_with(administrator, forecast)
    decision = Decision("void", "It was dropped.", date(2026, 1, 1))
    arguments = {"seen": edition_of(story), "by": administrator, "at": clock.now()}
    save_decision(story, forecast.uid, decision, **arguments)
    assert [each.is_decided_in_draft for each in list_due_forecasts(until=DUE, at=ON_THE_DAY)] == [True]
    decide_forecast(story, forecast.uid, decision, note="It was dropped.", **arguments)
    assert list_due() == []


def test_the_owner_is_told_on_the_day_and_the_editors_a_week_later_once_each(administrator):
    owner = make_user(role="Writer", username="owner")
    editor = make_user(role="Editor", username="editor")
    publish_with(administrator, make_forecast(), owner=owner)
    Notice.objects.all().delete()
    assert send_forecast_reminders(ON_THE_DAY - timedelta(days=1)) == 0
    for _ in range(2):
        send_forecast_reminders(ON_THE_DAY)
    assert list_notices() == [("forecast", "owner")]
    send_forecast_reminders(ON_THE_DAY + timedelta(days=6))
    assert list_notices() == [("forecast", "owner")]
    for _ in range(2):
        send_forecast_reminders(ON_THE_DAY + timedelta(days=7))
    assert ("undecided", editor.username) in list_notices()
    assert ("forecast", "owner") in list_notices()
    assert len(list_notices()) == len(set(list_notices()))


def test_editors_are_told_on_the_day_about_a_story_without_an_owner(administrator):
    make_user(role="Editor", username="editor")
    publish_with(administrator, make_forecast())
    send_forecast_reminders(ON_THE_DAY)
    assert ("forecast", "editor") in list_notices()


def test_nobody_is_told_about_a_forecast_that_is_decided(administrator):
    forecast = make_forecast()
    story = publish_with(administrator, forecast)
    decision = Decision("void", "It was dropped.", date(2026, 1, 1))
    decide_forecast(
        story, forecast.uid, decision, seen=edition_of(story), note="It was dropped.", by=administrator, at=clock.now()
    )
    assert send_forecast_reminders(ON_THE_DAY) == 0


def test_a_forecast_that_is_removed_while_others_are_notified_about_is_passed_over(administrator, monkeypatch):
    publish_with(administrator, make_forecast(), make_forecast())
    notified = []

    def notify_and_remove_the_other(*_, address, **__):
        notified.append(address)
        StoryForecast.objects.exclude(uid=address.rstrip("/").rpartition("/")[2]).delete()

    monkeypatch.setattr(due_forecasts, "notify", notify_and_remove_the_other)
    assert send_forecast_reminders(ON_THE_DAY) == len(notified) == 1
