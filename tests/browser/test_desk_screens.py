"""Every screen of the desk in a browser, light and dark.

axe finds nothing, nothing overflows the window, no two controls are announced alike, and a click in the middle of a
control reaches it.
"""

import itertools
import re
from collections.abc import Callable
from typing import Any, Literal

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from newsroom.accounts.models import User
from tests.browser.control_names import find_equal_names
from tests.browser.desk_screens import list_other_screens, make_publishing_screens, make_screens
from tests.browser.faults import find_faults
from tests.browser.targets import find_missed_at_all_widths
from tests.conftest import FULL_LENGTH
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = (390, 1440)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# In so high a window, the bar at the end of a form covers nothing. In use, the covered part can be scrolled into view.
HEIGHT = 7_000
# Each width and each scheme once; at full length, every combination.
COMBINATIONS = tuple(itertools.product(WIDTHS, SCHEMES) if FULL_LENGTH else zip(WIDTHS, SCHEMES, strict=True))


@pytest.fixture
def screens():
    """Return the addresses of the screens of the desk, keyed by name."""
    return make_screens()


def find_faults_of_screens(
    open_page: Callable[..., Page], screens: dict[str, str], administrator: User, *, looks_at_names: bool = False
) -> dict[str, Any]:
    """Open each screen with scripts, and return what is wrong with it, keyed by its name and what was looked at."""
    page = open_page(as_=administrator)
    faults: dict[str, Any] = {}
    for name, path in screens.items():
        for width, scheme in COMBINATIONS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.emulate_media(color_scheme=scheme)
            response = page.goto(path)
            assert response, name
            assert response.status == 200, name
            faults[f"{name}, {width}, {scheme}"] = find_faults(page, width)
        if looks_at_names:
            faults[f"{name}, names"] = find_equal_names(page)
        count, faults[f"{name}, controls"] = find_missed_at_all_widths(page, has_scripts=True)
        assert count > 10, name
    return {place: found for place, found in faults.items() if found}


def test_no_screen_of_the_desk_has_faults(open_page, screens):
    administrator = make_user(role="Administrator")
    assert find_faults_of_screens(open_page, screens, administrator, looks_at_names=True) == {}


def test_no_other_page_of_the_desk_has_faults(open_page, screens):
    administrator = make_user(role="Administrator")
    assert find_faults_of_screens(open_page, list_other_screens(screens, administrator), administrator) == {}


# The words of the navigation in other languages, which are longer than in English, or run the other way.
NAVIGATION_WORDS = {
    "en": [],
    "de": ["Startseite", "Beiträge", "Fragen", "Themen", "Medien", "Bilder", "Kalender", "Mehr", "Mitteilungen"],
    "es": ["Inicio", "Reportajes", "Preguntas", "Temas", "Medios", "Imágenes", "Calendario", "Más", "Avisos"],
    "ar": ["الرئيسية", "القصص", "الأسئلة", "المواضيع", "وسائل الإعلام", "الصور", "التقويم", "المزيد", "الإشعارات"],
}
REPLACE_WORDS = """([language, words]) => {
    document.documentElement.lang = language;
    document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
    const places = [...document.querySelectorAll('.places > li > a, .places > li > details > summary')].slice(0, 9);
    for (const [at, word] of words.entries()) places[at].firstChild.data = word;
}"""
OVERLAPS = """() => {
    const boxes = [...document.querySelectorAll('.wordmark, .places > li')].map(each => each.getBoundingClientRect());
    const apart = (a, b) => a.right <= b.left + 0.5 || b.right <= a.left + 0.5;
    const pairs = boxes.flatMap((one, at) => boxes.slice(at + 1).map(other => [one, other]));
    const inside = ({left, right, height}) => left >= 0 && right <= innerWidth && height < 60;
    return pairs.filter(([one, other]) => !apart(one, other)).length + boxes.filter(box => !inside(box)).length;
}"""


