"""Somebody who waits is told that the desk is at work."""

from playwright.sync_api import expect

from tests.browser.faults import faults_of
from tests.factories import make_user

SENT = "document.querySelector('main form').dispatchEvent(new SubmitEvent('submit', {bubbles: true, cancelable: true}))"


def test_a_form_that_takes_long_says_that_the_desk_is_at_work(open_page):
    page = open_page("/admin/import/", as_=make_user(role="Editor"))
    page.evaluate(SENT)  # without leaving the page, as when the server takes its time
    expect(page.get_by_role("status").filter(has_text="Still at work")).to_be_visible()
    expect(page.get_by_role("progressbar", name="At work")).to_be_visible()
    assert faults_of(page, 1440) == []


def test_a_form_that_a_script_takes_care_of_itself_says_nothing(open_page):
    page = open_page("/admin/import/", as_=make_user(role="Editor"))
    page.clock.install()
    page.evaluate("document.addEventListener('submit', (event) => event.preventDefault(), {capture: true})")
    page.evaluate(SENT)
    page.clock.run_for(5_000)
    expect(page.get_by_role("progressbar")).to_have_count(0)
