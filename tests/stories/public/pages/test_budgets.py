"""The cost of pages: a fixed number of queries that does not grow with the content, and a limited size."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.operations import health
from newsroom.public_pages import list_pages
from stories import publishing
from stories.drafts import revisions
from stories.models import SourceSummary
from tests.factories import (
    make_article,
    make_image,
    make_outlet,
    make_published_question,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_update,
    make_user,
)
from tests.journeys.pages import every_page
from tests.journeys.world import make_world
from tests.page_weight import KIBIBYTE, compressed_size, weigh

# The query budgets of addresses that are not pages: the API and the health checks.
QUERIES = {
    "healthz": 0,
    "readyz": 9,
    "api:stories": 3,
    "api:story": 6,
    "api:story_history": 2,
    "api:story_edition": 9,
    "api:questions": 3,
    "api:question": 5,
    "api:question_history": 2,
    "api:question_edition": 4,
    "api:forecasts": 1,
    "api:topics": 2,
    "api:topic": 4,
    "api:outlets": 1,
    "api:source": 3,
    "api:search": 3,
    "api:openapi": 0,
}


def count_queries(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    # On PostgreSQL, each health check is a transaction.
    return len([query for query in queries if "SAVEPOINT" not in query["sql"]])


@pytest.fixture(autouse=True)
def _stop_health_clock(monkeypatch):
    """Stop the clock of the health checks, so that checks whose results are reused run only once."""
    monkeypatch.setattr(health, "monotonic", lambda: 0.0)


def make_cached_world(client):
    """Return the world after requests that fill the caches for about pages and health checks."""
    world = make_world()
    for name in ("front_page", "readyz"):
        client.get(world.public[name])
    return world


def test_each_page_takes_exactly_its_budget_of_queries(client, db):
    world = make_cached_world(client)
    budgets = QUERIES | {page.name: page.queries for page in list_pages()}
    assert {name: count_queries(client, address) for name, address in world.public.items()} == budgets


def test_the_number_of_queries_does_not_grow(client, db):
    world = make_cached_world(client)
    before = {name: count_queries(client, address) for name, address in world.public.items()}
    editor = make_user()
    topics = tuple(row.topic for row in world.story.work_topics.select_related("topic"))
    outlets = tuple(outlet for passage in world.story.passages.all() for outlet in passage.outlets.all())
    for _ in range(4):
        question = make_published_question(by=editor, topics=(*topics, make_topic()))
        story = make_published_story(
            by=editor,
            outlets=(*outlets, make_outlet()),
            topics=(*topics, make_topic()),
            questions=(question, world.question),
            articles=(make_article(outlet=outlets[0]), make_article()),
            byline=("Ana Kestrel", "Ida Sund"),
            lead_image=make_image(),
            lead_alt="Another pier",
        )
        SourceSummary.objects.create(story=story, text="One more lorry was counted.", position=99)
        revisions.record_revision(story, by=editor)
        publishing.publish(story, by=editor, change=make_update("One more lorry."))
    after = {name: count_queries(client, address) for name, address in world.public.items()}
    assert after == before


@pytest.fixture
def long_story(db):
    """Return a published story of more than 1,500 words with ten sources, eight passages and a picture."""
    outlets = [make_outlet(country="Vessara") for _ in range(8)]
    articles = tuple(make_article(outlet=outlet) for outlet in (*outlets, *outlets[:2]))
    sentence = (
        "The survey of pier {} found {} cracks in its {} pillar, and the office closed lane {} for {} weeks.[@{}] "
    )
    text = "".join(
        sentence.format(n, n * 7 % 31, ("first", "second", "third")[n % 3], n % 5, n * 3 % 11, n % 10 + 1)
        for n in range(40)
    )
    story = make_story(
        outlets=tuple(outlets),
        articles=articles,
        topics=tuple(
            make_topic(description=f"Topic {n} is a pier in the north harbour of Port Lisle.") for n in range(8)
        ),
        questions=tuple(make_question() for _ in range(6)),
        byline=("Ana Kestrel", "Jonas Adebar"),
        texts={"behind": text, "background": text.replace("cracks", "rivets")},
        lead_image=make_image(),
        lead_alt="The pier",
    )
    publishing.publish(story, by=make_user())
    return story


def test_a_long_story_is_at_most_20_kilobytes_compressed(client, long_story):
    page = client.get(f"/stories/{long_story.slug}/").content
    assert len(page.split()) > 1_500
    assert compressed_size(page) <= 20 * KIBIBYTE


def test_an_old_edition_with_its_changes_is_at_most_20_kilobytes_compressed(client, long_story):
    for section in long_story.sections.filter(kind__in=("behind", "background")):
        section.text = section.text.replace("survey", "count").replace("weeks", "days")
        section.save()
    revisions.record_revision(long_story, by=None)
    publishing.publish(long_story, by=make_user(), change=make_update())
    for number in (1, 2):
        page = client.get(f"/stories/{long_story.slug}/history/{number}/").content
        assert len(page.split()) > 1_500
        assert compressed_size(page) <= 20 * KIBIBYTE


def test_a_long_story_with_all_its_assets_is_at_most_50_kilobytes(client, long_story):
    weight = weigh(client, f"/stories/{long_story.slug}/")
    assert weight.exceeded_limits == []
    assert weight.fonts == 1


@pytest.mark.django_db
def test_no_kind_of_page_exceeds_its_size_limits(client):
    weights = {name: weigh(client, address) for name, address in every_page().items()}
    assert {name: weight.exceeded_limits for name, weight in weights.items() if weight.exceeded_limits} == {}
    assert all(weight.html and weight.styles for weight in weights.values())
