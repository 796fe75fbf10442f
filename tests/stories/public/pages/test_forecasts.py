"""The list of forecasts, the counts of a speaker, what remains of withdrawn stories, and the feed."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from newsroom.http.clock import start_of_day
from newsroom.page_cache.dependencies import PageDependencies
from stories.documents.forecasts import count_states
from stories.documents.schema.forecasts import STATES
from stories.drafts import revisions
from stories.models import EditionForecast, StoryForecast
from stories.public.pages import forecasts
from stories.public.pages.forecasts import DayCursor, ForecastFilter, ForecastList, SpeakerRecord
from stories.publishing import (
    PublishRequest,
    cancel_schedule,
    publish,
    publish_bundle,
    reschedule,
    save_bundle,
    schedule,
    schedule_expiry,
    undo_bundle,
    withdraw,
)
from stories.publishing.erase import erase_edition, erase_passage, erase_work
from tests.factories import make_update, make_user
from tests.stories.forecasts import DECISION, DUE, decide, make_story_with_forecasts, publish_forecasts, read

pytestmark = pytest.mark.django_db
LIST, FEED = "/forecasts/", "/forecasts/feed.atom"
SPEAKER = f"{LIST}?who=Finance+ministry"
PASSED = "Its date, 20 March, has passed. We have not recorded the outcome yet."
APRIL = datetime(2031, 4, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(set_time):
    return set_time


def load(*, at=APRIL, **chosen) -> ForecastList:
    return ForecastList.load(ForecastFilter(**chosen), at=at)


def list_words(page: ForecastList) -> list[str]:
    return [entry.row.expected for entry in page.entries]


def follow_all(client, address: str) -> list[str]:
    """Return the forecasts of the list at ``address``, on all of its pages, as their texts."""
    found, addresses = [], [address]
    while addresses:
        html = client.get(addresses.pop()).content.decode()
        found += re.findall(r'<h3 [^>]*><a href="[^"]*">([^<]*)</a>', html)
        addresses += [f"{LIST}{link.replace('&amp;', '&')}" for link in re.findall(r'rel="next" href="([^"]*)"', html)]
    return found


def test_open_forecasts_are_in_the_order_of_their_days_and_decided_ones_the_last_first(client):
    publish_forecasts(
        {"expected": "Later.", "due_on": date(2031, 5, 1)},
        {"expected": "Sooner."},
        {"expected": "First.", "state": "void", "decided_on": date(2031, 3, 1)},
        {"expected": "Last.", "state": "came_true", "decided_on": date(2031, 3, 2)},
        slug="tunnel",
    )
    assert list_words(load()) == ["Sooner.", "Later.", "Last.", "First."]
    text = read(client, LIST)
    assert re.search(r"Due next 20 March Finance ministry: Sooner\. “[^”]*” Open", text)
    assert re.search(r"Decided last 2 March Finance ministry: Last\. “[^”]*” Came true", text)
    assert '/stories/tunnel/#id-forecast-2">Finance ministry: Sooner.' in client.get(LIST).content.decode()


def test_the_list_says_that_a_day_has_passed_at_the_first_request(client, clock):
    publish_forecasts({})
    clock.go(to=datetime(2031, 3, 20, 22, 59, tzinfo=UTC))
    assert PASSED not in read(client, LIST)
    assert PASSED not in client.get(FEED).content.decode()
    clock.go(to=start_of_day(DUE + timedelta(days=1)))
    assert PASSED in read(client, LIST)
    assert "<title>Due: Finance ministry: The tunnel opens to traffic.</title>" in client.get(FEED).content.decode()


def test_the_stored_list_and_feed_end_with_the_next_day_of_an_open_forecast():
    publish_forecasts({})
    dependencies = PageDependencies(at=datetime(2031, 3, 10, 12, tzinfo=UTC))
    ForecastList.load(ForecastFilter(), at=dependencies.at, dependencies=dependencies)
    assert dependencies.valid_until == start_of_day(DUE + timedelta(days=1))


def test_the_filters_find_a_speaker_in_any_case_and_a_state(client):
    publish_forecasts(
        {"expected": "One."},
        {"expected": "Two.", "state": "void"},
        {"expected": "Three.", "speaker": "Port authority", "state": "void"},
    )
    assert list_words(load(who="FINANCE ministry")) == ["One.", "Two."]
    assert list_words(load(state="open")) == ["One."]
    assert [name for name, _ in load().speakers] == ["Finance ministry", "Port authority"]
    text = client.get(f"{LIST}?who=Port+authority&state=void").content.decode()
    assert '<option value="Port authority" selected>' in text
    assert '<option value="void" selected>' in text
    assert "No forecasts found." in read(client, f"{LIST}?who=Nobody")
    assert client.get(f"{LIST}?state=wrong").status_code == 404
    assert client.get(f"{LIST}?due=wrong").status_code == 404


def test_a_speaker_has_the_stored_spelling_whatever_was_typed(client):
    publish_forecasts(*[{"state": "came_true"}] * 5)
    page = client.get(f"{LIST}?who=FINANCE++ministry").content.decode()
    assert "Finance ministry: came true" in page
    assert "<title>Finance ministry – Forecasts" in page
    assert "FINANCE" not in page.partition("</form>")[2]
    assert "Qxnobody" not in client.get(f"{LIST}?who=Qxnobody").content.decode()


def test_a_speaker_after_the_last_name_of_a_long_list_can_be_typed(client, monkeypatch):
    monkeypatch.setattr(forecasts, "MAX_SPEAKERS", 1)
    publish_forecasts({"expected": "One."}, {"expected": "Two.", "speaker": "Port authority"})
    page = client.get(f"{LIST}?who=port+authority").content.decode()
    assert re.search(r'<input name="who" list="speakers" value="Port authority"', page)
    assert '<datalist id="speakers"><option value="Finance ministry"></option></datalist>' in page
    assert "Not every name is suggested." in page
    assert list_words(load(who="port authority")) == ["Two."]
    monkeypatch.setattr(forecasts, "MAX_SPEAKERS", 2)
    assert "<datalist" not in client.get(f"{LIST}?who=Finance").content.decode()


def test_an_empty_list_says_so(client):
    assert "There are no forecasts yet." in read(client, LIST)


def test_long_lists_have_pages_that_cost_no_more_queries(client, django_assert_max_num_queries):
    few = [{"expected": f"Forecast {number:03}."} for number in range(25)]
    many = [{"expected": f"Decision {number:03}.", "state": "came_true"} for number in range(25)]
    publish_forecasts(*few, *many)
    client.get(LIST)
    for address in (LIST, f"{LIST}?who=Finance+ministry"):
        with django_assert_max_num_queries(6):
            client.get(f"{address}{'&' if '?' in address else '?'}range=0")
    assert sorted(follow_all(client, LIST)) == sorted(f"Finance ministry: {each['expected']}" for each in (*few, *many))


def test_a_position_is_read_back_for_every_year():
    for day in (date.min, date(205, 3, 19), DUE, date.max):
        cursor = DayCursor(day, UUID(int=7))
        assert DayCursor.parse(str(cursor)) == cursor


def test_nothing_is_listed_before_its_time(client, clock):
    story = make_story_with_forecasts({})
    schedule(story, by=make_user(), at=datetime(2031, 3, 10, tzinfo=UTC))
    assert "The tunnel opens" not in read(client, LIST)
    assert "The tunnel opens" not in client.get(FEED).content.decode()
    clock.go(to=datetime(2031, 3, 10, tzinfo=UTC))
    assert "The tunnel opens" in read(client, LIST)
    assert "<title>New: Finance ministry: The tunnel opens" in client.get(FEED).content.decode()


def test_counts_show_from_five_decided_forecasts_and_equal_the_lists_that_they_open(client):
    states = ["came_true"] * 2 + ["in_part", "not_true", "not_true", "void", "void", "open"]
    forecasts = [
        {"expected": f"Forecast {number}.", "state": state, "low": "" if number == 5 else "1"}
        for number, state in enumerate(states)
    ]
    publish_forecasts(*forecasts[1:])
    assert load(who="Finance ministry").record is None
    publish_forecasts(forecasts[0])
    text = read(client, SPEAKER)
    assert "Finance ministry: came true 2, in part 1, did not come true 2. Void, not counted: 2." in text
    counts = count_states(each["state"] for each in forecasts if each["low"])
    assert counts.decided >= 5
    assert f"Inside the range: {counts.came_true} of {counts.decided}." in text
    assert len(check_counts(client)) == 6
    assert "came true 2" not in read(client, LIST)


def check_counts(client) -> list[str]:
    """Check each number in the counts of the speaker against the list that it opens, and return the numbers."""
    links = re.findall(r'<a href="(/forecasts/\?who=[^"]*)">(\d+)</a>', client.get(SPEAKER).content.decode())
    for link, number in links:
        assert parse_qs(urlsplit(link).query)["who"] == ["Finance ministry"]
        assert len(follow_all(client, link.replace("&amp;", "&"))) == int(number)
    return [number for _, number in links]


@pytest.mark.parametrize("seed", [1, 2])
def test_counts_follow_decisions_withdrawals_returns_undo_and_erasure(client, clock, administrator, seed):
    random = Random(seed)  # noqa: S311 -- not a secret
    stories = [
        publish_forecasts(
            *(
                {"expected": f"Forecast {number} of {story}.", "state": random.choice(list(STATES))}
                for number in range(random.randint(6, 9))
            )
        )
        for story in "abc"
    ]
    publish_forecasts(*[{"state": "not_true"}] * 5)  # so that counts always show
    open_forecast, bundled = publish_forecasts({"expected": "Last."}), publish_forecasts({"expected": "Bundled."})
    bundle = save_bundle("Tunnel", [bundled], by=administrator)

    def decide_in_bundle():
        bundled.forecasts.update(**DECISION, state="in_part", outcome_article=bundled.forecasts.get().article)
        revisions.record_revision(bundled, by=None)
        publish_bundle(bundle, by=administrator, requests=[PublishRequest(bundled, make_update())])

    sequences = [
        [
            lambda: withdraw(stories[0], by=administrator, notice="It was wrong."),
            lambda: publish(stories[0], by=administrator, change=make_update()),
        ],
        [decide_in_bundle, lambda: undo_bundle(bundle, by=administrator, note="Too early.")],
        [lambda: decide(open_forecast, random.choice(["came_true", "not_true", "void"]))],
        [lambda: erase_work(stories[1], by=administrator, reason="A court order")],
    ]
    counts = [check_counts(client)]
    for day in range(10, 10 + sum(map(len, sequences))):
        clock.go(to=datetime(2031, 3, day, tzinfo=UTC))
        random.choice([steps for steps in sequences if steps]).pop(0)()
        clock.go(to=datetime(2031, 3, day, 12, tzinfo=UTC))
        counts.append(check_counts(client))
    assert all(before != after for before, after in pairwise(counts))


def test_a_brier_score_needs_ten_decided_forecasts_with_a_chance(client):
    groups = [("came_true", 80, False, 5), ("not_true", 30, False, 4), ("void", 10, False, 3), ("open", 10, False, 3)]
    assert SpeakerRecord.from_groups(groups).brier_score is None
    record = SpeakerRecord.from_groups([*groups, ("in_part", 50, False, 1)])
    assert record.brier_score == pytest.approx((5 * 0.04 + 4 * 0.09) / 10)
    publish_forecasts(*[{"state": "came_true", "chance": 80}] * 6, *[{"state": "not_true", "chance": 30}] * 3)
    publish_forecasts({"state": "void", "chance": 10}, {"chance": 10})
    assert "came true 6" in read(client, SPEAKER)
    assert "Brier score" not in read(client, SPEAKER)
    publish_forecasts({"state": "not_true", "chance": 30})
    line = "Brier score 0.06. Always saying 50 % would score 0.25. Lower is better."
    assert line in read(client, f"{LIST}?who=Finance+ministry")


def test_a_withdrawn_story_leaves_one_line_without_name_and_words(client, clock):
    story = publish_forecasts({}, {"state": "came_true"}, slug="tunnel", headline="Why the tunnel is late")
    publish_forecasts({"speaker": "Port authority", "expected": "Two cranes are repaired."})
    assert "/stories/tunnel/" in client.get("/search/?q=tunnel").content.decode()
    clock.go(to=datetime(2031, 3, 3, 12, tzinfo=UTC))
    withdraw(story, by=make_user(), notice="It was wrong.")
    for address in (LIST, f"{LIST}?state=void", FEED, "/api/v1/forecasts"):
        body = client.get(address).content.decode()
        assert not re.search("Finance ministry|tunnel opens|tunnel will|is late", body)
        assert 'href="/stories/tunnel/"' in body or "/stories/tunnel/" in body
    for word in ("tunnel", "Finance+ministry", "traffic"):
        assert "/stories/tunnel/" not in client.get(f"/search/?q={word}").content.decode()
    line = "Void: the story was withdrawn on 3 March."
    assert read(client, LIST).count(line) == 1
    assert line not in read(client, f"{LIST}?who=Port+authority")
    clock.go(to=datetime(2031, 3, 4, 12, tzinfo=UTC))
    publish(story, by=make_user(), change=make_update())
    assert line not in read(client, LIST)
    assert list_words(load(who="Finance ministry")) == ["The tunnel opens to traffic."] * 2
    assert "withdrawn" not in client.get(FEED).content.decode()


def test_a_forecast_that_comes_before_the_end_date_leaves_the_line_too(client, clock):
    story, end = publish_forecasts(slug="tunnel"), datetime(2031, 3, 3, 12, tzinfo=UTC)
    clock.go(to=end - timedelta(days=2))
    schedule_expiry(story, by=make_user(), at=end, notice="The inquiry is over.")
    StoryForecast.objects.create(story=story, speaker="Finance ministry", expected="The tunnel opens.", due_on=DUE)
    for note in ("It is expected to open.", "More on the tunnel."):
        story.sections.filter(kind="background").update(text=note)
        revisions.record_revision(story, by=None)
        publish(story, by=make_user(), change=make_update(note))
    line = "Void: the story was withdrawn on 3 March."
    assert line not in read(client, LIST)
    clock.go(to=end + timedelta(days=1))
    assert read(client, LIST).count(line) == 1


def test_the_line_follows_an_end_date_that_is_moved_or_cancelled(client, clock):
    story, end = publish_forecasts({}), datetime(2031, 3, 8, 12, tzinfo=UTC)
    notice = schedule_expiry(story, by=make_user(), at=end, notice="The inquiry is over.")
    (moved,) = reschedule(notice, to=end + timedelta(days=5), by=make_user())
    clock.go(to=end + timedelta(days=1))
    assert "the story was withdrawn" not in read(client, LIST)
    assert list_words(load(at=end + timedelta(days=1))) == ["The tunnel opens to traffic."]
    assert list_words(load(at=end + timedelta(days=6))) == [""]
    cancel_schedule(moved, by=make_user())
    clock.go(to=end + timedelta(days=6))
    assert "the story was withdrawn" not in read(client, LIST)
    assert list_words(load(at=end + timedelta(days=6))) == ["The tunnel opens to traffic."]


def test_a_page_that_is_cancelled_before_the_end_date_leaves_no_line(clock):
    story, end = publish_forecasts(), datetime(2031, 3, 8, 12, tzinfo=UTC)
    StoryForecast.objects.create(story=story, speaker="Finance ministry", expected="The tunnel opens.", due_on=DUE)
    revisions.record_revision(story, by=None)
    page = schedule(story, by=make_user(), at=end - timedelta(days=2), change=make_update())
    schedule_expiry(story, by=make_user(), at=end, notice="The inquiry is over.")
    assert list_words(load(at=end)) == [""]
    cancel_schedule(page, by=make_user())
    assert list_words(load(at=end)) == []
    schedule(story, by=make_user(), at=end - timedelta(days=1), change=make_update())
    assert list_words(load(at=end)) == [""]


def test_a_cancelled_page_leaves_no_line_when_a_passage_is_erased(clock, administrator):
    story, end = publish_forecasts(), datetime(2031, 3, 8, 12, tzinfo=UTC)
    StoryForecast.objects.create(story=story, speaker="Finance ministry", expected="The tunnel opens.", due_on=DUE)
    revisions.record_revision(story, by=None)
    cancel_schedule(schedule(story, by=make_user(), at=end, change=make_update()), by=make_user())
    schedule_expiry(story, by=make_user(), at=end, notice="The inquiry is over.")
    erase_passage(story, story.passages.earliest("pk").uid, by=administrator, reason="A court order")
    assert list_words(load(at=end)) == []


def test_a_withdrawn_story_without_forecasts_leaves_no_line(client):
    withdraw(publish_forecasts(), by=make_user(), notice="It was wrong.")
    assert not EditionForecast.objects.exists()


def test_erasing_removes_the_line_and_every_forecast(client, administrator):
    story, other = publish_forecasts({}, slug="tunnel"), publish_forecasts({})
    withdraw(story, by=make_user(), notice="It was wrong.")
    erase_work(story, by=administrator, reason="A court order")
    assert not EditionForecast.objects.filter(uid=story.uid).exists()
    assert "Void" not in read(client, LIST).partition("Due next")[2]
    decide(other, "not_true")
    erase_edition(other.editions.earliest("number"), by=administrator, reason="A court order")
    assert EditionForecast.objects.filter(uid=other.uid).count() == 1


def test_erasing_a_forecast_or_the_edition_that_has_it_removes_the_line(administrator):
    story, other = publish_forecasts({}), publish_forecasts({})
    decide(other, "not_true")
    for each in (story, other):
        withdraw(each, by=administrator, notice="It was wrong.")
    assert list_words(load()) == ["", ""]
    erase_passage(story, story.forecasts.get().uid, by=administrator, reason="A court order")
    other.forecasts.all().delete()
    revisions.record_revision(other, by=None)
    erase_edition(other.editions.get(number=2), by=administrator, reason="A court order")
    assert list_words(load()) == []


def test_the_feed_tells_of_entries_and_decisions_and_answers_304(client, clock):
    story = publish_forecasts({}, slug="tunnel")
    clock.go(to=datetime(2031, 3, 25, tzinfo=UTC))
    decide(story, "not_true")
    clock.go(to=datetime(2031, 3, 26, tzinfo=UTC))
    decide(story, "in_part")
    response = client.get(FEED)
    titles = re.findall("<title>([^<]*)</title>", response.content.decode())[1:]
    words = "Finance ministry: The tunnel opens to traffic."
    assert titles == [f"In part: {words}", f"Did not come true: {words}", f"New: {words}"]
    ids = re.findall("<id>(urn:uuid:[^<]*)</id>", response.content.decode())
    assert len(set(ids)) == len(titles)
    assert client.get(FEED, headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_our_own_forecasts_are_in_the_same_list():
    publish_forecasts({"speaker": "Newsroom", "speaker_kind": "we"}, {})
    assert [entry.row.speaker_kind for entry in load().entries].count("we") == 1
