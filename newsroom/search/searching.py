"""Finds what readers can read at a moment, the best first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import batched, product
from typing import Any
from uuid import UUID

from django.db import connection

from newsroom.search import spelling
from newsroom.search.analysis import STEMMERS
from newsroom.search.asking import EVERYTHING, Question, Sought, Span
from newsroom.search.databases import words_index
from newsroom.search.filters import OUTLET, PAGES, TOPIC, Filters
from newsroom.search.keys import BEGINNING, key_at
from newsroom.search.models import SearchDocument
from newsroom.search.ranking import Candidate, ranked
from newsroom.search.tokens import KIND, LEAD, SPELT, TITLE, tag
from newsroom.search.wanted import Wanted

SIZE = 10
# How many are put in order: the newest in whose text the words stand, and before them in title and lead.
MOST_FOUND = 200
MOST_PROMINENT = 50
MOST_NAMES = 20
# How many words are put right, with how many of their neighbours, and how many spellings of a query are tried.
MOST_MISSPELT = 3
MOST_NEAR = 8
MOST_TRIED = 8
# SQLite takes 500 questions together.
MOST_TOGETHER = 250

_LIVE = 'd."live_from" <= %s AND d."live_until" > %s'
# A topic or an outlet is there for readers as long as something is that names it.
_NAMED = """EXISTS (
    SELECT 1 FROM "search_mention" AS m WHERE m."uid" = d."uid" AND m."kind" = d."kind"
    AND m."live_from" <= %s AND m."live_until" > %s
)"""
_PAGES = f'{_LIVE} AND d."edition" IS NOT NULL'
_ANYTHING = f'{_LIVE} AND (d."edition" IS NOT NULL OR {_NAMED})'


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found; ``edition`` is the key of the edition that can be read, None for topics and outlets."""

    kind: str
    uid: UUID
    edition: int | None


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found.

    ``wanted`` is what was looked for in the end: hits are marked by it. Where that is another spelling of the query, as
    nothing was found for the query itself, ``did_you_mean`` says it; else it is empty. ``total`` is exact unless it
    ``is_capped``: then there are more. ``found`` are the keys among which filters are counted.
    """

    hits: list[Hit]
    more: bool
    total: int
    total_is_capped: bool
    wanted: Wanted
    filters: Filters
    languages: tuple[str, ...]
    found: list[int]
    did_you_mean: str = ""


def search(wanted: Wanted, filters: Filters, *, at: datetime, page: int = 1, size: int = SIZE) -> Results:
    """Return what can be read at ``at`` and holds all that is wanted, the best first; pages count from 1.

    At most ``MOST_FOUND`` pages of each filter and ``MOST_NAMES`` names are put in order. Where nothing is found,
    words that stand nowhere are taken as misspelt: the query is tried with the nearest that a live page holds, and with
    the next ones, until something is found. Nine queries at most without a misspelling.
    """
    sought = Sought(wanted, live_languages(at=at))
    found = _search(sought, filters, at=at, page=page, size=size)
    if found.total or not wanted:
        return found
    for corrected in _corrections(sought, at=at):
        better = _search(replace(sought, wanted=corrected), filters, at=at, page=page, size=size)
        if better.total:
            return replace(better, did_you_mean=corrected.text)
    return found


def live_languages(*, at: datetime) -> tuple[str, ...]:
    """Return those languages that have rules of their own and in which a page can be read at ``at``."""
    codes = ", ".join(f"('{code}')" for code in STEMMERS)
    statement = f"""SELECT codes.column1 FROM (VALUES {codes}) AS codes WHERE EXISTS (
        SELECT 1 FROM "search_searchdocument" AS d WHERE d."language" = codes.column1 AND {_LIVE}
    )"""  # noqa: S608 -- codes of our own
    moment = _adapted(at)
    with connection.cursor() as cursor:
        cursor.execute(statement, [moment, moment])
        return tuple(sorted(code for (code,) in cursor.fetchall()))


def newest(question: Question, *, at: datetime, limit: int) -> list[int]:
    """Return the keys of what answers the question and can be read at ``at``, the newest first, names last."""
    return _keys(*words_index().newest(question, _ANYTHING, [_adapted(at)] * 4, EVERYTHING, limit))


def newest_pages(question: Question, *, at: datetime, limit: int, span: Span = EVERYTHING) -> list[int]:
    """Return the keys of pages that answer the question and can be read at ``at``, the newest first."""
    return _keys(*words_index().newest(question, _PAGES, [_adapted(at)] * 2, span, limit))


def _keys(statement: str, values: Sequence[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [key for (key,) in cursor.fetchall()]


def numbers(questions: Mapping[str, Question], *, at: datetime, among: Sequence[int]) -> dict[str, int]:
    """Return for each question how many of ``among``, which are keys of pages, answer it. One query."""
    if not (questions and among):
        return {}
    where = f'{_PAGES} AND d."id" IN ({", ".join(map(str, among))})'
    return _numbers(questions, where, [_adapted(at)] * 2, (min(among), max(among) + 1), len(among))


def _numbers(
    questions: Mapping[str, Question], where: str, values: Sequence[Any], span: Span, limit: int
) -> dict[str, int]:
    """Return for each question how many answer it, counted up to ``limit``. One query."""
    counts, together = [], []
    for number, question in enumerate(questions.values()):
        statement, given = words_index().newest(question, where, values, span, limit)
        counts.append(f"SELECT {number}, count(*) FROM ({statement}) AS found")  # noqa: S608 -- words of our own
        together += given
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts), together)
        found = dict(cursor.fetchall())
    return {name: found[number] for number, name in enumerate(questions)}


def pages_question(sought: Sought, filters: Filters) -> Question:
    """Return what is asked of the index about pages."""
    question = sought.anywhere()
    if len(filters.of_pages) < len(PAGES):
        question = question.tagged(tag(KIND, kind) for kind in filters.of_pages)
    if filters.topic:
        question = question.tagged([tag(TOPIC, filters.topic.hex)])
    if filters.outlet:
        question = question.tagged([tag(OUTLET, filters.outlet.hex)])
    return question.having(*sought.within(filters.section)) if filters.section else question


def hits_of(keys: Sequence[int]) -> list[Hit]:
    """Return what has these keys, in their order. One query."""
    documents = SearchDocument.objects.only("kind", "uid", "edition").in_bulk(keys)
    return [Hit(found.kind, found.uid, found.edition) for key in keys if (found := documents.get(key))]


def _search(sought: Sought, filters: Filters, *, at: datetime, page: int, size: int) -> Results:
    pages, names = _pages(sought, filters, at=at), _names(sought, filters, at=at)
    keys = {*pages[0], *pages[1], *names}
    rows = SearchDocument.objects.filter(pk__in=keys).values_list(*Candidate._fields) if keys else ()
    order = ranked((Candidate(*row) for row in rows), sought.stems(), at=at)
    total = len(pages[0]) + len(names)
    begin = size * (max(page, 1) - 1)
    return Results(
        hits=hits_of(order[begin : begin + size]),
        more=len(order) > begin + size,
        total=total,
        total_is_capped=len(pages[0]) == MOST_FOUND or len(names) == MOST_NAMES,
        wanted=sought.wanted,
        filters=filters,
        languages=sought.languages,
        found=[*pages[0], *names],
    )


def _pages(sought: Sought, filters: Filters, *, at: datetime) -> tuple[list[int], list[int]]:
    """Return the newest pages, and the newest of those in which all stands in the title or the lead."""
    if not sought.wanted or not filters.of_pages:
        return [], []
    question = pages_question(sought, filters)
    span = EVERYTHING
    if filters.since or filters.until:
        span = (_key_of(filters.since or BEGINNING.date()), _key_after(filters.until))
    found = newest_pages(question, at=at, limit=MOST_FOUND, span=span)
    if len(found) < MOST_FOUND:
        return found, []
    prominent = [
        newest_pages(question.having(*sought.within(part)), at=at, limit=MOST_PROMINENT, span=span)
        for part in (TITLE, LEAD)
    ]
    return found, [key for keys in prominent for key in keys]


def _names(sought: Sought, filters: Filters, *, at: datetime) -> list[int]:
    if not sought.wanted or not filters.of_names:
        return []
    question = sought.anywhere().tagged(tag(KIND, kind) for kind in filters.of_names)
    found = newest(question, at=at, limit=MOST_NAMES)
    if len(found) < MOST_NAMES:
        return found
    called = newest(question.having(*sought.within(TITLE)), at=at, limit=MOST_NAMES)
    return [*called, *(key for key in found if key not in called)][:MOST_NAMES]


def _corrections(sought: Sought, *, at: datetime) -> list[Wanted]:
    """Return the query with words that stand nowhere put right, the likeliest first; none where one cannot be."""
    words = {word: Sought(Wanted(word, ((word,),)), sought.languages).anywhere() for word in sought.wanted.words}
    wrong = [word for word, question in words.items() if not newest(question, at=at, limit=1)]
    if not 0 < len(wrong) <= MOST_MISSPELT:
        return []
    right = [_near(word, at=at) for word in wrong]
    # Where in their orders the words of a spelling stand: the first of all, then those one place farther, and so on.
    places = sorted(product(*(range(len(near)) for near in right)), key=sum)[:MOST_TRIED]
    return [
        sought.wanted.corrected({word: near[place] for word, near, place in zip(wrong, right, each, strict=True)})
        for each in places
    ]


def _near(word: str, *, at: datetime) -> list[str]:
    """Return words that something live holds: the nearest first, of these the one that most hold.

    Every neighbour is asked for, so that those of editions that wait take no place from others.
    """
    far = spelling.near(word)
    held: dict[str, int] = {}
    for some in batched(far, MOST_TOGETHER):
        asked = {other: Question().tagged([SPELT + other]) for other in some}
        held |= _numbers(asked, _ANYTHING, [_adapted(at)] * 4, EVERYTHING, MOST_FOUND)
    return sorted(filter(held.get, held), key=lambda other: (far[other], -held[other], other))[:MOST_NEAR]


def _key_of(day: date) -> int:
    return key_at(datetime.combine(day, time.min, UTC))


def _key_after(day: date | None) -> int:
    return _key_of(day + timedelta(days=1)) if day and day < date.max else EVERYTHING[1]


def _adapted(moment: datetime) -> str | datetime | None:
    return connection.ops.adapt_datetimefield_value(moment)
