"""Rank results by the fields that contain the words, by the share of the title that they cover, and by age."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from newsroom.search.index.keys import MICROSECOND, key_for

type Stems = frozenset[str]  # the stems that are equivalent to one word of the query

TITLE, SUMMARY, HEADING, TEXT, NAME = 12.0, 6.0, 4.0, 2.0, 1.0
WHOLE_TITLE = 3.0
YEAR = 365 * 86_400 * MICROSECOND  # counts one point: a word in the title outweighs a word in the text for ten years
_FIELDS = (
    ("title_words", TITLE),
    ("summary_words", SUMMARY),
    ("heading_words", HEADING),
    ("name_words", NAME),
)


class Candidate(NamedTuple):
    """A result to be ranked, with ``points`` for a page, or ``titles``, one per line, for a topic or an outlet.

    ``part`` says which part of the search found it. ``topics`` and ``outlets`` are the uids of the topics and outlets
    that the result names, separated by spaces.
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
    """Return SQL, with its values, for the points of a page whose words are in ``w``, without regard to its age.

    A word counts in the most prominent field that contains it. ``contains`` is the SQL function that returns the
    position of one text in another.
    """
    values: list[object] = []

    def contains_sql(column: str, form: str) -> str:
        values.append(f" {form} ")
        return f'{contains}(w."{column}", %s) > 0'

    words = []
    for forms in stems:
        cases = " ".join(
            f"WHEN {' OR '.join(contains_sql(column, form) for form in sorted(forms))} THEN {points}"
            for column, points in _FIELDS
        )
        words.append(f"CASE {cases} ELSE {TEXT} END")
    covered_sql = " + ".join(
        f"CASE WHEN {contains_sql('title_words', form)} THEN 1 ELSE 0 END" for form in sorted(frozenset().union(*stems))
    )
    return f'({" + ".join(words)}) / {len(stems)}.0 + {WHOLE_TITLE} * ({covered_sql}) / w."title_size"', values


def rank_candidates(candidates: Iterable[Candidate], stems: Sequence[Stems], *, at: datetime) -> list[Candidate]:
    """Return the candidates, best first. ``stems`` are the equivalent stems for each word of the query.

    The order of two pages does not change over time. Among pages of equal rank, the most recently updated comes first.
    Topics and outlets have no age.
    """
    return sorted(candidates, key=_make_sort_key(stems, at))


def _make_sort_key(stems: Sequence[Stems], at: datetime) -> Callable[[Candidate], tuple[float, int]]:
    wanted = frozenset[str]().union(*stems)
    now = key_for(at)

    def sort_key(candidate: Candidate) -> tuple[float, int]:
        if candidate.edition is None:
            return -_score_name(candidate.titles, stems, wanted), -candidate.pk
        return (now - candidate.pk) / YEAR - candidate.points, -candidate.pk

    return sort_key


def _score_name(lines: str, stems: Sequence[Stems], wanted: Stems) -> float:
    titles = [set(line.split()) for line in lines.split("\n")]
    all_words = titles[0].union(*titles[1:])
    points = sum(TEXT if forms.isdisjoint(all_words) else TITLE for forms in stems) / max(len(stems), 1)
    return points + WHOLE_TITLE * max((len(words & wanted) / len(words) for words in titles if words), default=0.0)
