"""Suggestions for the search field: pages, topics and outlets whose titles or names contain the typed words."""

from dataclasses import dataclass
from datetime import datetime

from newsroom.http.reverse import reverse_slug
from newsroom.search.suggest import suggest
from stories.public.pages.search.editions import fetch_editions
from stories.public.pages.search.hits import LABELS
from stories.public.pages.search.names import EntityNames

MAX_SUGGESTIONS = 6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A title and its address. ``label`` names the kind. ``language`` and ``direction`` are empty for entities."""

    label: str
    title: str
    url: str
    language: str = ""
    direction: str = ""


def find_suggestions(start: str, *, at: datetime) -> list[Suggestion]:
    """Return at most ``MAX_SUGGESTIONS`` suggestions for the typed text, best first, in at most four queries."""
    hits = suggest(start, at=at, limit=MAX_SUGGESTIONS)
    rows = fetch_editions([hit.edition for hit in hits if hit.edition is not None], at=at, with_texts=False)
    names = EntityNames.from_hits(hits)
    suggestions = []
    for hit in hits:
        label = str(LABELS[hit.kind])
        name = names.of(hit)
        if row := rows.get(hit.edition or 0):
            url = reverse_slug(hit.kind, row.slug)
            suggestions.append(Suggestion(label, row.title, url, row.language, row.direction))
        elif name:
            suggestions.append(Suggestion(label, name.name, name.url))
    return suggestions
