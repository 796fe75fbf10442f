"""The texts that checks read in a document: Markdown texts and plain lines, each with the anchor of its field."""

from collections.abc import Iterator
from typing import NamedTuple

from stories.documents import AnyDocument, Explainer, PlacedPicture, Section
from stories.documents.fields import Comparator, row_specs
from stories.documents.walk import FieldValue, rows_in, walk


class PlacedText(NamedTuple):
    """A text and the anchor of its field."""

    words: str
    anchor: str


def list_narrative_texts(document: AnyDocument) -> Iterator[PlacedText]:
    """Yield the Markdown texts of the body, whose paragraphs should consist of whole sentences."""
    yield from (
        PlacedText(field.text, field.anchor) for field in _list_checked_fields(document, "text") if field.spec.is_body
    )


def list_texts(document: AnyDocument) -> Iterator[PlacedText]:
    """Yield every Markdown text that is checked, including captions, teasers and notes."""
    yield from (PlacedText(field.text, field.anchor) for field in _list_checked_fields(document, "text"))


def list_lines(document: AnyDocument) -> Iterator[PlacedText]:
    """Yield every plain line that is checked, such as headlines, headings, questions and alternative texts."""
    yield from (PlacedText(field.text, field.anchor) for field in _list_checked_fields(document, "line"))


def _list_checked_fields(document: AnyDocument, comparator: Comparator) -> list[FieldValue]:
    """Return the fields with this comparator that checks read: the body first, then the rest, each in page order."""
    fields = [field for field in walk(document) if field.spec.is_checked and field.spec.comparator == comparator]
    return sorted(fields, key=lambda field: not field.spec.is_body)


def list_images(document: AnyDocument) -> Iterator[tuple[PlacedPicture, str]]:
    """Yield every image with a format string for its anchors, in which ``{}`` stands for the name of the field."""
    if isinstance(document, Explainer) and document.lead_picture:
        yield document.lead_picture, "lead_{}"
    for picture in document.pictures:
        yield picture, f"pictures.{picture.uid}.{{}}"


def describe_place(document: AnyDocument, anchor: str) -> str:
    """Return a description of the place of an anchor.

    Return an empty string if the label of the field is enough, or if there is no such place.
    """
    name, _, rest = anchor.partition(".")
    key = rest.partition(".")[0]
    if not key:
        return next((_describe_field(field) for field in walk(document) if field.anchor == anchor), "")
    spec = row_specs(type(document)).get(name)
    rows = {str(getattr(row, spec.key)): row for row in rows_in(document, name, spec)} if spec else {}
    if spec is None or key not in rows:
        return ""
    if isinstance(section := rows[key], Section):
        return section.heading
    return f"{spec.noun} {key if spec.key == 'number' else list(rows).index(key) + 1}"


def _describe_field(field: FieldValue) -> str:
    if field.rows:
        return field.rows.noun if field.spec.is_checked else ""
    return field.spec.name if field.spec.comparator == "text" else ""
