"""Conditions for the full-text index of either database, and the filters of a search."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self
from uuid import UUID

from newsroom.search.analysis import stem_word
from newsroom.search.index.tokens import SEPARATOR
from newsroom.search.query.parse import ParsedQuery, Phrase

type Alternatives = tuple[Phrase, ...]
type Span = tuple[int, int]  # from one key until just before another
type Condition = tuple[str, Sequence[object]]  # SQL and its values
ALWAYS_TRUE: Condition = ("1 = 1", ())
ALL_KEYS: Span = (0, 2**62)
FIRST_PAGE_KEY = 10**12  # keys of pages are microseconds since 1970; topics and outlets have smaller keys
ENTITY_KEYS: Span = (0, FIRST_PAGE_KEY)


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """Conditions on the tokens of a row.

    A matching row has at least one phrase of each entry in ``required``, no phrase of any entry in ``excluded``, and a
    token that begins with ``prefix``, unless that is empty. The tokens of a phrase must be adjacent. ``recent_tags``
    are tags for recent times: if enough rows with one of them match, the other rows are not searched.
    """

    required: tuple[Alternatives, ...] = ()
    excluded: tuple[Alternatives, ...] = ()
    prefix: str = ""
    recent_tags: tuple[str, ...] = ()

    def with_conditions(self, *alternatives: Alternatives) -> Self:
        """Return the query with further conditions."""
        return replace(self, required=(*self.required, *alternatives))

    def with_tag_among(self, tokens: Iterable[str]) -> Self:
        """Return the query limited to rows with one of these tags."""
        return self.with_conditions(tuple((token,) for token in sorted(tokens)))


@dataclass(frozen=True, slots=True)
class StemmedQuery:
    """The words of a query with their stems in each of ``languages``."""

    query: ParsedQuery
    languages: tuple[str, ...]

    def match_anywhere(self) -> IndexQuery:
        """Return a query for rows that contain all wanted phrases in texts or names, and no excluded phrase."""
        return self.match_in_part("")

    def match_in_part(self, part: str) -> IndexQuery:
        """Return a query for rows with all wanted phrases in ``part`` (anywhere if empty), and no excluded phrase."""
        # The tokens without a part include the title and the lead, so excluded phrases need no condition for these.
        return IndexQuery(self.conditions_in_part(part), tuple(self._forms(phrase) for phrase in self.query.excluded))

    def conditions_in_part(self, part: str) -> tuple[Alternatives, ...]:
        """Return conditions that require all wanted phrases in ``part``, or anywhere if it is empty."""
        return tuple(self._forms(phrase, part) for phrase in self.query.phrases)

    def stems(self) -> list[frozenset[str]]:
        """Return the forms of each wanted word: the word itself, and its stem in each language."""
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
    """The filters of a search. An empty filter does not limit the results.

    ``kinds`` are the kinds of results: stories, questions, topics or outlets. ``topic`` and ``outlet`` limit the
    results to pages that name them. ``section`` (a kind of section) limits them to stories with the words in sections
    of that kind. ``since`` and ``until`` are the first and last day, in UTC, on which a page may have been updated.
    Topics and outlets are found only if no filter except ``kinds`` is set.
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
