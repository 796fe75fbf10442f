"""What saving and opening a large story costs."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stories.models import Section, Story
from tests.factories import make_article, make_outlet, make_question, make_story, make_topic
from tests.stories.admin.filling import filled


def large_story() -> Story:
    """Make a story of 12 sections, 10 passages, 12 questions, 6 topics and 10 sources."""
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


def cost_of(client, story: Story, **changes: str) -> int:
    """Return how many queries a save with these changes costs."""
    address = reverse(story.desk_view, args=[story.pk])
    form = filled(client.get(address)) | changes | {"_continue": "save"}
    with CaptureQueriesContext(connection) as queries:
        response = client.post(address, form)
    assert response.status_code == 302
    return len(queries)


def test_a_save_costs_by_what_changed_and_not_by_what_stands_there(client, editor):
    story = large_story()
    cost_of(client, story, headline="The first save keeps the sections as a revision")
    changes = {
        "sections-0-text": "At four.",
        "passages-3-text": "It was never shut.",
        "work_topics-1-description": "A pier.",
    }
    assert cost_of(client, story, **changes) <= 59


def test_opening_a_larger_story_costs_no_more_queries(client, editor, django_assert_max_num_queries):
    address = reverse(large_story().desk_view, args=[large_story().pk])
    with django_assert_max_num_queries(46):
        client.get(address)
