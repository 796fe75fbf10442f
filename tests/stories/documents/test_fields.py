"""Declared fields reach the consumers of documents, such as checks, search, comparison, merge and exports."""

import json

import pytest

from stories.checks import texts as checked
from stories.documents import Explainer, NamedOutlet, PartHeadings, QuestionPage
from stories.documents.compare import compare
from stories.documents.export import to_json, to_markdown
from stories.documents.fields import inner_model, row_specs, specs_of
from stories.documents.merge import merge
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.limits import validate_document
from stories.documents.parse.markdown import parse_markdown
from stories.documents.parse.notes import UnreadableDocumentError
from stories.documents.render import render
from stories.documents.walk import list_texts, replace_values
from stories.drafts.search import texts as searched
from tests.stories.documents.full_documents import PAGE, ROW, STORY, fields_by_word, replace_word

every_document = pytest.mark.parametrize("document", [STORY, PAGE], ids=lambda document: document.kind)


def render_with_citations(document):
    """Return the fragments as JSON, with a citation in every text, so that the source is listed."""
    cited = replace_values(document, lambda name, spec, value: f"{value} [@1]" if spec.comparator == "text" else value)
    return json.dumps(render(cited).model_dump(mode="json"))


CONSUMERS = {
    "the list of texts": lambda document: "\n".join(each.text for each in list_texts(document)),
    "the search of drafts": lambda document: "\n".join(each.text for each in searched.list_texts(document)),
    "a comparison": lambda document: repr(compare(None, document)),
    "an export to Markdown": to_markdown,
    "an export to JSON": to_json,
    "the rendered page": render_with_citations,
}
# Parts that no page shows.
UNSHOWN = (f"forecasts.{ROW}.outlet", "origins.")
# Consumers that leave out the headings in ``PartHeadings``.
CONSUMERS_OF_TEXTS = {"the list of texts", "the search of drafts"}


@pytest.mark.parametrize("kind", [Explainer, QuestionPage])
def test_every_field_is_declared(kind):
    rows = [inner_model(kind, name) for name in row_specs(kind)]
    inner_rows = [inner_model(row, name) for row in rows for name in row_specs(row)]
    for model in (kind, *rows, *inner_rows, PartHeadings):
        assert set(model.model_fields) - set(specs_of(model)) <= {"schema_number", "kind"}
    assert set(NamedOutlet.model_fields) == {"uid", "name"}


@every_document
@pytest.mark.parametrize("consumer", CONSUMERS)
def test_every_text_field_reaches_every_consumer(document, consumer):
    text = CONSUMERS[consumer](document)
    missing = {field.anchor for word, field in fields_by_word(document).items() if word not in text}
    left_out = {"the rendered page": UNSHOWN}.get(consumer, ("headings.",) if consumer in CONSUMERS_OF_TEXTS else ())
    assert {anchor for anchor in missing if not anchor.startswith(tuple(left_out))} == set()


@every_document
def test_checks_read_every_text_except_names_and_texts_of_others(document):
    checked_anchors = {
        each.anchor
        for each in (
            *checked.list_texts(document),
            *checked.list_lines(document),
            *checked.list_verbatim_lines(document),
        )
    }
    unchecked = {field.name for field in fields_by_word(document).values() if field.anchor not in checked_anchors}
    assert unchecked - set(PartHeadings.model_fields) == {"name", "title", "author"}


@every_document
def test_an_edit_of_any_field_is_a_visible_change_in_a_comparison(document):
    for word, field in fields_by_word(document).items():
        comparison = compare(document, replace_word(document, word, "Another"))
        assert not comparison.is_small, field.anchor


@every_document
def test_edits_of_different_fields_merge(document):
    mine = document.changed(slug="quay")
    for word, field in fields_by_word(document).items():
        theirs = replace_word(document, word, "Another")
        merged = merge(document, theirs, mine)
        assert (merged.document, merged.conflicts) == (theirs.changed(slug="quay"), ()), field.anchor


@every_document
def test_two_edits_of_one_field_are_a_conflict(document):
    for word, field in fields_by_word(document).items():
        conflicts = merge(
            document, replace_word(document, word, "Another"), replace_word(document, word, "A third")
        ).conflicts
        # Both names of a contributor are valid, because they have the same uid.
        expected = [] if field.key == "byline_names" else [field.anchor]
        assert [conflict.anchor for conflict in conflicts] == expected


@every_document
def test_every_field_survives_a_markdown_round_trip(document):
    assert parse_markdown(to_markdown(document), KnownNames()).document == document


@every_document
def test_a_line_longer_than_its_column_is_refused(document):
    validate_document(document)
    for word, field in fields_by_word(document).items():
        if max_length := field.spec.max_length:
            with pytest.raises(UnreadableDocumentError, match=f"longer than {max_length}"):
                validate_document(replace_word(document, word, "a" * (max_length + 1)))
