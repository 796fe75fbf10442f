"""Replacing the placeholders of the renderer with links and pictures."""

import re
from datetime import date

import pytest
from django.utils.translation import override

from stories.public.pages.works.placeholders import find_link_targets, replace_placeholders

UID = "3ed6fd67-461a-5ff0-af1d-3cd48a0c1df1"
OTHER = "11111111-2222-4333-8444-555555555555"
TODAY = date(2026, 11, 13)


def replace(html, addresses=None, pictures=None):
    return replace_placeholders(html, addresses=addresses or {}, pictures=pictures or {}, today=TODAY, year=TODAY.year)


def test_a_public_target_becomes_a_link():
    html = f'<p>At the <span data-to="topic:{UID}">barrier</span>.</p>'
    assert replace(html, {f"topic:{UID}": "/topics/kelmar/"}) == '<p>At the <a href="/topics/kelmar/">barrier</a>.</p>'


def test_a_target_that_is_not_public_becomes_plain_text():
    assert replace(f'<p>At the <span data-to="story:{UID}">barrier</span>.</p>') == "<p>At the barrier.</p>"


def test_other_spans_inside_and_around_a_placeholder_are_unchanged():
    html = f'<span class="role"><span data-to="topic:{UID}">a <span class="visually-hidden">Source </span>3</span> b</span>'
    assert replace(html) == '<span class="role">a <span class="visually-hidden">Source </span>3 b</span>'
    assert replace(html, {f"topic:{UID}": "/t/"}) == (
        '<span class="role"><a href="/t/">a <span class="visually-hidden">Source </span>3</a> b</span>'
    )


def test_a_picture_replaces_its_placeholder_and_a_missing_one_leaves_nothing():
    html = f'<p>One.</p><span data-picture="{UID}"></span><span data-picture="{OTHER}"></span><p>Two.</p>'
    assert replace(html, pictures={UID: "<figure>!</figure>"}) == "<p>One.</p><figure>!</figure><p>Two.</p>"


def test_addresses_are_escaped():
    html = f'<span data-to="topic:{UID}">x</span>'
    assert replace(html, {f"topic:{UID}": '/t/"><script>'}) == '<a href="/t/&quot;&gt;&lt;script&gt;">x</a>'


def test_dated_entries_after_today_are_marked():
    html = '<ol class="timeline"><li data-day="2026-11-13">a</li><li data-day="2026-11-14">b</li></ol>'
    assert replace(html) == (
        '<ol class="timeline"><li data-day="2026-11-13">a</li><li data-day="2026-11-14" class="is-future">b</li></ol>'
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["11 November, 04:25", "11 November 2025", "3 June", "2019"]),
        ("de", ["11. November, 04:25", "11. November 2025", "3 June", "2019"]),
    ],
)
def test_each_date_is_whole_and_has_its_year_only_if_that_is_not_the_present_one(language, words):
    html = (
        '<p><time datetime="2026-11-11T04:25">04:25</time>, <time datetime="2025-11-11">9 November</time>,'
        ' <time datetime="06-03">3 June</time>, <time datetime="2019">2019</time></p>'
    )
    with override(language):
        assert re.findall(r">([^<>]+)</time>", replace(html)) == words


def test_each_target_in_several_texts_is_found_once():
    texts = [f'<span data-to="topic:{UID}">x</span>', f'<span data-to="topic:{UID}">y</span>', "<p>z</p>"]
    assert find_link_targets(texts) == {f"topic:{UID}"}


def test_citations_that_follow_each_other_come_into_one_element():
    html = '<p>Shut.<sup><a class="cite">1</a></sup> <sup><a class="cite">2</a></sup> Open.<sup><a>3</a></sup></p>'
    assert replace(html) == '<p>Shut.<sup><a class="cite">1</a><a class="cite">2</a></sup> Open.<sup><a>3</a></sup></p>'
