"""Several people on one story, each in a Chromium of their own: who is there, one sentence changed by two, comments."""

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

HIS, HERS = "The sea came in before dawn.", "The sea came in at four."


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
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


def faults_of(page):
    before = page.viewport_size
    # What the bar at the foot covers is no small target.
    page.set_viewport_size({"width": before["width"], "height": 6000})
    found = faults.faults_of(page, before["width"])
    page.set_viewport_size(before)
    return found


def form_of(work):
    return reverse(work.change_view_name, args=[work.pk])


def section(page, field="text"):
    return page.locator(f"[name=sections-0-{field}]")


def save(page):
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()


@pytest.mark.journey
def test_two_people_see_each_other_come_write_and_go(open_page, story, ana, jonas):
    anas = open_page(form_of(story), as_=ana)
    people = anas.get_by_role("list", name="Who has this open")
    expect(people.get_by_role("listitem")).to_have_count(0)
    his = open_page(form_of(story), as_=jonas)
    expect(people).to_contain_text("Jonas Adebar")
    section(his).fill(HIS)
    expect(people).to_contain_text("Jonas Adebar, in What’s happened, not saved yet")
    mark = anas.get_by_text("Jonas Adebar is writing here, not saved yet")
    expect(mark).to_be_visible()
    assert faults_of(anas) == []
    save(his)
    expect(
        anas.get_by_text(re.compile(r"Jonas Adebar saved revision 2 at \d\d:\d\d: read it / your save will be joined"))
    ).to_be_visible()
    expect(mark).to_have_count(0)
    his.goto("/admin/")
    expect(people.get_by_role("listitem")).to_have_count(0)


def test_ones_own_second_window_is_called_that_and_never_somebody_else(open_page, story, ana):
    first = open_page(form_of(story), as_=ana)
    second = first.context.new_page()
    second.goto(form_of(story))
    for page in (first, second):
        expect(page.get_by_role("list", name="Who has this open")).to_have_text(re.compile("You, in another window"))
        expect(page.get_by_role("list", name="Who has this open")).not_to_contain_text("Ana Kestrel")
    section(second).fill(HERS)
    expect(first.get_by_text("You are writing here in another window, not saved yet")).to_be_visible()
    second.close(run_before_unload=False)
    expect(first.get_by_role("list", name="Who has this open").get_by_role("listitem")).to_have_count(0)


def test_a_window_whose_process_ended_is_gone_when_it_was_not_heard_of_for_as_long_as_that_takes(
    open_page, story, ana, monkeypatch
):
    monkeypatch.setattr(presence, "CLOSED_AFTER", timedelta(seconds=4))
    # Only what the server says of its silence makes the page ask again so soon.
    monkeypatch.setattr(presence, "REPORT_INTERVAL", timedelta(minutes=5))
    first = open_page(form_of(story), as_=ana)
    second = first.context.new_page()
    second.goto(form_of(story))
    section(second).fill(HERS)
    expect(second.get_by_role("list", name="Who has this open").get_by_role("listitem")).to_have_count(1)
    first.reload()
    people = first.get_by_role("list", name="Who has this open").get_by_role("listitem")
    expect(people).to_have_text(re.compile("You, in another window.*not saved yet"))
    with suppress(Error):
        second.goto("chrome://crash")
    expect(people).to_have_count(0)


def test_a_truncated_response_counts_as_no_response(open_page, story, ana, jonas):
    anas = open_page(form_of(story), as_=ana)
    open_page(form_of(story), as_=jonas)
    people = anas.get_by_role("list", name="Who has this open")
    expect(people).to_contain_text("Jonas Adebar")
    anas.route("**/presence/", lambda route: route.fulfill(content_type="application/json", body='{"people": ['))
    expect(people.get_by_role("listitem")).to_have_count(0)
    # If a script failed, open_page fails the test at its end.


def test_nobody_is_shown_as_being_here_while_the_server_does_not_answer(open_page, story, ana, jonas, monkeypatch):
    monkeypatch.setattr(presence, "CLOSED_AFTER", timedelta(minutes=5))
    anas, his = open_page(form_of(story), as_=ana), open_page(form_of(story), as_=jonas)
    people = anas.get_by_role("list", name="Who has this open").get_by_role("listitem")
    expect(people).to_have_count(1)
    anas.route("**/presence/", lambda route: None)
    expect(people).to_have_count(0)
    his.close()


def test_a_page_that_was_hidden_asks_at_once_who_is_here(open_page, story, ana, jonas, monkeypatch):
    anas = open_page(form_of(story), as_=ana)
    expect(anas.get_by_role("list", name="Who has this open")).to_be_attached()
    monkeypatch.setattr(presence, "REPORT_INTERVAL", timedelta(minutes=5))
    with anas.expect_response("**/presence/"):
        anas.reload()
    open_page(form_of(story), as_=jonas)
    anas.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(anas.get_by_role("list", name="Who has this open")).to_contain_text("Jonas Adebar")


@pytest.mark.journey
def test_two_who_edit_different_sections_are_joined_and_told_so(open_page, story, ana, jonas):
    anas, his = open_page(form_of(story), as_=ana), open_page(form_of(story), as_=jonas)
    section(his).fill(HIS)
    save(his)
    anas.get_by_label("Standfirst").fill("What is known so far.")
    save(anas)
    expect(anas.get_by_text("Saved as revision 3, merged with revision 2.")).to_be_visible()
    expect(
        anas.get_by_text("Jonas Adebar saved revision 2 meanwhile; the changes to What’s happened are in.")
    ).to_be_visible()
    document = drafts.build_document(story)
    assert (document.sections[0].text, document.standfirst) == (HIS, "What is known so far.")


