"""What was found, as results show it: its title, the words around what was looked for, and what it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from newsroom.search.counts import MOST_NAMING, stories_naming
from newsroom.search.highlight import Piece, excerpt, marked
from newsroom.search.query.parse import ParsedQuery
from newsroom.search.search import Hit
from newsroom.text.plain import plain_text
from stories.public.pages.search.editions import Page, pages_of
from stories.public.pages.search.names import Name, Names

LABELS: dict[str, Promise] = {
    "story": _("Story"),
    "question": _("Question"),
    "topic": _("Topic"),
    "source": _("Source"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """One result, of kind ``story``, ``question``, ``topic`` or ``source``.

    Of a story ``day`` is when it was updated, of a question the day its answers are as of, of a name it is None.
    ``outlets`` counts those that a story compares, ``stories`` those in which a name stands, as far as they are counted;
    ``about`` says in a few words what a topic or an outlet is. ``language`` and ``direction`` are empty for names.
    """

    kind: str
    uid: UUID
    url: str
    title: list[Piece]
    excerpt: list[Piece]
    day: date | None = None
    outlets: int = 0
    stories: int = 0
    about: str = ""
    language: str = ""
    direction: str = ""

    @property
    def label(self) -> str:
        """What it is, in a word."""
        return str(LABELS[self.kind])

    @property
    def outlets_said(self) -> str:
        """How many outlets a story compares, in words."""
        return ngettext("%(number)s outlet", "%(number)s outlets", self.outlets) % {"number": self.outlets}

    @property
    def stories_said(self) -> str:
        """In how many stories a name stands, in words; with a ``+`` where that is only as far as they were counted."""
        number = f"{self.stories}+" if self.stories == MOST_NAMING else self.stories
        return ngettext("%(number)s story", "%(number)s stories", self.stories) % {"number": number}


def found_of(
    hits: Sequence[Hit], wanted: ParsedQuery, *, section: str, at: datetime, names: Names | None = None
) -> list[Found]:
    """Return the hits as results, in their order, with what is wanted marked. Two queries, and two more for names.

    With a kind of ``section`` the excerpts of stories are taken from sections of that kind. ``names`` are looked up
    where they are not given.
    """
    pages = pages_of([hit.edition for hit in hits if hit.edition is not None], at=at, with_texts=True)
    known = Names.among(hits) if names is None else names
    numbers = stories_naming([hit.uid for hit in hits if hit.edition is None], at=at)
    results = []
    for hit in hits:
        if hit.edition is not None:
            if page := pages.get(hit.edition):
                results.append(_page(hit, page, wanted, section=section))
        elif name := known.of(hit):
            results.append(_name(hit, name, wanted, stories=numbers[hit.uid]))
    return results


def _page(hit: Hit, page: Page, wanted: ParsedQuery, *, section: str) -> Found:
    language = page.language
    words = excerpt(page.summary, wanted, language=language)
    if section or not any(piece.hit for piece in marked(page.summary, wanted, language=language)):
        text = excerpt(page.words(section), wanted, language=language)
        words = text if any(piece.hit for piece in text) else words
    return Found(
        kind=hit.kind,
        uid=hit.uid,
        url=reverse(hit.kind, args=[page.slug]),
        title=_joined(marked(page.title, wanted, language=language)),
        excerpt=_joined(words),
        day=page.as_of if hit.kind == "question" else page.updated_at,
        outlets=page.outlets,
        language=language,
        direction=page.direction,
    )


def _name(hit: Hit, name: Name, wanted: ParsedQuery, *, stories: int) -> Found:
    return Found(
        kind=hit.kind,
        uid=hit.uid,
        url=name.url,
        title=_joined(marked(name.name, wanted)),
        excerpt=_joined(excerpt(plain_text(name.description), wanted)),
        stories=stories,
        about=name.about,
    )


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces with hits that only a space parts as one."""
    joined: list[Piece] = []
    for piece in pieces:
        if piece.hit and len(joined) > 1 and joined[-2].hit and joined[-1].words.isspace():
            space, before = joined.pop(), joined.pop()
            piece = Piece(before.words + space.words + piece.words, hit=True)
        joined.append(piece)
    return joined
