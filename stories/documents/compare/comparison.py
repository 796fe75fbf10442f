"""The result of a comparison: parts in reading order, their rows and fields, and the text before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from newsroom.text.diff.words import RunGroup
from stories.documents import Explainer, QuestionPage
from stories.documents.fields import field_specs, inner_model, row_specs

type State = Literal["added", "removed", "edited", "moved"]
type MentionKind = Literal["figure", "date", "quotation", "name", "link", "source", "picture"]

_DOCUMENTS = (Explainer, QuestionPage)
# Title fields, which the label of a row or part repeats.
_TITLE_FIELDS = frozenset(
    name
    for document in _DOCUMENTS
    for rows in row_specs(document)
    for name, spec in field_specs(inner_model(document, rows)).items()
    if spec.is_title
)
# Fields that are displayed without a label.
_UNLABELLED_FIELDS = frozenset({"details", "text", "url"})
# Parts whose texts are fields of the document itself.
_PARTS_WITH_OWN_TEXTS = frozenset({"head", "method_note"})
_TEXT_FIELDS = frozenset({"text", "question", "teaser"}).union(
    name for document in _DOCUMENTS for name, spec in field_specs(document).items() if spec.is_text
)
REPORTED_KINDS = ("figure", "date", "quotation")


@dataclass(frozen=True, slots=True)
class ChangedMention:
    """A changed figure, date, quotation, name, link, source or image.

    ``before`` is empty if the mention was added, and ``after`` is empty if it was removed.
    """

    kind: MentionKind
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedField:
    """A changed field, with its text ``before`` and ``after``.

    Both are empty if the label says everything, for example “Another picture”. ``is_small`` is true if readers cannot
    see the change. ``words_changed`` is a sum over all changes: for each, the number of words removed or added,
    whichever is greater. ``is_compared_by_word`` is true if the field was compared word by word and not as a whole.
    """

    code: str
    label: str
    before: tuple[RunGroup, ...] = ()
    after: tuple[RunGroup, ...] = ()
    changed_mentions: tuple[ChangedMention, ...] = ()
    words_changed: int = 0
    is_small: bool = False
    is_compared_by_word: bool = False

    @property
    def needs_name(self) -> bool:
        """Whether the label is displayed. The text of a section or passage needs none, unless the change is small."""
        return self.is_small or self.code not in _UNLABELLED_FIELDS


def _text_key(key: str, fields: tuple["ChangedField", ...]) -> str:
    if key.startswith("citations."):
        return key
    texts = sorted((field.code for field in fields if field.code in _TEXT_FIELDS), key=lambda code: code != "text")
    return ".".join(part for part in (key, *texts[:1]) if part) if texts else ""


def _select_printed_fields(fields: tuple[ChangedField, ...], state: State) -> tuple[ChangedField, ...]:
    return tuple(field for field in fields if state not in ("added", "removed") or field.code not in _TITLE_FIELDS)


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A changed passage, answer, question, topic, source, image or byline name.

    Positions are counted from 1; the position is 0 on a side without the row. ``is_moved`` is true if the row moved
    past others, even if it was edited as well. ``key`` is the prefix of the keys of its texts (``passages.<uid>``); for
    a source, it is the whole key. It is empty for a removed row.
    """

    label: str
    state: State
    fields: tuple[ChangedField, ...] = ()
    position_before: int = 0
    position_after: int = 0
    is_moved: bool = False
    key: str = ""

    @property
    def printed_fields(self) -> tuple[ChangedField, ...]:
        """The fields to display. For an added or removed row, the title is left out, because the label repeats it."""
        return _select_printed_fields(self.fields, self.state)

    @property
    def place(self) -> str:
        """The key in ``stories.documents.walk`` of a changed text, preferably of the field ``text``.

        For a source, it is the key of all its texts. It is empty for a removed row, and for a row other than a source
        if no field in ``_TEXT_FIELDS`` changed.
        """
        return _text_key(self.key, self.fields) if self.key else ""

    @property
    def is_small(self) -> bool:
        """Whether readers cannot see the change."""
        return self.state == "edited" and not self.is_moved and all(field.is_small for field in self.fields)


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """A part of the page with its changes, such as the head, a section or all passages.

    ``code`` is one of ``head``, ``byline``, ``lead_picture``, ``section``, ``passages``, ``claims``, ``figures``,
    ``forecasts``, ``answers``, ``questions``, ``topics``, ``pictures``, ``headings``, ``method_note``, ``sources``,
    ``origins`` and ``other``. ``rows`` are the changed rows, and ``unchanged_rows`` is the number of the others.
    ``summary`` is a short phrase such as “1 passage added”. ``section_number`` is the position of a section among the
    sections, counted from 1; it is 0 for a removed section and for other parts.
    """

    code: str
    label: str
    state: State = "edited"
    fields: tuple[ChangedField, ...] = ()
    rows: tuple[ChangedRow, ...] = ()
    unchanged_rows: int = 0
    is_moved: bool = False
    summary: str = ""
    section_number: int = 0
    key: str = ""

    @property
    def place(self) -> str:
        """The key of the part's own first changed text in ``stories.documents.walk``, or an empty string."""
        return _text_key(self.key, self.fields) if self.key or self.code in _PARTS_WITH_OWN_TEXTS else ""

    @property
    def places(self) -> list[str]:
        """The ``place`` of the part and of each row, without empty ones."""
        return [place for place in (self.place, *(row.place for row in self.rows)) if place]

    @property
    def printed_fields(self) -> tuple[ChangedField, ...]:
        """The fields to display, without the heading of an added or removed section, which the label repeats."""
        return _select_printed_fields(self.fields, self.state) if self.code == "section" else self.fields

    @property
    def is_changed(self) -> bool:
        """Whether the part has a change."""
        return bool(self.state != "edited" or self.is_moved or self.fields or self.rows)

    @property
    def is_small(self) -> bool:
        """Whether readers cannot see the change."""
        small = all(field.is_small for field in self.fields) and all(row.is_small for row in self.rows)
        return self.state == "edited" and not self.is_moved and small

    @property
    def all_fields(self) -> Iterator[ChangedField]:
        """The fields of the part, then the fields of its rows."""
        yield from self.fields
        for row in self.rows:
            yield from row.fields

    @property
    def changed_mentions(self) -> tuple[ChangedMention, ...]:
        """The changed figures, dates and quotations of this part, except those in added or removed sources."""
        rows = [row for row in self.rows if self.code != "sources" or row.state == "edited"]
        fields = (*self.fields, *(field for row in rows for field in row.fields))
        return tuple(
            mention for field in fields for mention in field.changed_mentions if mention.kind in REPORTED_KINDS
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes from one document to another; ``unchanged`` holds the labels of the unchanged sections and lists.

    ``is_new`` is true if there was no document before. In that case, ``parts`` holds all parts that have content.
    ``summary`` is one line without a full stop, such as “3 sections edited, 1 source replaced, 2 figures changed”.
    """

    parts: tuple[ChangedPart, ...] = ()
    unchanged: tuple[str, ...] = ()
    is_new: bool = False
    summary: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether the two documents are equal."""
        return not self.parts

    @property
    def is_small(self) -> bool:
        """Whether readers cannot see the changes."""
        return all(part.is_small for part in self.parts)

    @property
    def changed_mentions(self) -> tuple[ChangedMention, ...]:
        """The changed figures, dates and quotations, in reading order."""
        return tuple(mention for part in self.parts for mention in part.changed_mentions)
