"""Search results as the page shows them: title, excerpt with highlights, and label."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from newsroom.http.reverse import reverse_slug
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
    "source": _("Outlet"),
}


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A result of the kind ``story``, ``question``, ``topic`` or ``source``.

    ``day`` is the time at which a story was updated, or the newest as-of date of a question. It is None for entities.
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
        """The name of the result's kind."""
        return str(LABELS[self.kind])

    @property
    def outlets_in_words(self) -> str:
        """The number of outlets that a story compares, such as “3 outlets”."""
        return ngettext("%(number)s outlet", "%(number)s outlets", self.outlets) % {"number": self.outlets}

    @property
    def stories_in_words(self) -> str:
        """The number of stories that name an entity, such as “3 stories”, with ``+`` if the count reached its limit."""
        number = f"{self.stories}+" if self.stories == MAX_COUNT else self.stories
        return ngettext("%(number)s story", "%(number)s stories", self.stories) % {"number": number}


def results_from_hits(
    hits: Sequence[Hit], query: ParsedQuery, *, section: str, at: datetime, names: EntityNames | None = None
) -> list[SearchResult]:
    """Return the hits that are still public as results in the same order, with matches highlighted.

    If ``section``, a kind of section, is not empty, the excerpt of a story comes from sections of this kind if they
    contain a match. If ``names`` is None, the names are looked up. This takes at most two queries, and one more for the
    names.
    """
    rows = fetch_editions([hit.edition for hit in hits if hit.edition is not None], at=at, with_texts=True)
    entities = EntityNames.from_hits(hits) if names is None else names
    story_counts = count_stories_naming([hit.uid for hit in hits if hit.edition is None], at=at)
    results = []
    for hit in hits:
        if hit.edition is not None:
            if row := rows.get(hit.edition):
                results.append(_build_page_result(hit, row, query, section=section))
        elif name := entities.of(hit):
            results.append(_build_entity_result(hit, name, query, stories=story_counts[hit.uid]))
    return results


def _build_page_result(hit: Hit, row: EditionRow, query: ParsedQuery, *, section: str) -> SearchResult:
    language = row.language
    excerpt: list[Piece] = []
    if section or not _has_hits(mark_words(row.summary, query, language=language)):
        excerpt = make_excerpt(row.words(section), query, language=language)
    if not _has_hits(excerpt):
        excerpt = make_excerpt(row.summary, query, language=language)
    return SearchResult(
        kind=hit.kind,
        uid=hit.uid,
        url=reverse_slug(hit.kind, row.slug),
        title=_join_adjacent_hits(mark_words(row.title, query, language=language)),
        excerpt=_join_adjacent_hits(excerpt),
        day=row.as_of if hit.kind == "question" else row.updated_at,
        outlets=row.outlets,
        language=language,
        direction=row.direction,
    )


def _build_entity_result(hit: Hit, name: EntityName, query: ParsedQuery, *, stories: int) -> SearchResult:
    return SearchResult(
        kind=hit.kind,
        uid=hit.uid,
        url=name.url,
        title=_join_adjacent_hits(mark_words(name.name, query)),
        excerpt=_join_adjacent_hits(make_excerpt(plain_text(name.description), query)),
        stories=stories,
        about=name.about,
    )


def _has_hits(pieces: Iterable[Piece]) -> bool:
    return any(piece.is_hit for piece in pieces)


def _join_adjacent_hits(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces, with hits joined into one if only white space separates them."""
    joined: list[Piece] = []
    for piece in pieces:
        if piece.is_hit and len(joined) > 1 and joined[-2].is_hit and joined[-1].text.isspace():
            space, before = joined.pop(), joined.pop()
            piece = Piece(before.text + space.text + piece.text, is_hit=True)
        joined.append(piece)
    return joined
