"""The list of questions, and the list of questions about one topic."""

import re

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.db import keyset
from tests.factories import make_published_question, make_published_story, make_question, make_topic
from tests.outcomes import list_counts
from topics.merge import merge_topics

pytestmark = pytest.mark.django_db


def list_questions(response):
    return re.findall(r'<h3><a href="/questions/[^"]+/">([^<]+)</a></h3>', response.content.decode())


def test_questions_can_be_listed_by_topic(client):
    pier, port = make_topic(name="North pier"), make_topic(name="Port Lisle")
    for number in range(2):
        make_published_question(question=f"Who closed pier {number}?", topics=(pier, port))
    make_published_question(question="Who owns the port?", topics=(port,))
    make_question(question="Not yet asked in public?", topics=(port,))
    page = client.get("/questions/").content.decode()
    assert list_counts(page.split('id="by-topic"')[1]) == [("Port Lisle", "3"), ("North pier", "2")]
    assert f'href="?topic={pier.slug}"' in page
    response = client.get("/questions/", {"topic": pier.slug})
    assert list_questions(response) == ["Who closed pier 1?", "Who closed pier 0?"]
    assertContains(response, "<h1>North pier</h1>")
    assertContains(response, f'href="{pier.get_absolute_url()}"')


def test_the_questions_about_a_topic_are_paginated(client, monkeypatch):
    monkeypatch.setattr(keyset.paginate, "__kwdefaults__", {**keyset.paginate.__kwdefaults__, "size": 2})
    pier = make_topic()
    for number in range(3):
        make_published_question(question=f"Who closed pier {number}?", topics=(pier,))
        make_published_question(question=f"Who closed the road {number}?")
    first = client.get("/questions/", {"topic": pier.slug})
    following = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert following
    second = client.get(f"/questions/{following[1].replace('&amp;', '&')}")
    assert list_questions(first) + list_questions(second) == [f"Who closed pier {number}?" for number in (2, 1, 0)]


def test_a_merged_topic_can_be_selected_by_either_slug(client, curator):
    merged, remaining = make_topic(name="Jetty"), make_topic(name="Pier")
    question = make_published_question(topics=(merged,))
    merge_topics(merged, remaining, by=curator)
    for slug in (merged.slug, remaining.slug):
        response = client.get("/questions/", {"topic": slug})
        assert list_questions(response) == [question.question]
        assertContains(response, "<h1>Pier</h1>")


def test_a_topic_that_is_not_public_answers_404(client):
    hidden = make_topic(name="Submarine")
    make_question(topics=(hidden,))
    for slug in (hidden.slug, "no-such-topic", "a\x00b", "x" * 10_000):
        assert client.get("/questions/", {"topic": slug}).status_code == 404


def test_a_topic_without_questions_says_so(client):
    topic = make_topic()
    make_published_story(topics=(topic,))
    response = client.get("/questions/", {"topic": topic.slug})
    assertContains(response, 'class="empty ')
    assert list_questions(response) == []
    assertNotContains(response, 'id="by-topic"')
