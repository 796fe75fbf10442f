"""Erasures that are repeated on an older database, as after a restore.

Such a database is made by rolling back the transaction of an erasure, whose line then remains in the file. Work that was
done in the same transaction did not exist yet in the older database.
"""

import json
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import Client

from newsroom.accounts.models import User
from newsroom.audit.erasure_lines import to_line
from newsroom.audit.models import Erasure, Event
from newsroom.http import clock
from newsroom.media.models import Image
from newsroom.operations import erasures
from newsroom.operations.erasures import Report
from stories import publishing
from stories.drafts import revisions
from stories.models import (
    FAQ,
    Article,
    AutosaveSlot,
    Document,
    Edition,
    EditionKind,
    Revision,
    Story,
    StoryQuestion,
    Work,
)
from stories.publishing import triggers
from stories.publishing.erase import erase_edition, erase_passage, erase_work
from stories.publishing.erase.editions import REMOVED
from tests.factories import edition_of, make_article, make_published_story, make_question, make_story, make_update
from tests.journeys.test_leaks import Words
from tests.newsroom.media.processing.pictures import draw_image, encode_image
from tests.newsroom.media.stored_files import list_files, store_upload
from tests.races.soundness import assert_consistent
from tests.stories.publishing.test_erase import dump_database, make_story_of_words

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
ORDER = "Regional court of Lisle, 3 November, file 12."


@contextmanager
def later():
    """Run the block, which happened after the backup, and forget all of it but the lines in the file of erasures."""
    with transaction.atomic():
        # The block is the whole transaction for the code in it.
        connection.atomic_blocks[-1]._from_testcase = True
        yield
        transaction.set_rollback(True)


def repeat() -> Report:
    return erasures.replay_all(erasures.read(erasures.path()))


def counts(report: Report) -> dict[str, int]:
    return {str(outcome): count for outcome, count in report.counts.items() if count}


def count_rows() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Erasure, Event, Revision, Document, Edition, Work))


def change(story: Story, text: str, *, is_published: bool = True, by: User) -> None:
    """Save another summary of the story, and publish it unless told otherwise."""
    story.standfirst = text
    story.save()
    revisions.record_revision(story, by=by)
    if is_published:
        publishing.publish(story, by=by, change=make_update("More is known."))


def stored_words() -> str:
    """Return all documents and editions as text."""
    documents = json.dumps([row.body for row in Document.objects.all()])
    editions = [f"{row.title} {row.summary} {row.fragments} {row.note}" for row in Edition.objects.all()]
    drafts = [f"{row.headline} {row.standfirst}" for row in Story.objects.all()]
    return "\n".join([documents, *editions, *drafts])


@pytest.mark.audit
def test_no_word_of_a_story_remains_after_its_erasure_is_repeated(administrator):
    words = Words()
    story = make_story_of_words(words, by=administrator)
    with later():
        erase_work(story, by=administrator, reason=ORDER)
    content = dump_database()
    assert len([word for word in words.where if word in content]) > 55
    (line,) = erasures.list_effective(erasures.read(erasures.path()))
    report = repeat()
    content = dump_database()
    assert [where for word, where in words.where.items() if word in content] == []
    assert counts(report) == {"erased": 1}
    assert report.files == set(line.files)
    assert len(line.files) == 1  # all its pictures have the same content
    assert triggers.missing() == []


def test_a_repeated_erasure_is_recorded_with_its_first_time_and_without_an_account(administrator):
    story = make_published_story()
    with later():
        erase_work(story, by=administrator, reason=ORDER)
    (line,) = erasures.read(erasures.path())
    repeat()
    erasure, event = Erasure.objects.get(), Event.objects.about(story.uid)[0]
    assert (erasure.by, erasure.by_name, erasure.opened_at) == (None, str(administrator), line.time)
    assert replace(to_line(erasure), state=line.state) == line
    assert (event.verb, event.by, event.by_name, event.reason) == ("erased", None, str(administrator), ORDER)
    assert event.after == {"scope": "the whole page", "ordered": line.time.isoformat()}
    assert [each.id for each in erasures.read(erasures.path())] == [line.id]


