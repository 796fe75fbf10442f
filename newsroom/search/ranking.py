"""Puts what was found in order: by the field in which each word stands, by how much of a title it is, and by age."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from newsroom.search.indexing import moment_of
from newsroom.search.models import SearchDocument

TITLE, SUMMARY, HEADING, TEXT, NAME = 12.0, 6.0, 4.0, 2.0, 1.0
WHOLE_TITLE = 3.0
A_YEAR = timedelta(days=365)  # is worth one point: a word in the title outweighs one in the text for ten


def ranked(
    documents: Iterable[SearchDocument], stems: Sequence[frozenset[str]], *, at: datetime
) -> list[SearchDocument]:
    """Return the documents, the best first; ``stems`` are for each wanted word those that are as good as it.

    A word counts where it stands most prominently. Two pages keep their order as time goes by; of equals the one that
    was updated last comes first. Names have no age.
    """
    return sorted(documents, key=lambda document: (-_points(document, stems, at), -document.pk))


def _points(document: SearchDocument, stems: Sequence[frozenset[str]], at: datetime) -> float:
    titles = [set(line.split()) for line in document.title_words.split("\n")]
    fields = [
        (TITLE, set().union(*titles)),
        (SUMMARY, set(document.summary_words.split())),
        (HEADING, set(document.heading_words.split())),
        (NAME, set(document.name_words.split())),
    ]
    points = 0.0
    for forms in stems:
        points += next((worth for worth, words in fields if not forms.isdisjoint(words)), TEXT)
    wanted = frozenset().union(*stems)
    covered = max((len(words & wanted) / len(words) for words in titles if words), default=0.0)
    updated = moment_of(document.pk)
    age = (at - updated) / A_YEAR if updated else 0.0
    return points / max(len(stems), 1) + WHOLE_TITLE * covered - age
