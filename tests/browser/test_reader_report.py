"""A reader report from start to finish: sent without JavaScript, decided by an editor, shown as a correction."""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from newsroom.site.models import Report
from stories.drafts import revisions
from tests.browser.conftest import PHONE, find_published_message
from tests.factories import make_article, make_outlet, make_published_story, make_report, make_user

pytestmark = pytest.mark.django_db(transaction=True)
WRONG = "A survey four years ago asked for a limit of ten tonnes."


@pytest.fixture
def story(settings, live_server):
    """Return a story with a wrong sentence that cites a source."""
    cache.clear()
    settings.SITE_URL = live_server.url
    outlet = make_outlet()
    return make_published_story(
        slug="north-pier",
        outlets=(outlet, make_outlet()),
        articles=(make_article(outlet=outlet),),
        texts={"background": f"{WRONG}[@1] It was never put on a sign."},
    )


@pytest.mark.journey
def test_a_report_sent_without_javascript_becomes_a_correction(open_page, story):
    reader = open_page("/stories/north-pier/", java_script_enabled=False, viewport=PHONE)
    reader.get_by_role("article").get_by_role("link", name="Report an error").click()
    expect(reader.get_by_role("link", name=story.headline)).to_be_visible()
    reader.get_by_label("Which sentence").fill(f"{WRONG}Source1")
    reader.get_by_label("Your e-mail address").fill("reader")
    reader.get_by_role("button", name="Send the report").click()
    expect(reader.get_by_role("alert")).to_contain_text("Tell us what is wrong.")
    expect(reader.get_by_label("Which sentence")).to_have_value(f"{WRONG}Source1")
    expect(reader.get_by_label("What is wrong")).to_be_focused()
    reader.get_by_label("What is wrong").fill("The survey asked for nine.")
    reader.get_by_label("Your e-mail address").fill("reader@lisle.example")
    reader.get_by_role("button", name="Send the report").click()
    expect(reader.get_by_role("heading", name="Thank you")).to_be_visible()
    assert reader.context.cookies() == []
    reader.get_by_role("link", name="Back to the page").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(story.headline)

    desk = open_page("/admin/", as_=make_user(role="Editor", first_name="Ana", last_name="Kestrel"))
    desk.get_by_role("link", name=re.compile(f"^Decide ?: {story.headline}")).click()
    expect(desk.locator("mark")).to_have_text(WRONG)
    expect(desk.get_by_text("The survey asked for nine.")).to_be_visible()
    expect(desk.get_by_role("link", name="Create a correction")).to_have_count(0)
    expect(desk.get_by_role("link", name="Edit the page")).to_have_attribute("href", re.compile("/change/$"))
    story.sections.filter(kind="background").update(text="A survey four years ago asked for a limit of nine tonnes.")
    revisions.record_revision(story, by=None)
    desk.reload()
    desk.get_by_role("link", name="Create a correction").click()
    expect(desk.get_by_label("What was wrong")).to_have_value(WRONG)
    expect(desk.get_by_role("checkbox", name="The survey asked for nine.")).to_be_checked()
    desk.get_by_label("What is right").fill("The survey asked for a limit of nine tonnes.")
    desk.get_by_role("button", name="Publish", exact=True).click()
    expect(find_published_message(desk, "2")).to_be_visible()

    desk.goto(f"/admin/site/report/{Report.objects.get().pk}/change/")
    expect(desk.get_by_text(re.compile("Corrected in edition 2 by Ana Kestrel"))).to_be_visible()
    reader.reload()
    expect(reader.get_by_text(re.compile("^Correction,")).filter(visible=True).first).to_be_visible()


def test_on_a_phone_the_bar_of_a_report_has_its_decisions(open_page, story):
    report = make_report(story, problem="The survey asked for nine. " * 60)
    story.sections.filter(kind="background").update(text="A survey four years ago asked for a limit of nine tonnes.")
    revisions.record_revision(story, by=None)
    desk = open_page(f"/admin/site/report/{report.pk}/change/", as_=make_user(role="Editor"), viewport=PHONE)
    bar = desk.locator(".submit-row")
    expect(bar).to_be_in_viewport(ratio=1)
    assert bar.bounding_box()["height"] <= 48
    expect(bar.get_by_role("link", name="Create a correction")).to_be_visible()
    expect(bar.get_by_role("button", name="Dismiss")).to_be_visible()


def test_a_form_on_another_site_is_refused_with_a_message(open_page, story, live_server):
    other_site = live_server.url.replace("localhost", "127.0.0.1")
    assert other_site != live_server.url
    page = open_page()
    page.route(
        f"{other_site}/trap/",
        lambda route: route.fulfill(
            content_type="text/html",
            body=f'<form method="post" action="{live_server.url}/reports/"><input name="problem" value="Buy now"><button>Win</button></form>',
        ),
    )
    page.goto(f"{other_site}/trap/")
    page.get_by_role("button", name="Win").click()
    expect(page.get_by_role("alert")).to_contain_text("Check it, then send it from this page.")
    assert not Report.objects.exists()
