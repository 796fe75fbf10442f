"""The order of the parts of a form, which is that of the page."""

import re
from html import unescape

import pytest
from django.urls import reverse

from stories import publishing
from stories.drafts import revisions
from tests.factories import make_article, make_outlet, make_published_question, make_question, make_story, make_topic
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.portable


def find_headings(page: str) -> list[str]:
    """Return the headings of level 2 in HTML, without those in templates."""
    headings = re.findall(
        r"<h2[^>]*>(.*?)</h2>", re.sub(r"<template.*?</template>", "", page, flags=re.DOTALL), re.DOTALL
    )
    return [unescape(re.sub(r"<[^>]*>", "", heading)).strip() for heading in headings]


def list_headings(client, story) -> list[str]:
    """Return the headings of the form, without that of the blank section and those beside the form."""
    page = client.get(reverse(story.change_view_name, args=[story.pk])).content.decode()
    form = page[page.index('class="fields"') : page.index('class="side-column"')]
    return [heading for heading in find_headings(form) if heading != "New section"]


def add_sections(story, *kinds: str) -> None:
    for position, kind in enumerate(kinds, start=10):
        heading = "A word on tides" if kind == "free" else ""
        story.sections.create(kind=kind, position=position, heading=heading, text="It is so.")
    revisions.record_revision(story, by=None)


def test_the_form_has_the_parts_of_a_full_story_in_page_order(client, editor):
    story = make_story(
        outlets=(make_outlet(),), topics=(make_topic(),), questions=(make_question(),), articles=(make_article(),)
    )
    add_sections(story, "next", "people", "timeline", "free")
    assert list_headings(client, story) == [
        "Topics",
        "What’s happened",
        "What’s behind the headline?",
        "What the papers say",
        "Agreement",
        "How we got here",
        "Key people",
        "A word on tides",
        "In figures",
        "What happens next",
        "Timeline",
        "Forecasts",
        "Common questions",
        "Sources",
        "Pictures in the text",
        "How this page was made",
        "Standfirst",
        "Page settings",
    ]


def test_form_preview_and_page_have_their_headings_in_the_same_order(client, editor):
    question = make_published_question()
    story = make_story(
        outlets=(make_outlet(), make_outlet()), topics=(make_topic(),), questions=(question,), articles=(make_article(),),
        method_note="From the log.",
    )  # fmt: skip
    add_sections(story, "next", "people", "timeline", "free")
    story.figures.create(value="4,200", counts="homes evacuated", article=story.citations.get().article)
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=editor)
    on_form = list_headings(client, story)
    for address in (reverse(story.view_name("preview"), args=[story.pk]), reverse("story", args=[story.slug])):
        on_page = find_headings(client.get(address).content.decode())
        shared = [heading for heading in on_page if heading in on_form]
        assert shared == [heading for heading in on_form if heading in on_page]
        assert len(shared) >= 10


def test_passages_are_within_their_section(client, editor):
    story = make_story(outlets=(make_outlet(),))
    page = client.get(reverse(story.change_view_name, args=[story.pk])).content.decode()
    parts = ('id="sections-2-name"', 'name="passages-0-text"', 'id="sections-3-name"')
    before, passages, after = (page.index(part) for part in parts)
    assert before < passages < after


def test_passages_without_a_section_of_their_own_are_at_the_end_of_the_story(client, editor):
    story = make_story(outlets=(make_outlet(),))
    story.sections.filter(kind="papers").delete()
    add_sections(story, "next")
    assert list_headings(client, story)[1:8] == [
        "What’s happened",
        "What’s behind the headline?",
        "How we got here",
        "What the papers say",
        "Agreement",
        "In figures",
        "What happens next",
    ]


def test_a_save_does_not_reorder_sections_that_the_page_groups(editor, save):
    story = make_story()
    story.sections.create(kind="next", position=0, text="A hearing in May.")
    revision = revisions.record_revision(story, by=None)
    save(story)
    assert revisions.get_newest_revision(story) == revision


def test_a_button_swaps_two_sections_and_saves_without_a_script(client, editor):
    story = make_story()
    address = reverse(story.change_view_name, args=[story.pk])
    response = client.get(address)
    page = response.content.decode()
    assert 'value="sections-2 sections-3" data-move="up" aria-label="Move How we got here up"' in page
    saved = client.post(address, filled(response) | {"_swap": "sections-2 sections-3"})
    assert saved.url == f"{address}#rows-sections"
    assert [section.kind for section in story.sections.all()] == ["happened", "behind", "background", "papers"]


def test_a_headline_is_saved_in_one_line(editor, save):
    story = make_story()
    save(story, headline="Why the ferry\r\nto Norrhavn is late")
    story.refresh_from_db()
    assert story.headline == "Why the ferry to Norrhavn is late"


def test_a_new_story_offers_other_sections_first(client, editor):
    response = client.get(reverse("admin:stories_story_add"))
    sections = response.context["formsets"]["sections"].formset
    offered = [[kind for kind, _ in group.empty_form.fields["kind"].choices] for group in sections.groups]
    assert offered == [["free", "happened", "behind", "background", "people"], ["timeline", "unknowns", "next"]]
