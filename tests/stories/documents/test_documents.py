"""The two kinds of document: immutability, digests, validation, and upgrades of older schemas."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from pydantic import TypeAdapter, ValidationError

from stories.documents import (
    CitedArticle,
    Explainer,
    NamedOutlet,
    Passage,
    QuestionPage,
    Section,
    UnknownSchemaError,
    upgrade,
)
from stories.documents.fields import specs_of
from stories.documents.upgrade import CURRENT_SCHEMA
from tests.stories.documents.parse.documents import documents

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.json"))
SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_stored_document_of_any_schema_is_upgraded_to_the_current_one(path):
    body = json.loads(path.read_text(encoding="utf-8"))
    document = upgrade(body)
    assert document.schema_number == CURRENT_SCHEMA[document.kind]
    assert upgrade(document.body()) == document


def test_every_schema_has_a_fixture():
    known = {path.stem for path in FIXTURES}
    assert known == {f"{kind}-{n}" for kind, newest in CURRENT_SCHEMA.items() for n in range(1, newest + 1)}


@pytest.mark.parametrize(("kind", "model"), [("story", Explainer), ("question", QuestionPage)])
def test_the_published_schema_matches_the_code(kind, model):
    published = json.loads((SCHEMAS / f"{kind}-{CURRENT_SCHEMA[kind]}.json").read_text(encoding="utf-8"))
    assert published == TypeAdapter(model).json_schema(mode="serialization")


def test_documents_have_equal_digests_if_and_only_if_they_are_equal():
    uid = uuid4()
    document = Explainer(uid=uid, slug="pier")
    assert document.digest() == Explainer(slug="pier", uid=uid).digest()
    assert document.digest() != document.changed(slug="quay").digest()


def test_a_document_cannot_be_changed_in_place():
    document = Explainer(uid=uuid4(), slug="pier")
    with pytest.raises(ValidationError):
        document.headline = "Another"


@given(documents)
def test_the_schema_of_a_stored_document_is_the_earliest_that_has_its_fields(document):
    later = [name for name, spec in specs_of(type(document)).items() if spec.since == 2]
    unused = {name: type(document).model_fields[name].get_default() for name in later}
    is_used = any(getattr(document, name) != value for name, value in unused.items())
    assert document.body()["schema"] == (2 if is_used else 1)
    assert {name for name in later if name in document.body()} == {
        name for name in later if getattr(document, name) != unused[name]
    }
    assert upgrade(document.body()) == document
    published = json.loads((SCHEMAS / f"{document.kind}-{document.body()['schema']}.json").read_text(encoding="utf-8"))
    assert set(document.body()) <= set(published["properties"])


def make_citation(number, address="https://courier.example/1"):
    return CitedArticle(
        number=number, article=uuid4(), outlet=NamedOutlet(uid=None, name="The Lisle Courier"), url=address, title="A"
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"sections": [Section(uid=uuid4(), kind="happened", heading="A") for _ in range(2)]},
        {"sections": [Section(uid=uuid4(), kind="papers", heading="A", text="Words.")]},
        {"citations": [make_citation(1), make_citation(1, "https://courier.example/2")]},
        {"citations": [make_citation(1), make_citation(2)]},
        {"passages": [Passage(uid=uuid4(), text="A.", sources=(1,))]},
        {"language": "no language"},
        {"weather": "fine"},
    ],
)
def test_invalid_fields_are_rejected(fields):
    with pytest.raises(ValidationError):
        Explainer(uid=uuid4(), slug="pier", **fields)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://courier.example/", "courier.example", "https://a b"])
def test_a_source_needs_a_web_address(address):
    with pytest.raises(ValidationError):
        make_citation(1, address)


@pytest.mark.parametrize(
    "body", [{}, {"kind": "poem"}, {"kind": "story", "schema": 99}, {"kind": "story", "schema": "1"}]
)
def test_an_unknown_kind_or_schema_is_rejected(body):
    with pytest.raises(UnknownSchemaError):
        upgrade(body)
