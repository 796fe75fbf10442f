"""Filters of the lists of stories and of questions: days of publication, topics and outlets."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from newsroom.desk.models import SavedView
from tests.clocks import MONDAY
from tests.factories import (
    make_article,
    make_outlet,
    make_published_question,
    make_published_story,
    make_question,
    make_story,
    make_topic,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

STORIES, QUESTIONS = "admin:stories_story_changelist", "admin:stories_faq_changelist"


def open_list(client, address=STORIES, **query):
    return client.get(reverse(address, query=query or None))


def list_titles(response):
    return {str(work) for work in response.context["cl"].result_list}


def list_chosen(response):
    return [(title, words) for title, words, _ in response.context["cl"].chosen_filters]


@pytest.fixture
def dated(set_time, editor):
    """Publish a story now, five days ago, and forty days ago; return their headlines by the number of days."""
    headlines = {days: f"Why the pier of Port Lisle closed {days} days ago" for days in (40, 5, 0)}
    for days, headline in headlines.items():
        set_time.go(to=MONDAY - timedelta(days=days))
        make_published_story(by=editor, headline=headline)
    make_story(headline="Why the pier of Port Lisle may open again")
    return headlines


@pytest.mark.parametrize(("period", "days"), [("today", {0}), ("7", {0, 5}), ("30", {0, 5}), ("never", {0, 5, 40})])
def test_stories_of_the_last_days_are_found(client, editor, dated, period, days):
    found = list_titles(open_list(client, published=period)) - {"Why the pier of Port Lisle may open again"}
    assert found == {dated[each] for each in days}


def test_days_are_those_of_the_newsroom(client, editor, set_time, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    with timezone.override("Asia/Tokyo"):
        midnight = timezone.localtime(MONDAY).replace(hour=0, minute=0)
    set_time.go(to=midnight - timedelta(minutes=1))
    make_published_story(by=editor, headline="Why the pier closed before midnight")
    set_time.go(to=midnight + timedelta(minutes=1))
    make_published_story(by=editor, headline="Why the pier closed after midnight")
    assert list_titles(open_list(client, published="today")) == {"Why the pier closed after midnight"}


def test_stories_between_two_days_are_found(client, editor, dated):
    day = (MONDAY - timedelta(days=5)).date().isoformat()
    response = open_list(client, published_from=day, published_to=day)
    assert list_titles(response) == {dated[5]}
    response = open_list(client, published_to=day)
    assert list_titles(response) == {dated[5], dated[40]}
    assert [title for title, _ in list_chosen(response)] == ["published"]


@pytest.mark.parametrize(
    "query", [{"published_from": "2026-11-30", "published_to": "2026-11-01"}, {"published_from": "yesterday"},
              {"published_to": "2026-02-31"}, {"published_to": "9999-12-31"}, {"published_from": "0001-01-01"}]
)  # fmt: skip
def test_days_that_cannot_be_used_get_a_sentence(client, editor, query):
    make_story(headline="Why the pier of Port Lisle is closed")
    response = open_list(client, **query)
    (spec, *_) = response.context["cl"].filter_specs
    assert spec.error
    assert spec.error in response.rendered_content
    assert list_titles(response) == {"Why the pier of Port Lisle is closed"}


@pytest.mark.parametrize(("address", "make"), [(STORIES, make_story), (QUESTIONS, make_question)])
def test_works_on_a_topic_are_found_by_its_name_or_alias(client, editor, address, make):
    topic = make_topic(name="Port Lisle", aliases=("Lisle",))
    work = make(topics=(topic,))
    make(topics=(make_topic(name="Norrhavn"),))
    for typed in ("Port Lisle", "lisle"):
        response = open_list(client, address, topic=typed)
        assert list_titles(response) == {str(work)}
        assert list_chosen(response) == [("topic", "Port Lisle")]


def test_works_that_cite_an_outlet_are_found(client, editor):
    outlet = make_outlet(name="Ansgar Wire")
    by_passage = make_story(outlets=(outlet,))
    by_source = make_story(articles=(make_article(outlet=outlet),))
    make_story()
    assert list_titles(open_list(client, outlet="ansgar wire")) == {str(by_passage), str(by_source)}


def test_an_unknown_name_finds_nothing_and_offers_near_names(client, editor):
    make_story(topics=(make_topic(name="Port Lisle"),))
    response = open_list(client, topic="Port")
    assert list_titles(response) == set()
    assert "Did you mean Port Lisle?" in response.rendered_content


def test_a_filter_can_be_removed_and_keeps_the_others(client, editor, dated):
    response = open_list(client, published="7", topic="Port Lisle", owner="me")
    chosen = {title: query for title, _, query in response.context["cl"].chosen_filters}
    assert "published" not in chosen["published"]
    assert "topic=Port" in chosen["published"]
    assert 'aria-label="Remove filter Topic: Port Lisle"' in response.rendered_content
    assert set(chosen) == {"published", "topic", "owner"}


def test_a_form_keeps_the_other_filters(client, editor):
    page = open_list(client, owner="me", published="7").rendered_content
    days, topic, outlet = (form.partition("</form>")[0] for form in page.split('class="filter-form"')[1:])
    for form, period in ((days, False), (topic, True), (outlet, True)):
        assert '<input type="hidden" name="owner" value="me">' in form
        assert ('<input type="hidden" name="published" value="7">' in form) is period


def test_filters_can_be_saved_as_a_view(client, editor):
    query = "published=7&topic=Port+Lisle"
    client.post(reverse("admin:stories_story_saved_views"), {"name": "This week", "query": query})
    assert SavedView.objects.get(name="This week").query == query


def test_the_filters_run_no_more_queries_with_more_works(client, editor, django_assert_max_num_queries):
    topic, outlet = make_topic(name="Port Lisle"), make_outlet(name="Ansgar Wire")
    for _ in range(3):
        make_published_story(by=editor, topics=(topic,), outlets=(outlet,))
        make_published_question(by=editor, topics=(topic,))
        with django_assert_max_num_queries(18):
            open_list(client, published="7", topic="Port Lisle", outlet="Ansgar Wire")
