"""The page and the findings beside a form: of what was typed, with nothing saved."""

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stories import desk, revisions
from stories.admin.live import screen
from stories.checks import Findings
from stories.models import Section, Story
from tests.factories import (
    make_article,
    make_image,
    make_outlet,
    make_published_story,
    make_question,
    make_topic,
)
from tests.stories.admin.filling import filled

pytestmark = pytest.mark.django_db


def live_of(work) -> str:
    return reverse(work.desk_view.replace("_change", "_live"), args=[work.pk])


def form_of(client, work) -> dict[str, str]:
    return filled(client.get(reverse(work.desk_view, args=[work.pk]))) | {"_page": "on"}


def everything() -> dict[str, list[tuple[object, ...]]]:
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if model._meta.app_label in {"stories", "topics", "record", "media", "addresses", "search", "notices"}
    }


@pytest.fixture
def client(editor_client):
    return editor_client


def whole_story() -> Story:
    story = make_published_story(
        outlets=(make_outlet(name="Radio Tessen", aliases=("Tessen",)), make_outlet(name="Morrow Daily")),
        topics=(make_topic(name="Port Lisle"),),
        questions=(make_question(),),
        articles=(make_article(), make_article()),
        byline=("Ana Kestrel",),
        lead_image=make_image(),
        lead_alt="Nine gates.",
    )
    Section.objects.create(story=story, kind="free", heading="Part two", text="More.", position=9)
    revisions.record(story, by=None)
    return story


@pytest.mark.parametrize("make", [whole_story, make_question], ids=["story", "question"])
def test_a_form_that_nobody_touched_makes_the_document_that_was_saved(client, make, monkeypatch):
    work, seen = make(), []
    monkeypatch.setattr(screen, "found_on", lambda work, document, at: seen.append(document) or Findings())
    assert client.post(live_of(work), form_of(client, work)).status_code == 200
    assert seen == [desk.snapshot(work)]


def test_what_is_typed_is_on_the_page_and_in_the_findings_and_nothing_is_saved(client):
    story = whole_story()
    form = form_of(client, story) | {
        "headline": "Half a w",
        "sections-0-text": "The pier is **shut**.",
        "work_topics-0-name": "A name that nobody knows",
        "story_questions-0-question": "A question that is new?",
    }
    before = everything()
    with CaptureQueriesContext(connection) as queries:
        said = client.post(live_of(story), form).json()
    assert all(query["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE")) for query in queries)
    assert everything() == before
    assert "Half a w" in said["page"]
    assert "<strong>shut</strong>" in said["page"]
    assert 'href="#id_headline"' in said["findings"]
    assert 'href="#id_work_topics-0-name"' in said["findings"]
    assert "blocker" in said["said"]
