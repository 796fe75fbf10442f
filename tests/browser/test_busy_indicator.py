"""The desk shows that it is working if a request takes a long time."""

from playwright.sync_api import expect

from tests.browser.faults import find_faults
from tests.factories import make_user

SUBMIT = (
    "document.querySelector('main form').dispatchEvent(new SubmitEvent('submit', {bubbles: true, cancelable: true}))"
)


def test_a_slow_form_shows_that_the_desk_is_working(open_page):
    page = open_page("/admin/import/", as_=make_user(role="Editor"))
    page.evaluate(SUBMIT)  # without leaving the page, as if the server were slow
    expect(page.get_by_role("status").filter(has_text="Still working")).to_be_visible()
    expect(page.get_by_role("progressbar", name="Working")).to_be_visible()
    assert find_faults(page, 1440) == []


def test_a_form_that_a_script_handles_shows_nothing(open_page):
    page = open_page("/admin/import/", as_=make_user(role="Editor"))
    page.clock.install()
    page.evaluate("document.addEventListener('submit', (event) => event.preventDefault(), {capture: true})")
    page.evaluate(SUBMIT)
    page.clock.run_for(5_000)
    expect(page.get_by_role("progressbar")).to_have_count(0)
