"""The pages among what was found: what a result shows of an edition, and the words that its excerpt is taken from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import connection

from newsroom.search.lookup import adapted, rows

# The answers of a question are read for their days; of a story nothing is read that no result shows.
_STATEMENT = """SELECT e."id", e."slug", e."language", e."direction", e."title", e."summary", e."updated_at",
    e."outlet_count", CASE WHEN e."work_kind" = 'question' THEN {answers} END, {text}
    FROM "stories_edition" AS e {wording}
    WHERE e."id" IN ({marks}) AND e."live_from" <= %s AND e."live_until" > %s"""
_WORDING = """JOIN "search_searchdocument" AS d ON d."edition" = e."id"
    JOIN "search_wording" AS w ON w."id" = d."id" """
_ANSWERS = {
    "sqlite": """json_extract(e."fragments", '$.answers')""",
    "postgresql": """CAST(e."fragments" -> 'answers' AS text)""",
}


@dataclass(frozen=True, slots=True)
class Page:
    """An edition as results show it: ``text`` are all its words, a line for each passage with the kind of its section."""

    slug: str
    language: str
    direction: str
    title: str
    summary: str
    updated_at: datetime
    outlets: int
    as_of: date
    text: str

    def words(self, section: str) -> str:
        """Return the words of the sections of that kind, or of everything that the page says."""
        lines = (line.partition("\t") for line in self.text.split("\n"))
        return " ".join(words for kind, _, words in lines if not section or kind == section)


def pages_of(editions: Sequence[int], *, at: datetime, with_texts: bool) -> dict[int, Page]:
    """Return the editions of these keys that can be read at ``at``, with their words where asked. One query, or none.

    Not as models: half of what a page of results costs would be to make them.
    """
    if not editions:
        return {}
    moment = adapted(at)
    statement = _STATEMENT.format(
        answers=_ANSWERS[connection.vendor],
        text='w."text"' if with_texts else "''",
        wording=_WORDING if with_texts else "",
        marks=", ".join(["%s"] * len(editions)),
    )
    return {row[0]: _page(*row[1:]) for row in rows(statement, [*editions, moment, moment])}


def _page(
    slug: str,
    language: str,
    direction: str,
    title: str,
    summary: str,
    updated_at: datetime,
    outlets: int,
    answers: str | None,
    text: str,
) -> Page:
    # SQLite keeps moments without their zone, in UTC.
    updated = updated_at if updated_at.tzinfo else updated_at.replace(tzinfo=UTC)
    days = [date.fromisoformat(day) for answer in json.loads(answers or "[]") or () if (day := answer.get("as_of"))]
    as_of = max(days, default=updated.date())
    return Page(slug, language, direction, title, summary, updated, outlets, as_of, text)
