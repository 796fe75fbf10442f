"""The parameters of a search, parsed from the query string."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self
from urllib.parse import urlencode

from newsroom.search.query.parse import ParsedQuery
from stories.documents.schema import SECTION_KINDS

KINDS = ("story", "question", "topic", "source")
MAX_PAGES = 10
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PAGE = re.compile(r"[1-9][0-9]?")
_FILTER_NAMES = ("kind", "topic", "source", "section", "since", "until")


@dataclass(frozen=True, slots=True)
class SearchParameters:
    """The query and its filters. ``invalid`` holds the names of invalid parameters.

    ``topic`` and ``source`` are slugs. ``section`` is a kind of section. ``page`` is a number from 1 to ``MAX_PAGES``.
    """

    query: str
    kind: str = ""
    topic: str = ""
    source: str = ""
    section: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1
    invalid: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, values: Mapping[str, str]) -> Self:
        """Parse the parameters of a query string. Leave out invalid values, and record their names in ``invalid``."""
        invalid = set()
        given = {name: values.get(name, "") for name in (*_FILTER_NAMES, "page")}
        kind, section, page = given["kind"], given["section"], given["page"] or "1"
        since, until = _parse_day(given["since"]), _parse_day(given["until"])
        if kind and kind not in KINDS:
            invalid.add("kind")
        if section and section not in SECTION_KINDS:
            invalid.add("section")
        invalid |= {name for name in ("topic", "source") if "\x00" in given[name]}
        invalid |= {name for name, day in (("since", since), ("until", until)) if given[name] and day is None}
        if since and until and until < since:
            invalid.add("until")
        if not _PAGE.fullmatch(page) or int(page) > MAX_PAGES:
            invalid.add("page")
        return cls(
            query=ParsedQuery.parse(values.get("q", "")).text,
            kind="" if "kind" in invalid else kind,
            topic="" if "topic" in invalid else given["topic"],
            source="" if "source" in invalid else given["source"],
            section="" if "section" in invalid else section,
            since=since,
            until=None if "until" in invalid else until,
            page=1 if "page" in invalid else int(page),
            invalid=frozenset(invalid),
        )

    @property
    def has_filters(self) -> bool:
        """Whether any filter is set."""
        return any(getattr(self, name) for name in _FILTER_NAMES)

    def query_string(self, *, query: str | None = None, page: int = 1, with_filters: bool = True) -> str:
        """Return the query string for a page of this search, or of another query, with or without the filters."""
        values: dict[str, object] = {"q": self.query if query is None else query}
        if with_filters:
            values |= {name: value for name in _FILTER_NAMES if (value := getattr(self, name))}
        if page > 1:
            values["page"] = page
        return f"?{urlencode(values)}"


def _parse_day(words: str) -> date | None:
    try:
        return date.fromisoformat(words) if _DAY.fullmatch(words) else None
    except ValueError:
        return None
