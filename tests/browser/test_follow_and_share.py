"""Follow leads to the feeds of a page; Share opens the device's own sheet, or else copies the address."""

import pytest
from playwright.sync_api import expect

from stories import publishing
from stories.drafts import revisions
from tests.browser.conftest import PHONE
from tests.factories import make_published_story, make_topic, make_update, make_user

pytestmark = pytest.mark.django_db(transaction=True)

WITH_SHEET = "navigator.share = (data) => { window.shared = data; return Promise.resolve(); }"
CANCELLED_SHEET = 'navigator.share = () => Promise.reject(new DOMException("closed", "AbortError"))'
WITHOUT_SHEET = "delete navigator.share; delete Navigator.prototype.share"


@pytest.fixture
def story():
    """Return a story with two editions."""
    story = make_published_story(topics=(make_topic(name="Kelmar barrier"),))
    story.sections.filter(kind="background").update(text="The limit was ten tonnes.")
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update())
    return story


def test_share_opens_the_sheet_of_the_device_or_copies_the_address(open_page, story):
    address = f"/stories/{story.slug}/"
    page = open_page(permissions=["clipboard-read", "clipboard-write"], viewport=PHONE)
    page.add_init_script(WITH_SHEET)
    page.goto(f"{address}#sources")
    share = page.get_by_role("button", name="Share")
    share.click()
    assert page.evaluate("window.shared.url").endswith(address)
    assert share.bounding_box()["height"] >= 43.5
    page.add_init_script(CANCELLED_SHEET)
    page.reload()
    share.click()
    expect(share).to_have_text("Share")
    page.add_init_script(WITHOUT_SHEET)
    page.reload()
    share.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Link copied")).to_have_count(1)
    expect(page.get_by_role("button", name="Link copied")).to_be_focused()
    assert page.evaluate("navigator.clipboard.readText()").endswith(address)
    page.goto(f"{address}history/1/")
    page.get_by_role("button", name="Share this edition").click()
    expect(page.get_by_role("button", name="Link copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"{address}history/1/")


def test_without_javascript_follow_leads_to_feeds_and_there_is_no_share(open_page, story):
    page = open_page(f"/stories/{story.slug}/", java_script_enabled=False)
    expect(page.get_by_role("button", name="Share")).to_have_count(0)
    page.get_by_text("Follow", exact=True).click()
    links = page.locator(".follow a").all()
    assert [link.inner_text() for link in links] == ["Atom", "JSON", "Stories on Kelmar barrier", "All feeds"]
    for link in links:
        assert page.request.get(page.evaluate("(link) => link.href", link.element_handle())).status == 200
