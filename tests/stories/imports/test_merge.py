"""Merging imports with edits at the desk, and refusing conflicting imports."""

import json

import pytest

from newsroom.http import clock
from stories import drafts, imports
from stories.documents import Explainer, QuestionPage
from stories.documents.export import to_json, to_text
from stories.drafts import citations, revisions
from stories.models import Import, Story, Work
from tests.factories import make_article, make_outlet, make_published_story, make_question, make_story
from tests.stories.imports.test_import import TEXT, edit_section, prepare, save

pytestmark = pytest.mark.django_db


def build_explainer(work: Work) -> Explainer:
    document = drafts.build_document(work)
    assert isinstance(document, Explainer)
    return document


def export_json(work: Work, old: str = "", new: str = "") -> str:
    return to_json(drafts.build_document(work)).replace(old, new)


def test_a_changed_export_is_merged_with_edits_in_other_places():
    work = save(TEXT)
    mine = export_json(work, "stayed dry", "stayed calm")
    edit_section(work, "spring tide", "neap tide")
    prepared = prepare(mine)
    assert [(note.code, note.message) for note in prepared.notes if note.code == "merged"] == [
        ("merged", "Someone has edited this since the last import (1 section edited). Both texts are merged.")
    ]
    imports.save_import(prepared, by=None)
    assert "stayed calm" in to_text(drafts.build_document(work))
    assert "neap tide" in to_text(drafts.build_document(work))
    newest = revisions.get_newest_revision(work)
    assert newest is not None
    assert newest.number == 3


def test_a_change_to_an_up_to_date_export_overrides_earlier_edits():
    work = save(TEXT)
    edit_section(work, "stayed dry", "stayed wet")
    edit_section(work, "spring tide", "neap tide")
    prepared = prepare(export_json(work, "stayed wet", "stayed calm"))
    assert "merged" not in {note.code for note in prepared.notes}
    assert "stayed calm" in to_text(prepared.document)


def test_an_export_that_may_be_older_than_an_edit_of_the_same_text_is_refused():
    work = save(TEXT)
    edit_section(work, "stayed dry", "stayed wet")
    with pytest.raises(imports.ConflictError):
        prepare(export_json(work, "stayed wet", "stayed calm"))


def test_an_old_export_does_not_revert_later_imports():
    work = save(TEXT)
    old = export_json(work, "stayed dry", "stayed calm")
    save(export_json(work, "spring tide", "neap tide"))
    save(old)
    assert "stayed calm" in to_text(drafts.build_document(work))
    assert "neap tide" in to_text(drafts.build_document(work))


def test_later_versions_of_a_text_preserve_edits_at_the_desk():
    work = save(TEXT)
    edit_section(work, "spring tide", "neap tide")
    second = TEXT.replace("stayed dry", "stayed calm")
    save(second, into=work)
    third = second.replace("great flood", "great storm")
    save(third, into=work)
    words = to_text(drafts.build_document(work))
    assert [piece in words for piece in ("neap tide", "stayed calm", "great storm")] == [True] * 3
    assert Import.objects.count() == 3


def test_a_text_is_based_on_the_last_import_in_the_same_format():
    work = save(TEXT)
    edit_section(work, "spring tide", "neap tide")
    save(export_json(work, "great flood", "great storm"))
    save(TEXT.replace("stayed dry", "stayed calm"), into=work)
    words = to_text(drafts.build_document(work))
    assert [piece in words for piece in ("neap tide", "stayed calm", "great storm")] == [True] * 3


def test_a_text_that_changes_the_same_place_as_the_desk_is_refused():
    work = save(TEXT)
    edit_section(work, "stayed dry", "stayed wet")
    with pytest.raises(imports.ConflictError) as error:
        prepare(TEXT.replace("stayed dry", "stayed calm"), into=work)
    (place,) = error.value.conflicts
    assert place.label == "What's happened, text"
    for text in (place.label, place.theirs, place.mine):
        assert text.strip() in error.value.message


