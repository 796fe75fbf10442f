"""Arranging the front page: permissions, refusals and audit entries."""

import re
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


def arrange(*stories, by, **times):
    """Arrange these stories, as a user who has seen the current arrangement."""
    front_page.arrange_front_page(
        [FrontPagePlace(story.uid, **times) for story in stories],
        by=by,
        seen_digest=front_page.get_arrangement_digest(),
    )


def list_placed_uids() -> list[object]:
    return list(FrontPlace.objects.values_list("uid", flat=True))


def test_stories_are_in_the_order_that_an_editor_chooses(editor):
    one, two = make_published_story(), make_published_story()
    arrange(two, one, by=editor)
    assert list_placed_uids() == [two.uid, one.uid]
    arrange(one, two, by=editor)
    assert list_placed_uids() == [one.uid, two.uid]


def test_a_writer_may_not_arrange_the_front_page(writer):
    with pytest.raises(NotAllowedError):
        arrange(make_published_story(), by=writer)
    assert list_placed_uids() == []


def test_only_live_stories_can_be_placed(editor):
    withdrawn = make_published_story()
    publishing.withdraw(withdrawn, by=editor, notice="It did not hold.")
    for not_live in (make_story(), withdrawn, make_published_question()):
        with pytest.raises(NotArrangedError) as refusal:
            arrange(make_published_story(), not_live, by=editor)
        assert refusal.value.place == 2
    with pytest.raises(NotArrangedError):
        front_page.arrange_front_page(
            [FrontPagePlace(uuid4())], by=editor, seen_digest=front_page.get_arrangement_digest()
        )
    assert list_placed_uids() == []


def test_a_story_that_is_withdrawn_later_keeps_its_place(editor):
    story, other = make_published_story(), make_published_story()
    arrange(story, by=editor)
    publishing.withdraw(story, by=editor, notice="It did not hold.")
    arrange(other, story, by=editor)
    assert list_placed_uids() == [other.uid, story.uid]


def test_a_story_has_only_one_place(editor):
    story = make_published_story()
    with pytest.raises(NotArrangedError) as refusal:
        arrange(story, story, by=editor)
    assert refusal.value.place == 2
    assert list_placed_uids() == []


def test_the_number_of_places_is_limited(editor):
    with pytest.raises(NotArrangedError, match=str(FRONT_PAGE_PLACES)) as refusal:
        front_page.arrange_front_page(
            [FrontPagePlace(uuid4()) for _ in range(FRONT_PAGE_PLACES + 1)],
            by=editor,
            seen_digest=front_page.get_arrangement_digest(),
        )
    assert refusal.value.place is None


def test_a_place_cannot_end_in_the_past(editor, set_time):
    story = make_published_story(by=editor)
    with pytest.raises(NotArrangedError) as refusal:
        arrange(story, by=editor, until=set_time())
    assert refusal.value.place == 1
    assert list_placed_uids() == []


def test_an_outdated_arrangement_is_refused(editor):
    one, two = make_published_story(), make_published_story()
    seen = front_page.get_arrangement_digest()
    arrange(one, by=make_user())
    with pytest.raises(NotArrangedError, match=re.escape(front_page.CHANGED_MEANWHILE)):
        front_page.arrange_front_page([FrontPagePlace(two.uid)], by=editor, seen_digest=seen)
    assert list_placed_uids() == [one.uid]


def test_only_one_of_two_users_arranges_an_empty_front_page(editor, monkeypatch):
    """An empty front page has no row to lock, so the database refuses the second user's rows."""

    def refuse_rows(rows: object) -> None:
        raise IntegrityError("place 1 is taken")

    story = make_published_story()
    monkeypatch.setattr(FrontPlace.objects, "bulk_create", refuse_rows)
    with pytest.raises(NotArrangedError, match=re.escape(front_page.CHANGED_MEANWHILE)):
        arrange(story, by=editor)
    assert not Event.objects.with_verb("put on the front page").exists()


def test_audit_entries_describe_the_change_of_each_place_without_titles(editor, set_time):
    one, two, three = (make_published_story(by=editor) for _ in range(3))
    arrange(one, two, by=editor)
    until = set_time() + timedelta(hours=2)
    arrange(two, three, by=editor, until=until)
    entries = {
        story.uid: [(event.verb, event.after) for event in Event.objects.about(story.uid) if "front page" in event.verb]
        for story in (one, two, three)
    }
    assert entries[one.uid] == [("taken off the front page", {}), ("put on the front page", {"place": 1})]
    assert entries[two.uid][0] == ("moved on the front page", {"place": 1, "until": until.isoformat()})
    assert entries[three.uid] == [("put on the front page", {"place": 2, "until": until.isoformat()})]
    (event,) = Event.objects.about(three.uid).filter(verb="put on the front page")
    assert "position 2, until " in format_action(event)


def test_an_unchanged_place_gets_no_audit_entry(editor):
    story = make_published_story()
    arrange(story, by=editor)
    arrange(story, by=editor)
    assert Event.objects.with_verb("put on the front page", "moved on the front page").count() == 1


def test_erasing_a_story_deletes_its_place(administrator, editor):
    story = make_published_story()
    arrange(story, by=editor)
    erase.erase_work(story, by=administrator, reason="A court said so.")
    assert list_placed_uids() == []


def test_candidates_are_placed_stories_and_live_stories(editor, set_time):
    placed = make_published_story(headline="Why the pier stands here", by=editor)
    make_published_story(headline="Why the quay can be read", by=editor)
    make_story(headline="Why the mole is a draft")
    arrange(placed, by=editor)
    publishing.withdraw(placed, by=editor, notice="It did not hold.")
    set_time.go(minutes=1)
    candidates = front_page.list_candidates(at=set_time(), limit=5)
    assert [(each.title, each.is_live) for each in candidates] == [
        ("Why the pier stands here", False),
        ("Why the quay can be read", True),
    ]
    assert front_page.list_places(at=set_time()) == [FrontPagePlace(placed.uid, FOREVER)]
