"""Every field that the schema declares reaches those who read documents."""

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
from tests.stories.documents.filled import PAGE, STORY, reworded, words_of

every_document = pytest.mark.parametrize("document", [STORY, PAGE], ids=lambda document: document.kind)


def rendered(document):
    """Return the fragments of a page whose texts all cite the source, so that it is in the list of sources."""
    cited = replace_values(document, lambda name, spec, value: f"{value} [@1]" if spec.how == "text" else value)
    return json.dumps(render(cited).model_dump(mode="json"))


READERS = {
    "the list of texts": lambda it: "\n".join(each.text for each in list_texts(it)),
    "the search of drafts": lambda it: "\n".join(each.text for each in searched.list_texts(it)),
    "a comparison": lambda it: repr(compare(None, it)),
    "an export to Markdown": to_markdown,
    "an export to JSON": to_json,
    "the rendered page": rendered,
}
# Readers that leave out the headings of the parts of a page.
OF_TEXTS = {"the list of texts", "the search of drafts"}


@pytest.mark.parametrize("kind", [Explainer, QuestionPage])
def test_every_field_is_declared(kind):
    rows = [inner_model(kind, name) for name in row_specs(kind)]
    for model in (kind, *rows, PartHeadings):
        assert set(model.model_fields) - set(specs_of(model)) <= {"schema_number", "kind"}
    assert set(NamedOutlet.model_fields) == {"uid", "name"}


@every_document
@pytest.mark.parametrize("reader", READERS)
def test_every_field_that_holds_words_is_read(document, reader):
    text = READERS[reader](document)
    missing = {field.anchor for word, field in words_of(document).items() if word not in text}
    assert {anchor for anchor in missing if not (reader in OF_TEXTS and anchor.startswith("headings."))} == set()


@every_document
def test_checks_read_everything_but_names_and_what_others_wrote(document):
    read = {each.anchor for each in (*checked.list_texts(document), *checked.list_lines(document))}
    left = {field.name for field in words_of(document).values() if field.anchor not in read}
    assert left - set(PartHeadings.model_fields) == {"name", "title", "author"}


@every_document
def test_an_edit_of_any_field_is_a_change_that_a_comparison_shows(document):
    for word, field in words_of(document).items():
        comparison = compare(document, reworded(document, word, "Another"))
        assert not comparison.is_small, field.anchor


@every_document
def test_edits_of_different_fields_merge(document):
    mine = document.changed(slug="quay")
    for word, field in words_of(document).items():
        theirs = reworded(document, word, "Another")
        merged = merge(document, theirs, mine)
        assert (merged.document, merged.conflicts) == (theirs.changed(slug="quay"), ()), field.anchor


@every_document
def test_edits_of_one_field_are_a_conflict_about_it(document):
    for word, field in words_of(document).items():
        conflicts = merge(document, reworded(document, word, "Another"), reworded(document, word, "A third")).conflicts
        # The name of a contributor is that of an entity: both names are right.
        expected = [] if field.key == "byline_names" else [field.anchor]
        assert [conflict.anchor for conflict in conflicts] == expected


@every_document
def test_a_document_comes_back_from_markdown_with_every_field(document):
    assert parse_markdown(to_markdown(document), KnownNames()).document == document


@every_document
def test_a_line_longer_than_its_column_is_refused(document):
    validate_document(document)
    for word, field in words_of(document).items():
        if longest := field.spec.longest:
            with pytest.raises(UnreadableDocumentError, match=f"longer than {longest}"):
                validate_document(reworded(document, word, "a" * (longest + 1)))
