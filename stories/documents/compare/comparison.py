"""What a comparison says: parts in reader order, their rows and fields, and the words before and now."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from newsroom.text.diff.words import Words

type State = Literal["added", "removed", "edited", "moved"]
type What = Literal["figure", "date", "quotation", "name", "link", "source", "picture"]

# The fields that the label of a row or part repeats.
_NAMING = frozenset({"heading", "name", "outlets", "question", "title"})
# The fields that need no name.
_PLAIN = frozenset({"details", "text", "url"})
# Parts whose fields are texts of the whole page.
_HEADS = frozenset({"head", "method_note"})
_TEXTS = frozenset({"text", "headline", "standfirst", "question", "introduction", "method_note", "teaser"})
POINTED_OUT = ("figure", "date", "quotation")


@dataclass(frozen=True, slots=True)
class Noted:
    """One thing that changed: ``what`` is ``figure``, ``date``, ``quotation``, ``name``, ``link``, ``source`` or ``picture``.

    ``before`` is empty for one that came, ``after`` for one that went.
    """

    what: What
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field that changed, as it was ``before`` and as it is ``after``.

    Both are empty where the label says it all (another picture; spaces that do not show). ``is_small`` says that
    readers see nothing of the change. ``words_changed`` counts words that went or came, the larger number of the two
    for each place. ``is_words`` says that it was compared word by word; other fields change as a whole.
    """

    code: str
    label: str
    before: tuple[Words, ...] = ()
    after: tuple[Words, ...] = ()
    noted: tuple[Noted, ...] = ()
    words_changed: int = 0
    is_small: bool = False
    is_words: bool = False

    @property
    def needs_name(self) -> bool:
        """Say whether its label has to be printed: a text of a section or passage is plain without it."""
        return self.is_small or self.code not in _PLAIN


def _place(key: str, fields: tuple["Field", ...]) -> str:
    if key.startswith("citations."):
        return key
    texts = sorted((field.code for field in fields if field.code in _TEXTS), key=lambda code: code != "text")
    return ".".join(part for part in (key, *texts[:1]) if part) if texts else ""


def _told(fields: tuple[Field, ...], state: State) -> tuple[Field, ...]:
    return tuple(field for field in fields if state not in ("added", "removed") or field.code not in _NAMING)


@dataclass(frozen=True, slots=True)
class Row:
    """A passage, answer, question, topic, source, picture or name of the byline that changed.

    ``was`` and ``now`` are its places from 1, 0 where it is not. ``is_moved`` is true of a row that passed others,
    also of one that was edited as well. ``key`` is what the keys of its texts begin with (``passages.<uid>``); a source
    is one text.
    """

    label: str
    state: State
    fields: tuple[Field, ...] = ()
    was: int = 0
    now: int = 0
    is_moved: bool = False
    key: str = ""

    @property
    def told(self) -> tuple[Field, ...]:
        """Return the fields to print: of a row that came or went its label says what it is called."""
        return _told(self.fields, self.state)

    @property
    def place(self) -> str:
        """Return the key of the text that changed, as ``stories.documents.walk`` names it; empty for none."""
        return _place(self.key, self.fields)

    @property
    def is_small(self) -> bool:
        """Say whether readers see nothing of the change."""
        return self.state == "edited" and not self.is_moved and all(field.is_small for field in self.fields)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page that changed: the head, a section, all passages, answers, questions, topics, sources …

    ``code`` says which: ``head``, ``byline``, ``lead_picture``, ``section``, ``passages``, ``answers``, ``questions``,
    ``topics``, ``pictures``, ``headings``, ``method_note``, ``sources``, ``other``. ``rows`` are those that changed,
    ``kept`` counts those that did not. ``summary`` tells it in a few words: “1 passage added, 1 moved”. ``now`` is the
    place of a section among the sections from 1, 0 where it is not, and for other parts.
    """

    code: str
    label: str
    state: State = "edited"
    fields: tuple[Field, ...] = ()
    rows: tuple[Row, ...] = ()
    kept: int = 0
    is_moved: bool = False
    summary: str = ""
    now: int = 0
    key: str = ""

    @property
    def place(self) -> str:
        """Return the key of the text of its own that changed, as ``stories.documents.walk`` names it; empty for none."""
        return _place(self.key, self.fields) if self.key or self.code in _HEADS else ""

    @property
    def places(self) -> list[str]:
        """Return the keys of all texts that changed in it."""
        return [place for place in (self.place, *(row.place for row in self.rows)) if place]

    @property
    def told(self) -> tuple[Field, ...]:
        """Return the fields to print: of a section that came or went the label says what it is called."""
        return _told(self.fields, self.state) if self.code == "section" else self.fields

    @property
    def is_changed(self) -> bool:
        """Say whether anything in it changed."""
        return bool(self.state != "edited" or self.is_moved or self.fields or self.rows)

    @property
    def is_small(self) -> bool:
        """Say whether readers see nothing of the change."""
        small = all(field.is_small for field in self.fields) and all(row.is_small for row in self.rows)
        return self.state == "edited" and not self.is_moved and small

    @property
    def all_fields(self) -> Iterator[Field]:
        """Walk the fields of the part, then those of its rows."""
        yield from self.fields
        for row in self.rows:
            yield from row.fields

    @property
    def noted(self) -> tuple[Noted, ...]:
        """Return the figures, dates and quotations that changed in this part: none of an article that came or went."""
        rows = [row for row in self.rows if self.code != "sources" or row.state == "edited"]
        fields = (*self.fields, *(field for row in rows for field in row.fields))
        return tuple(noted for field in fields for noted in field.noted if noted.what in POINTED_OUT)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What leads from one document to another. ``unchanged`` are the labels of the parts that stayed as they were.

    ``is_new`` says that there was nothing before; then everything is in ``parts``, as added. ``summary`` is one line
    for people, without a full stop: “3 sections edited, 1 source replaced, 2 figures changed”.
    """

    parts: tuple[Part, ...] = ()
    unchanged: tuple[str, ...] = ()
    is_new: bool = False
    summary: str = ""

    @property
    def is_empty(self) -> bool:
        """Say whether the two documents are equal."""
        return not self.parts

    @property
    def is_small(self) -> bool:
        """Say whether readers see nothing of what changed."""
        return all(part.is_small for part in self.parts)

    @property
    def noted(self) -> tuple[Noted, ...]:
        """Return the figures, dates and quotations that changed, in reader order."""
        return tuple(noted for part in self.parts for noted in part.noted)
