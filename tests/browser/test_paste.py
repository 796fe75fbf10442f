"""Text pasted from other programs is converted to equivalent Markdown."""

import json
import re
from html import escape, unescape
from random import Random

import pytest
from playwright.sync_api import Page

from newsroom.text.markdown import render
from tests.browser.clipboards import DOCS, PLAIN, SAMPLES, docs, docs_line
from tests.factories import make_story, make_user

pytestmark = pytest.mark.django_db(transaction=True)

CONVERT = "async (samples) => {{ const {{ convertHtml }} = await import('{}'); return samples.map(convertHtml); }}"


def convert(page: Page, samples: list[str]) -> list[str | None]:
    """Convert each sample with the desk's script. None means that the sample is pasted as plain text."""
    script = page.locator('script[src*="desk/toolbar"]').get_attribute("src") or ""
    results: list[str | None] = page.evaluate(CONVERT.format(script.replace("toolbar", "html_to_markdown")), samples)
    return results


@pytest.mark.journey
def test_html_from_other_programs_becomes_clean_markdown(open_page):
    page = open_page(f"/admin/stories/story/{make_story().pk}/change/", as_=make_user())
    results = convert(page, [html for html, _ in SAMPLES.values()])
    wrong = {
        name: (result, expected)
        for (name, (_, expected)), result in zip(SAMPLES.items(), results, strict=True)
        if result != expected
    }
    assert not wrong, json.dumps(wrong, indent=1, ensure_ascii=False)
    assert page.evaluate("window.hacked") is None
    assert dict(zip(PLAIN, convert(page, list(PLAIN.values())), strict=True)) == dict.fromkeys(PLAIN)


RENDERED = {
    "marks beside letters and signs": "<strong>Note</strong>:words, un<em>believ</em>able, <strong>“quoted</strong>”s",
    "nested lists of Docs": "<li>Gate six\n<ul>\n<li>pinned by a lock</li>",
    "a table of Docs": "<td>six | seven</td>",
    "lists of Word": "<ol>\n<li>close it</li>\n<li>oil it</li>\n</ol>",
    "an address that breaks out of its brackets": "words ] [ here</a>",
    "signs that mean something in Markdown": "<p>2 * 3 * 4, snake_case _and_ `x` [a](b) &lt;b&gt; &amp;lt; C:\\dir \\*</p>",
    "a web page": '<ol start="3">',
}


@pytest.mark.parametrize("name", RENDERED)
def test_our_renderer_understands_the_markdown(name):
    assert RENDERED[name] in render(SAMPLES[name][1], numbers={}, anchor="a")


def test_long_and_deeply_nested_text_is_converted_and_huge_text_is_not(open_page):
    page = open_page(f"/admin/stories/story/{make_story().pk}/change/", as_=make_user())
    long = DOCS.format("".join(docs_line(docs("words "), docs(f"bold {n}", weight=700)) for n in range(2_000)))
    deep = "<div>" * 5_000 + "<b>deep</b>" + "</div>" * 5_000
    paragraphs, nested, huge = convert(page, [long, deep, "<p>" + "x" * 3_000_000])
    assert paragraphs is not None
    assert paragraphs.count("\n\n") == 1_999
    assert nested == "**deep**"
    assert huge is None


# Words that mean something in Markdown, at least in some places, and words that do not.
WORDS = (
    "gate", "Straße", "بوابة", "*", "**", "_", "__a__", "snake_case", "`", "``", "[x](y)", "[", "](", "![", "<b>", "&lt;",
    "&amp;", "#", "##", "-", "+", "1.", "2)", ">", "|", "~~", "~", "\\", "\\*", "---", "===", "“", "”.", "(", ")", "!", "’s",
    "[@3", "[^1]", "http://x.example", "<http://x>", "C:\\dir", "a*b*c", "2*3", ":", "—", "$", "^", "'",
)  # fmt: skip


def random_words(random: Random) -> str:
    """Return words in one line, with random spaces around them."""
    between = random.choice((" ", " ", ""))
    words = between.join(random.choices(WORDS, k=random.randint(1, 4)))
    return random.choice(("", " ")) + words + random.choice(("", " "))


def random_line(random: Random, depth: int = 0) -> str:
    """Return words with inline markup, as HTML."""
    html = ""
    for _ in range(random.randint(1, 3)):
        inner = random_line(random, depth + 1) if depth < 2 and random.random() < 0.4 else escape(random_words(random))
        name = random.choice(("b", "i", "em", "strong", "s", "span", "u", "", ""))
        html += f"<{name}>{inner}</{name}>" if name else inner
    return html


def random_blocks(random: Random, depth: int = 0) -> str:
    """Return paragraphs, lists, quotes, headings and tables, as HTML."""
    html = ""
    for _ in range(random.randint(1, 3)):
        kind = random.choice(("p", "p", "div", "h2", "ul", "ol", "blockquote", "table")) if depth < 2 else "p"
        match kind:
            case "ul" | "ol":
                items = (
                    f"<li>{random_line(random)}{random_list(random, depth)}</li>" for _ in range(random.randint(1, 3))
                )
                html += f"<{kind}>{''.join(items)}</{kind}>"
            case "blockquote":
                html += f"<blockquote>{random_blocks(random, depth + 1)}</blockquote>"
            case "table":
                rows = ("".join(f"<td>{random_line(random)}</td>" for _ in range(2)) for _ in range(2))
                html += f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
            case _:
                html += f"<{kind}>{random_line(random)}{random.choice(('', '<br>' + random_line(random)))}</{kind}>"
    return html


def random_list(random: Random, depth: int) -> str:
    """Return a nested list, or an empty string."""
    if depth > 1 or random.random() < 0.7:
        return ""
    return f"<ul><li>{random_line(random)}</li></ul>"


def visible_characters(html: str) -> str:
    """Return the characters that HTML displays, without white space."""
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]*>", "", html)))


def test_readers_see_the_same_characters_in_the_same_order_as_in_the_pasted_text(open_page, full_length):
    random = Random(5)  # noqa: S311 -- the same samples each time
    samples = [random_blocks(random) for _ in range(5_000 if full_length else 400)]
    page = open_page(f"/admin/stories/story/{make_story().pk}/change/", as_=make_user())
    lost = [
        (html, text, rendered)
        for html, text in zip(samples, convert(page, samples), strict=True)
        if text is not None
        and visible_characters(rendered := render(text, numbers={}, anchor="a")) != visible_characters(html)
    ]
    assert not lost, f"{len(lost)} of {len(samples)}, as:\n" + "\n".join(
        map(str, min(lost, key=lambda sample: len(sample[0])))
    )
