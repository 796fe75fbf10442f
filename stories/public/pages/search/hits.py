"""Search results: title, excerpt with highlights, and label."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from newsroom.search.counts import MAX_COUNT, count_stories_naming
from newsroom.search.highlight import Piece, make_excerpt, mark_words
from newsroom.search.query.parse import ParsedQuery
from newsroom.search.search import Hit
from newsroom.text.plain import plain_text
from stories.public.pages.search.editions import EditionRow, fetch_editions
from stories.public.pages.search.names import EntityName, EntityNames

LABELS: dict[str, Promise] = {
    "story": _("Story"),
    "question": _("Question"),
    "topic": _("Topic"),
    "source": _("Source"),
}


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A result of the kind ``story``, ``question``, ``topic`` or ``source``.

    ``day`` is when a story was updated, or the date that a question's answers are as of; None for topics and outlets.
    ``outlets`` counts the outlets that a story compares. ``stories`` counts the stories that name an entity, up to a
    limit. ``about`` describes an entity in a few words. ``language`` and ``direction`` are empty for entities.
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
        """The name of its kind."""
        return str(LABELS[self.kind])

    @property
    def outlets_in_words(self) -> str:
        """The number of outlets that a story compares, in words."""
        return ngettext("%(number)s outlet", "%(number)s outlets", self.outlets) % {"number": self.outlets}

    @property
    def stories_in_words(self) -> str:
        """The number of stories that name an entity, in words; with ``+`` if the count reached its limit."""
        number = f"{self.stories}+" if self.stories == MAX_COUNT else self.stories
        return ngettext("%(number)s story", "%(number)s stories", self.stories) % {"number": number}


def results_from_hits(
    hits: Sequence[Hit], wanted: ParsedQuery, *, section: str, at: datetime, names: EntityNames | None = None
) -> list[SearchResult]:
    """Return the hits as results in their order, with matches highlighted. Two queries, and two more for names.

    A kind of ``section`` restricts the excerpts of stories to its sections. Without ``names`` they are looked up.
    """
    pages = fetch_editions([hit.edition for hit in hits if hit.edition is not None], at=at, with_texts=True)
    known = EntityNames.among(hits) if names is None else names
    numbers = count_stories_naming([hit.uid for hit in hits if hit.edition is None], at=at)
    results = []
    for hit in hits:
        if hit.edition is not None:
            if page := pages.get(hit.edition):
                results.append(_page(hit, page, wanted, section=section))
        elif name := known.of(hit):
            results.append(_name(hit, name, wanted, stories=numbers[hit.uid]))
    return results


def _page(hit: Hit, page: EditionRow, wanted: ParsedQuery, *, section: str) -> SearchResult:
    language = page.language
    words = make_excerpt(page.summary, wanted, language=language)
    if section or not any(piece.is_hit for piece in mark_words(page.summary, wanted, language=language)):
        text = make_excerpt(page.words(section), wanted, language=language)
        words = text if any(piece.is_hit for piece in text) else words
    return SearchResult(
        kind=hit.kind,
        uid=hit.uid,
        url=reverse(hit.kind, args=[page.slug]),
        title=_joined(mark_words(page.title, wanted, language=language)),
        excerpt=_joined(words),
        day=page.as_of if hit.kind == "question" else page.updated_at,
        outlets=page.outlets,
        language=language,
        direction=page.direction,
    )


def _name(hit: Hit, name: EntityName, wanted: ParsedQuery, *, stories: int) -> SearchResult:
    return SearchResult(
        kind=hit.kind,
        uid=hit.uid,
        url=name.url,
        title=_joined(mark_words(name.name, wanted)),
        excerpt=_joined(make_excerpt(plain_text(name.description), wanted)),
        stories=stories,
        about=name.about,
    )


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces with hits joined that only a space separates."""
    joined: list[Piece] = []
    for piece in pieces:
        if piece.is_hit and len(joined) > 1 and joined[-2].is_hit and joined[-1].text.isspace():
            space, before = joined.pop(), joined.pop()
            piece = Piece(before.text + space.text + piece.text, is_hit=True)
        joined.append(piece)
    return joined
