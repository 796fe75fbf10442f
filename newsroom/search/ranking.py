"""Puts what was found in order: by the field in which each word stands, by how much of a title it is, and by age."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from newsroom.search.keys import moment_of

TITLE, SUMMARY, HEADING, TEXT, NAME = 12.0, 6.0, 4.0, 2.0, 1.0
WHOLE_TITLE = 3.0
A_YEAR = timedelta(days=365)  # is worth one point: a word in the title outweighs one in the text for ten


class Candidate(NamedTuple):
    """What is ranked: the columns of a document of these names."""

    pk: int
    title_words: str
    summary_words: str
    heading_words: str
    name_words: str


def ranked(candidates: Iterable[Candidate], stems: Sequence[frozenset[str]], *, at: datetime) -> list[int]:
    """Return the keys of the candidates, the best first; ``stems`` are for each wanted word those that are as good as it.

    A word counts where it stands most prominently. Two pages keep their order as time goes by; of equals the one that
    was updated last comes first. Names have no age.
    """
    wanted = frozenset().union(*stems)
    points = {each.pk: _points(each, stems, wanted, at) for each in candidates}
    return sorted(points, key=lambda key: (-points[key], -key))


def _points(candidate: Candidate, stems: Sequence[frozenset[str]], wanted: frozenset[str], at: datetime) -> float:
    titles = [set(line.split()) for line in candidate.title_words.split("\n")]
    fields = [
        (TITLE, titles[0].union(*titles[1:])),
        (SUMMARY, set(candidate.summary_words.split())),
        (HEADING, set(candidate.heading_words.split())),
        (NAME, set(candidate.name_words.split())),
    ]
    points = 0.0
    for forms in stems:
        points += next((worth for worth, words in fields if not forms.isdisjoint(words)), TEXT)
    covered = max((len(words & wanted) / len(words) for words in titles if words), default=0.0)
    updated = moment_of(candidate.pk)
    age = (at - updated) / A_YEAR if updated else 0.0
    return points / max(len(stems), 1) + WHOLE_TITLE * covered - age
