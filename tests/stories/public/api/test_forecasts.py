"""Forecasts in the API: in a story, and in a list of their own."""

from datetime import UTC, date, datetime

import pytest

from newsroom.http.clock import start_of_day
from stories.publishing import withdraw
from tests.factories import make_user
from tests.stories.forecasts import publish_forecasts
from tests.stories.public.structured_data.parse import Page

pytestmark = pytest.mark.django_db
LIST = "/api/v1/forecasts"


def list_expected(client, query: str = "") -> list[str]:
    return [each["expected"] for each in client.get(f"{LIST}{query}").json()["items"]]


def test_a_story_has_its_forecasts_with_their_outcomes(client):
    publish_forecasts({"state": "not_true", "chance": 70, "low": "1", "high": "2", "unit": "lanes"}, slug="tunnel")
    story = client.get("/api/v1/stories/tunnel").json()
    (forecast,) = story["forecasts"]
    assert forecast["url"] == "http://testserver/stories/tunnel/#id-forecast-1"
    assert (forecast["speaker"], forecast["speaker_kind"]) == ("Finance ministry", "official")
    assert (forecast["said_on"], forecast["due_on"], forecast["decided_on"]) == (
        "2031-02-04",
        "2031-03-20",
        "2031-03-25",
    )
    assert (forecast["chance"], forecast["low"], forecast["high"], forecast["unit"]) == (70, "1", "2", "lanes")
    assert (forecast["state"], forecast["outcome"]) == ("not_true", "The opening is now planned for 2033.")
    numbers = {source["number"] for source in story["sources"]}
    assert {forecast["source"], forecast["outcome_source"]} <= numbers
    assert "What was expected" not in {section["heading"] for section in story["sections"]}


def test_story_list_and_structured_data_say_that_a_day_has_passed_at_the_first_request(client, set_time):
    publish_forecasts({}, slug="tunnel")

    def read() -> tuple[bool, bool, str]:
        story = client.get("/api/v1/stories/tunnel").json()["forecasts"][0]
        listed = client.get(LIST).json()["items"][0]
        (claim,) = Page(client.get("/stories/tunnel/").content.decode()).of_type("NewsArticle")["hasPart"]
        return story["past_due"], listed["past_due"], claim["creativeWorkStatus"]

    set_time.go(to=datetime(2031, 3, 20, 22, 59, tzinfo=UTC))
    assert read() == (False, False, "Open")
    set_time.go(to=start_of_day(date(2031, 3, 21)))
    assert read() == (True, True, "Its date has passed")


def test_a_forecast_is_a_claim_of_its_speaker_for_programs(client):
    publish_forecasts({"speaker_kind": "institution"}, slug="tunnel")
    (claim,) = Page(client.get("/stories/tunnel/").content.decode()).of_type("NewsArticle")["hasPart"]
    assert claim["@type"] == "Claim"
    assert claim["author"] == {"@type": "Organization", "name": "Finance ministry"}
    assert (claim["datePublished"], claim["expires"]) == ("2031-02-04", "2031-03-20")
    assert claim["text"] == "The tunnel opens to traffic."


def test_the_list_has_filters_and_pages_in_the_order_of_the_days(client):
    publish_forecasts(
        {"expected": "Third.", "due_on": date(2031, 5, 3)},
        {"expected": "First.", "due_on": date(2031, 5, 1), "state": "void"},
        {"expected": "Second.", "due_on": date(2031, 5, 2), "speaker": "Port authority"},
    )
    assert list_expected(client) == ["First.", "Second.", "Third."]
    assert list_expected(client, "?state=open") == ["Second.", "Third."]
    assert list_expected(client, "?speaker=PORT+authority") == ["Second."]
    assert list_expected(client, "?due_before=2031-05-02") == ["First."]
    first = client.get(f"{LIST}?limit=2").json()
    assert [each["expected"] for each in first["items"]] == ["First.", "Second."]
    rest = client.get(first["next"].removeprefix("http://testserver")).json()
    assert ([each["expected"] for each in rest["items"]], rest["next"]) == (["Third."], None)
    assert client.get(f"{LIST}?state=wrong").status_code == 400
    assert client.get(f"{LIST}?cursor=wrong").status_code == 404


def test_of_a_withdrawn_story_one_void_forecast_without_words_remains(client):
    story = publish_forecasts({}, {}, slug="tunnel")
    withdraw(story, by=make_user(), notice="It was wrong.")
    (forecast,) = client.get(LIST).json()["items"]
    assert (forecast["state"], forecast["withdrawn"]) == ("void", True)
    assert (forecast["speaker"], forecast["speaker_kind"], forecast["expected"], forecast["due_on"]) == (
        "",
        None,
        "",
        None,
    )
    assert forecast["story"]["name"] == ""
    assert forecast["url"] == forecast["story"]["url"] == "http://testserver/stories/tunnel/"
