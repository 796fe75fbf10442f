"""Search everything that readers can read at a given moment, best results first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import batched
from uuid import UUID

from django.db import connection

from newsroom.search import lookup
from newsroom.search.backends import get_backend
from newsroom.search.index.keys import BEGINNING, key_for
from newsroom.search.index.tokens import KIND, LEAD, TITLE, make_tag
from newsroom.search.lookup import Statement, count_matches, fetch_prepared_rows, load_overview
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
from newsroom.search.rank import Candidate, rank_candidates
from newsroom.search.spellcheck.correct import find_corrections

PAGE_SIZE = 10
# The maximum numbers of candidates to rank: the newest pages that contain the words, those with the words in the title
# (and as many with the words in the lead), and topics and outlets.
MAX_NEWEST = 200
MAX_PROMINENT = 50
MAX_NAMES = 20
# On PostgreSQL, a filter by section reads the text of at most this many pages for each query: the newest that match it.
MAX_SECTION_CANDIDATES = 400
# The parts of a search: pages with the words in the title or lead, the newest pages, topics and outlets, and those with
# all words in their names.
_PROMINENT, _NEWEST, _NAMED, _FULLY_NAMED = range(4)


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result. ``edition`` is the key of the live edition, or None for a topic or an outlet."""

    kind: str
    uid: UUID
    edition: int | None


