"""The part *Forecasts* of the form of a story."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from stories import drafts, publishing
from stories.admin.drafts.document import DraftForm
from stories.documents import Forecast
from stories.drafts import revisions
from stories.models import Story
from tests.factories import make_article, make_outlet, make_published_story, make_story, make_update
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db
DUE = date(2097, 12, 31)
ENTERED = {
    "speaker": "Finance ministry",
    "expected": "The tunnel opens to traffic.",
    "due_on": "2097-12-31",
    "said_on": "2096-03-04",
    "quotation": "The tunnel will open by the end of 2097.",
    "chance": "70",
    "low": "1,200",
    "high": "1400",
    "unit": "lorries",
}


def fields_of(index=0, **values):
    return {f"forecasts__{index}__{name}": value for name, value in values.items()}


@pytest.fixture
def public(editor):
    """Return a story with a forecast that readers see."""
    story = make_published_story(by=editor)
    forecast = Forecast(uid=uuid4(), speaker="Finance ministry", expected="It opens.", due_on=DUE)
    drafts.restore(story, drafts.build_document(story).changed(forecasts=(forecast,)), by=editor)
    revisions.record_revision(story, by=editor)
    publishing.publish(Story.objects.get(pk=story.pk), by=editor, change=make_update())
    return Story.objects.get(pk=story.pk)


def test_a_forecast_is_saved_with_a_source_and_an_outlet(editor, save):
    outlet = make_outlet(name="Ansgar Wire")
    story = make_story(articles=(make_article(outlet=outlet),))
    number = story.citations.get().number
    save(story, **fields_of(**ENTERED, outlet_name="ansgar wire", source=str(number)))
    (forecast,) = drafts.build_document(story).forecasts
    assert (forecast.speaker, forecast.due_on, forecast.chance) == ("Finance ministry", DUE, 70)
    assert (forecast.low, forecast.high, forecast.unit) == ("1200", "1400", "lorries")
    assert forecast.outlet.uid == outlet.uid
    assert (forecast.source, forecast.state) == (number, "open")


def test_the_live_preview_shows_what_a_save_would(client, editor, save):
    story = make_story(articles=(make_article(),))
    page = client.get(reverse(story.change_view_name, args=[story.pk]))
    changes = fields_of(**ENTERED, outlet_name="Somebody’s Paper", row=str(uuid4()), speaker_kind="expert")
    form = filled(page) | {name.replace("__", "-"): value for name, value in changes.items()}
    base = revisions.record_revision(story, by=editor).document.value()
    shown = DraftForm.read(form, story, by=editor).document(base).forecasts
    save(story, **changes)
    assert shown == drafts.build_document(story).forecasts


def test_a_form_that_is_not_touched_has_no_forecast(client, editor):
    story = make_story()
    form = filled(client.get(reverse(story.change_view_name, args=[story.pk])))
    base = revisions.record_revision(story, by=editor).document.value()
    assert form["forecasts-0-speaker_kind"] == "official"
    assert DraftForm.read(form, story, by=editor).document(base).forecasts == ()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"chance": "101"}, "chance"),
        ({"low": "many"}, "low"),
        ({"low": "9", "high": "8"}, "high"),
        ({"source": "977"}, "source"),
        ({"outcome_source": "977"}, "outcome_source"),
        ({"state": "perhaps"}, "state"),
    ],
)
def test_a_value_that_a_forecast_cannot_have_is_refused_at_its_field(values, field, editor, save):
    response = save(make_story(), expect=200, **fields_of(**{**ENTERED, **values}))
    assert [problem.field for problem in response.context["problems"]] == [f"id_forecasts-0-{field}"]


def test_a_forecast_without_a_day_is_saved_and_cannot_be_published(editor, save):
    story = make_story()
    save(story, **fields_of(**{**ENTERED, "due_on": ""}))
    with pytest.raises(publishing.NotReadyError, match="Give the day by which it can be checked"):
        publishing.publish(Story.objects.get(pk=story.pk), by=editor)


def test_the_form_offers_the_speakers_in_use(client, editor):
    make_story().forecasts.create(speaker="Port authority", expected="Two cranes are repaired.")
    page = client.get(reverse("admin:stories_story_add"))
    assert page.context["suggestions"]["speaker-names"] == ["Port authority"]


def test_public_words_are_read_only_and_the_row_stays(client, public, save):
    page = client.get(reverse(public.change_view_name, args=[public.pk])).content.decode()
    assert 'name="forecasts-0-expected"' not in page
    assert "It opens." in page
    save(public, **fields_of(expected="It closes.", due_on="2098-01-01", DELETE="on"))
    (forecast,) = drafts.build_document(public).forecasts
    assert (forecast.expected, forecast.due_on) == ("It opens.", DUE)


def test_a_public_forecast_is_decided_on_the_form(public, save):
    save(public, **fields_of(state="void", outcome="It was dropped.", decided_on="2097-01-01"))
    (forecast,) = drafts.build_document(public).forecasts
    assert (forecast.state, forecast.outcome, forecast.expected) == ("void", "It was dropped.", "It opens.")


def test_words_that_differ_from_the_public_ones_can_be_put_right(client, editor, public, save):
    public.forecasts.update(expected="It closes.")
    revisions.record_revision(public, by=editor)
    save(public, **fields_of(expected="It opens."))
    (forecast,) = drafts.build_document(public).forecasts
    assert forecast.expected == "It opens."
