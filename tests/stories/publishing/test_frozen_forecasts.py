"""No verb publishes a story in which a forecast that readers have seen is changed or missing."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from newsroom.http import clock
from stories import drafts, publishing
from stories.documents import Forecast, NamedOutlet
from stories.drafts import citations, revisions
from stories.models import Story
from stories.publishing import NotReadyError
from tests.factories import make_article, make_outlet, make_published_story, make_story, make_update

pytestmark = pytest.mark.django_db
DUE = date(2096, 12, 31)


def make_forecast(**fields):
    return Forecast(uid=uuid4(), **{"speaker": "Finance ministry", "expected": "It opens.", "due_on": DUE, **fields})


def change_draft(story, by, **fields):
    """Save the draft with other values of these fields, and return the story."""
    drafts.restore(story, drafts.build_document(story).changed(**fields), by=by)
    revisions.record_revision(story, by=by)
    return Story.objects.get(pk=story.pk)


def publish_with(story, by, *forecasts):
    return publishing.publish(change_draft(story, by, forecasts=forecasts), by=by, change=make_update())


@pytest.fixture
def forecast():
    return make_forecast()


@pytest.fixture
def story(administrator, forecast):
    """Return a story whose forecast readers see."""
    story = make_published_story(by=administrator)
    publish_with(story, administrator, forecast)
    return story


def verbs(story, by):
    """Return the verbs that publish a draft, as functions."""
    return {
        "publish": lambda: publishing.publish(story, by=by, change=make_update()),
        "schedule": lambda: publishing.schedule(story, by=by, at=clock.now() + timedelta(days=2), change=make_update()),
        "publish many": lambda: publishing.publish_many([publishing.PublishRequest(story, make_update())], by=by),
        "publish a bundle": lambda: publishing.publish_bundle(
            publishing.save_bundle("Harbour", [story], by=by),
            by=by,
            requests=[publishing.PublishRequest(story, make_update())],
        ),
    }


VERBS = ["publish", "schedule", "publish many", "publish a bundle"]


def test_a_public_forecast_is_not_changed(story, forecast, administrator):
    with pytest.raises(NotReadyError, match="The forecast by Finance ministry is public"):
        publish_with(story, administrator, forecast.model_copy(update={"due_on": DUE + timedelta(days=1)}))


@pytest.mark.parametrize("verb", VERBS)
def test_no_verb_removes_a_public_forecast(verb, story, administrator):
    draft = change_draft(story, administrator, forecasts=())
    with pytest.raises(NotReadyError, match="The forecast by Finance ministry is public"):
        verbs(draft, administrator)[verb]()


def test_the_check_cannot_be_overridden(story, forecast, administrator):
    draft = change_draft(story, administrator, forecasts=())
    override = {f"forecasts.frozen forecasts.{forecast.uid}.expected": "It was wrong."}
    with pytest.raises(NotReadyError):
        publishing.publish(draft, by=administrator, change=make_update(), overrides=override)


def test_a_forecast_stays_frozen_after_a_withdrawal_and_a_return(story, administrator):
    publishing.withdraw(Story.objects.get(pk=story.pk), by=administrator, notice="It was wrong.")
    draft = change_draft(story, administrator, forecasts=())
    with pytest.raises(NotReadyError):
        publishing.publish(draft, by=administrator, change=make_update())


def test_a_bundle_that_brought_a_forecast_is_not_undone(administrator, forecast):
    story = make_published_story(by=administrator)
    draft = change_draft(story, administrator, forecasts=(forecast,))
    bundle = publishing.save_bundle("Harbour", [draft], by=administrator)
    publishing.publish_bundle(bundle, by=administrator, requests=[publishing.PublishRequest(draft, make_update())])
    with pytest.raises(NotReadyError):
        publishing.undo_bundle(bundle, by=administrator, note="Too early.")


def test_a_bundle_that_decided_a_forecast_can_be_undone(story, forecast, administrator):
    decided = forecast.model_copy(update={"state": "void", "outcome": "It was dropped.", "decided_on": DUE})
    draft = change_draft(story, administrator, forecasts=(decided,))
    bundle = publishing.save_bundle("Harbour", [draft], by=administrator)
    publishing.publish_bundle(bundle, by=administrator, requests=[publishing.PublishRequest(draft, make_update())])
    (restored,) = publishing.undo_bundle(bundle, by=administrator, note="Too early.")
    assert restored.document.value().forecasts == (forecast,)


def test_other_words_may_change_and_other_forecasts_may_come(story, forecast, administrator):
    decided = forecast.model_copy(update={"state": "void", "outcome": "It was dropped.", "decided_on": DUE})
    assert publish_with(story, administrator, make_forecast(expected="It closes."), decided)


def test_a_forecast_that_readers_never_saw_may_change_and_go(administrator, forecast):
    story = make_published_story(by=administrator)
    draft = change_draft(story, administrator, forecasts=(forecast,))
    later = clock.now() + timedelta(days=2)
    scheduled = publishing.schedule(draft, by=administrator, at=later, change=make_update())
    publishing.cancel_schedule(scheduled, by=administrator)
    assert publish_with(story, administrator, forecast.model_copy(update={"expected": "It closes."}))


def test_a_scheduled_forecast_is_frozen_for_what_follows_it(administrator, forecast):
    story = make_published_story(by=administrator)
    draft = change_draft(story, administrator, forecasts=(forecast,))
    publishing.schedule(draft, by=administrator, at=clock.now() + timedelta(days=2), change=make_update())
    without = change_draft(draft, administrator, forecasts=())
    with pytest.raises(NotReadyError):
        publishing.schedule(without, by=administrator, at=clock.now() + timedelta(days=3), change=make_update())


def test_a_new_name_of_the_outlet_and_a_merge_are_no_changes(administrator):
    outlet, other = make_outlet(name="Ansgar Wire"), make_outlet(name="Ansgar News")
    story = make_published_story(by=administrator)
    forecast = make_forecast(outlet=NamedOutlet(uid=outlet.uid, name=outlet.name))
    publish_with(story, administrator, forecast)
    outlet.name = "Ansgar Wire Service"
    outlet.save()
    note = make_forecast(expected="It closes.")
    assert publish_with(story, administrator, forecast, note)
    outlet.merged_into = other
    outlet.save()
    merged = forecast.model_copy(update={"outlet": NamedOutlet(uid=other.uid, name=other.name)})
    assert publish_with(story, administrator, merged, note, make_forecast(expected="It is sold."))
    elsewhere = make_outlet(name="The Lisle Courier")
    moved = forecast.model_copy(update={"outlet": NamedOutlet(uid=elsewhere.uid, name=elsewhere.name)})
    with pytest.raises(NotReadyError):
        publish_with(story, administrator, moved, note)


def test_a_source_that_got_another_number_is_no_change(administrator):
    article = make_article(outlet=make_outlet())
    story = make_story(articles=(article,))
    publishing.publish(story, by=administrator)
    citation = story.citations.get(article=article)
    publish_with(story, administrator, make_forecast(source=citation.number))
    citation.delete()
    citations.cite_article(story, article)
    assert story.citations.get(article=article).number != citation.number
    decided = (
        drafts.build_document(story)
        .forecasts[0]
        .model_copy(update={"state": "void", "outcome": "It was dropped.", "decided_on": DUE})
    )
    assert publish_with(story, administrator, decided)
