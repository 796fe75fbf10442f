"""What is typed is kept beside the work, newest first, and never touches it."""

from datetime import timedelta
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


def keep(work, by, *, text="Half a wo", sequence=1, window=WINDOW, kind="story", base=1, at=None):
    values = [("headline", text)]
    return autosave.store(
        work, kind, by=by, window=window, sequence=sequence, values=values, base=base, title=text, at=at or clock.now()
    )


def texts():
    return [slot.title for slot in AutosaveSlot.objects.order_by("pk")]


def test_what_is_typed_is_kept_for_a_work_a_person_and_a_window(editor, writer):
    story = make_story()
    keep(story, editor, text="One")
    keep(story, editor, text="Two", window=uuid4())
    keep(story, writer, text="Three")
    keep(story, writer, text="Three and a half", sequence=2)
    assert texts() == ["One", "Two", "Three and a half"]
    assert [slot.title for slot in autosave.list_unsaved(story, "story", for_=writer)] == [
        "Three and a half",
        "Two",
        "One",
    ]


def test_what_arrives_late_replaces_nothing(editor):
    story = make_story()
    assert keep(story, editor, text="Newer", sequence=5).is_new
    late = keep(story, editor, text="Older", sequence=4)
    assert (late.is_new, late.sequence, texts()) == (False, 5, ["Newer"])


def test_an_autosave_that_arrives_after_the_save_does_not_bring_the_text_back(editor):
    story = make_story()
    keep(story, editor, sequence=3)
    autosave.clear_slot(story, "story", by=editor, window=WINDOW, sequence=5, at=clock.now())
    assert not keep(story, editor, sequence=4).is_new
    assert autosave.list_unsaved(story, "story", for_=editor) == []
    assert keep(story, editor, text="Typed afterwards", sequence=6).is_new
    assert len(autosave.list_unsaved(story, "story", for_=editor)) == 1


def test_an_autosave_that_overtook_its_save_stays(editor):
    story = make_story()
    keep(story, editor, text="Typed after the button", sequence=9)
    autosave.clear_slot(story, "story", by=editor, window=WINDOW, sequence=5, at=clock.now())
    assert [slot.title for slot in autosave.list_unsaved(story, "story", for_=editor)] == ["Typed after the button"]


def test_a_save_whose_autosave_never_came_is_final_too(editor):
    story = make_story()
    autosave.clear_slot(story, "story", by=editor, window=WINDOW, sequence=5, at=clock.now())
    assert not keep(story, editor, sequence=4).is_new


def test_keeping_touches_neither_the_work_nor_its_revisions_nor_its_editions(editor):
    story = make_published_story(by=editor)
    before = [list(model.objects.order_by("pk").values()) for model in (Work, Revision, Edition, Event)]
    keep(story, editor, text="Another headline")
    assert [list(model.objects.order_by("pk").values()) for model in (Work, Revision, Edition, Event)] == before


def test_something_new_by_who_has_left_is_there_for_colleagues(editor, writer):
    keep(None, writer, text="Begun and left", base=0)
    writer.is_active = False
    writer.save()
    (slot,) = autosave.list_unsaved(None, "story", for_=editor)
    assert slot.title == "Begun and left"
    assert autosave.get_slot(None, "story", slot.pk, for_=editor) == slot
    autosave.discard(slot, by=editor, at=clock.now())
    assert autosave.list_unsaved(None, "story", for_=editor) == []


def test_something_new_has_a_slot_of_its_own_that_nobody_else_sees(editor, writer):
    keep(None, editor, text="A story to be", base=0)
    keep(None, editor, text="A question to be", base=0, kind="question")
    assert [slot.title for slot in autosave.list_unsaved(None, "story", for_=editor)] == ["A story to be"]
    assert autosave.list_unsaved(None, "story", for_=writer) == []
    slot = autosave.list_unsaved(None, "story", for_=editor)[0]
    assert autosave.get_slot(None, "story", slot.pk, for_=writer) is None
    with pytest.raises(NotAllowedError):
        autosave.discard(slot, by=writer, at=clock.now())
    assert Work.objects.count() == 0


