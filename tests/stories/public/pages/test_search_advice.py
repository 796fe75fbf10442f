"""What the search page offers without results, in two languages."""

import re
from html import unescape

import pytest

from tests.factories import make_published_question, make_published_story, make_topic

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.usefixtures("four_languages")]

EACH_LANGUAGE = pytest.mark.parametrize("language", ["en", "de"])


def search(client, language, query, **filters):
    """Return the page of a search, the outcome in its status, and the queries that it links to, each with its results."""
    prefix = "" if language == "en" else f"/{language}"
    page = client.get(f"{prefix}/search/", {"q": query, **filters}).content.decode()
    status = re.search(r'role="status">(.*?)</(?:p|div)>', page, re.DOTALL)
    outcome = " ".join(unescape(re.sub("<[^>]+>", "", status[1])).split()) if status else ""
    title = unescape(re.search(r"<title>(.*?)</title>", page)[1])
    links = re.findall(r'<a class="action" href="(\?q=[^"]+)" dir="auto">([^<]+)</a>', page)
    found = {
        unescape(text): client.get(f"{prefix}/search/{unescape(address)}").context["page"].found
        for address, text in links
    }
    return page, title, outcome, found


@EACH_LANGUAGE
def test_without_a_query_there_are_topics_stories_and_examples(client, language):
    names = ("Vessara", "Corvane", "Norrhavn", "Port Lisle", *(f"Pier number {number}" for number in range(6)))
    topics = tuple(make_topic(name=name) for name in names)
    for number in range(5):
        make_published_story(language=language, headline=f"Why the piers closed {number}", topics=topics)
    page, _, outcome, found = search(client, language, "")
    assert outcome == ""
    assert len(re.findall(r'<a class="action" href="[^"]*/topics/[^"]+"', page)) == 8
    assert re.findall(r"Why the piers closed \d", page) == [f"Why the piers closed {number}" for number in (4, 3, 2)]
    assert list(found) == ["Vessara", '"Port Lisle"', "Corvane -Norrhavn"]
    assert found["Vessara"]
    assert found['"Port Lisle"']


@EACH_LANGUAGE
def test_one_word_without_results_leads_to_near_words(client, language):
    make_published_story(language=language, headline="Why the barrier stood open")
    page, title, outcome, found = search(client, language, "xylophone")
    assert re.search(r'<input id="q"[^>]* autofocus>', page)
    assert title.startswith(outcome.partition(".")[0])
    assert "xylophone" in title
    assert found == {}
    _, _, outcome, found = search(client, language, "barriex", kind="question")
    assert "barriex" in outcome
    assert list(found) == ["barrier"]
    assert found["barrier"]


@EACH_LANGUAGE
def test_several_words_without_results_lead_to_searches_that_leave_one_out(client, language):
    make_published_story(language=language, headline="Why the storm barrier stood open")
    _, title, outcome, found = search(client, language, 'xylophone "storm barrier" -zither')
    assert list(found) == ['"storm barrier" -zither']
    assert all(found.values())
    assert "xylophone" in outcome
    assert "xylophone" in title
    assert search(client, language, "xylophone zither")[3] == {}


@EACH_LANGUAGE
@pytest.mark.parametrize("query", ["-open", '"', "- -"])
def test_a_query_without_words_asks_for_one(client, language, query):
    make_published_story(language=language, headline="Why the storm barrier stood open")
    page, title, outcome, _ = search(client, language, query)
    assert (
        outcome
        == {"en": "Add a word to search for.", "de": "Geben Sie ein Wort ein, nach dem gesucht werden soll."}[language]
    )
    assert title.startswith(outcome.removesuffix("."))
    assert "<mark>" not in page


@EACH_LANGUAGE
def test_a_word_on_every_page_asks_for_another(client, language):
    for number in range(11):
        make_published_story(language=language, headline=f"Why the ferry waits {number}")
    page, title, outcome, _ = search(client, language, "ferry")
    assert re.match(r"\D*11\D", title)
    assert outcome.startswith("11")
    assert {
        "en": "Add another word to narrow the search.",
        "de": "Fügen Sie ein weiteres Wort hinzu, um die Suche einzugrenzen.",
    }[language] in page
    assert page.count("search-message") == 1
    assert "search-message" not in search(client, language, "ferry waits")[0]


@EACH_LANGUAGE
def test_stop_words_alone_find_nothing_and_ask_for_another_word(client, language):
    for number in range(3):
        make_published_story(language=language, headline=f"Why the ferry of the island waits {number}")
    for query in {"en": ("the", "The of", "why"), "de": ("die", "Der und", "warum")}[language]:
        page, title, outcome, found = search(client, language, query)
        assert outcome
        assert title.startswith(outcome.removesuffix("."))
        assert (found, "<mark>" in page) == ({}, False)
    assert search(client, language, "ferry of the")[2].startswith("3")
    assert search(client, language, '"ferry of the"')[2].startswith("3")


@pytest.mark.parametrize("query", ["flod", "floood"])
def test_a_word_that_lacks_or_repeats_a_double_letter_is_corrected_first(client, query):
    for number in range(3):
        make_published_story(headline=f"Why food and floor cost more {number}")
    make_published_story(headline="Why the flood came to Lisle")
    assert client.get("/search/", {"q": query}).context["page"].corrected_spelling == "flood"


def test_an_old_page_with_the_exact_title_comes_before_topics_and_newer_pages(client, set_time):
    topic = make_topic(name="Ferry", description="Why the ferry of Lisle waits.")
    story = make_published_story(headline="Why the ferry of Lisle waits", topics=(topic,))
    set_time.go(days=1_000)
    make_published_question(question="Why the ferry of Lisle waits and waits?", topics=(topic,))
    make_published_story(headline="Why the ferry of Lisle waits again", topics=(topic,))
    found = client.get("/search/", {"q": "why the ferry of Lisle waits"}).context["page"].found
    assert len(found) == 4
    assert found[0].url == f"/stories/{story.slug}/"
