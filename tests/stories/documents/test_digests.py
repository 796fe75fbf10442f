"""Digests of stored documents. A field added to the schema later must not change them."""

import hashlib
import json
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given

from stories.demo import documents as demo
from stories.demo import files
from stories.demo.corpus import documents as corpus
from stories.documents import (
    Answer,
    AskedQuestion,
    CitedArticle,
    Explainer,
    NamedContributor,
    NamedOutlet,
    NamedTopic,
    PartHeadings,
    Passage,
    PlacedPicture,
    QuestionPage,
    Section,
    upgrade,
)
from stories.documents.fields import FrozenModel, specs_of
from tests.stories.documents.parse.documents import documents

TODAY = date(2031, 3, 20)
FIXTURES = Path(__file__).parent / "fixtures"
# The fields with which each value was first stored. Do not add later fields: they are not stored while empty.
FIRST_FIELDS: dict[type[FrozenModel], str] = {
    Explainer: "schema_number kind uid slug language topics citations pictures cut_off headline headline_confirmed"
    " standfirst lead_picture byline method_note sections passages questions headings",
    QuestionPage: "schema_number kind uid slug language topics citations pictures cut_off question question_confirmed"
    " introduction answers",
    Answer: "uid question text as_of",
    AskedQuestion: "uid question teaser",
    CitedArticle: "number article outlet url title published_on author paywalled",
    NamedContributor: "uid name",
    NamedOutlet: "uid name",
    NamedTopic: "uid topic name description explain",
    PartHeadings: "deeper questions topics",
    Passage: "uid text outlets sources opens_paragraph",
    PlacedPicture: "uid image alt decorative caption credit",
    Section: "uid kind heading text",
}


def to_first_form(value):
    """Return a value of a document as JSON data, in the form in which the first release stored it."""
    match value:
        case FrozenModel():
            names = FIRST_FIELDS[type(value)].split()
            return {
                "schema" if name == "schema_number" else name: 1
                if name == "schema_number"
                else to_first_form(getattr(value, name))
                for name in names
            }
        case tuple():
            return [to_first_form(each) for each in value]
        case UUID():
            return str(value)
        case date():
            return value.isoformat()
    return value


def without_later_fields(value):
    """Return a document or a row as it was before fields of later schemas were filled in."""
    fields = {}
    for name, spec in specs_of(type(value)).items():
        old = getattr(value, name)
        if spec.since > 1:
            fields[name] = type(value).model_fields[name].get_default()
        elif isinstance(old, tuple):
            fields[name] = tuple(without_later_fields(row) if isinstance(row, FrozenModel) else row for row in old)
    return value.model_copy(update=fields)


def compute_first_digest(document):
    canonical = json.dumps(to_first_form(document), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@given(documents)
def test_a_document_has_the_digest_with_which_it_was_first_stored(document):
    assert without_later_fields(document).digest() == compute_first_digest(document)


def test_demonstration_documents_have_the_digest_with_which_they_were_first_stored():
    for key, story in files.load_stories(TODAY).items():
        for document in (
            demo.build_explainer(key, today=TODAY),
            *(demo.build_edition(key, each, today=TODAY) for each in story.editions),
        ):
            assert without_later_fields(document).digest() == compute_first_digest(document)
    for page in demo.build_questions(TODAY).values():
        assert without_later_fields(page).digest() == compute_first_digest(page)


@pytest.mark.parametrize("build", [corpus.build_story, corpus.build_question])
def test_corpus_documents_have_the_digest_with_which_they_were_first_stored(build):
    for number in range(20):
        document = build(number)
        assert without_later_fields(document).digest() == compute_first_digest(document)


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("story-1", "e3f01e9429a68791ebbc949bac3a3017780f0fc00c72b7b0abe4443955838537"),
        ("story-2", "db58b392bd019a7124666865db48a09396cc47559735b6e72ed7be0d9f35e4f2"),
        ("question-1", "5febe05634f035c0669a04236e7631988e850373050e28e2e1d60df15761e7eb"),
        ("question-2", "494e530d666a56570511e04a6e29a0a9ea39e93e784e6c43d8b652c66a5a5f74"),
    ],
)
def test_a_stored_document_keeps_its_digest(name, digest):
    body = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    assert upgrade(body).digest() == digest
