"""What screen readers find on a story page: one heading for each passage and question, and the text after the skip link."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from stories import publishing
from stories.documents.schema.story import SECTION_KINDS
from stories.drafts import revisions
from stories.models import Section
from tests.factories import make_outlet, make_published_question, make_story, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def address():
    outlets = tuple(
        make_outlet(name=name, country="Vessara") for name in ("Ansgar Wire", "Lisle Courier", "Radio Tessen")
    )
    texts = {
        "timeline": "- 2026-11-09 — The gates stayed open.\n- 2026-11-10 — The council met.",
        "unknowns": "- [open] Who held the key? (since 2026-11-09) Nobody says.\n- [partly] Who approved the rota?",
    }
    story, editor = make_story(outlets=outlets[:2]), make_user()
    for position, (kind, text) in enumerate(texts.items(), start=8):
        Section.objects.create(
            story=story, kind=kind, heading=SECTION_KINDS[kind].heading, text=text, position=position
        )
    story.passages.last().outlets.set(outlets)
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor)
    return f"/stories/{story.slug}/"


def test_each_passage_and_each_open_question_has_one_heading(open_page, address):
    page = open_page(address)
    papers = page.get_by_role("region", name="What the papers say")
    expect(papers.get_by_role("heading", level=3)).to_have_text(
        [
            "Ansgar Wire Newspaper, Vessara",
            re.compile("(?=.*Ansgar Wire)(?=.*Lisle Courier)(?=.*Radio Tessen)", re.DOTALL),
        ]
    )
    unknown = page.get_by_role("region", name="What we don’t know yet")
    expect(unknown.get_by_role("heading", level=3)).to_have_text(["Who held the key?", "Who approved the rota?"])
    expect(page.get_by_role("heading", name=re.compile("^$"))).to_have_count(0)
    expect(page.locator("ol.timeline > li")).to_have_count(2)


def test_the_text_is_a_few_tab_stops_after_the_skip_link(open_page, address):
    page = open_page(address)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    stops = []
    while not page.evaluate("document.activeElement.matches('.summary *')"):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.outerHTML"))
        assert len(stops) <= 2, stops


def test_a_question_page_begins_with_its_story_and_its_answer_and_only_citations_are_numbers(open_page):
    question = make_published_question(
        short_answer="Yes, from May on, and only by day.", short_answer_as_of=date(2026, 11, 9)
    )
    story, editor = make_story(questions=(question,)), make_user()
    publishing.publish(story, by=editor)
    page = open_page(f"/questions/{question.slug}/", viewport={"width": 390, "height": 844})
    asked, answer = page.get_by_text("Asked in").first, page.get_by_role("heading", name="Short answer")
    texts = page.get_by_role("navigation", name="Narrower questions")
    tops = [each.bounding_box()["y"] for each in (asked, answer, texts)]
    assert tops == sorted(tops)
    assert not re.search(r"^\d", texts.inner_text(), re.MULTILINE)
