"""URLs of articles: normalising them, and finding the article and the outlet for a URL."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.drafts.article_urls import find_article, find_outlet, get_canonical_spelling, list_spellings, normalise_url
from tests.factories import make_article, make_outlet

pytestmark = pytest.mark.database


@pytest.mark.parametrize(
    ("url", "normalised"),
    [
        ("https://Paper.example", "https://paper.example/"),
        ("HTTPS://PAPER.example:443/A?b=1#c", "https://paper.example/A?b=1"),
        ("http://paper.example:80/", "http://paper.example/"),
        ("https://paper.example:8443/", "https://paper.example:8443/"),
        ("https://paper.example/a?utm_source=x&id=3&fbclid=y&at_campaign=z", "https://paper.example/a?id=3"),
        ("https://paper.example/a?b=%20&b=2#:~:text=words", "https://paper.example/a?b=%20&b=2"),
        ("  https://paper.example/a ", "https://paper.example/a"),
        ("mailto:ana@lisle.example", "mailto:ana@lisle.example"),
        ("https://[broken/", "https://[broken/"),
        ("", ""),
    ],
)
def test_a_url_is_normalised_without_tracking_parameters(url, normalised):
    assert normalise_url(url) == normalised


@given(
    st.text(max_size=200) | st.from_regex(r"https?://(www\.)?[a-z]{1,9}\.example(:\d+)?/[^\s]{0,30}", fullmatch=True)
)
def test_normalising_is_idempotent_and_all_spellings_have_the_same_canonical_form(url):
    once = normalise_url(url)
    assert normalise_url(once) == once
    assert once in list_spellings(url)
    assert {get_canonical_spelling(each) for each in list_spellings(once)} == {
        get_canonical_spelling(url)
    } or once == url.strip()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    [
        "https://paper.example/a",
        "http://www.paper.example/a/",
        "https://PAPER.example/a?utm_medium=mail#top",
    ],
)
def test_an_article_is_found_by_any_spelling_of_its_url(url, django_assert_num_queries):
    article = make_article(url="https://paper.example/a")
    with django_assert_num_queries(1):
        assert find_article(url) == article
    assert find_article("https://paper.example/b") is None


@pytest.mark.django_db
def test_an_article_with_exactly_this_url_is_preferred():
    make_article(url="https://paper.example/a")
    other = make_article(url="https://paper.example/a/")
    assert find_article("https://paper.example/a/") == other


@pytest.mark.django_db
def test_an_outlet_is_found_by_the_host_of_its_home_page_and_by_subdomains():
    outlet = make_outlet(home_page="https://www.paper.example/home")
    section = make_outlet(home_page="https://sport.paper.example")
    assert find_outlet("https://paper.example/a") == outlet
    assert find_outlet("http://m.paper.example/a") == outlet
    assert find_outlet("https://www.sport.paper.example/a") == section
    for unknown in ("https://otherpaper.example/a", "https://paper.example.evil/a", "https://example/a", "words"):
        assert find_outlet(unknown) is None


@pytest.mark.django_db
def test_an_outlet_is_found_by_each_of_its_further_hosts():
    outlet = make_outlet(
        home_page="https://paper.example/", further_hosts="paper.test\nHTTPS://www.Zeitung-Müller.example/a"
    )
    section = make_outlet(further_hosts="sport.paper.example")
    for address in (
        "https://paper.example/a",
        "http://www.PAPER.test/a?utm_source=mail",
        "https://m.paper.test./",
        "https://zeitung-müller.example/",
        "https://www.xn--zeitung-mller-4ob.example/",
    ):
        assert find_outlet(address) == outlet, address
    assert find_outlet("https://sport.paper.example/a") == section
    assert find_outlet("https://otherpaper.test/a") is None


@pytest.mark.django_db
def test_an_outlet_is_found_by_an_article_from_the_same_host():
    remaining = make_outlet(name="The paper that goes on")
    make_article(outlet=make_outlet(merged_into=remaining), url="https://elsewhere.example/1")
    assert find_outlet("https://www.elsewhere.example/2") == remaining
