"""Shared previews in a real Chromium: from the desk to a person without an account."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from newsroom.http import clock
from stories.drafts import revisions
from stories.workflow import shared_previews
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.faults import find_faults
from tests.factories import make_image, make_outlet, make_question, make_story, make_topic, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story():
    return make_story(
        headline="What nobody reads yet, not even here",
        outlets=(make_outlet(), make_outlet()),
        topics=(make_topic(),),
        questions=(make_question(question="Who may cross the pier on foot?"),),
        lead_image=make_image(),
        lead_alt="The pier at low water",
    )


def share(story, **options):
    """Share the draft as a writer, and return the address of the link."""
    ends_at = clock.now() + timedelta(days=2)
    shared = shared_previews.create_link(
        story, by=make_user(role="Writer"), label="Dr Holm", ends_at=ends_at, **options
    )
    return f"/preview/{shared.token}/"


@pytest.mark.journey
def test_a_writer_shares_a_draft_and_a_person_without_an_account_reads_it(open_page, story, live_server, settings):
    settings.SITE_URL = live_server.url
    desk = open_page(as_=make_user(role="Writer"))
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    desk.goto(reverse("admin:stories_story_change", args=[story.pk]))
    desk.get_by_role("link", name="Share", exact=True).click()
    desk.get_by_label("Label").fill("Dr Holm")
    desk.get_by_role("button", name="Create link").click()
    expect(desk.get_by_label("Link", exact=True)).to_be_focused()
    desk.get_by_role("button", name="Copy").click()
    expect(desk.get_by_role("status")).to_have_text("Copied.")
    copied = desk.evaluate("navigator.clipboard.readText()")
    assert copied == desk.get_by_label("Link", exact=True).input_value()

    page = open_page(copied, viewport=PHONE)
    expect(page.get_by_role("heading", level=1)).to_have_text("What nobody reads yet, not even here")
    expect(page.get_by_role("region", name="Preview")).to_contain_text("Please don’t share it")
    lead = page.get_by_role("img", name="The pier at low water")
    expect(lead).to_be_visible()
    page.wait_for_function("document.querySelector('figure img').naturalWidth > 0")
    page.get_by_role("link", name="Who may cross the pier on foot?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who may cross the pier on foot?")
    page.get_by_role("link", name="Back to the draft of the story").click()
    expect(page).to_have_url(copied)
    assert page.context.cookies() == []

    desk.get_by_role("button", name="Revoke").click()
    expect(desk.get_by_text("revoked.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")


def test_without_javascript_the_address_can_be_copied_by_hand(open_page, story):
    page = open_page(as_=make_user(role="Writer"), java_script_enabled=False)
    page.goto(reverse("admin:stories_story_share", args=[story.pk]))
    page.get_by_label("Label").fill("Dr Holm")
    page.get_by_role("button", name="Create link").click()
    expect(page.get_by_label("Link", exact=True)).to_have_value(re.compile(r"/preview/[\w-]{43}/$"))
    expect(page.get_by_role("button", name="Copy")).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_passcode_is_required_once_and_its_cookie_is_limited_to_the_link(open_page, story, scripts):
    path = share(story, passcode="slate harbour")
    page = open_page(path, java_script_enabled=scripts)
    for passcode in ("slate", "slate harbour"):
        page.get_by_label("Passcode").fill(passcode)
        page.get_by_role("button", name="Open the draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What nobody reads yet, not even here")
    page.get_by_role("link", name="Who may cross the pier on foot?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who may cross the pier on foot?")
    assert {cookie["path"] for cookie in page.context.cookies()} == {path}
    requests = []
    page.on(
        "request", lambda request: requests.append(request.all_headers()) if request.is_navigation_request() else None
    )
    page.goto("/stories/")
    assert ["cookie" in headers for headers in requests] == [False]


def test_links_out_of_a_draft_send_no_referrer(open_page, story):
    path = share(story)
    page = open_page(path)
    referrers = {}
    page.on("request", lambda request: referrers.__setitem__(request.url, request.all_headers().get("referer", "")))
    page.reload()
    page.get_by_role("link", name="Questions", exact=True).click()
    page.wait_for_url("**/questions/")
    assert page.evaluate("document.referrer") == ""
    assert len(referrers) > 5
    assert not [url for url, referrer in referrers.items() if path in referrer and "/questions/" in url]
    outside = [referrer for url, referrer in referrers.items() if path not in url and "/static/" not in url]
    assert not [referrer for referrer in outside if path in referrer]


def test_no_page_of_a_shared_preview_has_faults(open_page, story):
    question = story.story_questions.get().faq
    newest = share(make_story(questions=(question,), language="ar", slug="ميناء"))
    pinned = share(story, passcode="slate harbour", revision=revisions.get_newest_revision(story))
    faults = {}
    for size, scheme in ((PHONE, "light"), (DESKTOP, "dark")):
        page = open_page(viewport=size, color_scheme=scheme)

        def check(name, page=page, size=size):
            if found := find_faults(page, size["width"]):
                faults[name, size["width"]] = found

        for name, address in {"right to left": newest, "question": f"{newest}questions/{question.uid}/"}.items():
            page.goto(address)
            check(name)
        page.goto(pinned)
        check("passcode")
        page.get_by_label("Passcode").fill("slate")
        page.get_by_role("button", name="Open the draft").click()
        check("wrong passcode")
        page.get_by_label("Passcode").fill("slate harbour")
        page.get_by_role("button", name="Open the draft").click()
        check("draft")
    assert faults == {}


def test_after_too_many_wrong_passcodes_a_reader_must_wait(open_page, story):
    page = open_page(share(story, passcode="slate harbour"), viewport=PHONE)
    for _ in range(6):
        page.get_by_label("Passcode").fill("slate")
        page.get_by_role("button", name="Open the draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Too many attempts")
    expect(page.get_by_text("Wait 15 minutes")).to_be_visible()
    assert find_faults(page, PHONE["width"]) == []


def test_no_screen_for_sharing_has_faults(open_page, story):
    writer, faults = make_user(role="Writer"), {}
    for width, scheme in ((390, "light"), (1440, "dark")):
        page = open_page(as_=writer, viewport={"width": width, "height": 5_000}, color_scheme=scheme)
        for name in ("share", "preview"):
            page.goto(reverse(f"admin:stories_story_{name}", args=[story.pk]))
            if found := find_faults(page, width):
                faults[name, width] = found
        page.goto(reverse("admin:stories_story_share", args=[story.pk]))
        for step in ("refused", "made"):
            if step == "made":
                page.get_by_label("Label").fill(f"Dr Holm at {width}")
            page.get_by_role("button", name="Create link").click()
            page.get_by_role(
                "heading", name=re.compile("Create a link" if step == "refused" else "The link for")
            ).wait_for()
            if found := find_faults(page, width):
                faults[step, width] = found
    assert faults == {}
