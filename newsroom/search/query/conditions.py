"""What is asked of the index of words, whichever database keeps it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Self
from uuid import UUID

from newsroom.search.analysis import stem
from newsroom.search.index.tokens import IN
from newsroom.search.query.parse import ParsedQuery, Phrase

type Alternatives = tuple[Phrase, ...]
type Span = tuple[int, int]  # from a key until just before another one
type Condition = tuple[str, Sequence[object]]  # SQL and its values
EVER_TRUE: Condition = ("1 = 1", ())
EVERYTHING: Span = (0, 2**62)
FIRST_OF_PAGES = 10**12  # eleven days after 1970; below it are the keys of names
OF_NAMES: Span = (0, FIRST_OF_PAGES)


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """Which tokens a row has to have: one of each of ``every``, none of ``none``, one that begins like ``prefix``.

    Tokens that follow each other are a phrase. ``lately`` are tags of the time just past: where many of them answer, the
    newest are found among these.
    """

    every: tuple[Alternatives, ...] = ()
    none: tuple[Alternatives, ...] = ()
    prefix: str = ""
    lately: tuple[str, ...] = ()

    def having(self, *alternatives: Alternatives) -> Self:
        """Ask for more."""
        return replace(self, every=(*self.every, *alternatives))

    def tagged(self, tokens: Iterable[str]) -> Self:
        """Ask for one of these tags."""
        return self.having(tuple((token,) for token in sorted(tokens)))


@dataclass(frozen=True, slots=True)
class Sought:
    """What is wanted, in the stems of every language in which something can be read."""

    wanted: ParsedQuery
    languages: tuple[str, ...]

    def anywhere(self) -> IndexQuery:
        """Ask for rows in which all that is wanted stands in the texts or the names, and nothing that is not."""
        return self.prominently("")

    def prominently(self, part: str) -> IndexQuery:
        """Ask for rows in which all that is wanted stands in one part, and nothing that is not stands anywhere.

        What stands in the title or the lead stands in the texts too: that need not be asked.
        """
        return IndexQuery(self.within(part), tuple(self._forms(phrase) for phrase in self.wanted.without))

    def within(self, part: str) -> tuple[Alternatives, ...]:
        """Return what all stands in one part: in the title, or in sections of a kind."""
        return tuple(self._forms(phrase, part) for phrase in self.wanted.phrases)

    def stems(self) -> list[frozenset[str]]:
        """Return for each wanted word the stems that are as good as it."""
        return [frozenset(word for (word,) in self._forms((each,))) for each in self.wanted.words]

    def _forms(self, phrase: Phrase, part: str = "") -> Alternatives:
        prefix = part + IN if part else ""
        forms = {phrase, *(tuple(stem(word, language) for word in phrase) for language in self.languages)}
        return tuple(tuple(prefix + word for word in form) for form in sorted(forms))


STORY, QUESTION, TOPIC, OUTLET = "story", "question", "topic", "source"
PAGES = (STORY, QUESTION)
NAMES = (TOPIC, OUTLET)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; nothing said narrows nothing.

    ``kinds`` are those of hits. ``topic`` and ``outlet`` keep pages that name it, ``section`` (a kind of section)
    keeps stories in which the words stand in a section of that kind. ``since`` and ``until`` are the first and the last
    day, by UTC, on which a page was updated. Topics and outlets are found only where nothing but ``kinds`` is said.
    """

    kinds: frozenset[str] = frozenset()
    topic: UUID | None = None
    outlet: UUID | None = None
    section: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def of_pages(self) -> frozenset[str]:
        """The kinds of pages that are asked for."""
        wanted = self.kinds or frozenset(PAGES + NAMES)
        return wanted & ({STORY} if self.section else set(PAGES))

    @property
    def of_names(self) -> frozenset[str]:
        """The kinds of names that are asked for: topics and outlets."""
        is_narrowed = self.topic or self.outlet or self.section or self.since or self.until
        return frozenset() if is_narrowed else (self.kinds or frozenset(NAMES)) & set(NAMES)
