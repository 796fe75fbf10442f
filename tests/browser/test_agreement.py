"""Where the papers agree and differ: a list on a phone, a grid on a tablet, and a tally that opens without scripts.

At the desk, the points found in the passages.
"""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from stories import drafts
from stories.documents import Cell, Claim, Explainer, NamedOutlet
from stories.drafts import revisions
from stories.publishing import publish
from tests.browser.faults import MAX_SHIFT, SHIFTS, find_faults
from tests.browser.shapes import LOOKS, find_equal, remove_colours, split_shapes
from tests.browser.targets import find_missed_at_all_widths
from tests.factories import make_article, make_outlet, make_story, make_update, make_user
from tests.stories.compared_page import make_outlets, make_parts, publish_with

pytestmark = pytest.mark.django_db(transaction=True)

FOUR = ("Ansgar Wire", "Morrow Daily", "Radio Tessen", "Lisle Courier")
SIX = ("وكالة أنسغار", "صحيفة مورو", "إذاعة تسن", "بريد ليسل", "الميناء والساحل", "بريد الرصيف")
VALUES = ("4,200", "4,200", "6,000", "6,000", "6,000")
# Scripts that examine the section.
DISPLAY = (
    "() => [...document.querySelectorAll('.claims :is(.outlets, ul)')].map((each) => getComputedStyle(each).display)"
)
ORDER = """() => [...document.querySelectorAll('.claims .claim > *, .claims .first:nth-child(1) > *')]
  .map((each) => each.className || each.localName)"""
# The distances of the columns from the start of the first, in the direction of reading: 0, and then larger ones.
COLUMNS = """() => {
  const sign = document.documentElement.dir === "rtl" ? -1 : 1;
  const starts = [...document.querySelectorAll(".claims li")].map((each) => {
    const { left, right } = each.getBoundingClientRect();
    return [Number(/in-(\\d)/.exec(each.className)[1]), sign * (sign > 0 ? left : right)];
  });
  return starts.sort(([a], [b]) => a - b).map(([, start]) => start);
}"""


def publish_points(
    slug: str, names: tuple[str, ...], *, values: tuple[str, ...] = VALUES, language: str = "en"
) -> None:
    """Publish a story whose outlets differ on one point, which its text marks beside a citation.

    An outlet with an empty value is silent. The last outlet is not compared.
    """
    by = make_user()
    outlets = [make_outlet(name=name) for name in names]
    story = make_story(slug=slug, language=language, outlets=tuple(outlets), articles=(make_article(),))
    publish(story, by=by)
    cells = tuple(
        Cell(
            uid=uuid4(),
            outlet=NamedOutlet(uid=outlet.uid, name=outlet.name),
            stance="says" if value else "silent",
            value=value,
            source=None if value else 1,
            as_of=None if value else date(2026, 11, 10),
        )
        for outlet, value in zip(outlets[:-1], values, strict=False)
    )
    claim = Claim(uid=uuid4(), claim="Homes emptied", cells=cells, note="Nobody says why.")
    document = drafts.build_document(story)
    assert isinstance(document, Explainer)
    sections = tuple(
        each.model_copy(update={"text": f"They emptied [4,200 homes](claim:{claim.uid}).[@1] {each.text}"})
        if each.text
        else each
        for each in document.sections
    )
    drafts.restore(story, document.changed(claims=(claim,), sections=sections), by=by)
    publish(story, by=by, change=make_update())


@pytest.mark.journey
def test_points_are_reached_and_their_tallies_open_without_scripts(open_page):
    publish_points("pier", FOUR)
    page = open_page("/stories/pier/", java_script_enabled=False)
    _, faults = find_missed_at_all_widths(page, has_scripts=False)
    assert faults == {}
    tally = page.get_by_role("button", name="4,200 homes (Homes emptied: 2 of 4 outlets say this").first
    tally.focus()
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog", name="Homes emptied")
    expect(card).to_contain_text("6,000 Radio Tessen")
    expect(card).to_contain_text("Not compared: Lisle Courier")
    card.get_by_role("link", name="All points compared").click()
    expect(page).to_have_url(f"{page.url.partition('#')[0]}#agreement")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_an_error_in_the_search_leaves_a_form_in_which_the_cells_are_typed_and_saved(open_page):
    story = make_story(outlets=tuple(make_outlet(name=name) for name in ("Ansgar Wire", "Morrow Daily")))
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user(role="Editor"))
    page.route(re.compile("/look/"), lambda route: route.fulfill(status=500))
    part = page.get_by_role("region", name="Agreement")
    part.get_by_label("Compare").fill("Homes emptied")
    part.get_by_role("button", name="Look", exact=True).first.press("Enter")
    expect(part).to_contain_text("Suggestions are not available. Type the cells by hand.")
    expect(part.get_by_role("button", name="Ansgar Wire Not compared")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("some 4,200")
    part.get_by_role("button", name="Morrow Daily Not compared").press("Enter")
    page.keyboard.type("about 6,000")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("revision")
    cells = story.claims.get(claim="Homes emptied").cells.order_by("position")
    assert [(cell.outlet_name, cell.value) for cell in cells] == [
        ("Ansgar Wire", "some 4,200"),
        ("Morrow Daily", "about 6,000"),
    ]


def test_tab_goes_from_one_found_outlet_to_the_next_and_four_opens_the_field_for_a_paragraph(open_page):
    story = make_story(outlets=tuple(make_outlet(name=name) for name in ("Ansgar Wire", "Morrow Daily")))
    for passage, number in zip(story.passages.order_by("pk"), (42, 60), strict=True):
        passage.text = f"It says that {number} homes were emptied."
        passage.save()
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user(role="Editor"))
    part = page.get_by_role("region", name="Agreement")
    part.get_by_label("Compare").fill("Homes emptied")
    part.get_by_role("button", name="Look", exact=True).first.press("Enter")
    first, second = (part.get_by_role("toolbar", name=name) for name in ("Ansgar Wire", "Morrow Daily"))
    expect(first.get_by_role("button", name="Says this")).to_be_focused()
    page.keyboard.press("Tab")
    expect(second.get_by_role("button", name="Says this")).to_be_focused()
    page.keyboard.press("4")
    words = part.get_by_label("Words of Morrow Daily")
    expect(words).to_be_focused()
    page.keyboard.type("The mayor counts 70 homes emptied by noon.")
    part.get_by_role("button", name="Look", exact=True).last.press("Enter")
    expect(part).to_contain_text("The mayor counts 70 homes emptied by noon.")
    expect(second.get_by_role("button", name="Says this")).to_be_focused()


