"""The part *Agreement* of the form of a story: its grid, the search for what outlets say, and marks in the text."""

import pytest
from playwright.sync_api import expect

from stories import drafts
from stories.drafts import revisions
from tests.browser.conftest import PHONE, find_message
from tests.browser.faults import find_faults
from tests.factories import make_outlet, make_story, make_user

pytestmark = pytest.mark.django_db(transaction=True)

SELECT = """(field, words) => {
  field.focus();
  const start = field.value.indexOf(words);
  field.setSelectionRange(start, start + words.length);
}"""


def make_compared_story():
    """Make a story with two outlets, two points and one cell for each point."""
    wire, courier = make_outlet(name="Ansgar Wire"), make_outlet(name="The Lisle Courier")
    story = make_story(outlets=(wire, courier), texts={"happened": "Civil defence emptied some 4,200 homes."})
    for position, (name, outlet) in enumerate((("Homes emptied", courier), ("Gates that stayed up", wire))):
        claim = story.claims.create(claim=name, kind="figure", position=position)
        claim.cells.create(outlet=outlet, value="some 4,200", low="4200", high="4200", approximate=True)
    revisions.record_revision(story, by=None)
    return story


def test_an_outlet_has_one_column_on_a_screen_and_cells_open_in_place_on_a_phone(open_page):
    story = make_compared_story()
    page = open_page(f"/admin/stories/story/{story.pk}/change/", as_=make_user())
    cells = page.get_by_role("region", name="Agreement").locator(".cells")
    expect(cells.first.get_by_role("button", name="Ansgar Wire")).to_be_visible()
    compared, not_compared = cells.last.locator("summary"), cells.first.get_by_role("button", name="Ansgar Wire")
    assert compared.bounding_box()["x"] == not_compared.bounding_box()["x"]
    page.set_viewport_size(PHONE)
    assert compared.bounding_box()["x"] == cells.first.locator("summary").bounding_box()["x"]
    not_compared.click()
    page.keyboard.type("about 6,000")
    expect(cells.first.get_by_text("about 6,000", exact=True)).to_be_visible()
    assert find_faults(page, PHONE["width"]) == []


def test_an_error_in_the_search_leaves_a_form_that_saves(open_page):
    story = make_story(outlets=(make_outlet(name="Ansgar Wire"), make_outlet(name="The Lisle Courier")))
    page = open_page(f"/admin/stories/story/{story.pk}/change/", as_=make_user())
    part = page.get_by_role("region", name="Agreement")
    page.route("**/look/", lambda route: route.fulfill(status=503, body="No"))
    part.get_by_label("Compare").fill("Homes emptied")
    part.get_by_label("Compare").press("Enter")
    expect(part.get_by_role("status")).to_have_text("Suggestions are not available. Type the cells by hand.")
    for outlet in ("Ansgar Wire", "The Lisle Courier"):
        part.get_by_role("button", name=f"{outlet} Not compared").click()
        page.keyboard.type("some 4,200")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(find_message(page, "Saved")).to_be_visible()
    (claim,) = drafts.build_document(story).claims
    assert [(cell.outlet.name, cell.low) for cell in claim.cells] == [
        ("Ansgar Wire", "4200"),
        ("The Lisle Courier", "4200"),
    ]


def test_selected_words_are_marked_as_a_point_and_the_list_of_links_offers_points(open_page):
    story = make_compared_story()
    uid = story.claims.first().uid
    page = open_page(f"/admin/stories/story/{story.pk}/change/", as_=make_user())
    text = page.get_by_role("group", name="What’s happened", exact=True).get_by_label("Text", exact=True)
    mark = (
        page.get_by_role("group", name="Homes emptied", exact=True)
        .locator("..")
        .get_by_role("button", name="Mark in the text")
    )
    mark.click()
    expect(page.get_by_text("Select words in a text first.").first).to_be_visible()
    text.evaluate(SELECT, "some 4,200 homes")
    mark.click()
    expect(text).to_have_value(f"Civil defence emptied [some 4,200 homes](claim:{uid}).")
    text.press("Control+End")
    page.keyboard.type(" [[homes")
    page.locator(".autocomplete").get_by_role("option", name="Homes emptied").click()
    expect(text).to_have_value(f"Civil defence emptied [some 4,200 homes](claim:{uid}). [Homes emptied](claim:{uid})")
