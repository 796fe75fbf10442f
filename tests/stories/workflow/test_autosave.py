"""Autosave: typed text is stored in slots, without changing the work."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.http import clock
from stories.drafts import queues, revisions
from stories.models import AutosaveSlot, Edition, Revision, Work
from stories.publishing.erase import erase_passage, erase_work
from stories.publishing.errors import InvalidStateError
from stories.workflow import autosave, trash
from tests.factories import make_published_story, make_question, make_story, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]

WINDOW = uuid4()


def store_text(work, by, *, text="Half a wo", sequence=1, window=WINDOW, kind="story", base=1, at=None):
    values = [("headline", text)]
    return autosave.store(
        work, kind, by=by, window=window, sequence=sequence, values=values, base=base, title=text, at=at or clock.now()
    )


def list_texts():
    return [slot.title for slot in AutosaveSlot.objects.order_by("pk")]


def test_each_work_user_and_window_has_a_slot(editor, writer):
    story = make_story()
    store_text(story, editor, text="One")
    store_text(story, editor, text="Two", window=uuid4())
    store_text(story, writer, text="Three")
    store_text(story, writer, text="Three and a half", sequence=2)
    assert list_texts() == ["One", "Two", "Three and a half"]
    assert [slot.title for slot in autosave.list_unsaved(story, "story", for_=writer)] == [
        "Three and a half",
        "Two",
        "One",
    ]


def test_a_message_that_arrives_late_replaces_nothing(editor):
    story = make_story()
    assert store_text(story, editor, text="Newer", sequence=5).is_new
    late = store_text(story, editor, text="Older", sequence=4)
    assert (late.is_new, late.sequence, list_texts()) == (False, 5, ["Newer"])


def test_an_autosave_that_arrives_after_its_save_does_not_restore_the_text(editor):
    story = make_story()
    store_text(story, editor, sequence=3)
    autosave.clear_slot(story, "story", by=editor, window=WINDOW, sequence=5, at=clock.now())
    assert not store_text(story, editor, sequence=4).is_new
    assert autosave.list_unsaved(story, "story", for_=editor) == []
    assert store_text(story, editor, text="Typed afterwards", sequence=6).is_new
    assert len(autosave.list_unsaved(story, "story", for_=editor)) == 1


def test_an_autosave_that_is_newer_than_the_save_is_not_emptied(editor):
    story = make_story()
    store_text(story, editor, text="Typed after the button", sequence=9)
    autosave.clear_slot(story, "story", by=editor, window=WINDOW, sequence=5, at=clock.now())
    assert [slot.title for slot in autosave.list_unsaved(story, "story", for_=editor)] == ["Typed after the button"]


def test_a_save_without_an_earlier_autosave_also_makes_late_messages_count_as_old(editor):
    story = make_story()
    autosave.clear_slot(story, "story", by=editor, window=WINDOW, sequence=5, at=clock.now())
    assert not store_text(story, editor, sequence=4).is_new


def test_autosaving_changes_no_work_revision_edition_or_audit_entry(editor):
    story = make_published_story(by=editor)
    before = [list(model.objects.order_by("pk").values()) for model in (Work, Revision, Edition, Event)]
    store_text(story, editor, text="Another headline")
    assert [list(model.objects.order_by("pk").values()) for model in (Work, Revision, Edition, Event)] == before


def test_unsaved_new_works_of_inactive_users_are_visible_to_others(editor, writer):
    store_text(None, writer, text="Begun and left", base=0)
    writer.is_active = False
    writer.save()
    (slot,) = autosave.list_unsaved(None, "story", for_=editor)
    assert slot.title == "Begun and left"
    assert autosave.get_slot(None, "story", slot.pk, for_=editor) == slot
    autosave.discard(slot, by=editor, at=clock.now())
    assert autosave.list_unsaved(None, "story", for_=editor) == []


def test_an_unsaved_new_work_is_visible_only_to_its_author(editor, writer):
    store_text(None, editor, text="A story to be", base=0)
    store_text(None, editor, text="A question to be", base=0, kind="question")
    assert [slot.title for slot in autosave.list_unsaved(None, "story", for_=editor)] == ["A story to be"]
    assert autosave.list_unsaved(None, "story", for_=writer) == []
    slot = autosave.list_unsaved(None, "story", for_=editor)[0]
    assert autosave.get_slot(None, "story", slot.pk, for_=writer) is None
    with pytest.raises(NotAllowedError):
        autosave.discard(slot, by=writer, at=clock.now())
    assert Work.objects.count() == 0


def test_users_who_may_not_edit_cannot_autosave_or_discard(editor, curator):
    story = make_story()
    store_text(story, editor)
    slot = autosave.list_unsaved(story, "story", for_=editor)[0]
    for verb in (
        lambda: store_text(story, curator),
        lambda: store_text(None, curator),
        lambda: autosave.discard(slot, by=curator, at=clock.now()),
    ):
        with pytest.raises(NotAllowedError):
            verb()
    assert len(list_texts()) == 1


def test_text_for_a_work_in_the_trash_is_refused(editor):
    story = make_story()
    trash.move_to_trash(story, by=editor)
    with pytest.raises(InvalidStateError):
        store_text(story, editor)


def test_a_text_that_is_too_long_to_be_saved_is_refused(editor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    with pytest.raises(autosave.TooLongError):
        store_text(make_story(), editor, text="x" * 101)
    assert list_texts() == []


def test_discarding_does_not_affect_text_that_is_typed_later(editor, writer):
    story = make_story()
    store_text(story, writer, sequence=1)
    autosave.discard(autosave.list_unsaved(story, "story", for_=editor)[0], by=editor, at=clock.now())
    assert autosave.list_unsaved(story, "story", for_=editor) == []
    assert AutosaveSlot.objects.get().values == []
    store_text(story, writer, text="Typed on", sequence=2)
    assert [slot.title for slot in autosave.list_unsaved(story, "story", for_=editor)] == ["Typed on"]


def test_a_restored_slot_is_emptied_unless_it_has_newer_text(editor, writer):
    story = make_story()
    store_text(story, writer, sequence=1)
    key = AutosaveSlot.objects.get().pk
    store_text(story, writer, text="Typed on", sequence=2)
    autosave.clear_restored_slot(story, "story", key, by=editor, sequence=1, at=clock.now())
    assert [slot.title for slot in autosave.list_unsaved(story, "story", for_=editor)] == ["Typed on"]
    autosave.clear_restored_slot(story, "story", key, by=editor, sequence=2, at=clock.now())
    assert autosave.list_unsaved(story, "story", for_=editor) == []


def test_the_home_page_lists_the_unsaved_text_of_the_user(editor, writer):
    story, binned = make_story(), make_question()
    store_text(story, editor, text="In a story")
    store_text(None, editor, text="In a new one")
    store_text(story, writer, text="Somebody else’s")
    store_text(binned, editor, text="In the bin", kind="question")
    trash.move_to_trash(binned, by=editor)
    assert {slot.title for slot in queues.list_unsaved(editor)} == {"In a story", "In a new one"}


@pytest.mark.parametrize("erase", ["page", "passage"])
def test_an_erasure_deletes_autosaved_text(erase, editor, administrator):
    story = make_story()
    store_text(story, editor, text="The name that has to go")
    if erase == "page":
        erase_work(story, by=administrator, reason="By order of a court.")
    else:
        uid = story.sections.first().uid
        erase_passage(story, uid, by=administrator, reason="By order of a court.")
    assert list_texts() == []


class TheNewestText(TestCase):
    """The newest text, for any messages in any order."""

    @given(st.lists(st.tuples(st.booleans(), st.integers(1, 9)), max_size=12))
    def test_is_the_one_with_the_highest_sequence_unless_that_was_saved(self, arrivals):
        story, by = make_story(), make_user()
        newest, text = 0, None
        for is_save, sequence in arrivals:
            if is_save:
                autosave.clear_slot(story, "story", by=by, window=WINDOW, sequence=sequence, at=clock.now())
                newest, text = (sequence, None) if sequence >= newest else (newest, text)
            else:
                store_text(story, by, text=str(sequence), sequence=sequence)
                newest, text = (sequence, str(sequence)) if sequence > newest else (newest, text)
        assert [slot.title for slot in autosave.list_unsaved(story, "story", for_=by)] == ([text] if text else [])
        assert revisions.get_newest_revision(story).number == 1
