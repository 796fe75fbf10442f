"""A click or a tap in the middle of a control reaches that control, and no bar covers it.

``test_desk_screens`` looks at the screens of the desk with scripts.
"""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.desk_screens import list_other_screens, make_screens
from tests.browser.targets import WINDOWS, find_missed, find_missed_at_all_widths
from tests.factories import (
    make_article,
    make_image,
    make_outlet,
    make_published_story,
    make_story,
    make_topic,
    make_user,
)
from tests.journeys.pages import every_page

pytestmark = pytest.mark.django_db(transaction=True)


def find_faults_of_pages(page, paths: dict[str, str], *, has_scripts: bool) -> dict[str, dict[int, list[str]]]:
    """Return what is wrong with the controls of pages, keyed by the name of the page and the width of the window."""
    faults, total = {}, 0
    for name, path in paths.items():
        page.goto(path)
        count, found = find_missed_at_all_widths(page, has_scripts=has_scripts)
        total += count
        if found:
            faults[name] = found
    assert total > 10 * len(paths)
    return faults


def make_marked_story() -> str:
    """Publish a story with names of topics beside citations, and return its address."""
    port = make_topic(name="Port Lisle", description="A harbour town.")
    texts = {
        "happened": "Sea water has entered Port Lisle.[@1] Port Lisle was warned by *Port Lisle*,[@1] it says.",
        "behind": f"The [port](topic:{port.uid})[@1] is shut. [Nobody](topic:{port.uid}) knows why, [they](topic:{port.uid}) say.",
    }
    story = make_published_story(topics=(port,), articles=(make_article(),), texts=texts)
    return f"/stories/{story.slug}/"


@pytest.mark.parametrize("right_to_left", [False, True])
@pytest.mark.parametrize("has_scripts", [True, False])
def test_every_control_of_every_page_is_reached(open_page, four_languages, has_scripts, right_to_left):
    paths = every_page(right_to_left=right_to_left) | {"named and cited": make_marked_story()}
    page = open_page(java_script_enabled=has_scripts)
    assert find_faults_of_pages(page, paths, has_scripts=has_scripts) == {}


def test_without_scripts_every_control_of_every_screen_is_reached(open_page):
    administrator, screens = make_user(role="Administrator"), make_screens()
    page = open_page(as_=administrator, java_script_enabled=False)
    paths = screens | list_other_screens(screens, administrator)
    assert find_faults_of_pages(page, paths, has_scripts=False) == {}


@pytest.mark.parametrize("width", WINDOWS)
def test_every_control_of_what_a_story_page_opens_is_reached(open_page, width):
    page = open_page(make_marked_story(), viewport={"width": width, "height": WINDOWS[width]})
    is_narrow = width < 736
    opened = {
        ".page-facts details": page.locator(".page-facts summary"),
        ".follow": page.locator(".follow summary"),
        **(
            {"#menu": page.get_by_role("button", name="Menu"), ".know": page.locator(".know > summary")}
            if is_narrow
            else {}
        ),
    }
    missed = {}
    for root, opener in opened.items():
        opener.click()
        missed[root] = find_missed(page.locator(root))
        opener.click()
    for kind in (".cite", ".topic"):
        page.locator(f"main .prose {kind}").first.click()
        missed[kind] = find_missed(page.get_by_role("dialog"))
        page.keyboard.press("Escape")
    if is_narrow:
        page.mouse.wheel(0, 2 * WINDOWS[width])
        page.get_by_role("navigation", name="Jump to").get_by_role("link", name="Contents").click()
        missed["contents"] = find_missed(page.get_by_role("dialog", name="Contents"))
    assert {root: faults for root, (_, faults) in missed.items() if faults} == {}
    assert all(count for count, _ in missed.values())


@pytest.mark.parametrize("width", WINDOWS)
def test_every_control_of_what_the_form_opens_is_reached(open_page, width):
    make_image(title="The quay")
    story = make_story(outlets=(make_outlet(),))
    page = open_page(as_=make_user(role="Writer"), viewport={"width": width, "height": WINDOWS[width]})
    page.goto(reverse(story.change_view_name, args=[story.pk]))
    missed = {}
    if width < 736:
        page.locator(".more-actions summary").click()
        missed["more"] = find_missed(page.locator(".submit-row"))
    page.get_by_role("button", name="Find and replace").click()
    missed["find and replace"] = find_missed(page.locator("html"))
    page.locator("#find-replace").get_by_role("button", name="Close").click()
    for opener, name in (("Outline", "outline"), ("Checks", "checks")):
        button = page.locator(f".form-head [popovertarget={name}]")
        if button.is_visible():
            button.click()
            missed[opener] = find_missed(page.locator(f"#{name}"))
            page.keyboard.press("Escape")
    page.get_by_role("group", name="Lead picture").get_by_role("button", name="Choose picture").click()
    dialog = page.get_by_role("dialog", name="Choose the lead picture")
    expect(dialog.get_by_role("radio", name="The quay")).to_be_visible()
    missed["picture"] = find_missed(dialog)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Send for review", exact=True).click()
    missed["send"] = find_missed(page.get_by_role("dialog", name="Send for review"))
    assert {place: faults for place, (_, faults) in missed.items() if faults} == {}
    assert all(count for count, _ in missed.values())
