"""Query budgets for saving and opening a large story."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from newsroom.http import clock
from stories.drafts import revisions
from stories.models import Section, Story
from stories.workflow import autosave
from tests.factories import make_article, make_outlet, make_question, make_story, make_topic
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.audit


def make_large_story() -> Story:
    """Create a story with 12 sections, 10 passages, 12 questions, 6 topics and 10 sources."""
    story = make_story(
        outlets=tuple(make_outlet() for _ in range(10)),
        questions=tuple(make_question() for _ in range(12)),
        topics=tuple(make_topic() for _ in range(6)),
        articles=tuple(make_article() for _ in range(10)),
        byline=("Ana Kestrel", "Jonas Adebar"),
    )
    for position in range(4, 12):
        Section.objects.create(story=story, kind="free", heading=f"Part {position}", text="More.", position=position)
    return story


def count_queries(client, story: Story, **changes: str) -> int:
    """Save the form of a story with these changes, and return the number of queries."""
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(client.get(address)) | changes | {"_continue": "save"}
    with CaptureQueriesContext(connection) as queries:
        response = client.post(address, form)
    assert response.status_code == 302, [str(each) for each in response.context["problems"]]
    return len(queries)


THREE_ROWS = {
    "sections-0-text": "At four.",
    "passages-3-text": "It was never shut.",
    "work_topics-1-description": "A pier.",
}
SAVE_QUERIES = 47  # three of them store the message “… was changed” in the session, in a transaction of its own
ROW_FIELD = re.compile(r"(sections-\d+-text|passages-\d+-text|story_questions-\d+-teaser|work_topics-\d+-description)")


def test_the_cost_of_a_save_depends_on_the_changes_not_on_the_size(client, editor):
    story = make_large_story()
    count_queries(client, story, headline="The first save keeps the sections as a revision")
    assert count_queries(client, story, **THREE_ROWS) <= SAVE_QUERIES


def test_a_save_that_changes_every_row_costs_little_more(client, editor):
    story = make_large_story()
    count_queries(client, story, headline="The first save keeps the sections as a revision")
    form = filled(client.get(reverse(story.change_view_name, args=[story.pk])))
    empty_rows = {name.rpartition("-")[0] for name in form if name.endswith(("-question", "-name")) and not form[name]}
    empty_rows.add(f"sections-{[section.kind for section in story.sections.all()].index('papers')}")
    changes = {
        name: f"{value} And more."
        for name, value in form.items()
        if ROW_FIELD.fullmatch(name) and name.rpartition("-")[0] not in empty_rows
    }
    assert len(changes) >= 11 + 10 + 12 + 6
    assert count_queries(client, story, headline="All of it is new", **changes) <= 62


def test_a_save_from_an_autosaved_window_costs_as_little(client, editor):
    story = make_large_story()
    count_queries(client, story, headline="The first save keeps the sections as a revision")
    window = uuid.uuid4()
    autosave.store(story, "story", by=editor, window=window, sequence=1, values=(), base=1, title="", at=clock.now())
    assert count_queries(client, story, _window=str(window), _sequence="2", **THREE_ROWS) <= SAVE_QUERIES
    assert autosave.list_unsaved(story, "story", for_=editor) == []


def test_a_save_costs_the_same_after_many_revisions(client, editor):
    story = make_large_story()
    count_queries(client, story, headline="The first save keeps the sections as a revision")
    first = count_queries(client, story, **THREE_ROWS)
    for number in range(8):
        Section.objects.filter(story=story, kind="behind").update(text=f"It was asked {number} times.")
        revisions.record_revision(story, by=editor)
    assert count_queries(client, story, **{name: f"{words} Again." for name, words in THREE_ROWS.items()}) == first


def test_opening_a_large_story_stays_within_its_query_budget(client, editor, django_assert_max_num_queries):
    address = reverse(make_large_story().change_view_name, args=[make_large_story().pk])
    client.get(address)  # queries that run once per process do not count
    with django_assert_max_num_queries(52):
        client.get(address)
