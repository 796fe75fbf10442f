"""The parameters of a search, as the address gives them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self
from urllib.parse import urlencode

from newsroom.search.query.parse import ParsedQuery
from stories.documents.schema import SECTION_KINDS

KINDS = ("story", "question", "topic", "source")
MOST_PAGES = 10
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PAGE = re.compile(r"[1-9][0-9]?")
_NARROWING = ("kind", "topic", "source", "section", "since", "until")


@dataclass(frozen=True, slots=True)
class SearchParameters:
    """The query and its filters; ``wrong`` names the parameters that are invalid, which are left empty.

    ``topic`` and ``source`` are slugs, ``section`` is a kind of section, ``page`` a number from 1 to ``MOST_PAGES``.
    """

    query: str
    kind: str = ""
    topic: str = ""
    source: str = ""
    section: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1
    wrong: frozenset[str] = frozenset()

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Self:
        """Parse the parameters of an address; an invalid value never raises an error."""
        wrong = set()
        given = {name: values.get(name, "") for name in (*_NARROWING, "page")}
        kind, section, page = given["kind"], given["section"], given["page"] or "1"
        since, until = _day(given["since"]), _day(given["until"])
        if kind and kind not in KINDS:
            wrong.add("kind")
        if section and section not in SECTION_KINDS:
            wrong.add("section")
        wrong |= {name for name in ("topic", "source") if "\x00" in given[name]}
        wrong |= {name for name, day in (("since", since), ("until", until)) if given[name] and day is None}
        if since and until and until < since:
            wrong.add("until")
        if not _PAGE.fullmatch(page) or int(page) > MOST_PAGES:
            wrong.add("page")
        return cls(
            query=ParsedQuery.read(values.get("q", "")).text,
            kind="" if "kind" in wrong else kind,
            topic="" if "topic" in wrong else given["topic"],
            source="" if "source" in wrong else given["source"],
            section="" if "section" in wrong else section,
            since=since,
            until=None if "until" in wrong else until,
            page=1 if "page" in wrong else int(page),
            wrong=frozenset(wrong),
        )

    @property
    def is_narrowed(self) -> bool:
        """Return whether any filter is set."""
        return any(getattr(self, name) for name in _NARROWING)

    def address(self, *, query: str | None = None, page: int = 1, narrowed: bool = True) -> str:
        """Return the query string of this search, with another query or page if given."""
        values: dict[str, object] = {"q": self.query if query is None else query}
        if narrowed:
            values |= {name: value for name in _NARROWING if (value := getattr(self, name))}
        if page > 1:
            values["page"] = page
        return f"?{urlencode(values)}"


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words) if _DAY.fullmatch(words) else None
    except ValueError:
        return None
