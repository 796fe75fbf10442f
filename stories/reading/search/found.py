"""What was found, as results show it: its title, the words around what was looked for, and what it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from newsroom.search.counting import MOST_NAMING, stories_naming
from newsroom.search.marking import Piece, excerpt, marked
from newsroom.search.searching import Hit
from newsroom.search.wanted import Wanted
from newsroom.text.listing import listed
from newsroom.text.plain import words_of
from stories.models.outlet import Outlet
from stories.reading.search.pages import Page, pages_of
from topics.models import Topic

LABELS: dict[str, Promise] = {
    "story": _("Story"),
    "question": _("Question"),
    "topic": _("Topic"),
    "source": _("Source"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """Topics and outlets by uid, as they are today; what was merged into another is not among them."""

    topics: dict[UUID, Topic] = field(default_factory=dict)
    outlets: dict[UUID, Outlet] = field(default_factory=dict)

    @classmethod
    def load(cls, *, topics: Iterable[UUID], outlets: Iterable[UUID]) -> Self:
        """Look them up. Two queries at most."""
        wanted = set(topics), set(outlets)
        found = Topic.objects.standing().filter(uid__in=wanted[0]).defer("merged_into") if wanted[0] else ()
        speaking = Outlet.objects.standing().filter(uid__in=wanted[1]).defer("merged_into") if wanted[1] else ()
        return cls({topic.uid: topic for topic in found}, {outlet.uid: outlet for outlet in speaking})

    @classmethod
    def among(cls, hits: Iterable[Hit], *, topics: Iterable[UUID] = (), outlets: Iterable[UUID] = ()) -> Self:
        """Look up those among the hits, and these. Two queries at most."""
        found = [(hit.kind, hit.uid) for hit in hits if hit.edition is None]
        return cls.load(
            topics=[*(uid for kind, uid in found if kind == "topic"), *topics],
            outlets=[*(uid for kind, uid in found if kind == "source"), *outlets],
        )


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
    def stories_said(self) -> str:
        """In how many stories a name stands, in words; with a ``+`` where that is only as far as they were counted."""
        number = f"{self.stories}+" if self.stories == MOST_NAMING else self.stories
        return ngettext("%(number)s story", "%(number)s stories", self.stories) % {"number": number}


def found_of(
    hits: Sequence[Hit], wanted: Wanted, *, section: str, at: datetime, names: Names | None = None
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
        elif topic := known.topics.get(hit.uid):
            results.append(_name(hit, topic, wanted, about=str(topic.get_kind_display()), stories=numbers[hit.uid]))
        elif outlet := known.outlets.get(hit.uid):
            about = listed((outlet.get_kind_display(), outlet.country))
            results.append(_name(hit, outlet, wanted, about=about, stories=numbers[hit.uid]))
    return results


def _page(hit: Hit, page: Page, wanted: Wanted, *, section: str) -> Found:
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


def _name(hit: Hit, thing: Topic | Outlet, wanted: Wanted, *, about: str, stories: int) -> Found:
    return Found(
        kind=hit.kind,
        uid=hit.uid,
        url=thing.get_absolute_url(),
        title=_joined(marked(thing.name, wanted)),
        excerpt=_joined(excerpt(words_of(thing.description), wanted)),
        stories=stories,
        about=about,
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
