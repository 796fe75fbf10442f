"""The list of forecasts that are due, and the screen on which one is decided."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from stories import drafts, publishing
from stories.documents import Forecast
from stories.drafts import revisions
from stories.models import Story
from tests.clocks import MONDAY
from tests.factories import edition_of, make_article, make_outlet, make_published_story, make_update, make_user
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()
LIST = "/admin/forecasts/"


@pytest.fixture
def forecast():
    return Forecast(uid=uuid4(), speaker="Finance ministry", expected="The tunnel opens.", due_on=TODAY)


@pytest.fixture
def story(set_time, editor, forecast):
    """Return a story with a public forecast that is due today."""
    story = make_published_story(by=editor)
    drafts.restore(story, drafts.build_document(story).changed(forecasts=(forecast,)), by=editor)
    revisions.record_revision(story, by=editor)
    publishing.publish(Story.objects.get(pk=story.pk), by=editor, change=make_update())
    set_time.go(minutes=1)
    return Story.objects.get(pk=story.pk)


@pytest.fixture
def address(story, forecast):
    return reverse("admin:decide_forecast", args=[story.pk, forecast.uid])


def submit(client, where, /, *, expect=302, **values):
    form = filled(client.get(where)) | {"state": "void", "outcome": "It was dropped.", "then": "publish"} | values
    response = client.post(where, form)
    assert response.status_code == expect
    return response


def find_public(story):
    return edition_of(story).document.value().forecasts[0]


def test_the_list_and_the_home_page_lead_to_the_decision(client, story, address):
    for page in (client.get(LIST), client.get(reverse("admin:index"))):
        assert address in page.content.decode()
    page = client.get(LIST).content.decode()
    for outcome in ("came_true", "in_part", "not_true", "void"):
        assert f"{address}?outcome={outcome}" in page


def test_an_empty_list_says_so(client, editor):
    assert "No forecast is due in the next 30 days." in client.get(LIST).content.decode()


def test_a_press_opens_the_form_with_the_outcome_the_day_and_a_note(client, address):
    form = filled(client.get(f"{address}?outcome=not_true"))
    assert (form["state"], form["decided_on"]) == ("not_true", TODAY.isoformat())
    assert form["note"].endswith("It did not come true.")


def test_a_decision_is_published(client, story, address):
    response = submit(client, address)
    assert response.url == LIST
    assert find_public(story).state == "void"
    assert edition_of(story).note.endswith("Its outcome cannot be judged.")


def test_a_decision_is_saved_in_the_draft(client, story, address):
    submit(client, address, then="draft")
    assert drafts.build_document(story).forecasts[0].state == "void"
    assert find_public(story).state == "open"


def test_another_article_becomes_the_source(client, story, address):
    make_outlet(name="Ansgar Wire")
    new = {"address": "https://wire.example/tunnel", "article_title": "Tunnel delayed", "article_outlet": "ansgar wire"}
    submit(client, address, expect=200, state="not_true", **{**new, "article_title": ""})
    submit(client, address, state="not_true", **new)
    cited = edition_of(story).document.value().citations[-1]
    assert (cited.url, cited.outlet.name, cited.number) == (
        new["address"],
        "Ansgar Wire",
        find_public(story).outcome_source,
    )


def test_a_known_article_needs_its_address_only(client, story, address):
    article = make_article(outlet=make_outlet())
    submit(client, address, state="came_true", address=article.url)
    assert edition_of(story).document.value().citations[-1].article == article.uid


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"outcome": " "}, "Say what happened."),
        ({"state": "not_true"}, "A decided forecast needs an outcome, a day and (unless void) a source."),
        ({"address": "wire"}, "Enter the full address of an article"),
        ({"decided_on": (TODAY + timedelta(days=9)).isoformat()}, "is in the future"),
    ],
)
def test_a_decision_that_lacks_something_is_refused_with_what_was_typed(values, message, client, story, address):
    response = submit(client, address, expect=200, note="Dropped.", **values)
    assert message in response.content.decode()
    assert filled(response)["note"] == "Dropped."
    assert find_public(story).state == "open"


def test_the_second_editor_sees_the_first_decision_and_may_then_change_it(client, story, address):
    opened = filled(client.get(address))
    submit(client, address)
    late = opened | {"state": "void", "outcome": "Never meant.", "then": "publish"}
    response = client.post(address, late)
    page = response.content.decode()
    assert "Somebody decided this forecast since you opened it (Void" in page
    assert "It was dropped." in page
    client.post(address, filled(response) | {"then": "publish"})
    assert find_public(story).outcome == "Never meant."


def test_a_writer_has_no_button_to_publish_and_cannot(client, story, address):
    client.force_login(make_user(role="Writer"))
    assert 'value="publish"' not in client.get(address).content.decode()
    submit(client, address, expect=403)
    assert find_public(story).state == "open"


def test_a_forecast_that_readers_do_not_see_has_no_screen(client, story):
    assert client.get(reverse("admin:decide_forecast", args=[story.pk, uuid4()])).status_code == 404


def test_a_key_that_no_story_can_have_leads_nowhere(client, editor):
    assert client.get(reverse("admin:decide_forecast", args=[10**30, uuid4()])).status_code == 404


def test_the_calendar_shows_the_day_of_an_open_forecast(client, story, address):
    page = client.get("/admin/calendar/").content.decode()
    assert 'class="calendar-entry forecast-due' in page
    assert "by Finance ministry" in page
    assert "data-entry" not in page  # its day cannot be moved
    submit(client, address)
    assert 'class="calendar-entry forecast-due' not in client.get("/admin/calendar/").content.decode()
