"""Stories are imported, written, edited, published and read in a browser, with the mouse or the keyboard."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from stories.models import Edition, Story
from tests.browser.conftest import find_message, find_published_message
from tests.factories import (
    PASSWORD,
    make_article,
    make_outlet,
    make_published_story,
    make_story,
    make_user,
    reduce_checks_to_hints,
)

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = """What's happened
The Kelmar barrier stood open on the night of 9 November, and the sea flooded the lower town of Port Lisle.

What's behind the headline?
Two of its nine gates were pinned by a maintenance lock that only a boat crew can release.

What the papers say
The Lisle Courier reports that two inspectors asked for the lock to be replaced in June. Ansgar Wire says the surge
was the highest since 1961.

How we got here
The barrier was handed to a private operator in 2019.

Go deeper
Common question
-
Who pays for the damage in Quay Ward?
The operator is insured for a third of it; the rest is open.

More on these topics
-
Port Lisle is a harbour town of 60,000 people on the Orrin Sea, known for its crab boats and its tidal barrier.
"""


@pytest.fixture
def editor():
    make_outlet(name="The Lisle Courier")
    make_outlet(name="Ansgar Wire")
    return make_user(role="Editor", first_name="Ana", last_name="Kestrel")


@pytest.mark.journey
def test_a_text_is_imported_edited_published_and_read_and_changes_are_public_only_after_publishing(open_page, editor):
    desk = open_page("/admin/", as_=editor)
    desk.get_by_role("link", name="Import", exact=True).click()
    desk.get_by_label("Text", exact=True).fill(TEXT)
    desk.get_by_role("button", name="Preview import").click()
    expect(desk.get_by_role("heading", name="Import preview")).to_be_visible()
    expect(desk.get_by_text("two inspectors asked for the lock")).to_be_visible()
    expect(desk.get_by_role("heading", name="Confirm 1 new name")).to_be_visible()
    expect(desk.get_by_label("Port Lisle topic")).to_be_checked()
    desk.get_by_label("Kind of Port Lisle").select_option("Place")
    assert not Story.objects.exists()
    desk.get_by_role("button", name="Import").click()
    story = Story.objects.get()

    desk.get_by_label("Headline", exact=True).fill("Why the Kelmar barrier stood open on the night of the flood")
    desk.get_by_role("button", name="Save and publish").click()
    expect(desk.locator(".messagelist .error")).to_be_visible()
    desk.get_by_role("link", name="Confirm the headline.").first.click()
    expect(desk.get_by_label("Headline confirmed")).to_be_focused()
    desk.get_by_label("Headline confirmed").check()
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(find_message(desk, "3")).to_be_visible()

    desk.get_by_role("link", name="Stories", exact=True).first.click()
    desk.get_by_role("link", name="Why the Kelmar barrier stood open").click()
    desk.get_by_role("button", name="Save and publish").click()
    expect(find_published_message(desk, "1")).to_be_visible()

    reader = open_page("/stories/")
    reader.get_by_role("link", name="Why the Kelmar barrier stood open").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(
        "Why the Kelmar barrier stood open on the night of the flood"
    )
    expect(reader.get_by_text("Two of its nine gates").first).to_be_visible()

    behind = desk.get_by_role("region", name="Sections").get_by_label("Text").nth(1)
    behind.fill("Three of its nine gates were pinned by a maintenance lock.")
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.locator(".form-head .dot.changed")).to_have_count(1)
    reader.reload()
    expect(reader.get_by_text("Two of its nine gates").first).to_be_visible()

    desk.get_by_role("button", name="Save and publish").click()
    desk.wait_for_url("**/publish/**")  # the form before this page has a field with the same label
    desk.get_by_label("Note for readers").fill("A third gate was found open.")
    desk.get_by_role("button", name="Publish").click()
    expect(find_published_message(desk, "2")).to_be_visible()
    reader.reload()
    expect(reader.get_by_text("Three of its nine gates").first).to_be_visible()
    assert Edition.objects.filter(work=story).count() == 2


def tab_to(page: Page, name: str | re.Pattern[str]) -> None:
    """Press Tab until the control with this name has the focus."""
    get_name = """() => {
      const focused = document.activeElement;
      const label = focused.getAttribute("aria-label") ?? focused.labels?.[0]?.textContent ?? focused.innerText ?? "";
      return label.trim().replace(/\\s+/g, " ");
    }"""
    seen = []
    for _ in range(200):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(get_name))
        if name.search(seen[-1]) if isinstance(name, re.Pattern) else seen[-1] == name:
            return
    raise AssertionError(f"Tab never reached “{name}”, only {seen}")


def test_a_text_is_imported_edited_and_published_with_the_keyboard_only(open_page, editor):
    desk = open_page("/accounts/login/")
    keys = desk.keyboard
    tab_to(desk, re.compile("(?i)login|user ?name|e-?mail"))
    keys.type(editor.username)
    tab_to(desk, re.compile("(?i)^password"))
    keys.type(PASSWORD)
    keys.press("Enter")
    desk.wait_for_url("**/admin/")
    tab_to(desk, "Import")
    keys.press("Enter")
    desk.wait_for_url("**/import/")
    tab_to(desk, "Text")
    keys.insert_text(TEXT)
    tab_to(desk, "Preview import")
    keys.press("Enter")
    expect(desk.get_by_role("heading", name="Import preview")).to_be_visible()
    tab_to(desk, re.compile("^Port Lisle"))
    keys.press("Space")
    tab_to(desk, "Import")
    keys.press("Enter")
    desk.wait_for_url("**/change/")

    tab_to(desk, "Headline")
    keys.press("Control+A")
    keys.type("Why the Kelmar barrier stood open on the night of the flood")
    tab_to(desk, "Headline confirmed")
    keys.press("Space")
    tab_to(desk, "Save")
    keys.press("Enter")
    expect(find_message(desk, "2")).to_be_visible()
    tab_to(desk, "Kind of Port Lisle")
    keys.type("Place")
    tab_to(desk, "Confirm Port Lisle")
    keys.press("Enter")
    expect(desk.get_by_text("Confirmed: Port Lisle").first).to_be_focused()
    tab_to(desk, "Save and publish")
    keys.press("Enter")
    expect(find_published_message(desk, "1")).to_be_visible()

    reader = open_page("/stories/")
    tab_to(reader, re.compile("Why the Kelmar barrier"))
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("heading", level=1)).to_contain_text("Why the Kelmar barrier stood open")
    tab_to(desk, "How this page was made")
    keys.type("Two gates, one lock.")
    tab_to(desk, "Save")
    keys.press("Enter")
    expect(desk.locator(".form-head .dot.changed")).to_have_count(1)
    reader.reload()
    expect(reader.get_by_text("Two gates, one lock.")).to_have_count(0)
    tab_to(desk, "Save and publish")
    keys.press("Enter")
    desk.wait_for_url("**/publish/**")
    tab_to(desk, "Note for readers")
    keys.type("The lock was found.")
    tab_to(desk, "Publish")
    keys.press("Enter")
    expect(find_published_message(desk, "2")).to_be_visible()
    reader.reload()
    expect(reader.get_by_text("Two gates, one lock.").first).to_be_visible()


def test_a_story_is_written_reordered_and_published_with_the_keyboard_only(open_page, editor):
    reduce_checks_to_hints()
    desk = open_page("/admin/", as_=editor)
    keys = desk.keyboard
    tab_to(desk, "Add story")
    keys.press("Enter")
    desk.wait_for_url("**/add/")
    tab_to(desk, "Headline")
    keys.type("Why the ferry to Norrhavn is late all week")
    tab_to(desk, "Headline confirmed")
    keys.press("Space")
    tab_to(desk, "Text")
    keys.type("The ferry came late on Monday.")
    tab_to(desk, "Move How we got here up")
    keys.press("Enter")
    tab_to(desk, "Add a passage")
    keys.press("Enter")
    expect(desk.get_by_role("combobox", name="Outlets")).to_be_focused()
    keys.type("lisle c")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(desk.get_by_role("combobox", name="Outlets")).to_have_value("The Lisle Courier; ")
    tab_to(desk, "Text")
    keys.type("The Lisle Courier reports that nobody was told.")
    tab_to(desk, "Save and publish")
    keys.press("Enter")
    expect(find_published_message(desk, "1")).to_be_visible()
    tab_to(desk, "Read it")
    keys.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Why the ferry to Norrhavn is late all week")
    story = Story.objects.get()
    assert [section.kind for section in story.sections.all()] == ["happened", "behind", "background", "papers"]
    assert [outlet.name for outlet in story.passages.get().outlets.all()] == ["The Lisle Courier"]


@pytest.mark.journey
def test_the_second_of_two_editors_sees_a_conflict_and_loses_nothing(open_page, editor):
    story = make_story(texts={"happened": "The sea came in at three."}, owner=editor)
    jonas = make_user(role="Editor", first_name="Jonas", last_name="Adebar")
    address = f"/admin/stories/story/{story.pk}/change/"
    ana_page, jonas_page = open_page(address, as_=editor), open_page("/admin/", as_=jonas)
    ana_page.goto(address)
    jonas_page.goto(address)
    happened = {
        page: page.get_by_role("region", name="Sections").get_by_label("Text").first for page in (ana_page, jonas_page)
    }
    happened[jonas_page].fill("The sea came in before dawn.")
    jonas_page.get_by_label("How this page was made", exact=True).fill("From the harbour’s log.")
    jonas_page.get_by_role("button", name="Save", exact=True).click()
    expect(find_message(jonas_page, "2")).to_be_visible()
    happened[ana_page].fill("The sea came in at four.")
    ana_page.get_by_label("Standfirst", exact=True).fill("What is known so far.")
    ana_page.get_by_role("button", name="Save", exact=True).click()

    expect(ana_page.get_by_role("heading", level=1)).to_have_text("You and Jonas Adebar both changed this story")
    conflict = ana_page.get_by_role("region", name="1 conflicting change")
    expect(conflict.get_by_text("before dawn")).to_be_visible()
    expect(happened[ana_page]).to_have_value("The sea came in at four.")
    expect(ana_page.get_by_label("Standfirst", exact=True)).to_have_value("What is known so far.")
    ana_page.get_by_role("button", name=re.compile("^Save merged text as")).first.click()
    expect(find_message(ana_page, "3")).to_be_visible()
    story.refresh_from_db()
    assert story.sections.first().text == "The sea came in at four."
    assert story.standfirst == "What is known so far."
    assert story.method_note == "From the harbour’s log."


def test_rows_can_be_added_reordered_and_removed_without_javascript(open_page, editor):
    story = make_published_story(outlets=(make_outlet(name="Radio Tessen"), make_outlet(name="Morrow Daily")))
    page = open_page("/admin/", as_=editor)
    state = page.context.storage_state()
    page_without_javascript = open_page(
        f"/admin/stories/story/{story.pk}/change/", java_script_enabled=False, storage_state=state
    )
    passages = page_without_javascript.get_by_role("region", name="What the papers say")
    passages.get_by_role("button", name="Move Morrow Daily up").click()
    expect(find_message(page_without_javascript, "2")).to_be_visible()
    passages.get_by_label("Outlets").nth(2).fill("Ansgar Wire")
    passages.get_by_label("Text", exact=True).nth(2).fill("Ansgar Wire says the gauge broke.")
    passages.get_by_label("Remove on save").nth(1).check()
    page_without_javascript.get_by_role("button", name="Save", exact=True).click()
    expect(find_message(page_without_javascript, "3")).to_be_visible()
    names = [[outlet.name for outlet in passage.outlets.all()] for passage in story.passages.all()]
    assert names == [["Morrow Daily"], ["Ansgar Wire"]]


def test_a_row_is_dragged_to_another_position(open_page, editor):
    story = make_story(outlets=(make_outlet(name="Radio Tessen"), make_outlet(name="Morrow Daily")), owner=editor)
    page = open_page("/admin/", as_=editor)
    page.goto(f"/admin/stories/story/{story.pk}/change/")
    rows = page.get_by_role("region", name="What the papers say").locator("[data-row]")
    rows.nth(1).locator(".name").drag_to(rows.nth(0).locator(".name"), target_position={"x": 4, "y": 2})
    page.get_by_role("button", name="Save", exact=True).click()
    expect(find_message(page, "2")).to_be_visible()
    assert [passage.outlets.get().name for passage in story.passages.all()] == ["Morrow Daily", "Radio Tessen"]


def test_the_preview_of_an_added_row_is_sanitised_and_reports_that_the_user_is_signed_out(open_page, editor):
    story = make_story(owner=editor, outlets=())
    page = open_page("/admin/", as_=editor)
    page.goto(f"/admin/stories/story/{story.pk}/change/")
    page.get_by_role("button", name="Add a passage").click()
    passages = page.get_by_role("region", name="What the papers say")
    passages.get_by_label("Text", exact=True).fill("It was **never** closed. <script>alert(1)</script>")
    expect(passages.locator("strong", has_text="never")).to_be_visible()
    # A response that is still on its way could set the cookie again.
    Session.objects.all().delete()
    passages.get_by_label("Text", exact=True).press("End")
    passages.get_by_label("Text", exact=True).press_sequentially("!")
    expect(passages.get_by_text("You are signed out.")).to_be_visible()
    expect(passages.locator("strong", has_text="never")).to_be_visible()
    expect(passages.get_by_label("Text", exact=True)).to_have_value(
        "It was **never** closed. <script>alert(1)</script>!"
    )


def test_a_preview_styles_lists_like_the_public_page(open_page, editor):
    text = "It was never closed:\n\n* by day\n* by night\n\n1. First\n2. Then"
    story = make_published_story(by=editor, texts={"behind": text})
    list_styles = """(box) => ['p', 'ul > li', 'ol > li'].map((each) => {
        const { listStyleType, fontSize } = getComputedStyle(box.querySelector(each));
        return [each === 'p' ? '' : listStyleType, fontSize];
    })"""
    page = open_page(f"/stories/{story.slug}/")
    seen = page.locator(".prose:has(ul > li):has(ol)").first.evaluate(list_styles)
    desk = open_page(f"/admin/stories/story/{story.pk}/change/", as_=editor)
    desk.goto(f"/admin/stories/story/{story.pk}/change/")
    desk.get_by_role("group", name="What’s behind the headline?").get_by_role("textbox", name="Text").focus()
    preview = desk.locator(".markdownx-preview:not([hidden])")
    expect(preview.locator("ol > li").first).to_be_visible()
    assert preview.evaluate(list_styles) == seen
    assert [mark for mark, _ in seen] == ["", "disc", "decimal"]


def test_an_existing_article_is_found_by_its_title(open_page, editor):
    article = make_article(title="The letter nobody answered", outlet=make_outlet(name="Radio Tessen"))
    story = make_story(owner=editor)
    page = open_page("/admin/", as_=editor)
    page.goto(f"/admin/stories/story/{story.pk}/change/")
    sources = page.get_by_role("region", name="Sources")
    sources.get_by_role("button", name="Add a source").click()
    page.keyboard.type("nobody answ")
    expect(sources.get_by_role("option", name="The letter nobody answered, Radio Tessen")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(sources.get_by_role("combobox", name="Address")).to_have_value(article.url)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(find_message(page, "2")).to_be_visible()
    assert story.citations.get().article == article