def test_who_may_not_edit_keeps_and_discards_nothing(editor, curator):
    story = make_story()
    keep(story, editor)
    slot = autosave.list_unsaved(story, "story", for_=editor)[0]
    for act in (
        lambda: keep(story, curator),
        lambda: keep(None, curator),
        lambda: autosave.discard(slot, by=curator, at=clock.now()),
    ):
        with pytest.raises(NotAllowedError):
            act()
    assert len(texts()) == 1


def test_what_lies_in_the_bin_takes_no_text(editor):
    story = make_story()
    trash.move_to_trash(story, by=editor)
    with pytest.raises(InvalidStateError):
        keep(story, editor)


def test_a_text_longer_than_anything_that_could_be_saved_is_refused(editor, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    with pytest.raises(autosave.TooLongError):
        keep(make_story(), editor, text="x" * 101)
    assert texts() == []


def test_discarding_throws_away_what_is_there_and_nothing_that_is_typed_later(editor, writer):
    story = make_story()
    keep(story, writer, sequence=1)
    autosave.discard(autosave.list_unsaved(story, "story", for_=editor)[0], by=editor, at=clock.now())
    assert autosave.list_unsaved(story, "story", for_=editor) == []
    assert AutosaveSlot.objects.get().values == []
    keep(story, writer, text="Typed on", sequence=2)
    assert [slot.title for slot in autosave.list_unsaved(story, "story", for_=editor)] == ["Typed on"]


def test_a_slot_that_was_taken_in_is_emptied_unless_more_was_typed_into_it(editor, writer):
    story = make_story()
    keep(story, writer, sequence=1)
    key = AutosaveSlot.objects.get().pk
    keep(story, writer, text="Typed on", sequence=2)
    autosave.clear_restored_slot(story, "story", key, by=editor, sequence=1, at=clock.now())
    assert [slot.title for slot in autosave.list_unsaved(story, "story", for_=editor)] == ["Typed on"]
    autosave.clear_restored_slot(story, "story", key, by=editor, sequence=2, at=clock.now())
    assert autosave.list_unsaved(story, "story", for_=editor) == []


def test_emptied_slots_go_after_a_week_and_texts_never(editor):
    story, now = make_story(), clock.now()
    old = now - timedelta(days=8)
    keep(story, editor, text="Unsaved for long", window=uuid4(), at=old)
    autosave.clear_slot(story, "story", by=editor, window=uuid4(), sequence=5, at=old)
    autosave.clear_slot(story, "story", by=editor, window=WINDOW, sequence=5, at=now)
    autosave.delete_emptied_slots(now)
    assert [slot.emptied_at for slot in AutosaveSlot.objects.order_by("pk")] == [None, now]


def test_the_home_of_the_desk_is_told_what_somebody_did_not_save(editor, writer):
    story, binned = make_story(), make_question()
    keep(story, editor, text="In a story")
    keep(None, editor, text="In a new one")
    keep(story, writer, text="Somebody else’s")
    keep(binned, editor, text="In the bin", kind="question")
    trash.move_to_trash(binned, by=editor)
    assert {slot.title for slot in queues.list_unsaved(editor)} == {"In a story", "In a new one"}


@pytest.mark.parametrize("erase", ["page", "passage"])
def test_an_erasure_takes_what_is_typed_and_not_saved_along(erase, editor, administrator):
    story = make_story()
    keep(story, editor, text="The name that has to go")
    if erase == "page":
        erase_work(story, by=administrator, reason="By order of a court.")
    else:
        uid = story.sections.first().uid
        erase_passage(story, uid, by=administrator, reason="By order of a court.")
    assert texts() == []


class TheNewestText(TestCase):
    """Whatever arrives in whatever order."""

    @given(st.lists(st.tuples(st.booleans(), st.integers(1, 9)), max_size=12))
    def test_is_the_one_with_the_highest_sequence_unless_that_was_saved(self, arrivals):
        story, by = make_story(), make_user()
        newest, text = 0, None
        for is_save, sequence in arrivals:
            if is_save:
                autosave.clear_slot(story, "story", by=by, window=WINDOW, sequence=sequence, at=clock.now())
                newest, text = (sequence, None) if sequence >= newest else (newest, text)
            else:
                keep(story, by, text=str(sequence), sequence=sequence)
                newest, text = (sequence, str(sequence)) if sequence > newest else (newest, text)
        assert [slot.title for slot in autosave.list_unsaved(story, "story", for_=by)] == ([text] if text else [])
        assert revisions.get_newest_revision(story).number == 1
