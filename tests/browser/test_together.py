"""Several people on one story, each in a separate browser context: presence, conflicts and comments."""

import re
from contextlib import suppress
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Error, expect

from newsroom.http import clock
from stories import drafts
from stories.models import Comment
from stories.workflow import comments, presence, shared_previews
from tests.browser import faults
from tests.browser.conftest import PHONE
from tests.factories import make_story, make_user

pytestmark = pytest.mark.django_db(transaction=True)

JONAS_TEXT, ANA_TEXT = "The sea came in before dawn.", "The sea came in at four."


@pytest.fixture(autouse=True)
def _poll_soon(monkeypatch):
    monkeypatch.setattr(presence, "REPORT_INTERVAL", timedelta(seconds=0.3))


@pytest.fixture
def ana():
    return make_user(role="Editor", username="ana", first_name="Ana", last_name="Kestrel")


@pytest.fixture
def jonas():
    return make_user(role="Editor", username="jonas", first_name="Jonas", last_name="Adebar")


@pytest.fixture
def story():
    return make_story(texts={"happened": "The sea came in at three. Nobody was warned."})


def find_faults(page):
    before = page.viewport_size
    # In a tall window, the bar at the bottom covers no controls. Axe would report covered controls as too small.
    page.set_viewport_size({"width": before["width"], "height": 6000})
    found = faults.find_faults(page, before["width"])
    page.set_viewport_size(before)
    return found


def form_of(work):
    return reverse(work.change_view_name, args=[work.pk])


def section(page, field="text"):
    return page.locator(f"[name=sections-0-{field}]")


def save(page):
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()


def test_a_user_sees_another_arrive_write_save_and_leave(open_page, story, ana, jonas):
    ana_page = open_page(form_of(story), as_=ana)
    people = ana_page.get_by_role("list", name="Who has this page open")
    expect(people.get_by_role("listitem")).to_have_count(0)
    jonas_page = open_page(form_of(story), as_=jonas)
    expect(people).to_contain_text("Jonas Adebar")
    section(jonas_page).fill(JONAS_TEXT)
    expect(people).to_contain_text("Jonas Adebar, in What’s happened, not saved yet")
    mark = ana_page.get_by_text("Jonas Adebar is editing this")
    expect(mark).to_be_visible()
    assert find_faults(ana_page) == []
    save(jonas_page)
    notice = r"Jonas Adebar saved revision 2 at \d\d:\d\d: read it\. Your changes will be merged when you save"
    expect(ana_page.get_by_text(re.compile(notice))).to_be_visible()
    expect(mark).to_have_count(0)
    jonas_page.goto("/admin/")
    expect(people.get_by_role("listitem")).to_have_count(0)


def test_a_second_window_of_the_same_user_is_shown_as_such(open_page, story, ana):
    first = open_page(form_of(story), as_=ana)
    second = first.context.new_page()
    second.goto(form_of(story))
    for page in (first, second):
        people = page.get_by_role("list", name="Who has this page open")
        expect(people).to_have_text(re.compile("You, in another window"))
        expect(people).not_to_contain_text("Ana Kestrel")
    section(second).fill(ANA_TEXT)
    expect(first.get_by_text("You are editing this in another window")).to_be_visible()
    second.close(run_before_unload=False)
    expect(first.get_by_role("list", name="Who has this page open").get_by_role("listitem")).to_have_count(0)


def test_a_crashed_window_disappears_after_the_timeout(open_page, story, ana, monkeypatch):
    monkeypatch.setattr(presence, "CLOSED_AFTER", timedelta(seconds=4))
    # The page polls again so soon only because the response says when the crashed window times out.
    monkeypatch.setattr(presence, "REPORT_INTERVAL", timedelta(minutes=5))
    first = open_page(form_of(story), as_=ana)
    second = first.context.new_page()
    second.goto(form_of(story))
    section(second).fill(ANA_TEXT)
    expect(second.get_by_role("list", name="Who has this page open").get_by_role("listitem")).to_have_count(1)
    first.reload()
    people = first.get_by_role("list", name="Who has this page open").get_by_role("listitem")
    expect(people).to_have_text(re.compile("You, in another window.*not saved yet"))
    with suppress(Error):
        second.goto("chrome://crash")
    expect(people).to_have_count(0)