def both_edit(open_page, story, ana, jonas, **options):
    anas, his = open_page(form_of(story), as_=ana, **options), open_page(form_of(story), as_=jonas)
    section(his).fill(HIS)
    save(his)
    section(anas).fill(HERS)
    save(anas)
    expect(anas.get_by_role("heading", level=1)).to_have_text("You and Jonas Adebar changed the same story")
    return anas


def test_of_one_sentence_changed_by_two_each_choice_shows_in_the_form_at_once(open_page, story, ana, jonas):
    page = both_edit(open_page, story, ana, jonas)
    assert faults_of(page) == []
    for choice, text in (
        ("Take Jonas Adebar’s", HIS),
        ("Keep both", f"{HIS}\n\n{HERS}"),
        ("Keep mine", HERS),
        ("Edit together", f"{HIS}\n\n{HERS}"),
    ):
        page.get_by_role("radio", name=choice).check()
        expect(section(page)).to_have_value(text)
    expect(section(page)).to_be_focused()
    section(page).fill("The sea came in at four, before dawn.")
    with page.expect_navigation():
        page.get_by_role("button", name="Save both together as revision 3").click()
    expect(page.get_by_text("Saved as revision 3.")).to_be_visible()
    assert drafts.build_document(story).sections[0].text == "The sea came in at four, before dawn."


def test_the_choice_is_made_without_a_script_as_well(open_page, story, ana, jonas):
    page = both_edit(open_page, story, ana, jonas, java_script_enabled=False)
    page.get_by_role("radio", name="Edit together").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Save both together as revision 3").click()
    expect(section(page)).to_have_value(f"{HIS}\n\n{HERS}")
    section(page).fill("Both, put together.")
    save(page)
    assert drafts.build_document(story).sections[0].text == "Both, put together."


@pytest.mark.journey
def test_a_comment_on_marked_words_stays_with_them_is_answered_and_resolved(open_page, story, ana, jonas):
    page = open_page(form_of(story), as_=ana)
    section(page).evaluate("field => { field.focus(); field.setSelectionRange(26, 43); }")
    comments = page.get_by_role("region", name="Comments")
    comments.get_by_role("button", name="Take the words I marked").click()
    expect(comments.get_by_label("Certain words in it")).to_have_value("Nobody was warned")
    comments.get_by_label("Your comment").press_sequentially("By whom, @jon")
    expect(comments.get_by_role("option", name="Jonas Adebar @jonas")).to_be_visible()
    page.keyboard.press("Enter")
    expect(comments.get_by_label("Your comment")).to_have_value("By whom, @jonas ")
    comments.get_by_role("button", name="Comment", exact=True).click()
    expect(comments.get_by_text("By whom, @jonas")).to_be_visible()
    assert list(Comment.objects.get().mentions.all()) == [jonas]
    expect(page.locator("[data-save-status]")).not_to_contain_text("Not saved yet")
    assert faults_of(page) == []

    section(page).fill("Before dawn the sea came in. Nobody was warned. It went at noon.")
    save(page)
    his = open_page(form_of(story), as_=jonas, viewport=PHONE)
    theirs = his.get_by_role("region", name="Comments")
    expect(theirs.get_by_text("On Nobody was warned in What’s happened")).to_be_visible()
    theirs.get_by_text("Answer", exact=True).first.click()
    theirs.get_by_label("Your answer").fill("By the harbour master.")
    theirs.get_by_role("button", name="Answer", exact=True).click()
    expect(theirs.get_by_text("By the harbour master.")).to_be_visible()
    theirs.get_by_role("button", name="Resolve").click()
    expect(theirs.get_by_role("status")).to_have_text("Resolved.")
    assert faults_of(his) == []
    his.goto(reverse("admin:stories_story_comments", args=[story.pk]))
    his.get_by_text("1 resolved", exact=True).click()
    his.get_by_role("button", name="Open again").click()
    expect(his.locator("mark.commented")).to_have_text("Nobody was warned")
    assert faults_of(his) == []


def test_somebody_outside_comments_on_a_shared_draft_and_reads_the_answer(open_page, story, ana):
    ends_at = clock.now() + timedelta(days=2)
    made = shared_previews.create_link(story, by=ana, label="Dr Holm", ends_at=ends_at, takes_comments=True)
    page = open_page(f"/preview/{made.token}/", viewport=PHONE)
    page.get_by_label("Which words").fill("Nobody was warned")
    page.get_by_label("Your comment").fill("I was.")
    page.get_by_label("Your name").fill("M. Holm")
    page.get_by_role("button", name="Send the comment").click()
    expect(page.get_by_role("region", name="Comments")).to_contain_text("I was.")
    expect(page.get_by_role("region", name="Comments")).not_to_contain_text("Dr Holm")
    comments.add_reply(Comment.objects.get(), "Thank you.", by=ana, at=clock.now())
    page.reload()
    expect(page.get_by_role("region", name="Comments")).to_contain_text("Thank you.")
    assert faults_of(page) == []
