"""The home page of the desk, the calendar, and reviews on a phone, in a browser."""

import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.models import Comment, Edition, Freshness, LastLook, Work
from stories.publishing import review, review_dates
from stories.workflow import comments
from tests.browser.conftest import PHONE
from tests.browser.faults import find_faults
from tests.factories import make_published_story, make_story, make_update, make_user

pytestmark = pytest.mark.django_db(transaction=True)

WEEK = timedelta(days=7)


@pytest.fixture
def ana():
    return make_user(first_name="Ana", last_name="Kestrel", username="ana")


@pytest.fixture
def mirela():
    return make_user(role="Writer", first_name="Mirela", username="mirela")


@pytest.fixture
def noon():
    """Return noon on the Wednesday of the week after next, so that all days of its week are in the future."""
    today = timezone.localtime(clock.now()).replace(hour=12, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday()) + 2 * WEEK + timedelta(days=2)


def calendar_of(moment, *, month: bool = False) -> str:
    year, week, _ = moment.isocalendar()
    return f"/admin/calendar/?month={moment:%Y-%m}" if month else f"/admin/calendar/?week={year}-W{week:02}"


def moments_of(work) -> list[datetime]:
    return [timezone.localtime(each.live_from) for each in Edition.objects.pending(clock.now()).filter(work=work.pk)]


def entry_on_day(page: Page, moment, title: str):
    return page.locator(f'[data-date="{moment:%Y-%m-%d}"]').get_by_role("listitem").filter(has_text=title)


@pytest.mark.journey
def test_each_item_on_the_home_page_links_to_its_task(open_page, ana, mirela):
    to_review = make_story(owner=mirela, headline="Why the cod quota was cut by half")
    review.send_for_review(to_review, by=mirela, to=ana)
    mentioned = make_story(owner=mirela, headline="Who may vote in the harbour referendum")
    comments.add_comment(mentioned, text="@ana is the ruling final?", by=mirela, at=clock.now())
    due = make_published_story(owner=ana, headline="Where the Orrin Sea ends this year")
    review_dates.set_review_by(due, timezone.localdate(clock.now()), by=ana)
    for number in (2, 3):
        review.send_for_review(make_story(owner=mirela, headline=f"Why gate {number} stayed up"), by=mirela, to=ana)
    page = open_page("/admin/", as_=ana, viewport={"width": 1280, "height": 800})
    tasks = page.get_by_role("region", name="Needs you")
    expect(tasks.get_by_role("listitem")).to_have_count(5)
    for entry in tasks.get_by_role("listitem").all():
        expect(entry).to_be_in_viewport(ratio=1)
    assert find_faults(page, 1280) == []

    tasks.get_by_role("link", name=re.compile("^Review ?: Why the cod quota was cut by half")).click()
    expect(page.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    page.go_back()
    tasks.get_by_role("link", name=re.compile("^Answer ?: Who may vote in the harbour referendum")).click()
    expect(page.get_by_text("@ana is the ruling final?")).to_be_visible()
    page.go_back()
    tasks.get_by_role("link", name=re.compile("^Check facts ?: Where the Orrin Sea ends this year")).click()
    next_review = timezone.localdate(clock.now()) + timedelta(days=30)
    page.get_by_label("Review by").fill(next_review.isoformat())
    page.get_by_role("button", name="I’ve checked this against its sources").click()
    expect(page.get_by_text("Checked today.")).to_be_visible()
    assert Freshness.objects.of(due.uid).review_by == next_review
    page.goto("/admin/")
    expect(tasks.get_by_role("listitem")).to_have_count(4)


@pytest.mark.journey
def test_dragging_a_schedule_to_another_day_keeps_its_time(open_page, ana, noon):
    story = make_story(headline="Why the night trains run again")
    publishing.schedule(story, by=ana, at=noon)
    page = open_page(calendar_of(noon), as_=ana)
    friday = noon + timedelta(days=2)
    entry_on_day(page, noon, story.headline).drag_to(page.locator(f'[data-date="{friday:%Y-%m-%d}"]'))
    expect(page.get_by_role("status")).to_contain_text(f"goes live on Friday {friday.day} {friday:%B %Y} at 12:00")
    expect(entry_on_day(page, friday, story.headline)).to_be_visible()
    assert moments_of(story) == [friday]


def test_a_schedule_is_moved_with_the_keyboard_and_keeps_the_focus(open_page, ana, noon):
    story = make_story(headline="Why the night trains run again")
    publishing.schedule(story, by=ana, at=noon)
    page = open_page(calendar_of(noon, month=True), as_=ana)
    move = page.get_by_role("link", name=re.compile("^Move ?: Why the night trains run again"))
    move.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    target = noon + timedelta(days=8)
    expect(page.get_by_role("status")).to_have_text(
        re.compile(rf"Move to Thursday,? {target.day} {target:%B}\? Enter to move, Escape to cancel\.")
    )
    page.keyboard.press("Escape")
    expect(page.get_by_role("status")).to_have_text("Not moved.")
    assert moments_of(story) == [noon]
    for key in ("ArrowLeft", "Enter"):
        page.keyboard.press(key)
    tuesday = noon - timedelta(days=1)
    expect(page.get_by_role("status")).to_contain_text("goes live on Tuesday")
    expect(entry_on_day(page, tuesday, story.headline).get_by_role("link", name="Move")).to_be_focused()
    assert moments_of(story) == [tuesday]


def test_a_refused_move_shows_the_reason_and_a_link_to_the_form(open_page, ana, noon):
    story = make_published_story(by=ana)
    for number in (0, 1):
        section = story.sections.first()
        section.text = f"The sea came in {number} times that night."
        section.save()
        revisions.record_revision(story, by=ana)
        publishing.schedule(story, by=ana, at=noon + timedelta(days=number), change=make_update())
    page = open_page(calendar_of(noon), as_=ana)
    entry_on_day(page, noon, story.headline).drag_to(page.locator(f'[data-date="{noon + timedelta(days=3):%Y-%m-%d}"]'))
    expect(page.get_by_role("status")).to_contain_text("is scheduled in between")
    expect(page.get_by_role("status").get_by_role("link", name="Open the form")).to_be_visible()
    assert moments_of(story) == [noon, noon + timedelta(days=1)]


def test_a_schedule_is_moved_without_javascript(open_page, ana, noon):
    story = make_story(headline="Why the night trains run again")
    publishing.schedule(story, by=ana, at=noon)
    page = open_page(calendar_of(noon), as_=ana, java_script_enabled=False)
    page.get_by_role("link", name=re.compile("^Move ?: Why the night trains run again")).click()
    page.get_by_label("Time").fill("07:30")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("goes live on Wednesday")).to_be_visible()
    assert moments_of(story) == [noon.replace(hour=7, minute=30)]


