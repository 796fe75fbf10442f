"""A wide table scrolls by keyboard on a narrow phone, and figures are large numerals that a reader takes in with their unit."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from stories import publishing
from stories.models import KeyFigure
from tests.browser.faults import find_faults
from tests.factories import make_article, make_outlet, make_story, make_user
from tests.wait import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
COLUMNS = 8
TABLE = "\n".join(
    [
        "Table: Rents by district",
        "",
        f"|{' District |' * COLUMNS}",
        f"|{' --- |' * COLUMNS}",
        *(f"|{f' {number},204.5 |' * COLUMNS}" for number in range(1, 4)),
        "",
        "Source: Land register.",
    ]
)


def test_a_wide_table_scrolls_by_keyboard_at_320_pixels_and_figures_fit(open_page):
    outlets = [make_outlet() for _ in range(2)]
    articles = tuple(make_article(outlet=outlet) for outlet in outlets)
    story = make_story(slug="pier", outlets=tuple(outlets), articles=articles, texts={"background": TABLE})
    for position, value in enumerate(("4,200 to 6,000", "−3.4 %")):
        KeyFigure.objects.create(
            story=story,
            value=value,
            counts="homes",
            according_to="Civil defence",
            article=articles[0],
            position=position,
        )
    publishing.publish(story, by=make_user())
    page = open_page("/stories/pier/", viewport={"width": 320, "height": 700})
    region = page.get_by_role("region", name="Rents by district")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(region).to_be_focused()
    wait_until(lambda: page.evaluate("document.querySelector('.prose .table').scrollLeft") > 0)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    expect(page.get_by_role("term").filter(has_text="4,200 to 6,000")).to_have_text("4,200 to 6,000 homes")
    assert find_faults(page, 320) == []


def test_a_figure_is_given_a_source_that_is_not_saved_yet(open_page):
    make_outlet(name="Radio Tessen")
    story = make_story(articles=())
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user(role="Editor"))
    page.get_by_role("button", name="Add a source").click()
    sources = page.get_by_role("region", name="Sources")
    sources.get_by_label("Address").last.fill("https://radio.example/pier")
    sources.get_by_label("Title").last.fill("The pier closes")
    sources.get_by_label("Outlet").last.fill("Radio Tessen")
    page.get_by_role("button", name="Add a figure").click()
    figures = page.get_by_role("region", name="In figures")
    figures.get_by_label("Figure", exact=True).last.fill("4,200")
    figures.get_by_label("What it counts").fill("homes")
    figures.get_by_label("Source").focus()
    figures.get_by_label("Source").select_option("1 The pier closes")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_have_count(1)
    assert KeyFigure.objects.get().article.title == "The pier closes"
