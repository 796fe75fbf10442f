"""What was found, as results show it: its title, the words around what was looked for, and what it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsroom.search.marking import Piece, excerpt, marked
from newsroom.search.searching import Hit
from newsroom.search.wanted import Wanted
from newsroom.text.listing import listed
from newsroom.text.plain import words_of
from stories.models.edition import Edition
from stories.models.outlet import Outlet
from stories.reading.links import as_of
from stories.reading.marks import words_only
from stories.reading.outlets import stories_citing
from stories.reading.topics_named import stories_naming
from topics.models import Topic

LABELS: dict[str, Promise] = {
    "story": _("Story"),
    "question": _("Question"),
    "topic": _("Topic"),
    "source": _("Source"),
}


@dataclass(frozen=True, slots=True)
class Things:
    """What hits stand for, by kind and uid; what readers cannot open at that moment is not among them."""

    editions: dict[UUID, Edition]
    topics: dict[UUID, Topic]
    outlets: dict[UUID, Outlet]

    @classmethod
    def load(cls, hits: Iterable[Hit], *, at: datetime, with_texts: bool) -> Self:
        """Return the things, editions with the parts that excerpts are taken from where asked. Three queries."""
        by_kind: dict[str, list[Hit]] = {}
        for hit in hits:
            by_kind.setdefault("page" if hit.edition else hit.kind, []).append(hit)
        editions = Edition.objects.live(at).filter(pk__in=[hit.edition for hit in by_kind.get("page", ())])
        if with_texts:
            editions = editions.annotate(
                answers=F("fragments__answers"), sections=F("fragments__sections"), passages=F("fragments__passages")
            )
        topics = Topic.objects.public(at).filter(uid__in=[hit.uid for hit in by_kind.get("topic", ())])
        outlets = Outlet.objects.public(at).filter(uid__in=[hit.uid for hit in by_kind.get("source", ())])
        return cls(
            {edition.uid: edition for edition in editions.defer("fragments")},
            {topic.uid: topic for topic in topics},
            {outlet.uid: outlet for outlet in outlets},
        )

    def of(self, hit: Hit) -> Edition | Topic | Outlet | None:
        """Return what the hit stands for, None where readers cannot open it."""
        if hit.edition:
            return self.editions.get(hit.uid)
        return self.topics.get(hit.uid) or self.outlets.get(hit.uid)


@dataclass(frozen=True, slots=True)
class Found:
    """One result, of kind ``story``, ``question``, ``topic`` or ``source``.

    Of a story ``day`` is when it was updated, of a question the day its answers are as of, of a name it is None.
    ``outlets`` counts those that a story compares, ``stories`` those in which a name stands; ``about`` says in a few
    words what a topic or an outlet is. ``language`` and ``direction`` are empty for names.
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


def found_of(hits: Sequence[Hit], wanted: Wanted, *, section: str, at: datetime) -> list[Found]:
    """Return the hits as results, in their order, with what is wanted marked. Five queries at most.

    With a kind of ``section`` the excerpts of stories are taken from sections of that kind.
    """
    things = Things.load(hits, at=at, with_texts=True)
    naming = stories_naming([topic.pk for topic in things.topics.values()], at=at)
    citing = stories_citing([outlet.pk for outlet in things.outlets.values()], at=at)
    results = []
    for hit in hits:
        match things.of(hit):
            case Edition() as edition:
                results.append(_page(edition, wanted, section=section))
            case Topic() as topic:
                about = str(topic.get_kind_display())
                results.append(_name("topic", topic, wanted, about=about, stories=naming.get(topic.pk, (0,))[0]))
            case Outlet() as outlet:
                about = listed((outlet.get_kind_display(), outlet.country))
                results.append(_name("source", outlet, wanted, about=about, stories=citing.get(outlet.pk, 0)))
    return results


def _page(edition: Edition, wanted: Wanted, *, section: str) -> Found:
    language = edition.language
    summary = [] if section else marked(edition.summary, wanted, language=language)
    words = excerpt(edition.summary, wanted, language=language)
    if not any(piece.hit for piece in summary):
        text = excerpt(_text(edition, section), wanted, language=language)
        words = text if any(piece.hit for piece in text) else words
    return Found(
        kind=edition.work_kind,
        uid=edition.uid,
        url=edition.get_absolute_url(),
        title=_joined(marked(edition.title, wanted, language=language)),
        excerpt=_joined(words),
        day=as_of(edition) if edition.work_kind == "question" else edition.updated_at,
        outlets=edition.outlet_count,
        language=language,
        direction=edition.direction,
    )


def _name(kind: str, thing: Topic | Outlet, wanted: Wanted, *, about: str, stories: int) -> Found:
    return Found(
        kind=kind,
        uid=thing.uid,
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


def _text(edition: Edition, section: str) -> str:
    """Return the words of the sections of that kind, or of everything that the page says, in its order."""
    parts: list[dict[str, str]] = []
    for part in getattr(edition, "sections", None) or []:
        if not section or part["kind"] == section:
            parts.append(part)
            parts += (getattr(edition, "passages", None) or []) if part["kind"] == "papers" else []
    parts += [] if section else (getattr(edition, "answers", None) or [])
    texts = (text for part in parts for text in (part.get("question", ""), part["body_html"]))
    return " ".join(words for text in texts if (words := words_only(text)))
