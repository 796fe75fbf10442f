"""The editions in search results: the fields that a result shows, and the text for its excerpt."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import connection

from newsroom.db.statements import pad_values
from newsroom.search.lookup import adapt_datetime, fetch_prepared_rows
from stories.editions.question_states import find_newest_day

# The answers of a question, and the date of its short answer, are selected because the newest of their dates is shown.
_STATEMENT = """SELECT e."id", e."slug", e."language", e."direction", e."title", e."summary", e."updated_at",
    e."outlet_count", CASE WHEN e."work_kind" = 'question' THEN {answers} END,
    CASE WHEN e."work_kind" = 'question' THEN {short_answer_day} END, {text}
    FROM "stories_edition" AS e {wording}
    WHERE e."id" IN ({marks}) AND e."live_from" <= %s AND e."live_until" > %s"""
_WORDING = """JOIN "search_searchdocument" AS d ON d."edition" = e."id"
    JOIN "search_wording" AS w ON w."id" = d."id" """
_ANSWERS = {
    "sqlite": """json_extract(e."fragments", '$.answers')""",
    "postgresql": """CAST(e."fragments" -> 'answers' AS text)""",
}

_SHORT_ANSWER_DAY = {
    "sqlite": """json_extract(e."fragments", '$.short_answer_as_of')""",
    "postgresql": """e."fragments" ->> 'short_answer_as_of'""",
}


@dataclass(frozen=True, slots=True)
class EditionRow:
    """An edition in the results.

    ``text`` contains all words of the edition, one line for each of its texts. Each line begins with the kind of its
    section and a tab.
    """

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
        """Return the words of the sections of kind ``section``, or of the whole page if ``section`` is empty."""
        lines = (line.partition("\t") for line in self.text.split("\n"))
        return " ".join(words for kind, _, words in lines if not section or kind == section)


def fetch_editions(editions: Sequence[int], *, at: datetime, with_texts: bool) -> dict[int, EditionRow]:
    """Return the editions with these primary keys that are live at ``at``, in at most one query, keyed by primary key.

    ``text`` is empty unless ``with_texts`` is true.
    """
    if not editions:
        return {}
    # The rows are not loaded as models, because that would take up half the time of a results page.
    moment, padded = adapt_datetime(at), pad_values(list(editions))
    statement = _STATEMENT.format(
        answers=_ANSWERS[connection.vendor],
        short_answer_day=_SHORT_ANSWER_DAY[connection.vendor],
        text='w."text"' if with_texts else "''",
        wording=_WORDING if with_texts else "",
        marks=", ".join(["%s"] * len(padded)),
    )
    return {row[0]: _build_row(*row[1:]) for row in fetch_prepared_rows(statement, [*padded, moment, moment])}


def _build_row(
    slug: str,
    language: str,
    direction: str,
    title: str,
    summary: str,
    updated_at: datetime,
    outlets: int,
    answers: str | None,
    short_answer_day: str | None,
    text: str,
) -> EditionRow:
    # SQLite stores times without a time zone, in UTC.
    updated = updated_at if updated_at.tzinfo else updated_at.replace(tzinfo=UTC)
    days = (answer.get("as_of") for answer in json.loads(answers or "[]") or ())
    as_of = find_newest_day([*days, short_answer_day], updated_at=updated)
    return EditionRow(slug, language, direction, title, summary, updated, outlets, as_of, text)
