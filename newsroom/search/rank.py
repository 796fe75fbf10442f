"""Rank results by the fields that contain the words, by the share of the title that they cover, and by age."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from newsroom.search.index.keys import MICROSECOND, key_for

type Stems = frozenset[str]  # the stems that are equivalent to one word of the query

TITLE, SUMMARY, HEADING, TEXT, NAME = 12.0, 6.0, 4.0, 2.0, 1.0
WHOLE_TITLE = 3.0
# More than all other points, and more years than there are: a title that is searched for word by word comes first.
EXACT_TITLE = 1_000.0
# A year of age costs one point. For a query of one word, a match in the title outweighs one in a text that is
# up to ten years newer.
YEAR = 365 * 86_400 * MICROSECOND


class Candidate(NamedTuple):
    """A result to be ranked, with the words of its ``Wording``.

    ``part`` says which part of the search found it. ``edition`` is None for a topic or an outlet.
    """

    pk: int
    part: int
    kind: str
    uid: str
    edition: int | None
    title_words: str
    title_size: int
    summary_words: str
    heading_words: str
    name_words: str
    topics: str
    outlets: str


def rank_candidates(candidates: Iterable[Candidate], stems: Sequence[Stems], *, at: datetime) -> list[Candidate]:
    """Return the candidates, best first. ``stems`` are the equivalent stems for each word of the query.

    The order of two pages does not change over time. Among pages of equal rank, the most recently updated comes first.
    Topics and outlets have no age.
    """
    return sorted(candidates, key=_make_sort_key(stems, at))


def _make_sort_key(stems: Sequence[Stems], at: datetime) -> Callable[[Candidate], tuple[float, int]]:
    wanted = frozenset[str]().union(*stems)
    contains_word = [re.compile(f" (?:{'|'.join(map(re.escape, forms))}) ").search for forms in stems]
    spaced = [f" {form} " for form in wanted]
    now = key_for(at)

    def sort_key(candidate: Candidate) -> tuple[float, int]:
        if candidate.edition is None:
            return -_score_name(candidate.title_words, stems, wanted), -candidate.pk
        return (now - candidate.pk) / YEAR - _score_page(candidate, contains_word, spaced), -candidate.pk

    return sort_key


def _score_page(page: Candidate, contains_word: Sequence[Callable[[str], object]], spaced: Sequence[str]) -> float:
    """Return the points of a page, without regard to its age.

    A word counts only in the first of these fields that contains it: title, summary, headings, names, text.
    ``contains_word`` has a function for each word of the query. ``spaced`` has all forms of these words, each between
    spaces.
    """
    points = 0.0
    for is_in in contains_word:
        if is_in(page.title_words):
            points += TITLE
        elif is_in(page.summary_words):
            points += SUMMARY
        elif is_in(page.heading_words):
            points += HEADING
        elif is_in(page.name_words):
            points += NAME
        else:
            points += TEXT
    covered = sum([form in page.title_words for form in spaced]) / page.title_size
    exact = EXACT_TITLE if covered >= 1 and points == TITLE * len(contains_word) else 0
    return points / len(contains_word) + WHOLE_TITLE * covered + exact


def _score_name(lines: str, stems: Sequence[Stems], wanted: Stems) -> float:
    titles = [set(line.split()) for line in lines.split("\n")]
    all_words = titles[0].union(*titles[1:])
    points = sum(TEXT if forms.isdisjoint(all_words) else TITLE for forms in stems) / max(len(stems), 1)
    covered = max((len(words & wanted) / len(words) for words in titles if words), default=0.0)
    exact = EXACT_TITLE if covered == 1 and points == TITLE else 0
    return points + WHOLE_TITLE * covered + exact
