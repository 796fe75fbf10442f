"""Values of a comparison: parts in reading order, their rows and fields, and the words before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from newsroom.text.diff.words import RunGroup
from stories.documents import Explainer, QuestionPage
from stories.documents.fields import field_specs, inner_model, row_specs

type State = Literal["added", "removed", "edited", "moved"]
type MentionKind = Literal["figure", "date", "quotation", "name", "link", "source", "picture"]

_DOCUMENTS = (Explainer, QuestionPage)
# Fields that the label of a row or part repeats.
_NAMING = frozenset(
    name
    for document in _DOCUMENTS
    for rows in row_specs(document)
    for name, spec in field_specs(inner_model(document, rows)).items()
    if spec.is_title
)
# Fields that are printed without their label.
_PLAIN = frozenset({"details", "text", "url"})
# Parts whose fields are texts of the whole page.
_HEADS = frozenset({"head", "method_note"})
_TEXTS = frozenset({"text", "question", "teaser"}).union(
    name for document in _DOCUMENTS for name, spec in field_specs(document).items() if spec.is_text
)
REPORTED_KINDS = ("figure", "date", "quotation")


@dataclass(frozen=True, slots=True)
class Noted:
    """A changed mention: a ``figure``, ``date``, ``quotation``, ``name``, ``link``, ``source`` or ``picture``.

    ``before`` is empty for an added one, ``after`` for a removed one.
    """

    what: MentionKind
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedField:
    """A changed field, with its words ``before`` and ``after``.

    Both are empty where the label says everything (another image; invisible spaces). ``is_small`` is true if readers
    see nothing of the change. ``words_changed`` is the sum over all changes of the words removed or added, whichever
    are more. ``is_words`` is true of a field that was compared word by word; others change as a whole.
    """

    code: str
    label: str
    before: tuple[RunGroup, ...] = ()
    after: tuple[RunGroup, ...] = ()
    changed_mentions: tuple[Noted, ...] = ()
    words_changed: int = 0
    is_small: bool = False
    is_words: bool = False

    @property
    def needs_name(self) -> bool:
        """Whether the label must be printed: the text of a section or passage is clear without it."""
        return self.is_small or self.code not in _PLAIN


def _place(key: str, fields: tuple["ChangedField", ...]) -> str:
    if key.startswith("citations."):
        return key
    texts = sorted((field.code for field in fields if field.code in _TEXTS), key=lambda code: code != "text")
    return ".".join(part for part in (key, *texts[:1]) if part) if texts else ""


def _told(fields: tuple[ChangedField, ...], state: State) -> tuple[ChangedField, ...]:
    return tuple(field for field in fields if state not in ("added", "removed") or field.code not in _NAMING)


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A changed passage, answer, question, topic, source, image or name of the byline.

    ``was`` and ``now`` are its positions from 1, or 0 where it is absent. ``is_moved`` is true of a row that moved past
    others, even if it was edited as well. ``key`` is the prefix of the keys of its texts (``passages.<uid>``); for a
    source it is the whole key.
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
        """The fields to print: without names, which the label repeats, for a row that was added or removed."""
        return _told(self.fields, self.state)

    @property
    def place(self) -> str:
        """The key of the changed text, as ``stories.documents.walk`` names it, or an empty string."""
        return _place(self.key, self.fields)

    @property
    def is_small(self) -> bool:
        """Whether readers see nothing of the change."""
        return self.state == "edited" and not self.is_moved and all(field.is_small for field in self.fields)


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """A changed part of the page: the head, a section, all passages, answers, questions, topics, sources …

    ``code`` is one of ``head``, ``byline``, ``lead_picture``, ``section``, ``passages``, ``answers``, ``questions``,
    ``topics``, ``pictures``, ``headings``, ``method_note``, ``sources`` and ``other``. ``rows`` are the changed rows,
    ``kept`` is the number of unchanged ones. ``summary`` is a few words such as “1 passage added, 1 moved”. ``now`` is
    the position of a section among the sections from 1; it is 0 for a removed section and for other parts.
    """

    code: str
    label: str
    state: State = "edited"
    fields: tuple[ChangedField, ...] = ()
    rows: tuple[ChangedRow, ...] = ()
    unchanged_rows: int = 0
    is_moved: bool = False
    summary: str = ""
    now: int = 0
    key: str = ""

    @property
    def place(self) -> str:
        """The key of the part's own changed text, as ``stories.documents.walk`` names it, or an empty string."""
        return _place(self.key, self.fields) if self.key or self.code in _HEADS else ""

    @property
    def places(self) -> list[str]:
        """The keys of all changed texts in the part."""
        return [place for place in (self.place, *(row.place for row in self.rows)) if place]

    @property
    def printed_fields(self) -> tuple[ChangedField, ...]:
        """The fields to print: without the heading, which the label repeats, for a section added or removed."""
        return _told(self.fields, self.state) if self.code == "section" else self.fields

    @property
    def is_changed(self) -> bool:
        """Whether anything in the part changed."""
        return bool(self.state != "edited" or self.is_moved or self.fields or self.rows)

    @property
    def is_small(self) -> bool:
        """Whether readers see nothing of the change."""
        small = all(field.is_small for field in self.fields) and all(row.is_small for row in self.rows)
        return self.state == "edited" and not self.is_moved and small

    @property
    def all_fields(self) -> Iterator[ChangedField]:
        """The fields of the part, then those of its rows."""
        yield from self.fields
        for row in self.rows:
            yield from row.fields

    @property
    def changed_mentions(self) -> tuple[Noted, ...]:
        """The changed figures, dates and quotations of this part, except those of sources added or removed."""
        rows = [row for row in self.rows if self.code != "sources" or row.state == "edited"]
        fields = (*self.fields, *(field for row in rows for field in row.fields))
        return tuple(noted for field in fields for noted in field.changed_mentions if noted.what in REPORTED_KINDS)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes from one document to another; ``unchanged`` holds the labels of the parts without a change.

    ``is_new`` is true if there was no document before; then ``parts`` holds everything, as added. ``summary`` is one
    line without a full stop: “3 sections edited, 1 source replaced, 2 figures changed”.
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
        """Whether readers see nothing of the changes."""
        return all(part.is_small for part in self.parts)

    @property
    def changed_mentions(self) -> tuple[Noted, ...]:
        """The changed figures, dates and quotations, in reading order."""
        return tuple(noted for part in self.parts for noted in part.changed_mentions)
