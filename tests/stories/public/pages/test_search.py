"""The search page: results, filters, suggestions, and hostile input."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import unquote_plus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.public.pages.search import SearchPage, SearchParameters, results
from stories.public.pages.search.hits import LABELS
from tests.factories import (
    make_outlet,
    make_published_question,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_update,
    make_user,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def search(client, query, **filters):
    return client.get("/search/", {"q": query, **filters})


def list_titles(response):
    """Return the titles of the results in order, without highlights."""
    titles = re.findall(r'<h3(?: dir="auto")?><a href="[^"]+">(.*?)\s*</a></h3>', response.content.decode())
    return [re.sub("</?mark>", "", title) for title in titles]


def list_messages(response):
    """Return what the page says about the search, as HTML."""
    return re.findall(r'<p class="meta search-message"[^>]*>\s*(.*?)\s*</p>', response.content.decode(), re.DOTALL)


def list_cards(response):
    """Return the results in order, as HTML."""
    return re.findall(r'<li class="card".*?</li>', response.content.decode(), re.DOTALL)


def list_choices(response, name):
    """Return the choices of a filter, each with the printed number of its results, or with an empty string."""
    select = re.search(rf'<select id="{name}".*?</select>', response.content.decode(), re.DOTALL)
    assert select
    return re.findall(r'<option value="([^"]*)"[^>]*>[^<(]+(?:\((\d+)\))?</option>', select[0])


def list_names(response, name):
    """Return the choices of a filter, each with its name as printed."""
    select = re.search(rf'<select id="{name}".*?</select>', response.content.decode(), re.DOTALL)
    assert select
    return [(value, unescape(text)) for value, text in re.findall(r'<option value="([^"]*)"[^>]*>([^<]+)<', select[0])]


def test_stories_questions_topics_and_outlets_are_found_with_their_properties(client):
    make_published_story(
        headline="Why the Kelmar gates stood open",
        topics=(make_topic(name="Kelmar barrier", kind="place", description="A row of **nine** gates."),),
        outlets=(make_outlet(name="Kelmar Post", country="Vessara", description="A daily."),),
    )
    make_published_question(question="Can Kelmar happen again?")
    response = search(client, "kelmar")
    assert re.search(r'<h2 class="meta total"><span class="strong">4\D*</span>', response.content.decode())
    assert {result.kind: (result.label, result.stories) for result in response.context["page"].found} == {
        kind: (LABELS[kind], stories) for kind, stories in (("story", 0), ("question", 0), ("topic", 1), ("source", 1))
    }
    words = {each.label: [] for each in response.context["page"].found}
    for card in list_cards(response):
        label, text = re.findall(r'<p class="label">([^<]+)</p>(.*)', card, re.DOTALL)[0]
        words[label] = " ".join(re.sub(r"<[^>]*>", " ", text).split())
    assert words[LABELS["story"]].startswith("Why the Kelmar gates stood open")
    assert re.fullmatch(r"Can Kelmar happen again\? .* 9.November", words[LABELS["question"]])
    assert re.fullmatch(r"Kelmar barrier A row of nine gates\. \w+ 1 \w+", words[LABELS["topic"]])
    assert re.fullmatch(r"Kelmar Post A daily\. \w+, Vessara 1 \w+", words[LABELS["source"]])


def test_words_in_a_title_rank_above_words_in_the_text(client):
    make_published_story(headline="Why the ferries of Tessen wait", texts={"behind": "Every night."})
    make_published_story(headline="Why the pier is closed", texts={"behind": "The ferries went elsewhere."})
    assert list_titles(search(client, "ferries")) == ["Why the ferries of Tessen wait", "Why the pier is closed"]


def test_a_result_shows_the_text_around_a_hit(client):
    make_published_story(
        headline="Why the pier is closed", texts={"background": "Once. " * 60 + "A dredger struck it."}
    )
    response = search(client, "dredgers")
    assertContains(response, "A <mark>dredger</mark> struck it.")
    assertContains(response, "…")


def test_adjacent_hits_are_marked_as_one_but_not_across_a_hyphen(client):
    make_published_story(headline="How a two-lane storm barrier was closed")
    assertContains(search(client, "storm barrier"), "<mark>storm barrier</mark> was")
    assertContains(search(client, "two-lane"), "<mark>two</mark>-<mark>lane</mark>")


def test_hits_are_marked_and_the_rest_is_escaped(client):
    make_published_story(headline="Why <b>lorries</b> & vans wait")
    assertContains(search(client, "lorries"), "Why &lt;b&gt;<mark>lorries</mark>&lt;/b&gt; &amp; vans wait")


def test_phrases_and_excluded_words_restrict_the_results(client):
    make_published_story(headline="Why the storm barrier stood open")
    make_published_story(headline="Why the barrier stood in a storm")
    assert list_titles(search(client, '"storm barrier"')) == ["Why the storm barrier stood open"]
    assert list_titles(search(client, "barrier -open")) == ["Why the barrier stood in a storm"]


def test_a_misspelt_word_is_corrected_and_the_page_says_so(client):
    make_published_story(headline="Why the storm barrier stood open")
    response = search(client, "storm barier")
    (message,) = list_messages(response)
    assert re.search(r'“storm barier”.*<b class="strong">storm barrier</b>', message)
    assertContains(response, "<mark>storm barrier</mark>")
    assertContains(response, 'value="storm barier"')


def test_without_results_there_are_no_filters(client):
    response = search(client, "submarine")
    (message,) = list_messages(response)
    assert "“submarine”" in message
    assert response.context["page"].found == []
    assertNotContains(response, '<details class="search-filters"')


def test_a_query_without_words_shows_the_form_with_help(client):
    pages = [search(client, query) for query in ("", "  ", "-", '""')]
    for response in pages:
        assertContains(response, 'role="search"')
        assert not response.context["page"].has_words
    (help_text,) = {list_messages(response)[-1] for response in pages}
    assert "“quotation marks”" in help_text
    assert help_text not in list_messages(search(client, "submarine"))


def test_results_can_be_filtered_by_kind(client):
    make_published_story(headline="Why Kelmar was closed", topics=(make_topic(name="Kelmar"),))
    make_published_question(question="Is Kelmar closed?")
    response = search(client, "kelmar")
    assert list_choices(response, "kind") == [
        ("", ""),
        ("story", "1"),
        ("question", "1"),
        ("topic", "1"),
        ("source", ""),
    ]
    for kind, title in (("story", "Why Kelmar was closed"), ("question", "Is Kelmar closed?"), ("topic", "Kelmar")):
        assert list_titles(search(client, "kelmar", kind=kind)) == [title]


def test_results_can_be_filtered_by_topic_and_outlet(client):
    pier, port = make_topic(name="North pier"), make_topic(name="Port Lisle")
    post, wire = make_outlet(name="Morrow Post"), make_outlet(name="Ansgar Wire")
    make_published_story(headline="Lorries up on the pier", topics=(pier, port), outlets=(post, wire))
    make_published_story(headline="Lorries down in the port", topics=(port,), outlets=(wire,))
    response = search(client, "lorries")
    assert list_choices(response, "topic") == [("", ""), (port.slug, "2"), (pier.slug, "1")]
    assert list_choices(response, "source")[:2] == [("", ""), (wire.slug, "2")]
    for named in ("Port Lisle (2)", "North pier (1)", "Ansgar Wire (2)"):
        assertContains(response, f">{named}</option>")
    assert list_titles(search(client, "lorries", topic=pier.slug)) == ["Lorries up on the pier"]
    assert list_titles(search(client, "lorries", source=post.slug)) == ["Lorries up on the pier"]
    (message,) = list_messages(search(client, "lorries", topic=pier.slug, source=post.slug))
    assert '<span class="strong">North pier, Morrow Post</span>' in message


def test_results_can_be_filtered_by_section(client):
    make_published_story(headline="The first of two piers", texts={"background": "A dredger struck it."})
    make_published_story(headline="The second of two piers", texts={"behind": "A dredger was sold."})
    assert {number for _, number in list_choices(search(client, "dredger"), "section")} == {""}
    filtered = search(client, "dredger", section="background")
    assert list_titles(filtered) == ["The first of two piers"]
    assertContains(filtered, "A <mark>dredger</mark> struck it.")


def test_results_are_counted_by_section_when_the_filter_is_opened(client, django_assert_max_num_queries):
    pier = make_topic(name="North pier")
    make_published_story(
        headline="The first of two piers", topics=(pier,), texts={"background": "A dredger struck it."}
    )
    make_published_story(
        headline="The second of two piers", texts={"background": "A dredger.", "behind": "A dredger was sold."}
    )
    choices = client.get("/search/sections/", {"q": "dredger"}).json()["choices"]
    printed = dict(list_names(search(client, "dredger"), "section"))
    assert choices == {
        **{value: name for value, name in printed.items() if value},
        "background": f"{printed['background']} (2)",
        "behind": f"{printed['behind']} (1)",
    }
    with django_assert_max_num_queries(4):
        filtered = client.get("/search/sections/", {"q": "dredger", "topic": pier.slug}).json()["choices"]
    assert (filtered["background"], filtered["behind"]) == (f"{printed['background']} (1)", printed["behind"])


def test_the_counts_by_section_of_an_invalid_search_are_refused(client):
    make_published_story(texts={"behind": "A dredger was sold."})
    for filters in ({"kind": "harbour"}, {"topic": "no-such-topic"}, {"section": "\x00"}):
        response = client.get("/search/sections/", {"q": "dredger", **filters})
        assert (response.status_code, response.json()) == (400, {"choices": {}})
    names = client.get("/search/sections/", {"q": '"'}).json()["choices"]
    assert "(" not in "".join(names.values())


def test_results_can_be_filtered_by_date(client, set_time):
    now = clock.now()
    make_published_story(headline="An older story about lorries")
    set_time.go(to=now + timedelta(days=10))
    make_published_story(headline="A newer story about lorries")
    middle = f"{now + timedelta(days=5):%Y-%m-%d}"
    assert list_titles(search(client, "lorries", since=middle)) == ["A newer story about lorries"]
    assert list_titles(search(client, "lorries", until=middle)) == ["An older story about lorries"]
    assertContains(search(client, "lorries", until=middle), f'name="until" type="date" value="{middle}"')


def test_a_filtered_search_links_to_the_unfiltered_search(client):
    make_published_story(headline="Why Kelmar was closed")
    response = search(client, "kelmar closed", kind="question")
    assertContains(response, '<a class="widen-search" href="?q=kelmar+closed">')
    assertContains(response, '<details class="search-filters"')
    assert response.context["page"].found == []
    assert "“kelmar closed”" in list_messages(response)[1]


def test_results_are_paginated_and_links_keep_the_filters(client):
    for number in range(results.RESULTS_PER_PAGE + 2):
        make_published_story(headline=f"Pier number {number} is closed to lorries")
    first = search(client, "pier closed", kind="story")
    following = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert following
    address = following[1].replace("&amp;", "&")
    assert unquote_plus(address) == "?q=pier closed&kind=story&page=2"
    second = client.get(f"/search/{address}")
    assert len(list_titles(first)) == results.RESULTS_PER_PAGE
    assert len(list_titles(second)) == 2
    assert not set(list_titles(first)) & set(list_titles(second))
    assertNotContains(second, 'rel="next"')
    after_the_last = search(client, "pier closed", page=3)
    assert after_the_last.context["page"].found == []
    (message,) = list_messages(after_the_last)
    assert '<a href="?q=pier+closed">' in message
    assert "“pier closed”" not in message


def test_pages_that_are_not_public_are_not_found(client):
    make_story(headline="A submarine in the harbour, in draft")
    make_question(question="Who owns the submarine?")
    make_topic(name="Submarine")
    make_outlet(name="The Submarine")
    response = search(client, "submarine")
    assert response.context["page"].found == []
    assert "“submarine”" in list_messages(response)[0]


@pytest.mark.parametrize("name", ["topic", "source"])
def test_a_filter_does_not_disclose_hidden_topics_and_outlets(client, name):
    make_published_story()
    hidden = {"topic": make_topic, "source": make_outlet}[name](name="Submarine")
    contents = {search(client, "pier", **{name: slug}).content for slug in (hidden.slug, "no-such-thing")}
    assert len(contents) == 1


@pytest.mark.parametrize(
    "query", ['"', "'", "%", "_", "\\", "a\x00b", "x" * 10_000, "* OR 1=1 --", "(" * 500, "🦀", "‮abc", "<script>"]
)
def test_hostile_queries_are_answered(client, query):
    make_published_story()
    response = search(client, query)
    assert response.status_code == 200
    assertNotContains(response, "<script>")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("kind", ["harbour", "\x00", "story,topic"]),
        ("topic", ["no-such-topic", "a\x00b", "x" * 10_000]),
        ("source", ["no-such-source", "a\x00b", "' OR 1=1 --"]),
        ("section", ["harbour", "\x00"]),
        ("since", ["yesterday", "2026-02-30", "20261101", "2026-W01-1", "\x00", "99999-01-01", "٢٠٢٦-١١-٠١"]),
        ("until", ["0000-01-01", "2026-13-01"]),
        ("page", ["-1", "0", "11", "9999999999999", "two", "٢", "1.0", "\x00"]),
    ],
)
def test_an_invalid_filter_is_refused_without_results(client, name, values):
    make_published_story()
    for value in values:
        response = search(client, "pier", **{name: value})
        assert response.status_code == 400, value
        assert list_titles(response) == []
        assert 'id="wrong"' in response.content.decode()
        assert '<details class="search-filters" open' in response.content.decode()


def test_only_an_invalid_page_number_alone_is_named_as_such(client):
    wording = "No more results."
    assertContains(search(client, "pier", page="two"), wording, status_code=400)
    assertNotContains(search(client, "pier", page="two", since="yesterday"), wording, status_code=400)


def test_an_end_date_before_the_start_date_is_refused(client):
    response = search(client, "pier", since="2026-11-30", until="2026-11-01")
    assert response.status_code == 400
    assert response.context["page"].parameters.invalid == {"until"}
    assertContains(response, 'id="wrong"', status_code=400)
    assertContains(response, 'name="until" type="date" value="" aria-describedby="wrong"', status_code=400)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_last_possible_dates_are_accepted(client, day):
    make_published_story()
    for name in ("since", "until"):
        assert search(client, "pier", **{name: day}).status_code == 200


def test_the_number_of_queries_does_not_grow(client):
    def count_queries():
        with CaptureQueriesContext(connection) as captured:
            assert search(client, "pier").status_code == 200
        return len(captured)

    topics, outlets = (make_topic(name="North pier"),), (make_outlet(name="Pier Post"),)
    make_published_story(topics=topics, outlets=outlets)
    make_published_question(question="Who owns the pier?", topics=topics)
    before = count_queries()
    for number in range(8):
        make_published_story(
            headline=f"Pier number {number} is closed", topics=(*topics, make_topic(name=f"Pier {number}"))
        )
    assert count_queries() <= before


def test_results_and_suggestions_take_a_limited_number_of_queries(client, django_assert_max_num_queries):
    topic, outlet = make_topic(name="Kelmar barrier"), make_outlet(name="Kelmar Post")
    make_published_story(headline="Why Kelmar was closed", topics=(topic,), outlets=(outlet,))
    make_published_question(question="Is Kelmar closed?", topics=(topic,))
    client.get("/search/")
    with django_assert_max_num_queries(8):
        assert search(client, "kelmar").status_code == 200
    with django_assert_max_num_queries(15):
        assert search(client, "kelmar", topic=topic.slug, source=outlet.slug).status_code == 200
    with django_assert_max_num_queries(5):
        assert len(list_suggestions(client, "kelmar")) == 4


def test_a_loaded_page_has_the_fields_of_its_results(client):
    story = make_published_story(headline="Why the pier is closed to lorries")
    loaded = SearchPage.load(SearchParameters(query="lorries"), at=clock.now(), size=5)
    (result,) = loaded.found
    edition = story.editions.get()
    assert (result.kind, result.uid, result.url, result.day) == (
        "story",
        story.uid,
        edition.get_absolute_url(),
        edition.updated_at,
    )
    assert "".join(piece.text for piece in result.title) == "Why the pier is closed to lorries"
    assert (loaded.parameters.query, loaded.next_page) == ("lorries", None)


def list_suggestions(client, start):
    return [each["title"] for each in client.get("/search/suggestions/", {"q": start}).json()["suggestions"]]


def test_titles_that_begin_with_the_typed_text_are_suggested(client):
    make_published_story(headline="Why the Kelmar gates stood open", topics=(make_topic(name="Kelmar barrier"),))
    assert list_suggestions(client, "kel") == ["Kelmar barrier", "Why the Kelmar gates stood open"]
    assert list_suggestions(client, "kelmar ga") == ["Why the Kelmar gates stood open"]
    body = client.get("/search/suggestions/", {"q": "kelmar b"}).json()
    assert body == {
        "said": "1 suggestion",
        "suggestions": [
            {
                "label": "Topic",
                "title": "Kelmar barrier",
                "url": body["suggestions"][0]["url"],
                "language": "",
                "direction": "",
            }
        ],
    }
    assert client.get(body["suggestions"][0]["url"]).status_code == 200


def test_pages_that_are_not_public_are_not_suggested(client):
    make_story(headline="A submarine in the harbour, in draft", topics=(make_topic(name="Submarine"),))
    withdrawn = make_published_story(headline="A submarine that was withdrawn")
    publishing.withdraw(withdrawn, by=make_user(), notice="It was none.")
    assert list_suggestions(client, "subm") == []


def test_an_old_headline_is_not_suggested(client):
    story = make_published_story(headline="A submarine in the harbour")
    story.headline = "A whale in the harbour"
    story.save()
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update())
    assert list_suggestions(client, "subm") == []
    assert list_suggestions(client, "whale") == ["A whale in the harbour"]


@pytest.mark.parametrize("start", ["", " ", "k", '"', "'", "%", "a\x00b", "x" * 10_000, "* OR 1=1 --", "🦀", "‮"])
def test_hostile_input_gives_no_suggestions(client, start):
    make_published_story()
    assert list_suggestions(client, start) == []


def test_suggestions_are_publicly_cacheable(client):
    response = client.get("/search/suggestions/", {"q": "pier"})
    assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert response.headers["ETag"]
    assert response.cookies == {}
