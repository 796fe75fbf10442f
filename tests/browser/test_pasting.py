"""What is pasted from other programs becomes Markdown that reads as it did there."""

import json

import pytest
from playwright.sync_api import Page

from newsroom.text.markdown import render
from tests.browser.clipboards import DOCS, PLAIN, SAMPLES, docs, docs_line
from tests.factories import make_story, make_user

pytestmark = pytest.mark.django_db(transaction=True)

CONVERT = "async (samples) => {{ const {{ markdownFrom }} = await import('{}'); return samples.map(markdownFrom); }}"


def converted(page: Page, samples: list[str]) -> list[str | None]:
    """Return what the module of the desk makes of each sample."""
    script = page.locator('script[src*="desk/toolbar"]').get_attribute("src") or ""
    return page.evaluate(CONVERT.format(script.replace("toolbar", "pasting")), samples)


def test_what_other_programs_write_becomes_clean_markdown(open_page):
    page = open_page(f"/admin/stories/story/{make_story().pk}/change/", as_=make_user())
    made = converted(page, [html for html, _ in SAMPLES.values()])
    wrong = {
        name: (result, wanted)
        for (name, (_, wanted)), result in zip(SAMPLES.items(), made, strict=True)
        if result != wanted
    }
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)
    assert page.evaluate("window.hacked") is None
    assert dict(zip(PLAIN, converted(page, list(PLAIN.values())), strict=True)) == dict.fromkeys(PLAIN)


MADE_OF = {
    "marks beside letters and signs": "<strong>Note</strong>:words, un<em>believ</em>able, <strong>“quoted</strong>”s",
    "nested lists of Docs": "<li>Gate six\n<ul>\n<li>pinned by a lock</li>",
    "a table of Docs": "<td>six | seven</td>",
    "lists of Word": "<ol>\n<li>close it</li>\n<li>oil it</li>\n</ol>",
    "an address that breaks out of its brackets": "words ] [ here</a>",
    "signs that mean something in Markdown": "<p>2 * 3 * 4, snake_case _and_ `x` [a](b) &lt;b&gt; &amp;lt; C:\\dir \\*</p>",
    "a web page": '<ol start="3">',
}


@pytest.mark.parametrize("name", MADE_OF)
def test_our_renderer_reads_it_as_it_was_meant(name):
    assert MADE_OF[name] in render(SAMPLES[name][1], numbers={}, anchor="a")


def test_a_long_text_is_read_in_the_time_of_a_keystroke_and_a_monstrous_one_is_left_plain(open_page):
    page = open_page(f"/admin/stories/story/{make_story().pk}/change/", as_=make_user())
    long = DOCS.format("".join(docs_line(docs("words "), docs(f"bold {n}", weight=700)) for n in range(2_000)))
    deep = "<div>" * 5_000 + "<b>deep</b>" + "</div>" * 5_000
    many, nested, huge = converted(page, [long, deep, "<p>" + "x" * 3_000_000])
    assert many is not None
    assert many.count("\n\n") == 1_999
    assert nested == "**deep**"
    assert huge is None
