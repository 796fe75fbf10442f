"""Findings of checks in a browser: each links to its field, and the screens for levels and overrides are accessible."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from stories import publishing
from stories.drafts import revisions
from stories.models import Override, WorkImage, WorkTopic
from tests.browser.faults import find_faults
from tests.factories import make_article, make_image, make_outlet, make_question, make_story, make_user
from tests.wait import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def faulty():
    """Return a story with findings in many kinds of fields."""
    outlet = make_outlet()
    story = make_story(
        headline="Too short TK", headline_confirmed=False, standfirst="It closed today.", outlets=(outlet, make_outlet()),
        questions=(make_question(),), articles=(make_article(outlet=outlet, url="http://paper.example/1"),),
        lead_image=make_image(), method_note="Written with TK.", cut_off=True, texts={"happened": "It will close"},
    )  # fmt: skip
    WorkImage.objects.create(work=story, image=make_image(), caption="“The pier")
    WorkTopic.objects.create(work=story, proposed_name="Pillar", position=5)
    story.passages.update(text="It says the same words in both of its passages.")
    last = story.passages.last()
    last.proposed_outlets = ["Tessen Evening Mail"]
    last.save()
    story.story_questions.update(teaser="[here](http://lisle.example/)")
    revisions.record_revision(story, by=None)
    return story


@pytest.mark.journey
def test_each_finding_focuses_its_field(open_page, faulty):
    page = open_page(reverse(faulty.change_view_name, args=[faulty.pk]), as_=make_user())
    links = page.locator("#before a")
    targets = [link.get_attribute("href") for link in links.all()]
    assert len({target.split("-")[0] for target in targets}) >= 9
    for number, target in enumerate(targets):
        links.nth(number).click()
        expect(page.locator(f"id={target.removeprefix('#')}")).to_be_focused()


@pytest.mark.journey
def test_a_finding_adds_the_section_that_is_missing(open_page):
    story = make_story(texts={"happened": "The office will decide in March."})
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user())
    add = page.locator("#before").get_by_role("button", name="Add “What happens next”")
    add.click()
    text = page.get_by_role("group", name="What happens next").get_by_role("textbox", name="Text")
    expect(text).to_be_focused()
    add.click()
    expect(page.get_by_role("group", name="What happens next")).to_have_count(1)
    text.fill("The office will decide in March.")
    page.get_by_role("button", name="Save", exact=True).click()
    wait_until(lambda: story.sections.filter(kind="next", text="The office will decide in March.").exists())
    expect(page.locator("#before").get_by_text("Move it to “What happens next”.")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
def test_the_screens_for_levels_and_overrides_have_no_faults(open_page, width, scheme):
    publishing.publish(
        make_story(topics=()),
        by=make_user(),
        overrides={"topics.some topics": "The topic comes with the next edition."},
    )
    chief = make_user(role="Administrator")
    page = open_page(as_=chief, viewport={"width": width, "height": 900}, color_scheme=scheme)
    for address in (
        reverse("admin:check_levels"),
        reverse("admin:stories_override_changelist"),
        reverse("admin:stories_override_change", args=[Override.objects.get().pk]),
    ):
        page.goto(address)
        assert find_faults(page, width) == [], address
