"""Search for what readers can read at a moment, best results first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from newsroom.search import lookup
from newsroom.search.backends import get_backend
from newsroom.search.index.keys import BEGINNING, key_for
from newsroom.search.index.tokens import KIND, LEAD, TITLE, make_tag
from newsroom.search.lookup import Statement, fetch_rows, load_overview
from newsroom.search.models import SearchDocument
from newsroom.search.query.conditions import (
    ALL_KEYS,
    OUTLET,
    PAGE_KINDS,
    TOPIC,
    Filters,
    IndexQuery,
    Span,
    StemmedQuery,
)
from newsroom.search.query.parse import ParsedQuery
from newsroom.search.rank import Candidate, points_sql, rank_candidates
from newsroom.search.spellcheck.correct import find_corrections

PAGE_SIZE = 10
# How many candidates are ranked. First the newest pages that contain the words, then the newest with the words in the
# title or the lead, then topics and outlets.
MOST_FOUND = 200
MOST_PROMINENT = 50
MOST_NAMES = 20
# The reasons for a candidate: prominent words, one of the newest pages, one of the newest names, all words in its name.
_PROMINENT, _NEWEST, _NAMED, _CALLED = range(4)


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result; ``edition`` is the key of the live edition, None for topics and outlets."""

    kind: str
    uid: UUID
    edition: int | None


@dataclass(frozen=True, slots=True)
class Results:
    """One page of search results.

    ``wanted`` is the query that was finally used, by which hits are marked. If nothing was found for the original
    query, it may be another spelling, whose text is ``did_you_mean``; otherwise that is empty. ``total`` is exact
    unless ``total_is_capped``: then there may be more. ``found`` are the candidates among which filters are counted.
    """

    hits: list[Hit]
    has_more: bool
    total: int
    total_is_capped: bool
    query: ParsedQuery
    filters: Filters
    languages: tuple[str, ...]
    candidates: list[Candidate]
    did_you_mean: str = ""


def search(wanted: ParsedQuery, filters: Filters, *, at: datetime, page: int = 1, size: int = PAGE_SIZE) -> Results:
    """Return what can be read at ``at`` and contains all wanted phrases, best first; pages count from 1.

    At most ``MOST_FOUND`` pages for each filter and ``MOST_NAMES`` topics and outlets are ranked. If nothing is found,
    words that occur nowhere are taken as misspelt. The query is tried with the nearest words of live pages and then
    with the next ones, until something is found. Two queries without a misspelling.
    """
    if not wanted:
        return _results(StemmedQuery(wanted, ()), filters, [], at=at, page=page, size=size)
    there = load_overview(at=at)
    sought = StemmedQuery(wanted, there.languages)
    found = _search(sought, filters, at=at, since=there.since, page=page, size=size)
    if found.total:
        return found
    for corrected in find_corrections(sought, at=at):
        better = _search(replace(sought, query=corrected), filters, at=at, since=there.since, page=page, size=size)
        if better.total:
            return replace(better, did_you_mean=corrected.text)
    return found


def apply_filters(question: IndexQuery, filters: Filters) -> IndexQuery:
    """Return the query limited to the pages that the filters select."""
    if len(filters.page_kinds) < len(PAGE_KINDS):
        question = question.with_tag_among(make_tag(KIND, kind) for kind in filters.page_kinds)
    if filters.topic:
        question = question.with_tag_among([make_tag(TOPIC, filters.topic.hex)])
    if filters.outlet:
        question = question.with_tag_among([make_tag(OUTLET, filters.outlet.hex)])
    return question


def load_hits(keys: Sequence[int]) -> list[Hit]:
    """Return the hits with these keys, in this order. One query."""
    found = SearchDocument.objects.filter(pk__in=keys).values_list("pk", "kind", "uid", "edition")
    hits = {key: Hit(kind, uid, edition) for key, kind, uid, edition in found}
    return [hits[key] for key in keys if key in hits]


def _search(
    sought: StemmedQuery, filters: Filters, *, at: datetime, since: datetime | None, page: int, size: int
) -> Results:
    together = _together(sought, filters, at=at, since=since)
    found = [Candidate(*row) for row in fetch_rows(*together)] if together else []
    return _results(sought, filters, found, at=at, page=page, size=size)


