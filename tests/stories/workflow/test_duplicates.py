"""What may be there already, by its title."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.http import clock
from stories.models import Story, WorkKind
from stories.workflow import duplicates, trash
from tests.factories import make_published_story, make_question, make_story, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def like(words: str, **fields: Any) -> list[tuple[str, bool]]:
    asked: dict[str, Any] = {"kind": WorkKind.STORY, "language": "en", "at": clock.now()} | fields
    return [(each.title, each.is_live) for each in duplicates.find_duplicates(words, **asked)]


def test_what_is_live_and_what_lies_on_the_desk_is_found_by_the_words_of_its_title():
    live = make_published_story(headline="Why the Kelmar barrier stood open on the night of the flood")
    Story.objects.filter(pk=live.pk).update(headline="What nobody closed")
    make_story(headline="The Kelmar barriers stood open that night")
    make_story(headline="Why the ferry to Port Lisle is late again")
    assert like("Kelmar barrier stands open in the night") == [
        ("The Kelmar barriers stood open that night", False),
        ("Why the Kelmar barrier stood open on the night of the flood", True),
    ]


def test_a_title_that_is_only_begun_finds_the_one_it_becomes():
    make_story(headline="Why the Kelmar barrier stood open on the night of the flood in Quay Ward")
    assert like("Why the Kelmar barrier stood") != []
    assert like("Why the") == []
    assert like("Why the ferry is late") == []


def test_the_work_at_hand_and_the_bin_are_left_out():
    one, other = (
        make_story(headline="The Kelmar barrier stood open"),
        make_story(headline="A Kelmar barrier stood open!"),
    )
    assert like("Kelmar barrier stood open", exclude=one.pk) == [(str(other), False)]
    trash.move_to_trash(other, by=make_user(role="Administrator"))
    assert like("Kelmar barrier stood open", exclude=one.pk) == []


def test_questions_are_asked_for_apart():
    make_question(question="Who pays for the cracked pillar?")
    assert like("Who pays for a cracked pillar", kind=WorkKind.QUESTION) == [
        ("Who pays for the cracked pillar?", False)
    ]
    assert like("Who pays for a cracked pillar") == []


@pytest.mark.parametrize(
    "words", ["", " ", '"', "-", "\ud800 x", "x" * 5_000, "%_ ' OR 1=1 --", "a-b-c-d e-f-g-h", "北京 的 洪水 之 夜"]
)
def test_whatever_is_typed_is_words_or_nothing(words):
    assert like(words.encode("utf-8", "replace").decode()) == []


def test_asking_costs_no_more_when_there_is_more():
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert like("Kelmar barrier stood open")
        return len(queries)

    make_published_story(headline="The Kelmar barrier stood open")
    first = cost()
    for number in range(4):
        make_published_story(headline=f"The Kelmar barrier stood open, part {number}")
    assert cost() == first <= 6
