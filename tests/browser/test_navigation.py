"""The navigation of the public site in a browser: arranged at the desk, read in two languages."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.faults import find_faults
from tests.factories import make_published_story, make_topic, make_user
from topics.navigation import NavigationEntry, arrange_navigation, get_arrangement_digest

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.journey
def test_subjects_are_reordered_at_the_desk_and_read_in_two_languages(open_page, settings):
    settings.SITE_LANGUAGES = ["en-gb", "de"]
    topics = [make_topic(name=name, kind="subject") for name in ("Housing", "Schools", "Energy")]
    make_published_story(topics=topics)
    make_published_story(topics=topics, language="de", headline="Warum der Pier gesperrt ist")
    desk = open_page("/admin/navigation/", as_=make_user(role="Curator"), viewport={"width": 1280, "height": 900})
    for language, names in (("English", ("Housing", "Schools", "Energy")), ("Deutsch", ("Schools", "Housing"))):
        part = desk.get_by_role("region", name=language)
        for number, name in enumerate(names, start=1):
            part.get_by_role("group", name=f"Position {number}").get_by_label("Topic").fill(name)
            desk.keyboard.press("Escape")
    desk.get_by_role("region", name="Deutsch").get_by_label("Label").first.fill("Schulen")
    english = desk.get_by_role("region", name="English")
    english.get_by_role("button", name=re.compile(r"^Up ?: position 3")).click()
    expect(english.get_by_role("button", name=re.compile(r"^Up ?: position 2"))).to_be_focused()
    english.get_by_role("group", name="Position 1").locator(".margin").drag_to(
        english.get_by_role("group", name="Position 2").locator(".margin")
    )
    assert find_faults(desk, 1280) == []
    desk.get_by_role("button", name="Save", exact=True).last.click()
    expect(desk.get_by_text("Navigation saved.")).to_be_visible()
    assert find_faults(desk, 1280) == []

    reader = open_page("/", viewport={"width": 390, "height": 844})
    subjects = reader.get_by_role("navigation", name="Subjects").get_by_role("link")
    expect(subjects).to_have_text(["Energy", "Housing", "Schools"])
    assert find_faults(reader, 390) == []
    reader.set_viewport_size({"width": 1280, "height": 900})
    widths = reader.evaluate("['nav', '.subjects ul'].map(row => document.querySelector(row).offsetWidth)")
    assert widths[0] == widths[1]  # the rules below the two rows
    reader.set_viewport_size({"width": 390, "height": 844})
    reader.goto("/de/")
    row = reader.get_by_role("navigation", name="Sachgebiete")
    expect(row.get_by_role("link")).to_have_text(["Schulen", "Housing"])
    row.get_by_role("link", name="Schulen").click()
    expect(row.get_by_role("link", name="Schulen")).to_have_attribute("aria-current", "page")
    assert find_faults(reader, 390) == []


def test_a_narrow_window_scrolls_the_row_of_subjects_sideways(open_page):
    topics = [make_topic(name=f"Housing in district {number}", kind="subject") for number in range(7)]
    make_published_story(topics=topics)
    arrange_navigation(
        {"en-gb": [NavigationEntry(topic) for topic in topics]}, by=make_user(), seen_digest=get_arrangement_digest()
    )
    page = open_page("/", viewport={"width": 320, "height": 700})
    links = page.get_by_role("navigation", name="Subjects").get_by_role("link")
    expect(links).to_have_count(7)
    assert len({link.bounding_box()["y"] for link in links.all()}) == 1
    expect(links.last).not_to_be_in_viewport()
    links.last.focus()
    expect(links.last).to_be_in_viewport()
    assert find_faults(page, 320) == []
