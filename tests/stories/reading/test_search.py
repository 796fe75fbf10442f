"""Searching what readers can read."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from stories.reading.search import RESULTS, marked
from tests.factories import (
    make_outlet,
    make_published_question,
    make_published_story,
    make_story,
    make_topic,
)

pytestmark = pytest.mark.django_db


def found(client, query, **extra):
    return client.get("/search/", {"q": query, **extra})


def test_every_word_has_to_occur_in_the_text(client):
    make_published_story(headline="Why the pier is closed to lorries")
    assertContains(found(client, "pillar lorries"), "Found for")
    assertContains(found(client, "pillar submarine"), "Nothing for “pillar submarine”.")


def test_marks_around_words_do_not_matter(client):
    make_published_story(headline="Why the pier is closed to lorries")
    for query in ("“lorries”?", '"pillar', "(pier)", "lorries!"):
        assertContains(found(client, query), "Found for")


def test_a_word_with_a_hyphen_is_found_and_marked_part_by_part(client):
    make_published_story(headline="How a two-lane pier was closed")
    assertContains(found(client, "two-lane"), "<mark>two</mark>-<mark>lane</mark>")


def test_case_and_accents_do_not_matter(client):
    make_published_story(headline="Why Café Ångström closed its doors")
    for query in ("cafe angstrom", "CAFÉ", "ångström"):
        assertContains(found(client, query), "/stories/")


def test_questions_topics_and_outlets_are_found_too(client):
    make_published_story(topics=(make_topic(name="Kelmar barrier"),), outlets=(make_outlet(name="Kelmar Post"),))
    make_published_question(question="Can Kelmar happen again?")
    response = found(client, "kelmar")
    for label in ("Topic", "Source", "Story", "Question"):
        assertContains(response, f'<p class="label">{label}</p>')


def test_what_readers_cannot_open_is_not_found(client):
    make_story(headline="A submarine in the harbour, in draft")
    make_topic(name="Submarine")
    make_outlet(name="The Submarine")
    assertContains(found(client, "submarine"), "Nothing for")


def test_hits_are_marked_and_stay_words(client):
    make_published_story(headline="Why <b>lorries</b> & vans wait")
    response = found(client, "lorries")
    assertContains(response, "Why &lt;b&gt;<mark>lorries</mark>&lt;/b&gt; &amp; vans wait")


def test_a_search_leads_to_its_earlier_results_and_keeps_its_words(client):
    for number in range(RESULTS + 1):
        make_published_story(headline=f"Pier number {number} is closed to lorries")
    response = found(client, "pier closed")
    assertContains(response, 'rel="next" href="?q=pier+closed&amp;before=')


def test_nothing_asked_shows_the_form_alone(client):
    response = found(client, "  ")
    assertContains(response, 'role="search"')
    assertNotContains(response, "Found for")
    assertNotContains(response, "Nothing for")


@pytest.mark.parametrize(
    "query", ['"', "'", "%", "_", "\\", "a\x00b", "x" * 10_000, "* OR 1=1 --", "(" * 500, "🦀", "‮abc", "<script>"]
)
def test_hostile_queries_are_answered(client, query):
    make_published_story()
    response = found(client, query)
    assert response.status_code == 200
    assertNotContains(response, "<script>")


def test_wildcards_of_the_database_are_ordinary_characters(client):
    make_published_story()
    assertContains(found(client, "p%r"), "Nothing for")
    assertContains(found(client, "p_er"), "Nothing for")


def test_marking_leaves_every_character_where_it_was():
    text = "Café — the “cafe” of St. Ångström’s"
    pieces = marked(text, ["cafe"])
    assert "".join(piece.words for piece in pieces) == text
    assert [piece.words for piece in pieces if piece.hit] == ["Café", "cafe"]