def test_an_erasure_is_repeated_once(administrator):
    story = make_published_story()
    with later():
        erase_passage(story, story.passages.all()[0].uid, by=administrator, reason=ORDER)
        erase_work(story, by=administrator, reason=ORDER)
    assert counts(repeat()) == {"erased": 2}
    before = count_rows()
    report = repeat()
    assert counts(report) == {"recorded": 2}
    assert report.files == set()
    assert count_rows() == before


def test_the_erasure_of_a_source_is_repeated(administrator):
    article = make_article(title="Qxsource")
    story = make_published_story(articles=(article,))
    with later():
        erase_passage(story, article.uid, by=administrator, reason=ORDER)
    assert "Qxsource" in stored_words()
    assert counts(repeat()) == {"erased": 1}
    assert "Qxsource" not in stored_words()
    assert not Article.objects.exists()
    assert counts(repeat()) == {"recorded": 1}


def test_an_erasure_that_the_database_contains_is_not_repeated(administrator):
    erase_work(make_published_story(), by=administrator, reason=ORDER)
    before = count_rows()
    assert counts(repeat()) == {"recorded": 1}
    assert count_rows() == before


def test_an_erasure_of_a_work_that_does_not_exist_yet_is_recorded(administrator):
    with later():
        story = make_published_story()
        erase_work(story, by=administrator, reason=ORDER)
    report = repeat()
    assert (counts(report), report.sentences) == ({"absent": 1}, ())
    assert Erasure.objects.closed().get().uid == story.uid
    assert not Event.objects.about(story.uid).exists()
    assert counts(repeat()) == {"recorded": 1}


def test_texts_that_may_become_the_erased_page_are_reported(administrator):
    AutosaveSlot.objects.create(kind="story", person=administrator, window=uuid4(), title="x", saved_at=clock.now())
    with later():
        erase_work(make_published_story(), by=administrator, reason=ORDER)
    (sentence,) = repeat().sentences
    assert "one text that was typed and never saved" in sentence


def test_a_passage_is_erased_from_a_database_in_which_it_is_live(administrator, client):
    story = make_published_story()
    passage, other = story.passages.all()
    with later():
        change(story, "Another summary.", by=administrator)
        erase_passage(story, passage.uid, by=administrator, reason=ORDER)
    page = edition_of(story).get_absolute_url()
    assert passage.text in client.get(page).content.decode()
    assert counts(repeat()) == {"erased": 1}
    content = client.get(page).content.decode()
    assert passage.text not in content
    assert other.text in content
    assert passage.text not in stored_words()
    assert not story.passages.filter(uid=passage.uid).exists()


def test_a_passage_that_does_not_exist_yet_is_recorded(administrator):
    story = make_published_story()
    with later():
        passage = story.passages.create(text="It holds a secret.", position=9, proposed_outlets=[])
        erase_passage(story, passage.uid, by=administrator, reason=ORDER)
    before = stored_words()
    assert counts(repeat()) == {"absent": 1}
    assert stored_words() == before
    assert counts(repeat()) == {"recorded": 1}


def test_a_question_is_erased_from_the_stories_that_ask_it(administrator):
    question = make_question()
    story = make_published_story(questions=(question,))
    with later():
        StoryQuestion.objects.filter(story=story).delete()
        change(story, "Another summary.", by=administrator)
        erase_work(question, by=administrator, reason=ORDER)
    assert question.question in stored_words()
    assert counts(repeat()) == {"erased": 1}
    assert question.question not in stored_words()
    assert not FAQ.objects.filter(uid=question.uid).exists()


def test_an_edition_is_erased_from_a_database_in_which_it_is_live(administrator):
    story = make_published_story()
    change(story, "A secret summary.", by=administrator)
    change(story, "The summary of the draft.", is_published=False, by=administrator)
    live = edition_of(story)
    with later():
        publishing.publish(story, by=administrator, change=make_update("Other words."))
        erase_edition(live, by=administrator, reason=ORDER)
    assert counts(repeat()) == {"erased": 1}
    edition = edition_of(story)
    assert (edition.number, edition.kind, edition.notice) == (live.number, EditionKind.NOTICE, REMOVED)
    assert "secret" not in stored_words()
    assert "The summary of the draft." in stored_words()
    assert Client().get(live.get_absolute_url()).status_code == 410
    assert_consistent()


