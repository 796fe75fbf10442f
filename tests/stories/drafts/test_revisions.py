"""Revisions: recording, listing and restoring them."""

import pytest

from newsroom.accounts.permissions import NotAllowedError
from stories import drafts
from stories.drafts import revisions
from stories.models import Document, Revision, RevisionLabel
from tests.factories import make_story

pytestmark = pytest.mark.django_db


def test_a_save_that_changes_nothing_stores_nothing(editor):
    story = make_story()
    before = Revision.objects.count()
    assert revisions.record_revision(story, by=editor).number == 1
    assert Revision.objects.count() == before


def test_each_change_gets_the_next_number_and_the_author(editor):
    story = make_story()
    story.headline = "Why the north pier stays closed until spring"
    story.save()
    revision = revisions.record_revision(story, by=editor, reason="New date")
    assert (revision.number, revision.created_by, revision.reason) == (2, editor, "New date")


def test_returning_to_an_earlier_text_stores_its_document_only_once(editor):
    story = make_story()
    first = revisions.get_newest_revision(story)
    for headline in ("Another headline for the north pier", first.document.value().headline):
        story.headline = headline
        story.save()
        revisions.record_revision(story, by=editor)
    newest = revisions.get_newest_revision(story)
    assert newest.number == 3
    assert newest.document == first.document
    assert Document.objects.filter(revisions__work=story).distinct().count() == 2


def test_restoring_a_revision_changes_the_draft_and_records_a_new_revision(editor):
    story = make_story()
    first = revisions.get_newest_revision(story)
    story.headline = "Another headline for the north pier"
    story.save()
    revisions.record_revision(story, by=editor)
    restored = revisions.restore_revision(story, first, by=editor)
    assert restored.number == 3
    assert drafts.build_document(story) == first.document.value()


def test_a_curator_cannot_restore_a_story(curator):
    story = make_story()
    with pytest.raises(NotAllowedError):
        revisions.restore_revision(story, revisions.get_newest_revision(story), by=curator)


def test_revisions_are_listed_with_their_labels_and_authors_in_one_query(editor, django_assert_num_queries):
    story = make_story()
    revision = revisions.get_newest_revision(story)
    RevisionLabel.objects.create(revision=revision, text="as sent to the lawyer", by=editor)
    story.headline = "Another headline for the north pier"
    story.save()
    newer = revisions.record_revision(story, by=editor)
    with django_assert_num_queries(1):
        listed = [(each, each.created_by, getattr(each, "labelled", None)) for each in revisions.list_revisions(story)]
    assert listed == [(newer, editor, None), (revision, revision.created_by, revision.labelled)]
