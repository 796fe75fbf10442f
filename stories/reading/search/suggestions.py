"""What a reader may be about to type: pages, topics and outlets whose titles begin so."""

from dataclasses import dataclass
from datetime import datetime

from newsroom.search.suggesting import suggest
from stories.models.edition import Edition
from stories.reading.search.found import LABELS, Things

MOST = 6


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A title with where it stands; ``label`` says what it is. ``language`` and ``direction`` are empty for names."""

    label: str
    title: str
    url: str
    language: str = ""
    direction: str = ""


def suggestions_for(start: str, *, at: datetime) -> list[Suggestion]:
    """Return up to six suggestions for what was typed, the best first. Seven queries at most."""
    hits = suggest(start, at=at, limit=MOST)
    things = Things.load(hits, at=at, with_texts=False)
    suggested = []
    for hit in hits:
        label = str(LABELS[hit.kind])
        match things.of(hit):
            case Edition() as edition:
                url = edition.get_absolute_url()
                suggested.append(Suggestion(label, edition.title, url, edition.language, edition.direction))
            case None:
                pass
            case thing:
                suggested.append(Suggestion(label, thing.name, thing.get_absolute_url()))
    return suggested
