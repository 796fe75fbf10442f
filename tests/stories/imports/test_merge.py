"""What comes in is joined with what somebody edited since, or refused naming the places."""

import json

import pytest

from newsroom.http import clock
from stories import drafts, imports
from stories.documents import Explainer, QuestionPage
from stories.documents.export import to_json, to_text
from stories.drafts import citations, revisions
from stories.models import Import, Story, Work
from tests.factories import make_article, make_outlet, make_published_story, make_question, make_story
from tests.stories.imports.test_intake import TEXT, change, read, take

pytestmark = pytest.mark.django_db


def story_of(work: Work) -> Explainer:
    document = drafts.build_document(work)
    assert isinstance(document, Explainer)
    return document


def exported(work: Work, old: str = "", new: str = "") -> str:
    return to_json(drafts.build_document(work)).replace(old, new)


def test_a_changed_export_is_joined_with_what_somebody_edited_elsewhere():
    work = take(TEXT)
    mine = exported(work, "stayed dry", "stayed calm")
    change(work, "spring tide", "neap tide")
    reading = read(mine)
    assert [(note.code, note.message) for note in reading.notes if note.code == "merged"] == [
        (
            "merged",
            "Somebody edited this since it was last brought in (1 section edited). Both changes are in.",
        )
    ]
    imports.save_import(reading, by=None)
    assert "stayed calm" in to_text(drafts.build_document(work))
    assert "neap tide" in to_text(drafts.build_document(work))
    newest = revisions.get_newest_revision(work)
    assert newest is not None
    assert newest.number == 3


def test_an_export_of_the_newest_state_changes_what_was_edited_before_it():
    work = take(TEXT)
    change(work, "stayed dry", "stayed wet")
    change(work, "spring tide", "neap tide")
    reading = read(exported(work, "stayed wet", "stayed calm"))
    assert "merged" not in {note.code for note in reading.notes}
    assert "stayed calm" in to_text(reading.document)


def test_an_export_that_may_be_older_than_an_edit_of_the_same_words_is_refused():
    work = take(TEXT)
    change(work, "stayed dry", "stayed wet")
    with pytest.raises(imports.ConflictError):
        read(exported(work, "stayed wet", "stayed calm"))


def test_an_old_export_takes_nothing_back_that_was_brought_in_since():
    work = take(TEXT)
    old = exported(work, "stayed dry", "stayed calm")
    take(exported(work, "spring tide", "neap tide"))
    take(old)
    assert "stayed calm" in to_text(drafts.build_document(work))
    assert "neap tide" in to_text(drafts.build_document(work))


def test_each_next_text_of_one_origin_keeps_what_the_desk_edited():
    work = take(TEXT)
    change(work, "spring tide", "neap tide")
    second = TEXT.replace("stayed dry", "stayed calm")
    take(second, into=work)
    third = second.replace("great flood", "great storm")
    take(third, into=work)
    words = to_text(drafts.build_document(work))
    assert [piece in words for piece in ("neap tide", "stayed calm", "great storm")] == [True] * 3
    assert Import.objects.count() == 3


def test_a_text_of_another_format_goes_on_from_the_last_one_of_its_own():
    work = take(TEXT)
    change(work, "spring tide", "neap tide")
    take(exported(work, "great flood", "great storm"))
    take(TEXT.replace("stayed dry", "stayed calm"), into=work)
    words = to_text(drafts.build_document(work))
    assert [piece in words for piece in ("neap tide", "stayed calm", "great storm")] == [True] * 3


def test_a_text_of_its_own_origin_is_refused_where_the_desk_edited_the_same():
    work = take(TEXT)
    change(work, "stayed dry", "stayed wet")
    with pytest.raises(imports.ConflictError) as refused:
        read(TEXT.replace("stayed dry", "stayed calm"), into=work)
    assert [place.label for place in refused.value.conflicts] == ["What's happened, text"]
    assert "edited a place that the file changes too" in refused.value.message


