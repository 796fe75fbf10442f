"""The public pages of topics: the list from A to Z, and the page of one topic."""

import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.utils.text import capfirst
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.db.keyset import PreparedPagination
from newsroom.db.statements import PreparedQuery
from newsroom.entities import merged
from newsroom.entities.counts import Count
from stories import publishing
from stories.public.templatetags.counts import stories_in_words
from tests.clocks import MONDAY
from tests.factories import make_published_question, make_published_story, make_topic, make_update
from tests.outcomes import list_counts
from topics import pages
from topics import pages as topic_page
from topics.merge import merge_topics

pytestmark = pytest.mark.django_db


def make_public_topics(*names, **fields):
    """Make topics with these names, all in one live story."""
    topics = tuple(make_topic(name=name, **fields) for name in names)
    make_published_story(topics=topics)
    return topics


def list_names(response):
    return re.findall(r'<h3><a href="/topics/[^"]+/">([^<]+)</a>', response.content.decode())


def list_letters(response):
    """Return the targets of the links in the index, keyed by letter."""
    links = re.findall(r'<li><a href="([^"]+)">([^<]+)</a></li>', response.content.decode().split('class="letters"')[1])
    return {letter: unquote(address) for address, letter in links if address.startswith(("#", "?"))}


@pytest.fixture
def letters_always(monkeypatch):
    monkeypatch.setattr(pages, "MIN_FOR_LETTERS", 1)


@pytest.mark.parametrize(("count", "has_letters"), [(19, False), (20, True)])
def test_twenty_topics_of_a_kind_have_letters(client, count, has_letters):
    make_public_topics(*(f"Pier {number}" for number in range(count)), kind="place")
    page = client.get("/topics/").content.decode()
    assert ('class="letters"' in page, 'class="letter"' in page) == (has_letters, has_letters)


def test_names_in_another_script_are_in_a_list_of_their_own(client):
    make_public_topics("Zephyr", "ميناء تلمار", "1987 flood", kind="place")
    lists = client.get("/topics/").content.decode().split('<ul class="a-to-z')[1:]
    assert [re.findall(r'<h3><a href="/topics/[^"]+/">([^<]+)</a>', each) for each in lists] == [
        ["1987 flood", "Zephyr"],
        ["ميناء تلمار"],
    ]


@pytest.mark.usefixtures("letters_always")
def test_letters_ignore_accents_and_other_scripts_have_their_own(client):
    make_public_topics("Zephyr", "Étoile", "Eastern line", "ميناء تلمار", "1987 flood", kind="place")
    response = client.get("/topics/")
    assert list_names(response) == ["1987 flood", "Eastern line", "Étoile", "Zephyr", "ميناء تلمار"]
    assert list_letters(response) == {
        "0–9": "#place-0–9",
        "E": "#place-e",
        "Z": "#place-z",
        "م": "#place-م",
    }


@pytest.mark.usefixtures("letters_always")
def test_every_letter_links_to_an_id_on_the_page(client):
    make_public_topics("Étoile", "Zephyr", "ميناء تلمار", kind="event")
    page = client.get("/topics/").content.decode()
    for address in list_letters(client.get("/topics/")).values():
        assert f'id="{address[1:]}"' in page


@pytest.mark.usefixtures("letters_always")
def test_a_long_kind_is_paginated_and_letters_link_to_later_pages(client, monkeypatch):
    monkeypatch.setattr(pages, "MAX_OF_EACH_KIND", 2)
    monkeypatch.setattr(pages, "_OF_EACH_KIND", PreparedQuery(pages._list_each_kind))
    monkeypatch.setattr(pages, "MAX_OF_ONE_KIND", 3)
    make_public_topics("Alder", "Birch", "Cedar", "Elm", "Érable", kind="place")
    make_public_topics("Maud Terrell", kind="person")
    response = client.get("/topics/")
    assert list_names(response) == ["Maud Terrell", "Alder", "Birch"]
    letters = re.search(r"#place-a.*", response.content.decode(), re.DOTALL)
    assert letters
    assert "?kind=place&amp;from=elm#place-e" in letters[0]
    following = client.get("/topics/?kind=place&from=cedar")
    assert list_names(following) == ["Cedar", "Elm", "Érable"]
    assertNotContains(following, 'rel="next"')
    assertContains(client.get("/topics/?kind=place"), 'rel="next" href="?kind=place&amp;from=elm"')


def test_the_first_name_of_a_page_may_have_any_case_and_accents(client):
    make_public_topics("Alder", "Élan", kind="place")
    assert list_names(client.get("/topics/", {"kind": "place", "from": "ÉL"})) == ["Élan"]
    for start in ("\x00", '"', "x" * 10_000):
        assert client.get("/topics/", {"kind": "place", "from": start}).status_code == 200


def test_an_unknown_kind_answers_404(client):
    make_public_topics("Alder")
    for kind in ("harbour", "\x00", "x" * 10_000):
        assert client.get("/topics/", {"kind": kind}).status_code == 404


def test_a_story_counts_once_for_a_topic_and_those_merged_into_it(client, curator):
    remaining, merged_topic, other = (make_topic(name=name) for name in ("Pier", "Jetty", "Port Lisle"))
    make_published_story(topics=(remaining, merged_topic, other))
    make_published_story(topics=(merged_topic, other))
    merge_topics(merged_topic, remaining, by=curator)
    assert list_counts(client.get("/topics/").content.decode()) == [("Pier", "2"), ("Port Lisle", "2")]
    related = client.get(other.get_absolute_url()).content.decode().split('id="together-heading"')[1]
    assert list_counts(related) == [("Pier", "2")]
    assert "Jetty" not in related