@dataclass(frozen=True, slots=True)
class Results:
    """One page of search results.

    ``query`` is the query that was finally used, for highlighting. If only a corrected query had results, it is that
    query, and ``did_you_mean`` is its text; otherwise ``did_you_mean`` is empty. ``total`` is exact unless
    ``total_is_capped`` is set. ``candidates`` are the results included in ``total``, from which the counts for each
    value of a filter are made.
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


def search(query: ParsedQuery, filters: Filters, *, at: datetime, page: int = 1, size: int = PAGE_SIZE) -> Results:
    """Return one page of results that contain all wanted phrases and can be read at ``at``, best first.

    ``page`` counts from 1. Only the newest pages, some older ones with the words in the title or lead, and at most
    ``MAX_NAMES`` topics and outlets are ranked. If nothing is found although all matching pages were examined,
    words that occur nowhere count as misspelt. The query is repeated with the nearest words that readers can find, then
    with the next nearest, until something is found or no correction is left.

    This takes two database queries if the original query has results. With a filter by section on PostgreSQL, it takes
    at most nine more: for each of three statements, one that finds the candidates and up to two that read their texts.
    """
    if not query:
        return _make_results(StemmedQuery(query, ()), filters, [], at=at, page=page, size=size)
    overview = load_overview(at=at)
    stemmed = StemmedQuery(query, overview.languages)
    results = _search(stemmed, filters, at=at, since=overview.since, page=page, size=size)
    if results.total or results.total_is_capped:
        return results
    for corrected in find_corrections(stemmed, at=at):
        better = _search(replace(stemmed, query=corrected), filters, at=at, since=overview.since, page=page, size=size)
        if better.total:
            return replace(better, did_you_mean=corrected.text)
    return results


def find_shorter_queries(query: ParsedQuery, *, at: datetime) -> list[ParsedQuery]:
    """Return the queries with one phrase less that find something without filters, in at most two queries."""
    shorter = query.leave_one_out()
    if not shorter:
        return []
    languages = load_overview(at=at).languages
    matches = {each.text: StemmedQuery(each, languages).match_anywhere() for each in shorter}
    numbers = count_matches(matches, at=at, limit=1)
    return [each for each in shorter if numbers[each.text]]


def apply_filters(query: IndexQuery, filters: Filters) -> IndexQuery:
    """Return the query limited to the kinds of pages, the topic and the outlet that the filters select."""
    if len(filters.page_kinds) < len(PAGE_KINDS):
        query = query.with_tag_among(make_tag(KIND, kind) for kind in filters.page_kinds)
    if filters.topic:
        query = query.with_tag_among([make_tag(TOPIC, filters.topic.hex)])
    if filters.outlet:
        query = query.with_tag_among([make_tag(OUTLET, filters.outlet.hex)])
    return query


def load_hits(keys: Sequence[int]) -> list[Hit]:
    """Return the hits with these keys, in this order. This takes one query."""
    rows = SearchDocument.objects.filter(pk__in=keys).values_list("pk", "kind", "uid", "edition")
    hits = {key: Hit(kind, uid, edition) for key, kind, uid, edition in rows}
    return [hits[key] for key in keys if key in hits]


def _search(
    stemmed: StemmedQuery, filters: Filters, *, at: datetime, since: datetime | None, page: int, size: int
) -> Results:
    pages, is_partial = _page_statements(stemmed, filters, at=at, since=since)
    statement = _candidates_sql(pages, _name_statements(stemmed, filters, at=at))
    candidates = list(map(Candidate._make, fetch_prepared_rows(*statement))) if statement else []
    return _make_results(stemmed, filters, candidates, at=at, page=page, size=size, is_partial=is_partial)


def _make_results(
    stemmed: StemmedQuery,
    filters: Filters,
    candidates: Sequence[Candidate],
    *,
    at: datetime,
    page: int,
    size: int,
    is_partial: bool = False,
) -> Results:
    pages = [each for each in candidates if each.part == _NEWEST]
    prominent = [each for each in candidates if each.part == _PROMINENT]
    named = sorted((each for each in candidates if each.part > _NEWEST), key=lambda each: (-each.part, -each.pk))
    names = named[:MAX_NAMES]
    order = rank_candidates([*pages, *prominent, *names], stemmed.stems(), at=at)
    begin = size * (max(page, 1) - 1)
    return Results(
        hits=[Hit(each.kind, UUID(each.uid), each.edition) for each in order[begin : begin + size]],
        has_more=len(order) > begin + size,
        total=len(pages) + len(names),
        total_is_capped=is_partial or len(pages) == MAX_NEWEST or len(names) == MAX_NAMES,
        query=stemmed.query,
        filters=filters,
        languages=stemmed.languages,
        candidates=[*pages, *names],
    )


def _candidates_sql(page_statements: list[Statement], name_statements: list[Statement]) -> Statement | None:
    """Return one statement for all candidates, or None if there cannot be any."""
    ctes: list[str] = []
    selects: list[str] = []
    values: list[object] = []
    later_values: list[object] = []
    for name, part, limit, statements in (
        ("pages", _NEWEST, MAX_NEWEST, page_statements),
        ("names", _NAMED, MAX_NAMES, name_statements),
    ):
        if not statements:
            continue
        (first, parameters), *later_statements = statements
        ctes.append(f'"{name}"("id") AS ({first})')
        values += parameters
        selects.append(f'SELECT "id", {part} AS "part" FROM "{name}"')  # noqa: S608 -- no user input
        later_part = _FULLY_NAMED if part == _NAMED else _PROMINENT
        for statement, parameters in later_statements:
            # These statements are executed only if the first one reached its limit.
            selects.append(
                f'SELECT "id", {later_part} FROM ({statement}) AS more WHERE (SELECT count(*) FROM "{name}") = {limit}'  # noqa: S608 -- as above
            )
            later_values += parameters
    if not ctes:
        return None
    statement = (
        f'WITH {", ".join(ctes)}, "near" AS ({" UNION ALL ".join(selects)}),'  # noqa: S608 -- no user input
        ' "once" AS (SELECT "id", max("part") AS "part" FROM "near" GROUP BY "id")'
        ' SELECT d."id", "once"."part", d."kind", CAST(d."uid" AS text), d."edition", w."title_words", w."title_size",'
        ' w."summary_words", w."heading_words", w."name_words", w."topics", w."outlets"'
        f" FROM {get_backend().FOUND_ROWS_SQL}"
    )
    return statement, [*values, *later_values]


def _page_statements(
    stemmed: StemmedQuery, filters: Filters, *, at: datetime, since: datetime | None
) -> tuple[list[Statement], bool]:
    """Return statements for the newest pages, and for the newest pages with all words in the title or lead.

    Also return whether older pages that were not examined may match too.
    """
    if not filters.page_kinds:
        return [], False
    span = _key_span(filters)
    if filters.section and not get_backend().HAS_SECTION_TOKENS:
        return _section_statements(stemmed, filters, at=at, since=since, span=span)
    statements = [
        lookup.pages_sql(_apply_all_filters(query, stemmed, filters), at=at, limit=limit, since=since, span=span)
        for query, limit in (
            (stemmed.match_anywhere(), MAX_NEWEST),
            (stemmed.match_in_part(TITLE), MAX_PROMINENT),
            (stemmed.match_in_part(LEAD), MAX_PROMINENT),
        )
    ]
    return statements, False


def _apply_all_filters(query: IndexQuery, stemmed: StemmedQuery, filters: Filters) -> IndexQuery:
    filtered = apply_filters(query, filters)
    return filtered.with_conditions(*stemmed.conditions_in_part(filters.section)) if filters.section else filtered


def _section_statements(
    stemmed: StemmedQuery, filters: Filters, *, at: datetime, since: datetime | None, span: Span
) -> tuple[list[Statement], bool]:
    """Return the result of ``_page_statements`` for a filter by section if the index has no words of sections."""

    def find(query: IndexQuery, limit: int) -> tuple[list[int], bool]:
        """Return the keys of the newest ``limit`` matches, and whether older pages may match that were not examined."""
        pages = lookup.pages_sql(
            apply_filters(query, filters), at=at, limit=MAX_SECTION_CANDIDATES, since=since, span=span
        )
        candidates = [key for (key,) in fetch_prepared_rows(*pages)]
        found: list[int] = []
        with connection.cursor() as cursor:
            for batch in batched(candidates, MAX_NEWEST):
                pairs = get_backend().find_in_sections(cursor, stemmed, [filters.section], batch)
                found += sorted((key for _, key in pairs), reverse=True)
                if len(found) >= limit:
                    break
        return found[:limit], len(candidates) == MAX_SECTION_CANDIDATES

    newest, is_partial = find(stemmed.match_anywhere(), MAX_NEWEST)
    prominent = [TITLE, LEAD] if len(newest) == MAX_NEWEST else []
    keys_of_statements = [newest, *(find(stemmed.match_in_part(part), MAX_PROMINENT)[0] for part in prominent)]
    return [(get_backend().KEYS_SQL, [keys]) for keys in keys_of_statements], is_partial


def _name_statements(stemmed: StemmedQuery, filters: Filters, *, at: datetime) -> list[Statement]:
    if not filters.entity_kinds:
        return []
    kinds = [make_tag(KIND, kind) for kind in filters.entity_kinds]
    queries = stemmed.match_anywhere(), stemmed.match_in_part(TITLE)
    return [lookup.entities_sql(each.with_tag_among(kinds), at=at, limit=MAX_NAMES) for each in queries]


def _key_span(filters: Filters) -> Span:
    if not (filters.since or filters.until):
        return ALL_KEYS
    return _day_key(filters.since or BEGINNING.date()), _key_after_day(filters.until)


def _day_key(day: date) -> int:
    return key_for(datetime.combine(day, time.min, UTC))


def _key_after_day(day: date | None) -> int:
    return _day_key(day + timedelta(days=1)) if day and day < date.max else ALL_KEYS[1]
