"""The two kinds of document: immutability, digests, validation, and upgrades of older schemas."""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from pydantic import TypeAdapter, ValidationError

from stories.documents import (
    Cell,
    CitedArticle,
    Claim,
    Explainer,
    Forecast,
    NamedOutlet,
    Origin,
    Passage,
    QuestionPage,
    Section,
    UnknownSchemaError,
    upgrade,
)
from stories.documents.fields import FrozenModel, specs_of
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


def iter_later_fields(value, body):
    """Yield whether each field of schema 2 in a document or its rows is in use, and whether ``body`` has it."""
    for name, spec in specs_of(type(value)).items():
        current = getattr(value, name)
        if spec.since == 2:
            yield current != type(value).model_fields[name].get_default(), name in body
        for row, row_body in zip(current, body[name], strict=True) if isinstance(current, tuple) and current else ():
            if isinstance(row, FrozenModel):
                yield from iter_later_fields(row, row_body)


@given(documents)
def test_the_schema_of_a_stored_document_is_the_earliest_that_has_its_fields(document):
    body = document.body()
    later = list(iter_later_fields(document, body))
    assert [is_stored for _, is_stored in later] == [is_used for is_used, _ in later]
    assert body["schema"] == (2 if any(is_used for is_used, _ in later) else 1)
    assert upgrade(body) == document
    published = json.loads((SCHEMAS / f"{document.kind}-{body['schema']}.json").read_text(encoding="utf-8"))
    assert set(body) <= set(published["properties"])


def make_citation(number, address="https://courier.example/1"):
    return CitedArticle(
        number=number, article=uuid4(), outlet=NamedOutlet(uid=None, name="The Lisle Courier"), url=address, title="A"
    )


def make_cell(**fields):
    return Cell(uid=uuid4(), outlet=NamedOutlet(uid=None, name="Ansgar Wire"), **fields)


def make_claim(*cells):
    return Claim.model_construct(uid=uuid4(), claim="Homes emptied", cells=cells).model_dump()


@pytest.mark.parametrize(
    "fields",
    [
        {"stance": "silent", "value": "some 4,200"},
        {"stance": "unclear", "low": "4200"},
        {"stance": "silent", "when": "2026-11"},
        {"low": "41", "high": "40"},
        {"low": "4,200"},
        {"low": "10", "high": "9.5"},
        {"when": "2026-13"},
        {"when": "2026-11-31"},
        {"when": "2026-11-11T24:00"},
        {"when": "03:55"},
        {"stance": "hints"},
    ],
)
def test_an_invalid_cell_is_rejected(fields):
    with pytest.raises(ValidationError):
        make_cell(**fields)


@pytest.mark.parametrize("fields", [{"chance": 101}, {"chance": -1}, {"low": "2", "high": "1"}, {"state": "likely"}])
def test_an_invalid_forecast_is_rejected(fields):
    with pytest.raises(ValidationError):
        Forecast(uid=uuid4(), **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"low": "19"},
        {"high": "-40.5"},
        {"low": "9", "high": "10", "approximate": True},
        {"when": "2026-11"},
        {"when": "2024-02-29"},
        {"when": "2026-11-11T03:55"},
        {"stance": "silent", "as_of": "2026-11-10"},
        {"stance": "unclear", "quotation": "We do not know."},
    ],
)
def test_a_cell_may_be_incomplete(fields):
    assert make_cell(**fields).outlet.name == "Ansgar Wire"


@pytest.mark.parametrize(
    "fields",
    [
        {"sections": [Section(uid=uuid4(), kind="happened", heading="A") for _ in range(2)]},
        {"sections": [Section(uid=uuid4(), kind="papers", heading="A", text="Words.")]},
        {"citations": [make_citation(1), make_citation(1, "https://courier.example/2")]},
        {"citations": [make_citation(1), make_citation(2)]},
        {"passages": [Passage(uid=uuid4(), text="A.", sources=(1,))]},
        {"claims": [make_claim(make_cell(), make_cell())]},
        {"claims": [make_claim(make_cell(source=1))]},
        {"forecasts": [Forecast(uid=uuid4(), source=1)]},
        {"forecasts": [Forecast(uid=uuid4(), outcome_source=1)]},
        {"origins": [Origin(uid=uuid4(), name="Ansgar Wire", sources=(1,))]},
        {"unexamined": [1]},
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
