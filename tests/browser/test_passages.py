"""Passages on the form of a story: articles are cited by pasting their addresses."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import find_message
from tests.browser.faults import find_faults
from tests.factories import make_article, make_outlet, make_story, make_user

pytestmark = pytest.mark.django_db(transaction=True)


PASTE = """(field, text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def paste(field: Locator, text: str) -> None:
    """Paste text into a field that accepts addresses; the browser’s own paste is not needed."""
    field.evaluate(PASTE, text)


@pytest.mark.journey
def test_two_outlets_with_three_articles_are_cited_without_typing_a_number(open_page):
    wire, courier = make_outlet(name="Ansgar Wire"), make_outlet(name="The Lisle Courier")
    articles = [make_article(title=f"Article {n}", outlet=outlet) for n, outlet in enumerate((wire, wire, courier), 1)]
    story = make_story(outlets=(), topics=())
    page = open_page(f"/admin/stories/story/{story.pk}/change/", as_=make_user())
    clicks = 0

    def click(button):
        nonlocal clicks
        clicks += 1
        button.click()

    rows = page.get_by_role("region", name="What the papers say")
    click(rows.get_by_role("button", name="Add a passage"))
    passage = rows.get_by_role("listitem").filter(has=page.get_by_label("Paste the article’s address")).last
    address = passage.get_by_label("Paste the article’s address")
    status = passage.get_by_role("status")
    click(address)
    paste(address, articles[0].url)
    expect(status).to_have_text("Source 1 added and cited.")
    paste(address, articles[1].url)
    expect(status).to_have_text("Source 2 added and cited.")
    paste(address, articles[2].url)
    expect(status).to_contain_text("This article is from The Lisle Courier. Add the outlet?")
    click(passage.get_by_role("button", name="Add The Lisle Courier"))
    expect(passage.get_by_role("list", name="Articles").get_by_role("listitem")).to_have_count(3)
    passage.get_by_label("Text", exact=True).fill("Both measure the surge.")
    click(page.get_by_role("button", name="Save", exact=True))
    expect(find_message(page, "Saved")).to_be_visible()
    saved = story.passages.last()
    assert clicks <= 6
    assert set(saved.articles.all()) == set(articles)
    assert set(saved.outlets.all()) == {wire, courier}


def test_the_title_of_an_unknown_article_is_asked_for_in_the_passage(open_page):
    make_outlet(name="Ansgar Wire", home_page="https://ansgar.example/")
    story = make_story(outlets=(make_outlet(name="The Lisle Courier"),))
    page = open_page(f"/admin/stories/story/{story.pk}/change/", as_=make_user())
    passage = page.locator('[data-rows="passages"] [data-row]').first
    address = passage.get_by_label("Paste the article’s address")
    address.focus()
    paste(address, "https://ansgar.example/surge")
    title = passage.get_by_label("Title of source 1")
    expect(title).to_be_focused()
    assert find_faults(page, 1440) == []
    title.fill("The letter nobody answered")
    passage.get_by_label("Date of source 1").fill("2026-11-12")
    # The fields go once they are left, which moves the button, but not before the press has ended.
    page.get_by_role("button", name="Add a passage").click()
    expect(page.locator('[data-rows="passages"] [data-row]')).to_have_count(3)
    expect(passage.get_by_role("link", name="The letter nobody answered")).to_be_visible()
    passage.get_by_role("button", name="Remove source 1").click()
    expect(passage.get_by_role("status")).to_have_text("Source 1 is no longer cited. Remove it from Sources?")
    expect(address).to_be_focused()
    passage.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert not story.citations.exists()


def test_the_date_of_an_unknown_article_is_asked_for_once(open_page):
    make_outlet(name="Ansgar Wire", home_page="https://ansgar.example/")
    story = make_story(outlets=(make_outlet(name="The Lisle Courier"),))
    page = open_page(f"/admin/stories/story/{story.pk}/change/", as_=make_user())
    passage = page.locator('[data-rows="passages"] [data-row]').first
    address = passage.get_by_label("Paste the article’s address")
    address.focus()
    paste(address, "https://ansgar.example/surge")
    passage.get_by_label("Title of source 1").fill("The letter nobody answered")
    address.focus()
    expect(passage.get_by_text("add its date.")).to_be_visible()
    passage.get_by_label("Date of source 1").focus()
    address.focus()
    expect(passage.get_by_role("link", name="The letter nobody answered")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#before").get_by_text("has no date. Add the day of publication.")).to_be_visible()


def test_the_only_outlet_of_a_passage_is_suggested_for_an_unknown_article(open_page):
    story = make_story(outlets=())
    page = open_page(f"/admin/stories/story/{story.pk}/change/", as_=make_user(role="Editor"))
    page.get_by_role("button", name="Add a passage").click()
    passage = page.locator('[data-rows="passages"] .row-list > [data-row]').last
    passage.get_by_label("Outlets").fill("Hask Voice")
    address = passage.get_by_label("Paste the article’s address")
    address.focus()
    paste(address, "https://www.haskvoice.example/night-bus")
    expect(passage.get_by_label("Title of source 1")).to_be_focused()
    expect(passage.get_by_label("Outlet of source 1")).to_have_value("Hask Voice")
    expect(page.locator('[name="citations-0-outlet_name"]')).to_have_value("Hask Voice")


def test_the_outlet_of_an_unknown_article_is_that_of_a_passage_without_one(open_page):
    story = make_story(outlets=())
    page = open_page(f"/admin/stories/story/{story.pk}/change/", as_=make_user(role="Editor"))
    page.get_by_role("button", name="Add a passage").click()
    passage = page.locator('[data-rows="passages"] .row-list > [data-row]').last
    address = passage.get_by_label("Paste the article’s address")
    address.focus()
    paste(address, "https://www.haskvoice.example/night-bus")
    passage.get_by_label("Title of source 1").fill("Night bus leaves the market")
    passage.get_by_label("Outlet of source 1").press_sequentially("Hask Voice")
    expect(passage.get_by_label("Outlets")).to_have_value("Hask Voice")
    page.get_by_text("New outlet “Hask Voice”").click()
    dialog = page.get_by_role("dialog", name="New outlet")
    expect(dialog.get_by_label("Home page")).to_have_value("https://www.haskvoice.example")
    dialog.get_by_role("button", name="Add outlet").click()
    expect(dialog).to_be_hidden()
    passage.get_by_role("textbox", name="Text", exact=True).fill("Hask Voice counts eleven passengers a night.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    saved = story.passages.last()
    assert [outlet.name for outlet in saved.outlets.all()] == ["Hask Voice"]
    assert [article.outlet.name for article in saved.articles.all()] == ["Hask Voice"]


def test_a_source_that_a_passage_no_longer_cites_can_be_kept(open_page):
    story = make_story(outlets=(make_outlet(),), articles=(make_article(title="The letter nobody answered"),))
    page = open_page(f"/admin/stories/story/{story.pk}/change/", as_=make_user())
    passage = page.locator('[data-rows="passages"] [data-row]').first
    address = passage.get_by_label("Paste the article’s address")
    address.focus()
    paste(address, story.citations.get().article.url)
    passage.get_by_role("button", name="Remove source 1").click()
    passage.get_by_role("button", name="Keep", exact=True).click()
    expect(passage.get_by_role("status")).to_have_text("Source 1 stays in Sources.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_have_text("No changes since revision 1.")
    assert story.citations.get().article.title == "The letter nobody answered"
    assert not story.passages.first().articles.exists()