def _results(
    sought: StemmedQuery, filters: Filters, found: Sequence[Candidate], *, at: datetime, page: int, size: int
) -> Results:
    pages = [each for each in found if each.part == _NEWEST]
    prominent = [each for each in found if each.part == _PROMINENT]
    named = sorted((each for each in found if each.part > _NEWEST), key=lambda each: (-each.part, -each.pk))
    names = named[:MOST_NAMES]
    order = rank_candidates([*pages, *prominent, *names], sought.stems(), at=at)
    begin = size * (max(page, 1) - 1)
    return Results(
        hits=[Hit(each.kind, UUID(each.uid), each.edition) for each in order[begin : begin + size]],
        has_more=len(order) > begin + size,
        total=len(pages) + len(names),
        total_is_capped=len(pages) == MOST_FOUND or len(names) == MOST_NAMES,
        query=sought.query,
        filters=filters,
        languages=sought.languages,
        candidates=[*pages, *names],
    )


def _together(sought: StemmedQuery, filters: Filters, *, at: datetime, since: datetime | None) -> Statement | None:
    """Return one statement for all candidates, or None if there can be none."""
    begin: list[str] = []
    near: list[str] = []
    values: list[object] = []
    more: list[object] = []
    for name, part, most, asked in (
        ("pages", _NEWEST, MOST_FOUND, _pages(sought, filters, at=at, since=since)),
        ("names", _NAMED, MOST_NAMES, _names(sought, filters, at=at)),
    ):
        if not asked:
            continue
        (first, given), *further = asked
        begin.append(f'"{name}"("id") AS ({first})')
        values += given
        near.append(f'SELECT "id", {part} AS "part" FROM "{name}"')  # noqa: S608 -- names of our own
        other = _CALLED if part == _NAMED else _PROMINENT
        for statement, given in further:
            # Executed only if the first statement has reached its limit.
            near.append(
                f'SELECT "id", {other} FROM ({statement}) AS more WHERE (SELECT count(*) FROM "{name}") = {most}'  # noqa: S608 -- as above
            )
            more += given
    if not begin:
        return None
    points, forms = points_sql(sought.stems(), contains=get_backend().CONTAINS)
    statement = (
        f'WITH {", ".join(begin)}, "near" AS ({" UNION ALL ".join(near)}),'  # noqa: S608 -- words of our own
        ' "once" AS (SELECT "id", max("part") AS "part" FROM "near" GROUP BY "id")'
        ' SELECT d."id", "once"."part", d."kind", CAST(d."uid" AS text), d."edition",'
        f' CAST(CASE WHEN d."edition" IS NULL THEN 0 ELSE {points} END AS double precision),'
        ' CASE WHEN d."edition" IS NULL THEN w."title_words" ELSE \'\' END, w."topics", w."outlets"'
        f" FROM {get_backend().FOUND}"
    )
    return statement, [*values, *more, *forms]


def _pages(sought: StemmedQuery, filters: Filters, *, at: datetime, since: datetime | None) -> list[Statement]:
    """Return statements for the newest pages, and for the newest with all words in the title or in the lead."""
    if not filters.page_kinds:
        return []
    span = _span(filters)
    return [
        lookup.pages_sql(_narrowed(question, sought, filters), at=at, limit=limit, since=since, span=span)
        for question, limit in (
            (sought.match_anywhere(), MOST_FOUND),
            (sought.match_in_part(TITLE), MOST_PROMINENT),
            (sought.match_in_part(LEAD), MOST_PROMINENT),
        )
    ]


def _narrowed(question: IndexQuery, sought: StemmedQuery, filters: Filters) -> IndexQuery:
    of_pages = apply_filters(question, filters)
    return of_pages.with_conditions(*sought.conditions_in_part(filters.section)) if filters.section else of_pages


def _names(sought: StemmedQuery, filters: Filters, *, at: datetime) -> list[Statement]:
    if not filters.entity_kinds:
        return []
    kinds = [make_tag(KIND, kind) for kind in filters.entity_kinds]
    questions = sought.match_anywhere(), sought.match_in_part(TITLE)
    return [lookup.entities_sql(each.with_tag_among(kinds), at=at, limit=MOST_NAMES) for each in questions]


def _span(filters: Filters) -> Span:
    if not (filters.since or filters.until):
        return ALL_KEYS
    return _key_of(filters.since or BEGINNING.date()), _key_after(filters.until)


def _key_of(day: date) -> int:
    return key_for(datetime.combine(day, time.min, UTC))


def _key_after(day: date | None) -> int:
    return _key_of(day + timedelta(days=1)) if day and day < date.max else ALL_KEYS[1]