def test_a_draft_that_says_what_an_erased_edition_says_is_replaced_by_the_revision_before(administrator):
    story = make_published_story(standfirst="The first summary.")
    change(story, "A secret summary.", by=administrator)
    with later():
        change(story, "Something else.", by=administrator)
        erase_edition(Edition.objects.get(work=story, number=2), by=administrator, reason=ORDER)
    report = repeat()
    assert counts(report) == {"erased": 1}
    assert "The draft had the same text, and was replaced." in report.sentences[0]
    assert "secret" not in stored_words()
    assert Story.objects.get(pk=story.pk).standfirst == "The first summary."
    newest = revisions.get_newest_revision(story)
    assert (newest.number, newest.created_by) == (3, None)


def test_a_draft_that_never_said_anything_else_is_emptied(administrator):
    story = make_published_story(standfirst="A secret summary.")
    passages = [passage.text for passage in story.passages.all()]
    with later():
        change(story, "Something else.", by=administrator)
        erase_edition(Edition.objects.get(work=story, number=1), by=administrator, reason=ORDER)
    assert counts(repeat()) == {"erased": 1}
    words = stored_words()
    assert [text for text in ("secret", *passages) if text in words] == []
    emptied = Story.objects.get(pk=story.pk)
    assert (emptied.headline, emptied.slug) == (REMOVED, story.slug)
    assert not emptied.passages.exists()


def test_the_text_of_an_edition_that_is_not_published_yet_is_erased_from_the_draft(administrator):
    story = make_published_story(standfirst="The first summary.")
    change(story, "A secret summary.", is_published=False, by=administrator)
    with later():
        publishing.publish(story, by=administrator, change=make_update("More is known."))
        change(story, "Something else.", by=administrator)
        erase_edition(Edition.objects.get(work=story, number=2), by=administrator, reason=ORDER)
    assert counts(repeat()) == {"erased": 1}
    assert "secret" not in stored_words()
    assert Edition.objects.get(work=story).kind == EditionKind.PAGE


def test_an_erased_edition_is_not_taken_for_a_later_one_with_its_number(administrator):
    story = make_published_story()
    with later():
        change(story, "A secret summary.", by=administrator)
        change(story, "Something else.", by=administrator)
        erase_edition(Edition.objects.get(work=story, number=2), by=administrator, reason=ORDER)
    assert counts(repeat()) == {"absent": 1}
    change(story, "A new summary.", by=administrator)
    assert counts(repeat()) == {"recorded": 1}
    assert edition_of(story).kind == EditionKind.PAGE


def test_a_passage_whose_uid_an_earlier_release_did_not_record_is_reported_each_time(administrator):
    story = make_published_story()
    with later():
        row = Erasure.objects.create(
            kind="story", uid=story.uid, scope="a passage", reason=ORDER, by_name=str(administrator)
        )
        erasures.add_missing([to_line(row)])
    for _ in range(2):
        report = repeat()
        assert (counts(report), report.is_complete) == ({"unknown": 1}, True)
        assert f"passage of story {story.uid}" in report.sentences[0]


def test_pictures_are_erased_but_no_file_is_deleted(administrator):
    def store(width):
        data = encode_image(draw_image(width, 500), "PNG")
        return store_upload(ContentFile(data, name="pier.png"))

    only, unused, used = store(600), store(700), store(800)
    story = make_story(lead_image=only, lead_alt="A pier")
    other = make_story(lead_image=used, lead_alt="A crane")
    files = list_files()
    with later():
        revisions.record_revision(story, by=administrator)
        line = erasures.Line(
            id=uuid4(), time=clock.now(), scope="work", kind="story", uid=str(story.uid), reason=ORDER, by="Ana",
            files=(only.digest, unused.digest, used.digest),
        )  # fmt: skip
        erasures.append(line)
    report = repeat()
    assert set(Image.objects.values_list("uid", flat=True)) == {used.uid}
    assert f"Picture {used.uid} was also erased" in report.sentences[0]
    assert report.files == {only.digest, unused.digest, used.digest}
    assert list_files() == files
    assert Story.objects.get(pk=other.pk).lead_image == used


def test_each_scope_is_registered():
    assert set(erasures.replay._scopes) >= {"work", "edition", "passage"}
