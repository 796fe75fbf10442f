"""What is pasted from other programs becomes Markdown that reads as it did there."""

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


def converted(page: Page, samples: list[str]) -> list[str | None]:
    """Return what the module of the desk makes of each sample."""
    script = page.locator('script[src*="desk/toolbar"]').get_attribute("src") or ""
    made: list[str | None] = page.evaluate(CONVERT.format(script.replace("toolbar", "html_to_markdown")), samples)
    return made


@pytest.mark.journey
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


# Words that mean something in Markdown somewhere, beside some that do not.
WORDS = (
    "gate", "Straße", "بوابة", "*", "**", "_", "__a__", "snake_case", "`", "``", "[x](y)", "[", "](", "![", "<b>", "&lt;",
    "&amp;", "#", "##", "-", "+", "1.", "2)", ">", "|", "~~", "~", "\\", "\\*", "---", "===", "“", "”.", "(", ")", "!", "’s",
    "[@3", "[^1]", "http://x.example", "<http://x>", "C:\\dir", "a*b*c", "2*3", ":", "—", "$", "^", "'",
)  # fmt: skip


def some_words(random: Random) -> str:
    """Return words in one line, with the space around them left to chance."""
    between = random.choice((" ", " ", ""))
    words = between.join(random.choices(WORDS, k=random.randint(1, 4)))
    return random.choice(("", " ")) + words + random.choice(("", " "))


def some_line(random: Random, depth: int = 0) -> str:
    """Return words with marks, as HTML."""
    made = ""
    for _ in range(random.randint(1, 3)):
        inner = some_line(random, depth + 1) if depth < 2 and random.random() < 0.4 else escape(some_words(random))
        name = random.choice(("b", "i", "em", "strong", "s", "span", "u", "", ""))
        made += f"<{name}>{inner}</{name}>" if name else inner
    return made


def some_blocks(random: Random, depth: int = 0) -> str:
    """Return paragraphs, lists, quotes, headings and tables, as HTML."""
    made = ""
    for _ in range(random.randint(1, 3)):
        kind = random.choice(("p", "p", "div", "h2", "ul", "ol", "blockquote", "table")) if depth < 2 else "p"
        match kind:
            case "ul" | "ol":
                items = (f"<li>{some_line(random)}{some_list(random, depth)}</li>" for _ in range(random.randint(1, 3)))
                made += f"<{kind}>{''.join(items)}</{kind}>"
            case "blockquote":
                made += f"<blockquote>{some_blocks(random, depth + 1)}</blockquote>"
            case "table":
                rows = ("".join(f"<td>{some_line(random)}</td>" for _ in range(2)) for _ in range(2))
                made += f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
            case _:
                made += f"<{kind}>{some_line(random)}{random.choice(('', '<br>' + some_line(random)))}</{kind}>"
    return made


def some_list(random: Random, depth: int) -> str:
    """Return a list within an item, or nothing."""
    if depth > 1 or random.random() < 0.7:
        return ""
    return f"<ul><li>{some_line(random)}</li></ul>"


def bare(html: str) -> str:
    """Return the signs that HTML shows, without white space."""
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]*>", "", html)))


def test_whatever_is_pasted_readers_see_the_same_signs_in_the_same_order(open_page, full_length):
    random = Random(5)  # noqa: S311 -- the same samples each time
    samples = [some_blocks(random) for _ in range(5_000 if full_length else 400)]
    page = open_page(f"/admin/stories/story/{make_story().pk}/change/", as_=make_user())
    lost = [
        (html, text, shown)
        for html, text in zip(samples, converted(page, samples), strict=True)
        if text is not None and bare(shown := render(text, numbers={}, anchor="a")) != bare(html)
    ]
    assert not lost, f"{len(lost)} of {len(samples)}, as:\n" + "\n".join(
        map(str, min(lost, key=lambda one: len(one[0])))
    )
