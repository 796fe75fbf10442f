"""Every field of a document is stored in the rows of a work and shown on its form."""

import pytest

from stories import drafts
from stories.admin.drafts.document import DraftForm
from stories.admin.drafts.posted import SubmittedForm
from stories.admin.forms.works import QuestionForm, StoryForm
from stories.documents.fields import field_specs
from stories.drafts.publication_status import get_specific
from tests.factories import make_image, make_question, make_story
from tests.stories.documents.full_documents import IMAGE, PAGE, STORY, fields_by_word

# Texts for which the form has no field yet. A save leaves them as they are.
WITHOUT_FIELD = {"short_answer_expires_on", "open_since", "missing", "could_answer"}
every_document = pytest.mark.parametrize("document", [STORY, PAGE], ids=lambda document: document.kind)


@pytest.mark.django_db
@every_document
def test_the_document_of_a_created_work_is_the_given_one(document):
    make_image(uid=IMAGE)
    (work,) = drafts.create_works([document], owner=None, by=None).works
    assert drafts.build_document(work) == document


@pytest.mark.django_db
@every_document
def test_the_document_of_a_restored_work_is_the_given_one(document):
    make_image(uid=IMAGE)
    work = make_story(uid=document.uid) if document.kind == "story" else make_question(uid=document.uid)
    drafts.restore(work, document)
    assert drafts.build_document(get_specific(work)) == document


@every_document
def test_the_form_has_a_field_for_each_of_the_documents_own_texts(document):
    form = StoryForm if document.kind == "story" else QuestionForm
    texts = {name for name, spec in field_specs(type(document)).items() if spec.is_text}
    assert texts - WITHOUT_FIELD <= set(form.base_fields)


@pytest.mark.django_db
@every_document
def test_the_previewed_document_has_every_text_of_the_form(document):
    work = make_story() if document.kind == "story" else make_question()
    values = {
        field.name: word
        for word, field in fields_by_word(document).items()
        if field.owner is document and field.name not in WITHOUT_FIELD
    }
    form = DraftForm(SubmittedForm.parse(values), work, may_confirm=True)
    previewed = form.document(drafts.build_document(work))
    assert {name: getattr(previewed, name) for name in values} == values


@pytest.mark.django_db
@every_document
def test_a_form_without_fields_for_them_keeps_the_parts_of_schema_2(document):
    make_image(uid=IMAGE)
    (work,) = drafts.create_works([document], owner=None, by=None).works
    values = {"citations-TOTAL_FORMS": "1", "citations-0-row": "1", "answers-TOTAL_FORMS": "1"}
    values |= (
        {"answers-0-row": str(document.answers[0].uid), "answers-0-question": "May it?"} if work.kind != "story" else {}
    )
    previewed = DraftForm(SubmittedForm.parse(values), work, may_confirm=True).document(document)
    kept = ["claims", "forecasts", "origins", "unexamined"] if work.kind == "story" else ["state", *WITHOUT_FIELD]
    assert {name: getattr(previewed, name) for name in kept} == {name: getattr(document, name) for name in kept}
    if work.kind != "story":
        assert (previewed.answers[0].question, previewed.answers[0].state) == ("May it?", document.answers[0].state)


@pytest.mark.django_db
def test_a_preview_drops_the_number_of_a_source_that_the_form_removes():
    make_image(uid=IMAGE)
    (work,) = drafts.create_works([STORY], owner=None, by=None).works
    previewed = DraftForm(SubmittedForm.parse({}), work, may_confirm=True).document(STORY)
    assert previewed.claims[0].cells[0].source is None
    assert (previewed.forecasts[0].source, previewed.origins[0].sources, previewed.unexamined) == (None, (), ())
