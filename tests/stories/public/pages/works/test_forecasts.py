"""*What was expected*: forecasts on the page of a story, in its copies and feeds, and after their day."""

from datetime import UTC, date, datetime

import pytest

from newsroom.http.clock import start_of_day
from newsroom.page_cache.dependencies import PageDependencies
from stories.documents import Forecast
from stories.documents.render import render_explainer
from stories.public.pages.works.story import ExplainerPage
from tests.stories.documents.full_documents import STORY
from tests.stories.forecasts import DECIDED, DUE, decide, publish_forecasts, read

pytestmark = pytest.mark.django_db
PAGE = "/stories/tunnel/"
NEXT_DAY = date(2031, 3, 21)
PASSED = "Its date, 20 March, has passed. We have not recorded the outcome yet."


@pytest.fixture(autouse=True)
def clock(set_time):
    return set_time


def test_an_open_forecast_has_its_speaker_day_words_source_and_due_day(client):
    publish_forecasts({}, slug="tunnel")
    html = client.get(PAGE).content.decode()
    assert 'href="#id-forecasts"' in html
    assert '<li id="id-forecast-1"><p class="state"><strong class="state-mark" data-state="open">Open</strong>' in html
    assert 'id="cite-forecast-1-1"' in html
    assert "Finance ministry, 4 February: “The tunnel will open by spring.”" in read(client, PAGE)
    assert "The tunnel opens to traffic. By 20 March." in read(client, PAGE)
    assert PASSED not in read(client, PAGE)


@pytest.mark.parametrize(
    ("code", "label", "shape"),
    [
        ("came_true", "Came true", "answered"),
        ("in_part", "In part", "partly"),
        ("not_true", "Did not come true", "not_true"),
        ("void", "Void", "void"),
    ],
)
def test_a_decided_forecast_says_what_happened_in_words(client, code, label, shape):
    publish_forecasts({"state": code}, slug="tunnel")
    html = client.get(PAGE).content.decode()
    assert f'<strong class="state-mark" data-state="{shape}">{label}</strong>' in html
    assert 'id="cite-outcome-1-1"' in html
    assert "25 March: The opening is now planned for 2033." in read(client, PAGE)
    assert PASSED not in read(client, PAGE)


def test_a_forecast_without_quoted_words_has_what_is_expected_and_its_range_and_chance(client):
    publish_forecasts({"quotation": "", "low": "1200", "high": "1500.5", "unit": "crowns", "chance": 70}, slug="tunnel")
    text = read(client, PAGE)
    assert "Finance ministry, 4 February: The tunnel opens to traffic." in text
    assert text.count("The tunnel opens to traffic.") == 1
    assert "Range: 1200 to 1500.5 crowns. Chance named: 70 %. By 20 March." in text


def test_a_forecast_is_past_its_day_from_the_next_day_on_without_a_worker(client, clock):
    publish_forecasts({}, {"state": "came_true"}, slug="tunnel")
    clock.go(to=datetime(2031, 3, 20, 22, 59, tzinfo=UTC))
    assert PASSED not in read(client, PAGE)
    stored = client.get(PAGE)
    clock.go(to=start_of_day(NEXT_DAY))
    assert read(client, PAGE).count(PASSED) == 1
    assert client.get(PAGE, headers={"If-None-Match": stored["ETag"]}).status_code == 200
    assert PASSED in read(client, "/feeds/stories.json")


def test_the_stored_page_ends_with_the_next_day_of_an_open_forecast():
    publish_forecasts({"due_on": date(2031, 3, 24)}, {}, {"state": "void", "due_on": DUE}, slug="tunnel")
    dependencies = PageDependencies(at=datetime(2031, 3, 10, 12, tzinfo=UTC))
    ExplainerPage.load("tunnel", at=dependencies.at, dependencies=dependencies)
    assert dependencies.valid_until == start_of_day(NEXT_DAY)


def test_an_old_edition_shows_its_forecasts_as_readers_last_saw_them(client, clock):
    story = publish_forecasts({}, slug="tunnel")
    clock.go(to=datetime(2031, 3, 10, tzinfo=UTC))
    decide(story, "not_true", decided_on=date(2031, 3, 10))
    clock.go(to=datetime(2031, 4, 10, tzinfo=UTC))
    old = read(client, "/stories/tunnel/history/1/").partition("First edition")[0]
    assert "By 20 March." in old
    assert PASSED not in old
    assert "10 March: The opening is now planned for 2033." not in old
    assert "10 March: The opening is now planned for 2033." in read(client, PAGE)


def test_copies_and_feeds_have_the_words_and_the_outcome(client):
    publish_forecasts({"state": "not_true"}, slug="tunnel")
    for address in ("/stories/tunnel.txt", "/stories/tunnel.md", "/feeds/stories.atom", "/feeds/stories.json"):
        body = client.get(address).content.decode()
        assert "The tunnel will open by spring." in body
        assert "The opening is now planned for 2033." in body


def test_sources_are_numbered_in_page_order_and_forecasts_follow_the_sections():
    fragments = render_explainer(STORY)
    (forecast,) = fragments.forecasts
    assert forecast.source == forecast.outcome_source == fragments.sources[0].display
    assert {"cite-forecast-1-1", "cite-outcome-1-1"} <= set(fragments.sources[0].back)
    assert forecast.outcome_html.index("<sup") > 0


def test_a_story_without_forecasts_has_an_unchanged_edition(client):
    story = publish_forecasts(slug="tunnel")
    assert "id-forecast" not in client.get(PAGE).content.decode()
    assert "forecasts" not in story.editions.get().fragments


def test_an_outcome_without_a_text_is_its_source_alone():
    outcome = Forecast(uid=STORY.uid, state="came_true", outcome_source=1, decided_on=DECIDED)
    (forecast,) = render_explainer(STORY.changed(forecasts=(outcome,))).forecasts
    assert forecast.outcome_html.startswith("<p><sup")