def test_a_truncated_response_counts_as_no_response(open_page, story, ana, jonas):
    ana_page = open_page(form_of(story), as_=ana)
    open_page(form_of(story), as_=jonas)
    people = ana_page.get_by_role("list", name="Who has this page open")
    expect(people).to_contain_text("Jonas Adebar")
    ana_page.route("**/presence/", lambda route: route.fulfill(content_type="application/json", body='{"people": ['))
    expect(people.get_by_role("listitem")).to_have_count(0)
    # If a script failed, open_page fails the test at the end.


def test_nobody_is_shown_as_present_while_the_server_does_not_respond(open_page, story, ana, jonas, monkeypatch):
    monkeypatch.setattr(presence, "CLOSED_AFTER", timedelta(minutes=5))
    ana_page, jonas_page = open_page(form_of(story), as_=ana), open_page(form_of(story), as_=jonas)
    people = ana_page.get_by_role("list", name="Who has this page open").get_by_role("listitem")
    expect(people).to_have_count(1)
    ana_page.route("**/presence/", lambda route: None)
    expect(people).to_have_count(0)
    jonas_page.close()


def test_a_page_polls_at_once_when_it_becomes_visible(open_page, story, ana, jonas, monkeypatch):
    ana_page = open_page(form_of(story), as_=ana)
    expect(ana_page.get_by_role("list", name="Who has this page open")).to_be_attached()
    monkeypatch.setattr(presence, "REPORT_INTERVAL", timedelta(minutes=5))
    with ana_page.expect_response("**/presence/"):
        ana_page.reload()
    open_page(form_of(story), as_=jonas)
    ana_page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(ana_page.get_by_role("list", name="Who has this page open")).to_contain_text("Jonas Adebar")


@pytest.mark.journey
def test_edits_of_different_sections_are_merged_with_a_message(open_page, story, ana, jonas):
    ana_page, jonas_page = open_page(form_of(story), as_=ana), open_page(form_of(story), as_=jonas)
    section(jonas_page).fill(JONAS_TEXT)
    save(jonas_page)
    ana_page.get_by_label("Standfirst", exact=True).fill("What is known so far.")
    save(ana_page)
    expect(ana_page.get_by_text("Saved as revision 3, merged with revision 2.")).to_be_visible()
    notice = "Jonas Adebar saved revision 2 in the meantime; the changes to What’s happened are merged."
    expect(ana_page.get_by_text(notice)).to_be_visible()
    document = drafts.build_document(story)
    assert (document.sections[0].text, document.standfirst) == (JONAS_TEXT, "What is known so far.")


def edit_the_same_text(open_page, story, ana, jonas, **options):
    ana_page, jonas_page = open_page(form_of(story), as_=ana, **options), open_page(form_of(story), as_=jonas)
    section(jonas_page).fill(JONAS_TEXT)
    save(jonas_page)
    section(ana_page).fill(ANA_TEXT)
    save(ana_page)
    expect(ana_page.get_by_role("heading", level=1)).to_have_text("You and Jonas Adebar both changed this story")
    return ana_page


def test_each_resolution_of_a_conflict_is_shown_in_the_form_at_once(open_page, story, ana, jonas):
    page = edit_the_same_text(open_page, story, ana, jonas)
    assert find_faults(page) == []
    for choice, text in (
        ("Use Jonas Adebar’s", JONAS_TEXT),
        ("Keep both", f"{JONAS_TEXT}\n\n{ANA_TEXT}"),
        ("Keep mine", ANA_TEXT),
        ("Edit together", f"{JONAS_TEXT}\n\n{ANA_TEXT}"),
    ):
        page.get_by_role("radio", name=choice).check()
        expect(section(page)).to_have_value(text)
    expect(section(page)).to_be_focused()
    section(page).fill("The sea came in at four, before dawn.")
    with page.expect_navigation():
        page.get_by_role("button", name="Save merged text as revision 3").click()
    expect(page.get_by_text("Saved as revision 3.")).to_be_visible()
    assert drafts.build_document(story).sections[0].text == "The sea came in at four, before dawn."