def test_the_navigation_fits_every_width_and_marks_the_current_page(open_page):
    page = open_page(as_=make_user(role="Administrator", first_name="Wilhelmina", last_name="Oduya-Brandt"))
    for width in (390, 768, 1024, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(reverse("admin:stories_bundle_changelist"))
        assert find_faults(page, width) == []
        navigation = page.get_by_role("navigation", name="Main navigation")
        toggle = navigation.get_by_text("More" if width >= 1024 else "Menu")
        toggle.click()
        expect(navigation.get_by_role("link", name="Bundles")).to_have_attribute("aria-current", "page")
        assert find_faults(page, width) == []
        navigation.get_by_role("link", name="Bundles").focus()
        page.keyboard.press("Escape")
        expect(navigation.get_by_role("link", name="Bundles")).to_be_hidden()
        assert toggle.evaluate("node => node === document.activeElement")
        for language, words in NAVIGATION_WORDS.items() if width >= 1024 else ():
            page.evaluate(REPLACE_WORDS, [language, words])
            assert page.evaluate(OVERLAPS) == 0, (width, language)


def test_every_screen_of_the_navigation_is_at_most_two_clicks_away(open_page):
    page = open_page(reverse("admin:stories_story_changelist"), as_=make_user(role="Administrator"))
    navigation = page.get_by_role("navigation", name="Main navigation")
    navigation.get_by_text("More").click()
    navigation.get_by_role("link", name="Health").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Health")
    navigation.get_by_role("searchbox").fill("pier")
    navigation.get_by_role("searchbox").press("Enter")
    expect(page.get_by_text("Nothing found for “pier”.")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_without_javascript_two_clicks_lead_from_a_form_to_another_screen(open_page, screens, width):
    state = open_page(as_=make_user(role="Editor")).context.storage_state()
    page = open_page(
        screens["story"], java_script_enabled=False, storage_state=state, viewport={"width": width, "height": 900}
    )
    for disclosure in ("More" if width >= 1024 else "Menu", "Desk"):
        navigation = page.get_by_role("navigation", name=re.compile("^(Main navigation|Account)$"))
        navigation.get_by_text(disclosure, exact=True).click()
        navigation.get_by_role("link", name="House style").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("House style")
        page.goto(reverse("account"))


def test_an_invalid_form_links_to_the_field_and_has_no_faults(open_page, screens):
    page = open_page(as_=make_user(role="Editor"), viewport={"width": 1440, "height": HEIGHT})
    page.goto(screens["story"])
    page.get_by_label("Byline").fill("Nobody Knows")
    page.get_by_role("button", name="Save", exact=True).click()
    refusal = page.get_by_role("alert")
    expect(refusal).to_be_focused()
    assert find_faults(page, 1440) == []
    refusal.get_by_role("link").click()
    expect(page.get_by_label("Byline")).to_be_focused()


def test_the_publishing_form_focuses_missing_fields_and_has_no_faults(open_page):
    page = open_page(as_=make_user(role="Editor"), viewport={"width": 390, "height": HEIGHT})
    page.goto(make_publishing_screens()["publish, again"])
    page.get_by_label("Correction").check()
    page.get_by_label("What was wrong").fill("")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_label("What was wrong")).to_be_focused()
    assert find_faults(page, 390) == []
    page.get_by_label("Update").check()
    expect(page.get_by_label("What was wrong")).to_be_hidden()
    page.get_by_role("radio", name="Schedule", exact=True).check()
    page.get_by_label("Note for readers").fill("It costs more.")
    page.get_by_role("button", name="Schedule").click()
    expect(page.get_by_label("Day", exact=True)).to_be_focused()
    assert find_faults(page, 390) == []
    page.get_by_role("radio", name="Now", exact=True).check()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("group", name="Edition 2").get_by_label("Include this change")).to_be_focused()
    assert find_faults(page, 390) == []


def test_an_ambiguous_time_can_be_resolved_without_javascript(open_page, settings):
    settings.TIME_ZONE = "Europe/Paris"
    state = open_page(as_=make_user(role="Editor")).context.storage_state()
    plain = open_page(make_publishing_screens()["publish, first"], java_script_enabled=False, storage_state=state)
    plain.get_by_role("radio", name="Schedule", exact=True).check()
    plain.get_by_label("Day", exact=True).fill("2035-10-28")
    plain.get_by_label("Time", exact=True).fill("02:30")
    plain.get_by_role("button", name="Publish").click()
    expect(plain.get_by_text("02:30 occurs twice on 28 October 2035")).to_be_visible()
    plain.get_by_label("Which of the two").select_option("The second, CET")
    plain.get_by_role("button", name="Publish").click()
    expect(plain.get_by_text("Revision 1 goes live on Sunday 28 October 2035 at 02:30 (CET)")).to_be_visible()
