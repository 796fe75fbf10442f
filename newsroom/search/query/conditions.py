"""Conditions on the full-text index of either database, and the filters of a search."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self
from uuid import UUID

from newsroom.search.analysis import stem_word
from newsroom.search.index.tokens import SEPARATOR
from newsroom.search.query.parse import ParsedQuery, Phrase

type Alternatives = tuple[Phrase, ...]
type Span = tuple[int, int]  # from a key until just before another one
type Condition = tuple[str, Sequence[object]]  # SQL and its values
ALWAYS_TRUE: Condition = ("1 = 1", ())
ALL_KEYS: Span = (0, 2**62)
FIRST_PAGE_KEY = 10**12  # eleven days after 1970; topics and outlets have smaller keys
ENTITY_KEYS: Span = (0, FIRST_PAGE_KEY)


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """The tokens that a row must have: one of each of ``every``, none of ``none``, one that begins with ``prefix``.

    Tokens that follow each other are a phrase. ``lately`` are tags of recent times: if enough rows with one of them
    match, the newest are among these.
    """

    every: tuple[Alternatives, ...] = ()
    none: tuple[Alternatives, ...] = ()
    prefix: str = ""
    recent_tags: tuple[str, ...] = ()

    def with_conditions(self, *alternatives: Alternatives) -> Self:
        """Return the query with further conditions."""
        return replace(self, every=(*self.every, *alternatives))

    def with_tag_among(self, tokens: Iterable[str]) -> Self:
        """Return the query limited to rows with one of these tags."""
        return self.with_conditions(tuple((token,) for token in sorted(tokens)))


@dataclass(frozen=True, slots=True)
class StemmedQuery:
    """The wanted words with their stems in every language in which something can be read."""

    query: ParsedQuery
    languages: tuple[str, ...]

    def match_anywhere(self) -> IndexQuery:
        """Return a query for rows that contain all wanted phrases in texts or names, and no excluded one."""
        return self.match_in_part("")

    def match_in_part(self, part: str) -> IndexQuery:
        """Return a query for rows that contain all wanted phrases in one part, and no excluded one anywhere."""
        # The texts include the title and the lead, so they need no condition.
        return IndexQuery(self.conditions_in_part(part), tuple(self._forms(phrase) for phrase in self.query.excluded))

    def conditions_in_part(self, part: str) -> tuple[Alternatives, ...]:
        """Return the conditions that all wanted phrases are in one part, such as the title or sections of a kind."""
        return tuple(self._forms(phrase, part) for phrase in self.query.phrases)

    def stems(self) -> list[frozenset[str]]:
        """Return for each wanted word the stems that are equivalent to it."""
        return [frozenset(word for (word,) in self._forms((each,))) for each in self.query.words]

    def _forms(self, phrase: Phrase, part: str = "") -> Alternatives:
        prefix = part + SEPARATOR if part else ""
        forms = {phrase, *(tuple(stem_word(word, language) for word in phrase) for language in self.languages)}
        return tuple(tuple(prefix + word for word in form) for form in sorted(forms))


STORY, QUESTION, TOPIC, OUTLET = "story", "question", "topic", "source"
PAGE_KINDS = (STORY, QUESTION)
ENTITY_KINDS = (TOPIC, OUTLET)


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a search; an empty one does not limit it.

    ``kinds`` are the kinds of hits. ``topic`` and ``outlet`` limit it to pages that name them. ``section`` (a kind of
    section) limits it to stories with the words in a section of that kind. ``since`` and ``until`` are the first and
    the last day, in UTC, on which a page was updated. Topics and outlets are found only if no filter except ``kinds``
    is set.
    """

    kinds: frozenset[str] = frozenset()
    topic: UUID | None = None
    outlet: UUID | None = None
    section: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def page_kinds(self) -> frozenset[str]:
        """The kinds of pages to find."""
        wanted = self.kinds or frozenset(PAGE_KINDS + ENTITY_KINDS)
        return wanted & ({STORY} if self.section else set(PAGE_KINDS))

    @property
    def entity_kinds(self) -> frozenset[str]:
        """The kinds of entities to find: topics and outlets."""
        is_narrowed = self.topic or self.outlet or self.section or self.since or self.until
        return frozenset() if is_narrowed else (self.kinds or frozenset(ENTITY_KINDS)) & set(ENTITY_KINDS)
