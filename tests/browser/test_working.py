"""Somebody who waits is told that the desk is at work."""

from playwright.sync_api import expect

from tests.factories import make_user


def test_a_form_that_takes_long_says_that_the_desk_is_at_work(open_page):
    held = []
    page = open_page("/admin/import/", as_=make_user(role="Editor"))
    page.route("**/admin/import/", lambda route: held.append(route))
    page.get_by_label("Text", exact=False).last.fill("Why the lock was painted\n\nIt was rust.")
    page.get_by_role("main").get_by_role("button").last.click(no_wait_after=True)
    expect(page.get_by_role("status").filter(has_text="Still at work")).to_be_visible()
    expect(page.get_by_role("progressbar", name="At work")).to_be_visible()
    page.unroute("**/admin/import/")
    held[0].continue_()
    expect(page.get_by_role("progressbar", name="At work")).to_have_count(0)