def test_a_conflict_can_be_resolved_without_javascript(open_page, story, ana, jonas):
    page = edit_the_same_text(open_page, story, ana, jonas, java_script_enabled=False)
    page.get_by_role("radio", name="Edit together").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Save merged text as revision 3").click()
    expect(section(page)).to_have_value(f"{JONAS_TEXT}\n\n{ANA_TEXT}")
    section(page).fill("Both, put together.")
    save(page)
    assert drafts.build_document(story).sections[0].text == "Both, put together."


@pytest.mark.journey
def test_a_comment_on_marked_words_follows_them_and_is_answered_and_resolved(open_page, story, ana, jonas):
    page = open_page(form_of(story), as_=ana)
    section(page).evaluate("field => { field.focus(); field.setSelectionRange(26, 43); }")
    comments = page.get_by_role("region", name="Comments")
    comments.get_by_role("button", name="Use selection").click()
    expect(comments.get_by_label("Quoted words")).to_have_value("Nobody was warned")
    # Three keys: @, the first letter, Enter.
    comments.get_by_label("Your comment").press_sequentially("By whom, @j")
    expect(comments.get_by_role("option", name="Jonas Adebar, editor")).to_be_visible()
    page.keyboard.press("Enter")
    expect(comments.get_by_label("Your comment")).to_have_value("By whom, @Jonas Adebar ")
    comments.get_by_role("button", name="Comment", exact=True).click()
    expect(comments.get_by_text("By whom, @Jonas Adebar")).to_be_visible()
    assert list(Comment.objects.get().mentions.all()) == [jonas]
    expect(page.locator("[data-save-status]")).not_to_contain_text("Not saved yet")
    assert find_faults(page) == []

    section(page).fill("Before dawn the sea came in. Nobody was warned. It went at noon.")
    save(page)
    jonas_page = open_page(form_of(story), as_=jonas, viewport=PHONE)
    jonas_comments = jonas_page.get_by_role("region", name="Comments")
    jonas_page.get_by_role("button", name="checks, people and history").click()
    expect(jonas_comments.get_by_text("On Nobody was warned in What’s happened")).to_be_visible()
    jonas_comments.get_by_text("Answer", exact=True).first.click()
    jonas_comments.get_by_label("Your answer").fill("By the harbour master.")
    jonas_comments.get_by_role("button", name="Answer", exact=True).click()
    expect(jonas_comments.get_by_text("By the harbour master.")).to_be_visible()
    jonas_comments.get_by_role("button", name="Resolve").click()
    expect(jonas_comments.get_by_role("status")).to_have_text("Resolved.")
    assert find_faults(jonas_page) == []
    jonas_page.goto(reverse("admin:stories_story_comments", args=[story.pk]))
    jonas_page.get_by_text("1 resolved", exact=True).click()
    jonas_page.get_by_role("button", name="Reopen").click()
    expect(jonas_page.locator("mark.commented")).to_have_text("Nobody was warned")
    assert find_faults(jonas_page) == []


def test_a_person_without_an_account_comments_on_a_shared_draft_and_reads_the_answer(open_page, story, ana):
    ends_at = clock.now() + timedelta(days=2)
    shared = shared_previews.create_link(story, by=ana, label="Dr Holm", ends_at=ends_at, takes_comments=True)
    page = open_page(f"/preview/{shared.token}/", viewport=PHONE)
    page.get_by_label("Quoted words").fill("Nobody was warned")
    page.get_by_label("Your comment").fill("I was.")
    page.get_by_label("Your name").fill("M. Holm")
    page.get_by_role("button", name="Send the comment").click()
    expect(page.get_by_role("region", name="Comments")).to_contain_text("I was.")
    expect(page.get_by_role("region", name="Comments")).not_to_contain_text("Dr Holm")
    comments.add_reply(Comment.objects.get(), "Thank you.", by=ana, at=clock.now())
    page.reload()
    expect(page.get_by_role("region", name="Comments")).to_contain_text("Thank you.")
    assert find_faults(page) == []
