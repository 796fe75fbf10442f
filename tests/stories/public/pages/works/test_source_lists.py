"""The outlets of a passage, and the lists of sources of a page, of a passage and of a section."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from stories.public.pages.works.outlets import PrintedOutlet
from stories.public.pages.works.sections import SourceEntry
from stories.public.templatetags.sources import (
    article_items,
    cited_items,
    outlet_heading,
    outlet_lines,
    source_items,
)

AT = datetime(2031, 3, 3, 9, tzinfo=UTC)
FULL = SourceEntry(
    number=3,
    title="Pier <4> & gate",
    url="https://courier.example/?a=1&b=2",
    outlet=PrintedOutlet("Lisle & Courier", "/sources/courier/", "Newspaper", "Vessara", "The <Marwick> family"),
    published_on=date(2031, 3, 1),
    author="Ada <Quill>",
    paywalled=True,
    back=("cite-1", "cite-2"),
)
BARE = SourceEntry(4, "A letter", "https://letters.example/", PrintedOutlet("A reader"), None, "", False, ())


def squeeze(html):
    return re.sub(r">\s+<", "><", " ".join(html.replace("\u00a0", " ").split()))


def test_a_source_has_outlet_owner_author_day_and_a_lettered_way_back_for_each_citation():
    assert squeeze(source_items([FULL], AT)) == (
        '<li id="source-3"><span class="number">3</span><div><a class="title" href="https://courier.example/?a=1&amp;b=2"'
        ' rel="noopener external"><bdi>Pier &lt;4&gt; &amp; gate</bdi></a><p class="source-details small">'
        '<a href="/sources/courier/"><bdi>Lisle &amp; Courier</bdi></a>, newspaper, Vessara</p>'
        '<p class="owner small">Owner: The &lt;Marwick&gt; family</p><p class="dated small"><bdi>Ada &lt;Quill&gt;</bdi>,'
        ' <time datetime="2031-03-01">1 March</time><span class="paywall"><svg viewBox="0 0 10 9" aria-hidden="true">'
        '<path d="M1 1h8v7H1zM1 5.5h8M2 6.75h6"/></svg>Paywall</span></p><p class="back-links small">Back to the text'
        ' <a href="#cite-1" aria-label="Citation a of 2">a</a><a href="#cite-2" aria-label="Citation b of 2">b</a></p>'
        "</div></li>"
    )


def test_a_single_citation_has_an_arrow():
    assert squeeze(source_items([replace(BARE, back=("cite-1",))], AT)).endswith(
        '</div><a class="back" href="#cite-1"><span aria-hidden="true">↑</span>'
        '<span class="visually-hidden">Back to the text, source 4</span></a></li>'
    )


def test_after_the_alphabet_citations_have_numbers():
    html = source_items([replace(BARE, back=tuple(f"cite-{place}" for place in range(1, 29)))], AT)
    assert 'aria-label="Citation z of 28">z</a> <a href="#cite-27" aria-label="Citation 27 of 28">27</a>' in html


def test_the_owner_of_an_outlet_is_visible_at_its_first_article_only():
    html = source_items([FULL, replace(FULL, number=5)], AT)
    assert html.count('<p class="owner small">') == html.count('<p class="owner small" hidden>') == 1
    assert html.index('<p class="owner small">') < html.index("hidden>Owner")


def test_what_is_not_known_of_a_source_is_left_out():
    assert squeeze(source_items([BARE], AT)) == (
        '<li id="source-4"><span class="number">4</span><div><a class="title" href="https://letters.example/"'
        ' rel="noopener external"><bdi>A letter</bdi></a><p class="source-details small"><b><bdi>A reader</bdi></b></p>'
        "</div></li>"
    )


def test_an_article_of_a_shared_passage_has_the_name_of_its_outlet():
    own, shared = (squeeze(article_items([FULL, BARE], AT, shared=shared, page_url="/s/")) for shared in (False, True))
    assert own.count('<a class="number" href="/s/#source-3"><span class="visually-hidden">Source </span>3</a>') == 1
    assert "Courier" not in own
    assert '<bdi>Lisle &amp; Courier</bdi>, <time datetime="2031-03-01">' in shared
    assert "<bdi>A reader</bdi></span></li>" in shared


def test_a_cited_source_has_outlet_and_day():
    assert squeeze(cited_items([FULL], AT)) == (
        '<li><a class="number" href="#source-3"><span class="visually-hidden">Source </span>3</a><span>'
        '<span class="strong">Lisle &amp; Courier</span><span class="date"><time datetime="2031-03-01">1 March</time>'
        "</span></span></li>"
    )


@pytest.mark.parametrize("print_items", [source_items, article_items, cited_items])
def test_no_sources_are_an_empty_list(print_items):
    assert print_items([], AT) == ""


def test_the_outlets_of_a_passage_have_names_kinds_and_lines():
    outlets = [PrintedOutlet("Lisle & Courier", "/sources/courier/", "Newspaper", "Lisle"), PrintedOutlet("A <reader>")]
    assert outlet_heading(outlets) == (
        '<h3><span><a href="/sources/courier/">Lisle &amp; Courier</a> <span class="small">Newspaper, Lisle</span></span>\n'
        "<span>A &lt;reader&gt;</span></h3>"
    )
    assert outlet_lines(2) == '<span class="outlet-lines" aria-hidden="true"><i></i><i></i></span>'
