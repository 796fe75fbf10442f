"""The list of open questions and its feed, whose content depends on the clock alone."""

from datetime import UTC, date, datetime, timedelta

import feedparser
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.http import clock
from newsroom.http.clock import start_of_day
from newsroom.page_cache.dependencies import PageDependencies
from stories.drafts import revisions
from stories.public.pages import open_questions
from stories.public.pages.open_questions import OpenQuestionList
from stories.publishing import publish, schedule, withdraw
from tests.factories import (
    make_published_question,
    make_published_story,
    make_question,
    make_topic,
    make_update,
    make_user,
)

pytestmark = pytest.mark.django_db
LIST, FEED = "/questions/open/", "/questions/open/feed.atom"


@pytest.fixture(autouse=True)
def in_march(set_time):
    return set_time


def ask(question="Who closed it?", *, state="open", since=None, **fields):
    return make_published_question(question=question, answer_state=state, open_since=since, **fields)


def answer(faq, *, state="answered", at=None, **fields):
    """Publish the question in another state, or schedule this."""
    for name, value in {"short_answer": "The office.", "answer_state": state, **fields}.items():
        setattr(faq, name, value)
    faq.save()
    revisions.record_revision(faq, by=None)
    options = {"by": make_user(), "change": make_update()}
    if at:
        schedule(faq, at=at, **options)
    else:
        publish(faq, **options)


def load(topic="", before="", **options):
    return OpenQuestionList.load(topic=topic, before=before, at=clock.now(), **options)


def list_titles(page):
    return [row.edition.title for row in page.questions]


def test_open_and_partly_answered_questions_are_listed_oldest_first():
    ask("Who knew?", since=date(2031, 2, 9))
    ask("Who paid?", state="partly", since=date(2030, 11, 9), short_answer="The state, in part.")
    ask("Who slept?")
    ask("Who won?", state="answered", short_answer="The state.")
    make_published_question(question="Who asks?")
    make_question(question="Who hides?", answer_state="open")
    assert list_titles(load()) == ["Who paid?", "Who knew?", "Who slept?"]


def test_a_later_page_begins_where_the_first_one_ended(client, monkeypatch):
    monkeypatch.setattr(open_questions, "PAGE_SIZE", 2)
    for number in range(3):
        ask(f"Who dated {number}?", since=date(2031, 2, number + 1))
        ask(f"Who slept {number}?")
    titles, before = [], ""
    for _ in range(3):
        page = load(before=before)
        titles.append(list_titles(page))
        before = str(page.next_cursor or "")
    assert titles[0] == ["Who dated 0?", "Who dated 1?"]
    assert titles[1][0] == "Who dated 2?"
    assert sorted([titles[1][1], *titles[2]]) == ["Who slept 0?", "Who slept 1?", "Who slept 2?"]
    assert not before
    for wrong in ("yesterday", "2031-02-01", "2031-02-01_no-uid"):
        assert client.get(LIST, {"before": wrong}).status_code == 404


def test_the_list_can_be_restricted_to_a_topic(client):
    pier = make_topic(name="North pier", slug="pier")
    ask("Who closed the pier?", topics=(pier,))
    ask("Who closed the road?", topics=(make_topic(name="Road"),))
    assert [(topic.slug, topic.questions) for topic in load().topics if topic.name == "North pier"] == [("pier", 1)]
    assert list_titles(load(topic="pier")) == ["Who closed the pier?"]
    assert client.get(LIST, {"topic": "unheard-of"}).status_code == 404


def test_each_question_names_the_newest_story_that_asks_it(client, set_time):
    faq = ask()
    for number in range(3):
        set_time.go(hours=1)
        make_published_story(headline=f"Why pier {number} is closed to all lorries", questions=(faq,))
    (row,) = load().questions
    assert row.asked_in is not None
    assert (row.asked_in.title, row.more_stories) == ("Why pier 2 is closed to all lorries", 2)
    assert f'<a href="{row.edition.get_absolute_url()}#related">and 2 more</a>' in client.get(LIST).content.decode()


