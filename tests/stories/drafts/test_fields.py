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
    assert {name for name, spec in field_specs(type(document)).items() if spec.is_text} <= set(form.base_fields)


@pytest.mark.django_db
@every_document
def test_the_previewed_document_has_every_text_of_the_form(document):
    work = make_story() if document.kind == "story" else make_question()
    values = {field.name: word for word, field in fields_by_word(document).items() if field.owner is document}
    form = DraftForm(SubmittedForm.parse(values), work, may_confirm=True)
    previewed = form.document(drafts.build_document(work))
    assert {name: getattr(previewed, name) for name in values} == values
