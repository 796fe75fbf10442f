"""What an address of an article tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.drafts.article_urls import find_article, find_outlet, get_canonical_spelling, list_spellings, normalise_url
from tests.factories import make_article, make_outlet

pytestmark = pytest.mark.database


@pytest.mark.parametrize(
    ("given_as", "kept"),
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
def test_an_address_is_kept_without_what_only_follows_readers(given_as, kept):
    assert normalise_url(given_as) == kept


@given(
    st.text(max_size=200) | st.from_regex(r"https?://(www\.)?[a-z]{1,9}\.example(:\d+)?/[^\s]{0,30}", fullmatch=True)
)
def test_to_normalise_twice_changes_nothing_and_every_spelling_is_the_same_page(url):
    once = normalise_url(url)
    assert normalise_url(once) == once
    assert once in list_spellings(url)
    assert {get_canonical_spelling(each) for each in list_spellings(once)} == {
        get_canonical_spelling(url)
    } or once == url.strip()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked",
    [
        "https://paper.example/a",
        "http://www.paper.example/a/",
        "https://PAPER.example/a?utm_medium=mail#top",
    ],
)
def test_an_article_is_found_however_its_address_is_spelled(asked, django_assert_num_queries):
    article = make_article(url="https://paper.example/a")
    with django_assert_num_queries(1):
        assert find_article(asked) == article
    assert find_article("https://paper.example/b") is None


@pytest.mark.django_db
def test_of_two_articles_the_one_of_this_very_address_is_found():
    make_article(url="https://paper.example/a")
    other = make_article(url="https://paper.example/a/")
    assert find_article("https://paper.example/a/") == other


@pytest.mark.django_db
def test_an_outlet_is_known_from_its_host_and_from_hosts_below_it():
    outlet = make_outlet(home_page="https://www.paper.example/home")
    section = make_outlet(home_page="https://sport.paper.example")
    assert find_outlet("https://paper.example/a") == outlet
    assert find_outlet("http://m.paper.example/a") == outlet
    assert find_outlet("https://www.sport.paper.example/a") == section
    for stranger in ("https://otherpaper.example/a", "https://paper.example.evil/a", "https://example/a", "words"):
        assert find_outlet(stranger) is None


@pytest.mark.django_db
def test_an_outlet_is_known_from_each_of_its_hosts():
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
def test_an_outlet_is_known_from_an_article_that_was_cited_from_its_host():
    into = make_outlet(name="The paper that goes on")
    make_article(outlet=make_outlet(merged_into=into), url="https://elsewhere.example/1")
    assert find_outlet("https://www.elsewhere.example/2") == into
