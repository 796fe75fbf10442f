"""Questions in the API: their states, and the filters by state and by the day on which an answer expires."""

from datetime import UTC, date, datetime

import pytest

from tests.factories import make_published_question, make_published_story, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_march(set_time):
    return set_time


def test_questions_can_be_filtered_by_state_and_by_the_day_on_which_an_answer_expires(client, set_time):
    topic = make_topic()
    for slug, fields in {
        "open": {"answer_state": "open", "open_since": date(2031, 2, 9), "topics": (topic,)},
        "soon": {"short_answer_expires_on": date(2031, 3, 9)},
        "late": {"short_answer_expires_on": date(2031, 3, 10), "topics": (topic,)},
        "none": {},
    }.items():
        state = {"answer_state": "answered", "short_answer": "The harbour office decides."} | fields
        make_published_question(slug=f"q-{slug}", **state)
        set_time.go(minutes=1)

    def list_slugs(query):
        return [item["url"].split("/")[-2] for item in client.get(f"/api/v1/questions?{query}").json()["items"]]

    assert list_slugs("state=open") == ["q-open"]
    assert list_slugs("expires_before=2031-03-10") == ["q-soon"]
    assert list_slugs("expires_before=2031-03-11") == ["q-late", "q-soon"]
    assert list_slugs(f"expires_before=2031-03-11&topic={topic.slug}") == ["q-late"]
    assert list_slugs("state=answered&expires_before=2031-03-10") == ["q-soon"]
    assert client.get("/api/v1/questions?state=closed").status_code == 400
    assert client.get("/api/v1/questions?expires_before=tomorrow").status_code == 400


def test_the_state_of_a_question_in_lists_and_stories_is_that_of_the_moment(client, set_time):
    faq = make_published_question(
        slug="limits",
        answer_state="answered",
        short_answer="The harbour office decides.",
        short_answer_expires_on=date(2031, 3, 9),
    )
    make_published_story(slug="pier", questions=(faq,))
    fields = "state,open_since,first_expires_on,may_have_changed"
    (item,) = client.get(f"/api/v1/questions?fields={fields}").json()["items"]
    assert item == {
        "state": "answered", "open_since": None, "first_expires_on": "2031-03-09", "may_have_changed": False
    }  # fmt: skip
    (asked,) = client.get("/api/v1/stories/pier").json()["questions"]
    assert asked["state"] == "answered"
    set_time.go(to=datetime(2031, 3, 10, 12, tzinfo=UTC))
    (item,) = client.get("/api/v1/questions").json()["items"]
    assert item["may_have_changed"] is True
