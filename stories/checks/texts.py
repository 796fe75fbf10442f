"""The texts that checks read in a document: Markdown texts and plain lines, each with the anchor of its field."""

from collections.abc import Iterator
from operator import attrgetter
from threading import local
from typing import NamedTuple

from stories.documents import AnyDocument, Claim, Explainer, PlacedPicture, Section
from stories.documents.fields import row_specs
from stories.documents.walk import Choice, FieldValue, rows_in, walk

_IS_CHECKED: Choice = attrgetter("is_checked")


class PlacedText(NamedTuple):
    """A text and the anchor of its field."""

    words: str
    anchor: str


class _CheckedTexts(NamedTuple):
    """The texts of a document that checks read. Those of the body come first; otherwise, they are in page order."""

    narrative: tuple[PlacedText, ...]
    texts: tuple[PlacedText, ...]
    lines: tuple[PlacedText, ...]
    verbatim: tuple[PlacedText, ...]

    @classmethod
    def read(cls, document: AnyDocument) -> "_CheckedTexts":
        """Return the texts of a document."""
        fields = sorted(walk(document, _IS_CHECKED), key=_is_outside_body)
        placed = [(field.spec, PlacedText(field.text, field.anchor)) for field in fields]
        return cls(
            narrative=tuple(text for spec, text in placed if spec.comparator == "text" and spec.is_body),
            texts=tuple(text for spec, text in placed if spec.comparator == "text"),
            lines=tuple(text for spec, text in placed if spec.comparator == "line" and not spec.is_verbatim),
            verbatim=tuple(text for spec, text in placed if spec.is_verbatim),
        )


class _LastChecked(local):
    """The document that this thread checked last, and its texts. They are stored because a dozen checks read them."""

    document: AnyDocument | None = None
    texts: _CheckedTexts


_last_checked = _LastChecked()


def list_narrative_texts(document: AnyDocument) -> tuple[PlacedText, ...]:
    """Return the Markdown texts of the body, whose paragraphs should consist of whole sentences."""
    return _read_texts(document).narrative


def list_texts(document: AnyDocument) -> tuple[PlacedText, ...]:
    """Return every Markdown text that is checked, including captions, teasers and notes."""
    return _read_texts(document).texts


def list_lines(document: AnyDocument) -> tuple[PlacedText, ...]:
    """Return every plain line that is checked, such as headlines, headings, questions and alternative texts."""
    return _read_texts(document).lines


def list_verbatim_lines(document: AnyDocument) -> tuple[PlacedText, ...]:
    """Return every line that repeats the words of a source, such as the value that an outlet printed."""
    return _read_texts(document).verbatim


def _read_texts(document: AnyDocument) -> _CheckedTexts:
    if _last_checked.document is not document:
        _last_checked.texts = _CheckedTexts.read(document)
        _last_checked.document = document
    return _last_checked.texts


def _is_outside_body(field: FieldValue) -> bool:
    return not field.spec.is_body


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
    if isinstance(row := rows[key], Section):
        return row.heading
    if isinstance(row, Claim):
        return row.claim
    return f"{spec.noun} {key if spec.key == 'number' else list(rows).index(key) + 1}"


def _describe_field(field: FieldValue) -> str:
    if field.rows:
        return field.rows.noun if field.spec.is_checked else ""
    return field.spec.name if field.spec.comparator == "text" else ""