def test_a_headline_that_is_only_proposed_gives_way_to_that_of_the_desk():
    work = take(TEXT)
    Story.objects.filter(pk=work.pk).update(headline="Why the gate closed", headline_confirmed=True)
    revisions.record_revision(work, by=None)
    take(TEXT.replace("The Kelmar barrier closed", "The barrier was closed"), into=work)
    document = story_of(work)
    assert (document.headline, document.headline_confirmed) == ("Why the gate closed", True)
    assert document.sections[0].text.startswith("The barrier was closed")


def test_a_headline_that_was_given_is_in_conflict_with_that_of_the_desk():
    work = take(TEXT)
    Story.objects.filter(pk=work.pk).update(headline="Why the gate closed", headline_confirmed=True)
    revisions.record_revision(work, by=None)
    with pytest.raises(imports.ConflictError) as refused:
        read(TEXT + "\n", into=work, headline="Why the barrier closed")
    assert [place.anchor for place in refused.value.conflicts] == ["headline"]


def test_an_edit_elsewhere_between_reading_and_taking_in_is_joined():
    work = take(TEXT)
    reading = read(exported(work, "stayed dry", "stayed calm"))
    change(work, "spring tide", "neap tide")
    imports.save_import(reading, by=None)
    words = to_text(drafts.build_document(work))
    assert "stayed calm" in words
    assert "neap tide" in words


def test_a_source_of_the_file_and_one_of_the_desk_get_numbers_of_their_own():
    work = take(TEXT)
    body = json.loads(exported(work, "stayed dry.", "stayed dry. [@1]"))
    cited = make_article(outlet=make_outlet(name="Morrow Daily"))
    body["citations"] = [
        {
            "number": 1,
            "article": str(cited.uid),
            "outlet": {"uid": None, "name": "Morrow Daily"},
            "url": cited.url,
            "title": cited.title,
        }
    ]
    own = citations.cite_article(work, make_article())
    revisions.record_revision(work, by=None)
    take(json.dumps(body))
    document = story_of(work)
    assert [citation.article for citation in document.citations] == [own.article.uid, cited.uid]
    assert "stayed dry. [@2]" in document.sections[0].text


def test_a_question_keeps_what_the_desk_made_of_its_wording():
    faq = make_question(question="Who closes the gates?", introduction="A tide met a storm.", answers=1)
    page = "A tide met a storm.\nWho closes the gates?\nThe harbour office does.\n"
    take(page, into=faq)
    faq.question, faq.question_confirmed = "Who shuts the gates?", True
    faq.save()
    revisions.record_revision(faq, by=None)
    take(page.replace("The harbour office", "The city"), into=faq)
    document = drafts.build_document(faq)
    assert isinstance(document, QuestionPage)
    assert (document.question, document.answers[0].text) == ("Who shuts the gates?", "The city does.")


def test_what_was_never_brought_in_goes_on_from_its_first_revision():
    story = make_story(texts={"happened": "It closed."})
    change(story, "since the new quay", "since the old quay")
    text = to_text(revisions.get_revision(story, 1).document.value())
    take(text.replace("It closed.", "It shut."), into=Work.objects.get(pk=story.pk))
    words = to_text(drafts.build_document(story))
    assert "It shut." in words
    assert "since the old quay" in words


def test_what_was_never_brought_in_goes_on_from_what_readers_see(editor):
    story = make_published_story(texts={"happened": "It closed."})
    live = to_text(drafts.build_document(story))
    change(story, "since the new quay", "since the old quay")
    take(live.replace("It closed.", "It shut."), into=Work.objects.get(pk=story.pk))
    words = to_text(drafts.build_document(story))
    assert "It shut." in words
    assert "since the old quay" in words


def test_what_is_refused_leaves_nothing_behind():
    work = take(TEXT)
    mine = exported(work, "stayed dry", "stayed calm").replace("great flood", "great storm")
    change(work, "stayed dry", "stayed wet")
    before = drafts.build_document(work)
    with pytest.raises(imports.ConflictError):
        imports.save_import(imports.prepare_import(mine.encode(), name="a.json", at=clock.now()), by=None)
    assert drafts.build_document(work) == before
    assert (Import.objects.count(), revisions.list_revisions(work).count()) == (1, 2)