def test_an_answered_question_moves_to_the_second_part_for_thirty_days(set_time):
    faq = ask()
    set_time.go(days=1)
    answer(faq)
    answered_at = clock.now()
    dependencies = PageDependencies(at=clock.now())
    page = load(dependencies=dependencies)
    assert list_titles(page) == []
    assert [(row.edition.title, row.changed_at) for row in page.answered] == [("Who closed it?", answered_at)]
    assert dependencies.valid_until == answered_at + timedelta(days=30)
    set_time.go(days=2)
    answer(faq, introduction="Other words about the same pier.")
    assert [row.changed_at for row in load().answered] == [answered_at]
    set_time.go(to=answered_at + timedelta(days=30))
    assert load().answered == []


def test_a_question_that_was_never_open_or_opened_again_is_not_among_the_answered(set_time):
    ask(state="answered", short_answer="The office.")
    faq = ask("Who knew?")
    for state in ("answered", "open"):
        set_time.go(hours=1)
        answer(faq, state=state)
    page = load()
    assert (list_titles(page), page.answered) == (["Who knew?"], [])


def test_an_answer_that_expires_may_have_changed_on_the_list(client, set_time):
    faq = ask()
    set_time.go(hours=1)
    answer(faq, short_answer_expires_on=date(2031, 3, 10))
    dependencies = PageDependencies(at=clock.now())
    assert load(dependencies=dependencies).answered[0].state_label == "Answered"
    assert dependencies.valid_until == start_of_day(date(2031, 3, 11))
    set_time.go(to=start_of_day(date(2031, 3, 11)))
    assert "Answered, may have changed" in client.get(LIST).content.decode()


def test_nothing_shows_before_its_time(client, set_time):
    faq = ask("Who knew?")
    moment = datetime(2031, 3, 10, 9, tzinfo=UTC)
    answer(faq, at=moment)
    later = make_question(question="Who will know?", answer_state="open")
    schedule(later, at=moment, by=make_user())
    dependencies = PageDependencies(at=clock.now())
    page = load(dependencies=dependencies)
    assert (list_titles(page), page.answered) == (["Who knew?"], [])
    assert dependencies.valid_until == moment
    assert "Who will know?" not in client.get(FEED).content.decode()
    set_time.go(to=moment)
    page = load()
    assert (list_titles(page), [row.edition.title for row in page.answered]) == (["Who will know?"], ["Who knew?"])


def test_a_withdrawn_question_leaves_the_list_and_the_feed(client, set_time):
    faq = ask()
    set_time.go(hours=1)
    withdraw(faq, by=make_user(), notice="It was two questions.")
    assert list_titles(load()) == []
    assert "Who closed it?" not in client.get(FEED).content.decode()


def test_an_empty_list_leads_to_all_questions(client):
    page = client.get(LIST).content.decode()
    assert "No open questions at the moment." in page
    assert 'href="/questions/"' in page.partition('class="empty')[2].partition("</p>")[0]


def test_the_list_of_questions_counts_the_open_ones(client):
    assert LIST not in client.get("/questions/").content.decode()
    ask()
    ask("Who knew?", state="partly", short_answer="The office, in part.")
    page = client.get("/questions/").content.decode()
    assert f'href="{LIST}">2 open questions</a>' in page


def test_the_feed_has_an_entry_for_each_question_that_changed(client, set_time):
    first, second = ask("Who knew?", since=date(2031, 2, 9)), ask("Who paid?")
    set_time.go(days=1)
    answer(second, state="partly")
    set_time.go(days=1)
    answer(second)
    response = client.get(FEED)
    entries = feedparser.parse(response.content).entries
    assert [(entry.title, entry.id) for entry in entries] == [
        ("Answered: Who paid?", f"urn:uuid:{second.uid}"),
        ("Not known yet: Who knew?", f"urn:uuid:{first.uid}"),
    ]
    assert client.get(FEED, headers={"If-None-Match": response["ETag"]}).status_code == 304
    set_time.go(days=30)
    assert feedparser.parse(client.get(FEED).content).entries == []


def test_the_list_takes_six_queries_whatever_its_length(set_time):
    for number in range(4):
        faq = ask(f"Who knew {number}?", topics=(make_topic(),))
        make_published_story(questions=(faq,))
        set_time.go(hours=1)
        answer(ask(f"Who paid {number}?"))
        set_time.go(hours=1)
        with CaptureQueriesContext(connection) as queries:
            load(dependencies=PageDependencies(at=clock.now()))
        assert len(queries) == 6
