"""Searching what readers can read: every word has to be in the text, the title or the name."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import F

from newsroom.pages.paging import Place, cut
from newsroom.text.folding import fold
from newsroom.text.plain import words_of
from stories.models.edition import Edition
from stories.models.outlet import Outlet
from stories.reading.cards import Card, first_topics
from stories.reading.links import as_of
from topics.models import Topic

LONGEST_QUERY = 200
MOST_WORDS = 10
MOST_NAMES = 3
RESULTS = 10
_WORD = re.compile(r"\w+")
_TERM = re.compile(r"\w(?:.*\w)?")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a text; ``hit`` says that they are what was looked for."""

    words: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A topic or an outlet that was found."""

    kind: str
    url: str
    name: list[Piece]
    about: list[Piece]
    what: str


@dataclass(frozen=True, slots=True)
class Found:
    """A story or question that was found."""

    card: Card
    title: list[Piece]
    summary: list[Piece]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was found for ``query``, newest first, topics and outlets before stories and questions."""

    query: str
    at: datetime
    names: list[Named]
    found: list[Found]
    earlier: Place | None
    is_first: bool

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was found."""
        return not (self.names or self.found)

    @classmethod
    def load(cls, query: str, *, before: str, at: datetime) -> Self:
        """Return what is found for ``query``, cut to 200 characters and ten words. Four queries at most."""
        query = query.replace("\x00", " ").strip()[:LONGEST_QUERY]
        terms = [match[0] for word in fold(query).split() if (match := _TERM.search(word))][:MOST_WORDS]
        if not terms:
            return cls(query, at, [], [], None, is_first=True)
        editions = Edition.objects.live(at).annotate(answers=F("fragments__answers")).for_cards()
        for term in terms:
            editions = editions.filter(search_text__contains=term)
        result = cut(editions, before=before, size=RESULTS)
        topics = first_topics(result.rows)
        found = [
            Found(
                Card(
                    edition,
                    topics.get(edition.pk, ""),
                    as_of(edition) if edition.work_kind == "question" else None,
                ),
                marked(edition.title, terms),
                marked(edition.summary, terms),
            )
            for edition in result.rows
        ]
        names = _names(terms, at=at) if result.is_first else []
        return cls(query, at, names, found, result.earlier, result.is_first)


def marked(text: str, terms: list[str]) -> list[Piece]:
    """Return ``text`` in pieces, the words that hold one of the folded ``terms`` marked."""
    parts = {part for term in terms for part in _WORD.findall(term)}
    pieces: list[Piece] = []
    done = 0
    for word in _WORD.finditer(text):
        folded = fold(word[0])
        if any(part in folded for part in parts):
            pieces += [Piece(text[done : word.start()], hit=False), Piece(word[0], hit=True)]
            done = word.end()
    pieces.append(Piece(text[done:], hit=False))
    return [piece for piece in pieces if piece.words]


def _names(terms: list[str], *, at: datetime) -> list[Named]:
    topics, outlets = Topic.objects.public(at), Outlet.objects.public(at)
    for term in terms:
        topics = topics.filter(folded_name__contains=term)
        outlets = outlets.filter(folded_name__contains=term)
    return [
        *(
            Named(
                "topic",
                topic.get_absolute_url(),
                marked(topic.name, terms),
                marked(words_of(topic.description), terms),
                topic.get_kind_display(),
            )
            for topic in topics[:MOST_NAMES]
        ),
        *(
            Named(
                "source",
                outlet.get_absolute_url(),
                marked(outlet.name, terms),
                marked(words_of(outlet.description), terms),
                ", ".join(part for part in (outlet.get_kind_display(), outlet.country) if part),
            )
            for outlet in outlets[:MOST_NAMES]
        ),
    ]
