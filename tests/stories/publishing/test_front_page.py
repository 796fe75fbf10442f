"""Which stories stand first on the front page: who says so, what is refused, and what the record tells."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.audit.sentences import format_action
from newsroom.http.clock import FOREVER
from stories import publishing
from stories.editions.front_page import FRONT_PAGE_PLACES
from stories.models import FrontPlace
from stories.publishing import erase, front_page
from stories.publishing.front_page import FrontPagePlace, NotArrangedError
from tests.factories import make_published_question, make_published_story, make_story, make_user

pytestmark = pytest.mark.django_db


def put(*stories, by, **times):
    """Arrange these stories, by what is arranged now."""
    front_page.arrange_front_page(
        [FrontPagePlace(story.uid, **times) for story in stories],
        by=by,
        seen_digest=front_page.get_arrangement_digest(),
    )


def stands() -> list[object]:
    return list(FrontPlace.objects.values_list("uid", flat=True))


def test_stories_stand_in_the_order_that_an_editor_gives(editor):
    one, two = make_published_story(), make_published_story()
    put(two, one, by=editor)
    assert stands() == [two.uid, one.uid]
    put(one, two, by=editor)
    assert stands() == [one.uid, two.uid]


def test_a_writer_arranges_nothing(writer):
    with pytest.raises(NotAllowedError, match="Only editors"):
        put(make_published_story(), by=writer)
    assert stands() == []


def test_only_what_readers_can_read_is_put_there(editor):
    withdrawn = make_published_story()
    publishing.withdraw(withdrawn, by=editor, notice="It did not hold.")
    for absent in (make_story(), withdrawn, make_published_question()):
        with pytest.raises(NotArrangedError, match="Readers cannot read this story now") as refusal:
            put(make_published_story(), absent, by=editor)
        assert refusal.value.place == 2
    with pytest.raises(NotArrangedError):
        front_page.arrange_front_page(
            [FrontPagePlace(uuid4())], by=editor, seen_digest=front_page.get_arrangement_digest()
        )
    assert stands() == []


def test_what_is_withdrawn_afterwards_keeps_its_place_until_somebody_takes_it_off(editor):
    story, other = make_published_story(), make_published_story()
    put(story, by=editor)
    publishing.withdraw(story, by=editor, notice="It did not hold.")
    put(other, story, by=editor)
    assert stands() == [other.uid, story.uid]


def test_a_story_stands_once(editor):
    story = make_published_story()
    with pytest.raises(NotArrangedError, match="has a place already"):
        put(story, story, by=editor)


def test_there_are_no_more_places_than_the_page_has(editor):
    with pytest.raises(NotArrangedError, match=f"There are {FRONT_PAGE_PLACES} places"):
        front_page.arrange_front_page(
            [FrontPagePlace(uuid4()) for _ in range(FRONT_PAGE_PLACES + 1)],
            by=editor,
            seen_digest=front_page.get_arrangement_digest(),
        )


def test_a_place_does_not_end_before_it_begins(editor, set_time):
    story = make_published_story(by=editor)
    with pytest.raises(NotArrangedError, match="This time has passed"):
        put(story, by=editor, until=set_time())


def test_who_looked_at_an_older_arrangement_is_told_so(editor):
    one, two = make_published_story(), make_published_story()
    seen = front_page.get_arrangement_digest()
    put(one, by=make_user())
    with pytest.raises(NotArrangedError, match="a moment ago"):
        front_page.arrange_front_page([FrontPagePlace(two.uid)], by=editor, seen_digest=seen)
    assert stands() == [one.uid]


def test_two_who_begin_with_an_empty_page_at_once_do_not_both_arrange_it(editor, monkeypatch):
    """Where nothing stands no row can be locked: the database refuses the second of them."""

    def came_second(rows: object) -> None:
        raise IntegrityError("place 1 is taken")

    story = make_published_story()
    monkeypatch.setattr(FrontPlace.objects, "bulk_create", came_second)
    with pytest.raises(NotArrangedError, match="a moment ago"):
        put(story, by=editor)
    assert not Event.objects.with_verb("put on the front page").exists()


def test_the_record_of_each_story_tells_what_became_of_it_and_quotes_no_title(editor, set_time):
    one, two, three = (make_published_story(by=editor) for _ in range(3))
    put(one, two, by=editor)
    put(two, three, by=editor, until=set_time() + timedelta(hours=2))
    told = {
        story.uid: [format_action(event) for event in Event.objects.about(story.uid) if "front page" in event.verb]
        for story in (one, two, three)
    }
    assert told[one.uid] == ["took it off the front page", "put it on the front page, at place 1"]
    assert told[two.uid][0].startswith("gave it place 1 on the front page, until ")
    assert told[three.uid][0].startswith("put it on the front page, at place 2, until ")


def test_what_stays_as_it_was_is_no_event(editor):
    story = make_published_story()
    put(story, by=editor)
    put(story, by=editor)
    assert Event.objects.with_verb("put on the front page", "moved on the front page").count() == 1


def test_erasing_a_story_erases_its_place(administrator, editor):
    story = make_published_story()
    put(story, by=editor)
    erase.erase_work(story, by=administrator, reason="A court said so.")
    assert stands() == []


def test_what_is_offered_are_live_stories_and_what_stands_there_already(editor, set_time):
    placed = make_published_story(headline="Why the pier stands here", by=editor)
    make_published_story(headline="Why the quay can be read", by=editor)
    make_story(headline="Why the mole is a draft")
    put(placed, by=editor)
    publishing.withdraw(placed, by=editor, notice="It did not hold.")
    set_time.go(minutes=1)
    offered = front_page.list_candidates(at=set_time(), limit=5)
    assert [(each.title, each.is_live) for each in offered] == [
        ("Why the pier stands here", False),
        ("Why the quay can be read", True),
    ]
    assert front_page.list_places(at=set_time()) == [FrontPagePlace(placed.uid, FOREVER)]
