"""The ``export_explainer`` command: editions and drafts in each format."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from stories import publishing
from stories.models import Section, Work
from tests.factories import make_article, make_outlet, make_question, make_story, make_update

pytestmark = pytest.mark.django_db


def export(*arguments: object) -> str:
    out = StringIO()
    call_command("export_explainer", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def story(editor):
    """Return a live story with a word changed in its draft."""
    outlets = (make_outlet(name="Ansgar Wire"), make_outlet(name="Radio Tessen"))
    story = make_story(
        slug="pier",
        outlets=outlets,
        articles=tuple(make_article(outlet=outlet) for outlet in outlets),
        byline=("Ada Holm",),
    )
    publishing.publish(story, by=editor)
    section = Section.objects.get(story=story, kind="happened")
    section.text = section.text.replace("Monday", "Tuesday")
    section.save()
    return story


def test_the_live_edition_is_exported_by_default(story):
    assert "on Monday" in export("pier")


def test_the_draft_is_exported_on_request(story):
    assert "on Tuesday" in export("pier", "--draft")


def test_an_edition_is_found_by_its_number(story, editor):
    publishing.publish(Work.objects.get(), by=editor, change=make_update())
    assert "on Monday" in export("pier", "--edition", 1)
    assert "on Tuesday" in export("pier", "--edition", 2)


def test_json_contains_the_document(story):
    assert json.loads(export("pier", "--format", "json"))["uid"] == str(story.uid)


def test_several_documents_as_json_are_one_list(story):
    make_question(slug="lorries")
    assert len(json.loads(export("pier", "lorries", "--draft", "--format", "json"))) == 2


def test_markdown_begins_with_front_matter(story):
    assert export("pier", "--format", "markdown").startswith("---\nschema: 1\nkind: story\n")


def test_a_former_slug_still_finds_the_story(story):
    Work.objects.update(slug="quay")
    assert "on Monday" in export("pier")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "no story and no question"),
        (["pier", "--edition", 9], "no edition 9"),
        (["draft"], "is not public"),
    ],
)
def test_missing_documents_are_reported(story, arguments, words):
    make_question(slug="draft")
    with pytest.raises(CommandError, match=words):
        export(*arguments)