def test_a_proposed_headline_does_not_replace_that_of_the_desk():
    work = save(TEXT)
    Story.objects.filter(pk=work.pk).update(headline="Why the gate closed", headline_confirmed=True)
    revisions.record_revision(work, by=None)
    save(TEXT.replace("The Kelmar barrier closed", "The barrier was closed"), into=work)
    document = build_explainer(work)
    assert (document.headline, document.headline_confirmed) == ("Why the gate closed", True)
    assert document.sections[0].text.startswith("The barrier was closed")


def test_a_given_headline_conflicts_with_that_of_the_desk():
    work = save(TEXT)
    Story.objects.filter(pk=work.pk).update(headline="Why the gate closed", headline_confirmed=True)
    revisions.record_revision(work, by=None)
    with pytest.raises(imports.ConflictError) as error:
        prepare(TEXT + "\n", into=work, headline="Why the barrier closed")
    assert [place.anchor for place in error.value.conflicts] == ["headline"]


def test_an_edit_elsewhere_between_preparing_and_saving_is_merged():
    work = save(TEXT)
    prepared = prepare(export_json(work, "stayed dry", "stayed calm"))
    edit_section(work, "spring tide", "neap tide")
    imports.save_import(prepared, by=None)
    words = to_text(drafts.build_document(work))
    assert "stayed calm" in words
    assert "neap tide" in words


def test_a_source_from_the_file_and_one_from_the_desk_get_different_numbers():
    work = save(TEXT)
    body = json.loads(export_json(work, "stayed dry.", "stayed dry. [@1]"))
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
    desk_citation = citations.cite_article(work, make_article())
    revisions.record_revision(work, by=None)
    save(json.dumps(body))
    document = build_explainer(work)
    assert [citation.article for citation in document.citations] == [desk_citation.article.uid, cited.uid]
    assert "stayed dry. [@2]" in document.sections[0].text


def test_the_wording_of_a_question_edited_at_the_desk_is_preserved():
    faq = make_question(question="Who closes the gates?", introduction="A tide met a storm.", answers=1)
    page = "A tide met a storm.\nWho closes the gates?\nThe harbour office does.\n"
    save(page, into=faq)
    faq.question, faq.question_confirmed = "Who shuts the gates?", True
    faq.save()
    revisions.record_revision(faq, by=None)
    save(page.replace("The harbour office", "The city"), into=faq)
    document = drafts.build_document(faq)
    assert isinstance(document, QuestionPage)
    assert (document.question, document.answers[0].text) == ("Who shuts the gates?", "The city does.")


def test_without_an_earlier_import_a_draft_is_based_on_its_first_revision():
    story = make_story(texts={"happened": "It closed."})
    edit_section(story, "since the new quay", "since the old quay")
    text = to_text(revisions.get_revision(story, 1).document.value())
    save(text.replace("It closed.", "It shut."), into=Work.objects.get(pk=story.pk))
    words = to_text(drafts.build_document(story))
    assert "It shut." in words
    assert "since the old quay" in words


def test_without_an_earlier_import_a_live_story_is_based_on_its_live_edition(editor):
    story = make_published_story(texts={"happened": "It closed."})
    live = to_text(drafts.build_document(story))
    edit_section(story, "since the new quay", "since the old quay")
    save(live.replace("It closed.", "It shut."), into=Work.objects.get(pk=story.pk))
    words = to_text(drafts.build_document(story))
    assert "It shut." in words
    assert "since the old quay" in words


def test_a_refused_import_changes_nothing():
    work = save(TEXT)
    mine = export_json(work, "stayed dry", "stayed calm").replace("great flood", "great storm")
    edit_section(work, "stayed dry", "stayed wet")
    before = drafts.build_document(work)
    with pytest.raises(imports.ConflictError):
        imports.save_import(imports.prepare_import(mine.encode(), name="a.json", at=clock.now()), by=None)
    assert drafts.build_document(work) == before
    assert (Import.objects.count(), revisions.list_revisions(work).count()) == (1, 2)