def test_points_are_a_list_at_320_pixels_and_a_grid_at_48_or_70_rem(open_page, four_languages):
    publish_points("pier", FOUR)
    publish_points("quay", SIX, language="ar")
    # At 400 % zoom, a window of 1280 pixels is 320 wide.
    zoomed = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}
    for slug, direction, first_grid in (("pier", "ltr", 768), ("quay", "rtl", 1120)):
        page = open_page(f"/stories/{slug}/", **zoomed)
        assert page.evaluate("document.documentElement.dir") == direction
        for width in (320, 767, 768, 1119, 1120):
            page.set_viewport_size({"width": width, "height": 256})
            is_grid = width >= first_grid
            assert (width, page.evaluate(DISPLAY)) == (width, ["grid", "grid"] if is_grid else ["none", "block"])
            assert (width, page.evaluate("document.documentElement.scrollWidth")) == (width, width)
            if is_grid:
                columns = page.evaluate(COLUMNS)
                assert columns == sorted(set(columns))
        assert page.evaluate(ORDER) == ["h3", "difference", "ul", "b", "name", "note"]


@pytest.mark.parametrize("look", LOOKS)
def test_the_shapes_of_a_tally_differ_without_colour_and_on_paper_its_words_are_plain(open_page, look):
    names = FOUR[:3]
    publish_points("pier", (*names, "Quay Post"), values=("4,200", "6,000", ""))
    page = open_page("/stories/pier/", device_scale_factor=4, **LOOKS[look])
    tally = page.locator("button.claimed").first
    if look == "greyscale":
        remove_colours(page)
    shapes = split_shapes(tally.locator("svg").screenshot())
    assert len(shapes) == 4
    assert find_equal(shapes) == []
    page.emulate_media(media="print")
    expect(tally.locator("svg")).to_be_hidden()
    expect(tally).to_have_css("text-decoration-line", "none")
    expect(tally).to_contain_text("4,200 homes")


@pytest.mark.journey
def test_an_editor_adds_one_found_point_by_keyboard_and_dismisses_another(open_page):
    outlets = tuple(make_outlet(name=name) for name in ("Ansgar Wire", "Morrow Daily"))
    story = make_story(outlets=outlets)
    texts = (
        "It counts 17 injured guests. It shuts on 30 June 2032.",
        "21 guests were injured. It stays until 30 June 2032.",
    )
    for passage, text in zip(story.passages.order_by("pk"), texts, strict=True):
        passage.text = text
        passage.save()
    revisions.record_revision(story, by=None)
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user(role="Editor"))
    page.set_viewport_size({"width": 390, "height": 844})
    part = page.get_by_role("region", name="Agreement")
    part.scroll_into_view_if_needed()
    expect(part).to_contain_text("Found in the passages: 2 points.")
    part.get_by_role("button", name="Review them").press("Enter")
    add = part.get_by_role("button", name="Add: Figure: Ansgar Wire 17, Morrow Daily 21")
    expect(part.get_by_role("list", name="Points found in the passages")).to_contain_text(
        "It counts 17 injured guests."
    )
    part.get_by_role("button", name="Not this: Date or time").press("Enter")
    expect(part).to_contain_text("Found in the passages: 1 point.")
    expect(add).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.keyboard.press("Enter")
    assert not story.claims.exists()
    page.keyboard.type("Guests injured")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("revision")
    claim = story.claims.get()
    assert (claim.claim, claim.kind) == ("Guests injured", "figure")
    assert [(cell.outlet.name, cell.value, cell.low) for cell in claim.cells.all()] == [
        ("Ansgar Wire", "17", "17"),
        ("Morrow Daily", "21", "21"),
    ]
    assert story.dismissed_proposals.count() == 1
    expect(part).not_to_contain_text("Found in the passages")


# On a phone, the bar at the foot covers whatever is behind it, so only the section is examined.
@pytest.mark.parametrize(("width", "colour_scheme", "within"), [(390, "dark", "#agreement"), (1280, "light", None)])
def test_a_page_with_eight_points_and_five_forecasts_has_no_fault_and_does_not_shift(
    open_page, width, colour_scheme, within
):
    outlets = make_outlets()
    claims, marks, forecasts = make_parts(outlets)
    publish_with(claims, outlets, text=marks, forecasts=forecasts, by=make_user())
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=colour_scheme)
    page.add_init_script(SHIFTS)
    page.goto("/stories/pier/")
    expect(page.locator(".claims h3")).to_have_count(8)
    expect(page.locator(".state-mark[data-state=open]")).to_have_count(5)
    assert page.evaluate("window.shifts") <= MAX_SHIFT
    assert find_faults(page, width, within=within) == []
