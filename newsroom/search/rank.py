"""Ranking of results: by the field that contains each word, by how much of a title it is, and by age."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from newsroom.search.index.keys import MICROSECOND, key_for

type Stems = frozenset[str]  # the stems that are equivalent to one wanted word

TITLE, SUMMARY, HEADING, TEXT, NAME = 12.0, 6.0, 4.0, 2.0, 1.0
WHOLE_TITLE = 3.0
A_YEAR = 365 * 86_400 * MICROSECOND  # is worth one point: a word in the title outweighs one in the text for ten years
_FIELDS = (
    ("title_words", TITLE),
    ("summary_words", SUMMARY),
    ("heading_words", HEADING),
    ("name_words", NAME),
)


class Candidate(NamedTuple):
    """A result to be ranked: ``points`` are those of a page, ``titles`` the title lines of a topic or an outlet.

    ``part`` is the reason why it is a candidate. ``topics`` and ``outlets`` are the uids of those that it names,
    separated by spaces.
    """

    pk: int
    part: int
    kind: str
    uid: str
    edition: int | None
    points: float
    titles: str
    topics: str
    outlets: str


def points_sql(stems: Sequence[Stems], *, contains: str) -> tuple[str, list[object]]:
    """Return SQL, with its values, for the points of a page whose words are in ``w``, without its age.

    A word counts in the most prominent field that contains it. ``contains`` is the SQL function that returns the
    position of one text in another.
    """
    values: list[object] = []

    def held(column: str, form: str) -> str:
        values.append(f" {form} ")
        return f'{contains}(w."{column}", %s) > 0'

    words = []
    for forms in stems:
        cases = " ".join(
            f"WHEN {' OR '.join(held(column, form) for form in sorted(forms))} THEN {worth}"
            for column, worth in _FIELDS
        )
        words.append(f"CASE {cases} ELSE {TEXT} END")
    covered = " + ".join(
        f"CASE WHEN {held('title_words', form)} THEN 1 ELSE 0 END" for form in sorted(frozenset().union(*stems))
    )
    return f'({" + ".join(words)}) / {len(stems)}.0 + {WHOLE_TITLE} * ({covered}) / w."title_size"', values


def rank_candidates(candidates: Iterable[Candidate], stems: Sequence[Stems], *, at: datetime) -> list[Candidate]:
    """Return the candidates, best first; ``stems`` are those that are equivalent to each wanted word.

    The order of two pages does not change as time passes. Of equal pages the last updated comes first. Topics and
    outlets have no age.
    """
    return sorted(candidates, key=_order(stems, at))


def _order(stems: Sequence[Stems], at: datetime) -> Callable[[Candidate], tuple[float, int]]:
    wanted = frozenset[str]().union(*stems)
    now = key_for(at)

    def order(candidate: Candidate) -> tuple[float, int]:
        if candidate.edition is None:
            return -_points_of_name(candidate.titles, stems, wanted), -candidate.pk
        return (now - candidate.pk) / A_YEAR - candidate.points, -candidate.pk

    return order


def _points_of_name(lines: str, stems: Sequence[Stems], wanted: Stems) -> float:
    titles = [set(line.split()) for line in lines.split("\n")]
    called = titles[0].union(*titles[1:])
    points = sum(TEXT if forms.isdisjoint(called) else TITLE for forms in stems) / max(len(stems), 1)
    return points + WHOLE_TITLE * max((len(words & wanted) / len(words) for words in titles if words), default=0.0)