def test_the_page_of_a_topic_links_to_wikipedia_and_wikidata(client):
    topic = make_topic(wikipedia="https://en.wikipedia.org/wiki/Pier", wikidata="Q863454")
    make_published_question(topics=(topic,))
    response = client.get(topic.get_absolute_url())
    assertContains(response, 'href="https://en.wikipedia.org/wiki/Pier"')
    assertContains(response, 'href="https://www.wikidata.org/wiki/Q863454"')


def test_the_page_of_a_topic_links_to_the_list_of_its_questions(client, monkeypatch):
    monkeypatch.setattr(topic_page, "MAX_QUESTIONS", 1)
    monkeypatch.setattr(topic_page, "_QUESTIONS", PreparedQuery(topic_page._list_questions))
    topic = make_topic()
    make_published_question(topics=(topic,))
    assertNotContains(client.get(topic.get_absolute_url()), "/questions/?topic=")
    make_published_question(topics=(topic,))
    page = client.get(topic.get_absolute_url()).content.decode()
    assert re.search(rf'href="/questions/\?topic={topic.slug}">\D*2\D*</a>', page)


def test_the_count_of_stories_stops_at_a_limit(client, monkeypatch):
    monkeypatch.setattr(topic_page, "_STORIES", PreparedPagination(topic_page._list_stories, size=1, key="edition"))
    topic = make_topic()
    for _ in range(2):
        make_published_story(topics=(topic,))
    counts = {2: client.get(topic.get_absolute_url())}
    monkeypatch.setattr(merged, "MAX_ON_OWN_PAGE", 1)
    counts[1] = client.get(topic.get_absolute_url())
    for number, response in counts.items():
        count = Count(number, is_all=number == 2)
        assert response.context["page"].story_count == count
        assertContains(response, f'<p><span class="strong">{capfirst(stories_in_words(count))}')
    assert stories_in_words(Count(1, is_all=False)) != stories_in_words(Count(1, is_all=True))


def test_related_topics_are_counted_in_the_newest_stories(client, monkeypatch):
    monkeypatch.setattr(topic_page, "STORIES_COUNTED", 1)
    counted = PreparedQuery(topic_page._count_names, around=topic_page.WITH_REMAINING)
    monkeypatch.setattr(topic_page, "_NAME_COUNTS", counted)
    topic, old, new = make_topic(), make_topic(name="The old pier"), make_topic(name="The new pier")
    make_published_story(topics=(topic, old))
    make_published_story(topics=(topic, new))
    related = client.get(topic.get_absolute_url()).content.decode().split('id="together-heading"')[1]
    assert re.search(r'>The new pier</a></h3>\s*<p class="small">1\D+1\D+</p>', related)
    assert "The old pier" not in related


def test_related_topics_are_sorted_by_frequency_whether_or_not_one_was_merged(client, curator):
    topic, rare, frequent = make_topic(), make_topic(name="Rare"), make_topic(name="Frequent")
    merged_topic = make_topic(name="Seldom")
    make_published_story(topics=(topic, rare, frequent))
    make_published_story(topics=(topic, frequent))
    list_related = lambda: list_counts(  # noqa: E731
        client.get(topic.get_absolute_url()).content.decode().split('id="together-heading"')[1]
    )
    assert list_related() == [("Frequent", "2"), ("Rare", "1")]
    make_published_story(topics=(topic, merged_topic, rare))
    make_published_story(topics=(topic, merged_topic))
    assert list_related() == [("Frequent", "2"), ("Rare", "2"), ("Seldom", "2")]
    merge_topics(merged_topic, rare, by=curator)
    assert list_related() == [("Rare", "3"), ("Frequent", "2")]


def test_a_story_about_several_merged_topics_is_counted_and_listed_once(client, curator, monkeypatch):
    monkeypatch.setattr(topic_page, "_STORIES", PreparedPagination(topic_page._list_stories, size=2, key="edition"))
    remaining = make_topic(name="Pier")
    merged_topics = [make_topic(name=f"Pier {number}") for number in range(3)]
    stories = [make_published_story(topics=(remaining, *merged_topics[:number])) for number in range(4)]
    for topic in merged_topics:
        merge_topics(topic, remaining, by=curator)
    response = client.get(remaining.get_absolute_url())
    assert response.context["page"].story_count == Count(4)
    first = response.content.decode()
    assert re.search(r'<p><span class="strong">4\D*</span>', first)
    next_query = re.search(r'rel="next" href="([^"]+)"', first)[1]
    second = client.get(remaining.get_absolute_url() + next_query).content.decode()
    listed = first.split("stories-heading")[-1] + second.split("stories-heading")[-1]
    slugs = re.findall(r'<h3><a href="/stories/([^"/]+)/"', listed)
    assert slugs == [story.slug for story in reversed(stories)]


def test_the_day_of_each_story_of_a_topic_is_the_one_that_the_order_follows(client, set_time, editor):
    topic = make_topic(slug="north-pier")
    updated = make_published_story(by=editor, topics=(topic,))
    set_time.go(to=MONDAY + timedelta(days=1))
    make_published_story(by=editor, topics=(topic,))
    set_time.go(to=MONDAY + timedelta(days=2))
    updated.sections.filter(kind="background").update(text="The limit was ten tonnes.")
    publishing.publish(updated, by=editor, change=make_update())
    html = client.get("/topics/north-pier/").content.decode()
    words = [" ".join(re.sub("<[^>]*>", " ", day).split()) for day in re.findall(r'class="day">(.*?)</span>', html)]
    assert words == ["Updated 5 March", "Published 4 March"]
