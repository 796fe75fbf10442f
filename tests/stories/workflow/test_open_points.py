"""Open points of a story become pages: drafted, open since the day of the point, and linked from it."""

from datetime import date

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.accounts.permissions import NotAllowedError
from stories.documents.schema import UNKNOWNS
from stories.drafts import revisions
from stories.models import FAQ, Section, Story
from stories.publishing.errors import InvalidStateError
from stories.workflow.open_points import iter_open_points, make_page
from tests.effort import at_most
from tests.factories import make_story, make_user
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db

ALARM, GATES = "Why did no alarm sound in the control room?", "Who signed the order?"
TEXT = f"""- [open] {ALARM} (since 2026-11-09) The log is missing.
- [answered] Was anyone inside? (since 2026-11-12)
- [partly] {GATES}
- [open] [Is it safe?](question:00000000-0000-4000-8000-000000000001) (since 2026-11-09)
- When does it open?"""


@pytest.fixture
def story(db):
    story = make_story()
    Section.objects.create(story=story, kind=UNKNOWNS.code, heading=UNKNOWNS.heading, text=TEXT, position=9)
    revisions.record_revision(story, by=None)
    return story


def text_of(story):
    return story.sections.get(kind=UNKNOWNS.code).text


def test_points_are_open_or_partly_answered_and_have_no_page():
    points = [(point.question, point.state, point.since) for point in iter_open_points(TEXT)]
    assert points == [(ALARM, "open", date(2026, 11, 9)), (GATES, "partly", None)]


@pytest.mark.parametrize(
    "text",
    ["", f"- [open] Why {'so ' * 500}late?", "- [open] [[", "- [open]", f"{'- [open] a ' * 2_000}", f"[open] {ALARM}"],
)
def test_a_text_without_points_has_none(text):
    assert list(iter_open_points(text)) == []


def test_a_line_of_spaces_takes_little_time():
    with at_most(2):
        assert list(iter_open_points(f"- [open]{' ' * 50_000}x")) == []


def test_a_point_is_drafted_as_an_open_question_and_linked(story, editor):
    faq = make_page(story, ALARM, by=editor)
    assert (faq.question, faq.answer_state, faq.open_since, faq.owner) == (
        ALARM,
        "open",
        date(2026, 11, 9),
        story.owner,
    )
    assert text_of(story).startswith(f"- [open] [{ALARM}](question:{faq.uid}) (since 2026-11-09) The log is missing.\n")
    assert text_of(story).partition("\n")[2] == TEXT.partition("\n")[2]
    newest = revisions.get_newest_revision(story)
    assert (newest.created_by, newest.reason) == (editor, f"Linked to the question “{ALARM}”")
    assert revisions.get_newest_revision(faq).document.value().state == "open"


def test_a_question_with_the_same_words_is_linked_instead(story, editor):
    first = make_page(story, GATES, by=editor)
    Section.objects.filter(story=story, kind=UNKNOWNS.code).update(text=TEXT)
    assert make_page(story, GATES, by=editor) == first
    assert FAQ.objects.count() == 1


def test_a_point_that_is_gone_and_a_user_without_the_right_are_refused(story, editor):
    with pytest.raises(InvalidStateError, match="no longer an open point"):
        make_page(story, "Who signed nothing?", by=editor)
    with pytest.raises(NotAllowedError):
        make_page(story, ALARM, by=make_user(role="Curator"))
    assert (text_of(story), FAQ.objects.count()) == (TEXT, 0)


def test_the_form_makes_a_page_with_one_button_and_without_scripts(story, editor_client):
    address = reverse("admin:stories_story_change", args=[story.pk])
    page = editor_client.get(address)
    assertContains(page, f'value="page:{ALARM}"')
    assertNotContains(page, 'value="page:Is it safe?"')
    form = {**filled(page), "_continue": f"page:{ALARM}"}
    saved = editor_client.post(address, form, follow=True)
    assertContains(saved, f"{ALARM}</a>”.")
    assertNotContains(saved, f'value="page:{ALARM}"')
    assert FAQ.objects.get().uid.hex in text_of(Story.objects.get()).replace("-", "")
