"""A page that arrives in pieces, as over a slow connection or on a busy phone."""

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import Page, expect

from tests.browser.faults import MAX_SHIFT, SHIFTS
from tests.factories import make_published_story, make_question, make_user

pytestmark = pytest.mark.django_db(transaction=True)

# A script that writes the document again, and waits for a frame after each piece.
WRITE = """async ([pieces, isComplete]) => {
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)));
    document.open();
    for (const piece of pieces) {
      document.write(piece);
      await frame();
    }
    if (isComplete) document.close();
    await frame();
}"""


def split_page(page: Page, before: str, ending: str) -> list[str]:
    """Return the open page in pieces: the head, the body split after each ``ending`` up to ``before``, and the rest."""
    head, body = page.evaluate("document.documentElement.outerHTML").split("<body>")
    start, separator, rest = body.partition(before)
    pieces = re.split(f"(?<={ending})", start)
    assert len(pieces) > 4
    return [f"<!doctype html>{head}<body>", *pieces, f"{separator}{rest}"]


def write(page: Page, pieces: Sequence[str], *, is_complete: bool = True) -> None:
    """Replace the open page piece by piece. If ``is_complete`` is false, the document stays open."""
    page.evaluate(WRITE, [list(pieces), is_complete])


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_masthead_does_not_shift_while_a_page_arrives(open_page, four_languages, language, width):
    page = open_page(viewport={"width": width, "height": 900})
    page.add_init_script(SHIFTS)
    page.goto("/topics/" if language == "en" else f"/{language}/topics/")
    write(page, split_page(page, "</header>", "</li>"))
    expect(page.get_by_role("banner").get_by_role("link").first).to_be_visible()
    assert page.evaluate("window.shifts") <= MAX_SHIFT


def test_on_a_phone_the_facts_do_not_shift_while_the_column_above_them_arrives(open_page):
    page = open_page(viewport={"width": 390, "height": 900})
    page.add_init_script(SHIFTS)
    page.goto("/reports/")
    write(page, split_page(page, "</main>", "</div>"))
    expect(page.locator(".facts")).to_be_visible()
    assert page.evaluate("window.shifts") <= MAX_SHIFT


def test_on_a_phone_the_facts_of_a_story_are_shown_before_all_of_it_has_arrived(open_page):
    page = open_page(viewport={"width": 390, "height": 900})
    page.goto(f"/stories/{make_published_story(by=make_user()).slug}/")
    write(page, [page.evaluate("document.documentElement.outerHTML").split("</article>")[0]], is_complete=False)
    assert page.locator("main ~ *").count() == 0
    expect(page.locator(".facts")).to_be_visible()


def test_on_a_phone_the_facts_of_a_draft_with_only_a_title_are_shown(open_page):
    editor = make_user(role="Editor")
    question = make_question(owner=editor, answers=0)
    page = open_page(f"/admin/stories/faq/{question.pk}/preview/", as_=editor, viewport={"width": 390, "height": 900})
    expect(page.locator(".facts")).to_be_visible()