@pytest.fixture
def in_review(ana, mirela):
    """Return a live story whose newer text is in review."""
    story = make_published_story(
        owner=mirela, by=ana, headline="Why the Kelmar barrier stood open", texts={"happened": "It has eleven gates."}
    )
    section = story.sections.first()
    section.text = "It has nine gates."
    section.save()
    revisions.record_revision(story, by=mirela)
    review.send_for_review(story, by=mirela, to=ana, note="The gates were counted again.")
    return story


@pytest.mark.journey
def test_a_reviewer_can_read_comment_return_and_approve_on_a_phone(open_page, ana, mirela, in_review):
    page = open_page("/admin/", as_=ana, viewport=PHONE)
    page.get_by_role("link", name=re.compile("^Review ?: Why the Kelmar barrier stood open")).first.click()
    expect(page.get_by_role("link", name="Since the live edition")).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("insertion").filter(has_text="nine").first).to_be_visible()
    assert find_faults(page, PHONE["width"]) == []
    expect(page.get_by_text("You have read revision 2.")).to_be_visible()
    assert LastLook.objects.last_read_number(in_review, by=ana) == 2

    page.get_by_text("Comment on What").first.click()
    page.get_by_role("textbox", name="Comment on What").first.fill("Who counted?")
    page.get_by_role("button", name="Comment", exact=True).first.click()
    expect(page.get_by_text("Who counted?").first).to_be_visible()
    assert Comment.objects.get().place == f"sections.{in_review.sections.first().uid}.text"

    page.get_by_role("link", name="Return…").click()
    form = page.get_by_role("dialog", name="Return")
    expect(form.get_by_label("Reason")).to_be_focused()
    form.get_by_role("button", name="Return").click()
    expect(form.get_by_text("Give a reason.")).to_be_visible()
    form.get_by_label("Reason").fill("Say who counted the gates.")
    assert find_faults(page, PHONE["width"]) == []
    form.get_by_role("button", name="Return").click()
    expect(page.get_by_text("Returned.")).to_be_visible()
    assert Work.objects.get(pk=in_review.pk).review_reason == "Say who counted the gates."

    section = in_review.sections.first()
    section.text = "It has nine gates, said the harbour office."
    section.save()
    revisions.record_revision(in_review, by=mirela)
    review.send_for_review(in_review, by=mirela, to=ana)
    page.goto(reverse("admin:stories_story_review", args=[in_review.pk]))
    expect(page.get_by_role("link", name="Since your last visit")).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("insertion").filter(has_text="said the harbour office").first).to_be_visible()
    expect(page.get_by_text("You have read revision 3.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("insertion").filter(has_text="said the harbour office").first).to_be_visible()
    page.get_by_role("link", name="The whole text").click()
    expect(page.get_by_text("It has nine gates, said the harbour office.")).to_be_visible()
    page.get_by_role("link", name="Approve and publish…").click()
    page.get_by_label("Update").check()
    page.get_by_label("Note for readers").fill("The gates were counted again.")
    assert find_faults(page, PHONE["width"]) == []
    page.get_by_role("button", name="Approve and publish").click()
    expect(page.get_by_text("Published as edition")).to_be_visible()
    assert Edition.objects.latest("number").revision.number == 3
