"""An editor schedules a story, corrects one, and publishes and undoes a bundle, in a browser."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from stories.models import Change, Edition
from tests.browser.conftest import find_message, find_published_message
from tests.browser.test_import_to_publication import tab_to
from tests.factories import make_published_story, make_question, make_story, make_user

pytestmark = pytest.mark.django_db(transaction=True)

WEIGHT = "The harbour office closed the pier on Monday after a lorry of {} tonnes broke its third pillar."


@pytest.fixture
def editor():
    return make_user(role="Editor", first_name="Ana", last_name="Kestrel")


def form_of(work) -> str:
    return f"/admin/stories/{'story' if work.kind == 'story' else 'faq'}/{work.pk}/change/"


def page_of(work) -> str:
    return reverse(work.kind, args=[work.slug])


def save(desk: Page, revision: str, **fields: str) -> None:
    """Fill in the fields with these labels, and save them as the revision with this number."""
    for label, words in fields.items():
        desk.get_by_label(label, exact=True).fill(words)
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(find_message(desk, revision)).to_be_visible()


@pytest.mark.journey
def test_a_story_is_scheduled_with_another_revision_and_then_cancelled(open_page, editor):
    story = make_story(owner=editor, headline="Why the lighthouse of Skerry Point goes dark")
    desk = open_page(form_of(story), as_=editor)
    desk.get_by_label("Standfirst", exact=True).fill("It is the last one with a keeper.")
    desk.get_by_role("button", name="Save and schedule").click()
    expect(desk.get_by_role("radio", name="Schedule", exact=True)).to_be_checked()
    desk.get_by_label("Day", exact=True).fill("2035-03-07")
    desk.get_by_label("Time", exact=True).fill("07:00")
    desk.get_by_role("button", name="Schedule").click()
    goes_live = "goes live on Wednesday 7 March 2035 at 07:00 (UTC)"
    expect(desk.get_by_text(f"Edition 1 {goes_live}.")).to_be_visible()

    save(desk, "3", Standfirst="It is the last one with a keeper, and he is 71.")
    schedules = desk.get_by_role("list", name="Scheduled")
    expect(schedules).to_contain_text(f"Revision 2 {goes_live}, as edition 1; you are editing revision 3.")
    desk.goto("/admin/")
    queue = desk.get_by_role("region", name="Scheduled")
    expect(queue).to_contain_text("7 Mar, 07:00 (UTC)")
    queue.get_by_role("link", name="Open").click()

    schedules.get_by_role("button", name="Use revision 3 instead").click()
    expect(schedules).to_contain_text(f"Revision 3 {goes_live}, as edition 1.")
    (edition,) = Edition.objects.filter(work=story).without_cancelled()
    assert edition.live_from == datetime(2035, 3, 7, 7, tzinfo=UTC)
    assert "he is 71" in edition.summary
    schedules.get_by_role("button", name="Cancel").click()
    expect(desk.get_by_text("Cancelled: edition 1 will not go live on Wednesday 7 March 2035")).to_be_visible()
    expect(schedules).to_have_count(0)

    desk.get_by_role("button", name="Save and publish").click()
    expect(find_published_message(desk, "1")).to_be_visible()
    reader = open_page("/stories/")
    expect(reader.get_by_text("he is 71")).to_be_visible()
    reader.get_by_role("link", name="Why the lighthouse of Skerry Point goes dark").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Why the lighthouse of Skerry Point goes dark")


@pytest.mark.journey
def test_readers_see_what_was_wrong_and_what_is_right_after_a_correction(open_page, editor):
    story = make_published_story(by=editor, texts={"happened": WEIGHT.format(40)})
    desk = open_page(form_of(story), as_=editor)
    desk.get_by_role("region", name="Sections").get_by_label("Text").first.fill(WEIGHT.format(44))
    desk.get_by_role("button", name="Save and publish").click()
    expect(desk.get_by_text("1 figure changed").first).to_be_visible()
    expect(desk.get_by_label("Minor change")).to_have_count(0)
    keys = desk.keyboard
    tab_to(desk, re.compile("^Update"))
    keys.press("ArrowDown")
    expect(desk.get_by_label("What was wrong")).to_have_value(WEIGHT.format(40))
    expect(desk.get_by_label("What is right")).to_have_value(WEIGHT.format(44))
    tab_to(desk, "Publish")
    keys.press("Enter")
    expect(find_published_message(desk, "2")).to_be_visible()
    assert Edition.objects.latest("number").change == Change.CORRECTION

    reader = open_page()
    for path in (page_of(story), f"{page_of(story)}history/", "/corrections/"):
        reader.goto(path)
        expect(reader.get_by_role("deletion").filter(has_text="40").first).to_be_visible()
        expect(reader.get_by_role("insertion").filter(has_text="44").first).to_be_visible()


@pytest.mark.journey
def test_works_selected_in_a_list_are_published_as_a_bundle_and_undone(open_page, editor):
    story = make_published_story(by=editor, headline="Why crab prices in Port Lisle doubled")
    new = make_story(owner=editor, headline="Who pays for the dredging of the Orrin mouth")
    question = make_question(question="When does the crab season end?")
    desk = open_page(form_of(story), as_=editor)
    save(desk, "2", Headline="Why crab prices in Port Lisle tripled")
    desk.get_by_role("navigation", name="Main navigation").get_by_role("link", name="Stories", exact=True).click()
    for title in ("Why crab prices in Port Lisle tripled", "Who pays for the dredging of the Orrin mouth"):
        desk.get_by_role("row", name=title).get_by_role("checkbox").check()
    desk.get_by_role("combobox", name="With selected").select_option("Publish as a bundle")
    desk.get_by_role("button", name="Apply", exact=True).click()

    desk.get_by_label("Title").fill("Crab season")
    expect(desk.get_by_label("Why crab prices in Port Lisle tripled")).to_be_checked()
    desk.get_by_label("When does the crab season end?").check()
    desk.get_by_role("button", name="Save and publish").click()
    fieldset = desk.get_by_role("region", name="Why crab prices in Port Lisle tripled")
    expect(fieldset.get_by_label("Minor change")).to_be_checked()
    fieldset.get_by_role("radio", name=re.compile("^Update")).check()
    desk.get_by_role("button", name="Publish bundle").click()
    expect(fieldset.get_by_label("Note for readers")).to_be_focused()
    fieldset.get_by_label("Note for readers").fill("Prices rose again.")
    desk.get_by_role("button", name="Publish bundle").click()
    expect(desk.get_by_text("3 pages published.")).to_be_visible()

    reader = open_page(page_of(story))
    expect(reader.get_by_role("heading", level=1)).to_have_text("Why crab prices in Port Lisle tripled")
    desk.get_by_role("link", name="Undo bundle").click()
    tripled = desk.get_by_role("listitem").filter(has_text="tripled")
    expect(tripled).to_contain_text("The previous edition will be restored.")
    desk.get_by_label("Note for readers").fill("The prices were those of another harbour.")
    desk.get_by_role("button", name="Undo bundle").click()
    expect(desk.get_by_text("Undone. Readers see the previous editions.")).to_be_visible()
    reader.reload()
    # A returning reader sees which word is new.
    expect(reader.get_by_role("heading", level=1)).to_have_text("Why crab prices in Port Lisle New: doubled")
    for work in (new, question):
        assert reader.goto(page_of(work)).status == 410
        expect(reader.get_by_text("The prices were those of another harbour.")).to_be_visible()
