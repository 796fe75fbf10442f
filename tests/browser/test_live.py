"""Beside the form in a browser: the page and the findings of what is typed, words replaced, and a story that is there already."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from stories import revisions
from tests.browser.conftest import DESKTOP
from tests.browser.faults import faults_of
from tests.factories import make_story, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor(transactional_db):
    return make_user(username="editor")


def form_of(open_page, work, editor, **options: object) -> Page:
    return open_page(reverse(work.desk_view, args=[work.pk]), as_=editor, **options)


def page_in(page: Page):
    return page.frame_locator("iframe[title='The page as readers would see it']")


def test_what_is_typed_stands_on_the_page_beside_the_form_on_a_phone_and_on_a_desktop(open_page, editor):
    story = make_story(owner=editor)
    page = form_of(open_page, story, editor)
    framed = page_in(page)
    expect(framed.get_by_role("heading", level=1)).to_have_text(story.headline)
    assert framed.locator("html").evaluate("node => innerWidth") == 390
    framed.locator("html").evaluate("node => scrollTo(0, 600)")
    page.get_by_role("textbox", name="Headline", exact=True).fill("Half a sentence about the pier and")
    expect(framed.get_by_role("heading", level=1)).to_have_text("Half a sentence about the pier and")
    assert framed.locator("html").evaluate("node => scrollY") == 600
    page.get_by_role("button", name="Desktop").click()
    expect(page.get_by_role("button", name="Desktop")).to_have_attribute("aria-pressed", "true")
    assert framed.locator("html").evaluate("node => innerWidth") == 1280
    box = page.locator(".pane iframe").bounding_box()
    assert box["width"] <= page.locator(".pane").bounding_box()["width"] + 1
    assert faults_of(page, DESKTOP["width"]) == []
    story.refresh_from_db()
    assert story.headline != "Half a sentence about the pier and"
    assert revisions.newest_of(story).number == 1
