"""Finding duplicates: works with similar titles."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.http import clock
from stories.models import Story, WorkKind
from stories.workflow import duplicates, trash
from tests.factories import make_published_story, make_question, make_story, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def find_titles(words: str, **fields: Any) -> list[tuple[str, bool]]:
    arguments: dict[str, Any] = {"kind": WorkKind.STORY, "language": "en", "at": clock.now()} | fields
    return [(each.title, each.is_live) for each in duplicates.find_duplicates(words, **arguments)]


def test_live_pages_and_drafts_with_a_similar_title_are_found():
    live = make_published_story(headline="Why the Kelmar barrier stood open on the night of the flood")
    Story.objects.filter(pk=live.pk).update(headline="What nobody closed")
    make_story(headline="The Kelmar barriers stood open that night")
    make_story(headline="Why the ferry to Port Lisle is late again")
    assert find_titles("Kelmar barrier stands open in the night") == [
        ("The Kelmar barriers stood open that night", False),
        ("Why the Kelmar barrier stood open on the night of the flood", True),
    ]


def test_an_unfinished_title_is_similar_to_the_finished_one():
    make_story(headline="Why the Kelmar barrier stood open on the night of the flood in Quay Ward")
    assert find_titles("Why the Kelmar barrier stood") != []
    assert find_titles("Why the") == []
    assert find_titles("Why the ferry is late") == []


def test_the_excluded_work_and_works_in_the_trash_are_not_found():
    one, other = (
        make_story(headline="The Kelmar barrier stood open"),
        make_story(headline="A Kelmar barrier stood open!"),
    )
    assert find_titles("Kelmar barrier stood open", exclude=one.pk) == [(str(other), False)]
    trash.move_to_trash(other, by=make_user(role="Administrator"))
    assert find_titles("Kelmar barrier stood open", exclude=one.pk) == []


def test_stories_and_questions_are_searched_separately():
    make_question(question="Who pays for the cracked pillar?")
    assert find_titles("Who pays for a cracked pillar", kind=WorkKind.QUESTION) == [
        ("Who pays for the cracked pillar?", False)
    ]
    assert find_titles("Who pays for a cracked pillar") == []


@pytest.mark.parametrize(
    "words", ["", " ", '"', "-", "\ud800 x", "x" * 5_000, "%_ ' OR 1=1 --", "a-b-c-d e-f-g-h", "北京 的 洪水 之 夜"]
)
def test_unusual_input_finds_nothing_and_raises_no_error(words):
    assert find_titles(words.encode("utf-8", "replace").decode()) == []


def test_the_number_of_queries_does_not_depend_on_the_number_of_works():
    def count_queries() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert find_titles("Kelmar barrier stood open")
        return len(queries)

    make_published_story(headline="The Kelmar barrier stood open")
    first = count_queries()
    for number in range(4):
        make_published_story(headline=f"The Kelmar barrier stood open, part {number}")
    assert count_queries() == first <= 6
