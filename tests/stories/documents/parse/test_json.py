"""Parsing JSON: exact round trips, and refusals with a reason."""

import json
from uuid import UUID, uuid4

import pytest
from hypothesis import given

from stories.documents import Explainer
from stories.documents.export import to_json
from stories.documents.parse import KnownNames, UnreadableDocumentError, parse_file
from stories.documents.parse.json import parse_json
from tests.stories.documents.parse.documents import documents

UID = UUID("6f2d1f5e-6a9f-4a59-8f5c-0a3c7c4f1f11")


def body(**fields: object) -> str:
    return json.dumps({"kind": "story", "uid": str(UID), "slug": "kelmar", **fields})


@given(documents)
def test_any_document_round_trips_exactly(document):
    assert parse_json(to_json(document)).document == document


def test_a_document_with_a_uid_keeps_it():
    imported = parse_json(body())
    assert imported.has_own_uid
    assert imported.document.uid == UID


def test_missing_uids_are_generated():
    text = json.dumps({"kind": "story", "sections": [{"kind": "happened", "heading": "What happened"}]})
    imported = parse_json(text)
    assert not imported.has_own_uid
    assert isinstance(imported.document, Explainer)
    assert imported.document.sections[0].uid


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("{\n  \"kind\": \"story\",\n  oops\n}", 3, "not JSON"),
        ("[1, 2]", 1, "JSON object"),
        ("[" * 100_000, 1, "nested too deeply"),
        ('{"kind": "story", "kind": "question"}', 1, "given twice"),
        ('{"kind": NaN}', 1, "NaN"),
        (f'{{"kind": {"9" * 5000}}}', 1, "JSON"),
        (body(kind="poem"), 1, "poem"),
        (body(schema=99), 1, "schema 99"),
        (body(mood="grim"), 1, "“mood” is unknown"),
        (body(headline=7), 1, "“headline” must be text"),
        (body(headline="\0"), 1, "NUL"),
        (body(headline="x" * 1_001), 1, "longer than 1000 characters"),
        (body(sections=[{"heading": "x"}]), 1, "“sections”, number 1, “kind” is missing"),
        (body(sections=[{"kind": "happened", "heading": ""}] * 2), 1, "Two sections are of the same kind."),
        (body(uid="no"), 1, "“uid” is not a uid"),
    ],
)  # fmt: skip
def test_invalid_input_is_refused_with_line_and_reason(text, line, words):
    with pytest.raises(UnreadableDocumentError) as error:
        parse_json(text)
    assert error.value.line == line
    assert words in error.value.message


def test_direction_overrides_are_removed():
    imported = parse_json(body(headline="The \u202egate"))
    assert isinstance(imported.document, Explainer)
    assert imported.document.headline == "The gate"
    assert [note.code for note in imported.notes] == ["direction-removed"]


def make_citation(**fields: object) -> dict[str, object]:
    outlet = {"uid": None, "name": "Ansgar Wire"}
    return {
        "number": 1,
        "article": str(uuid4()),
        "outlet": outlet,
        "url": "https://wire.example/1",
        "title": "T",
        **fields,
    }


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"citations": [make_citation(url="javascript:alert(1)")]}, "not a web address"),
        ({"citations": [make_citation(url="http://[::1")]}, "not a web address"),
        ({"citations": [make_citation(number=2**63)]}, "is too high"),
        ({"citations": [make_citation(title="x" * 501)]}, "longer than 500 characters"),
        ({"headline": "x" * 301}, "longer than 300 characters"),
        (
            {
                "topics": [
                    {"uid": str(UID), "topic": None, "name": "Kelmar"},
                    {"uid": str(UID), "topic": None, "name": "Tessen"},
                ]
            },
            "Two of the topics have the same uid",
        ),
        ({"topics": [{"topic": None, "name": " "}]}, "A topic needs a name"),
        ({"passages": [{"text": "It rained.", "outlets": [{"uid": None, "name": ""}]}]}, "An outlet needs a name"),
        (
            {"lead_picture": {"uid": str(UID), "image": str(UID), "alt": "A gate", "decorative": True}},
            "A decorative picture has no alternative text",
        ),
        (
            {
                "kind": "question",
                "answers": [{"question": "Who pays?", "text": "A."}, {"question": "who Pays?", "text": "B."}],
            },
            "answered twice",
        ),
        ({"questions": [{"question": f"Why {number}?"} for number in range(101)]}, "at most 100"),
    ],
)
def test_a_document_that_cannot_be_stored_is_refused_with_a_reason(fields, words):
    with pytest.raises(UnreadableDocumentError, match=words):
        parse_file(body(**fields).encode(), KnownNames(), name="a.json")
