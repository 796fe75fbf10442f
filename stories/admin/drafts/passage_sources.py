"""Apply what was entered in passages about their articles before the form is read: pasted addresses and removals.

A script does the same in the browser as soon as an address is pasted or a button is pressed. The result is a form as
the script would submit it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from newsroom.http.converters import parse_number
from newsroom.text.fold import fold
from stories.admin.drafts.posted import Row, SubmittedForm
from stories.drafts import citations
from stories.drafts.article_urls import find_article, find_outlet, get_canonical_spelling, normalise_url

MAX_ADDRESSES = 20  # per passage and save
_ADDRESS = forms.URLField(max_length=2_000, assume_scheme="https")
_UNCITED = re.compile(r"uncite_(\d{1,6})")
_CITATION = re.compile(r" ?\[@(\d{1,6})\]")


def list_addresses(text: str) -> list[str]:
    """Return the lines of an address field that are not empty."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def clean_address(line: str) -> str | None:
    """Return the normalised web address, or None if the line is not one."""
    try:
        return normalise_url(_ADDRESS.clean(line))
    except ValidationError:
        return None


@dataclass
class _Sources:
    """The sources of a submitted form: those in its rows, and those that pasted addresses add."""

    posted: QueryDict
    work_key: int | None
    numbers: dict[str, int] = field(default_factory=dict)  # keyed by canonical spelling
    total: int = 0
    last_number: int = 0

    def __post_init__(self) -> None:
        self.total = parse_number(self.posted.get("citations-TOTAL_FORMS", ""), digits=5) or 0
        self.last_number = parse_number(self.posted.get("sources_given", ""), digits=8) or 0
        rows = sorted(self.submitted.rows("citations"), key=lambda row: row.index)
        removed = {row.number for row in self.submitted.formsets.get("citations", []) if row.is_checked("DELETE")}
        # A disabled field is not submitted, so the saved addresses come first.
        saved = citations.list_cited_urls(self.work_key) if self.work_key else {}
        self.numbers = {get_canonical_spelling(url): number for number, url in saved.items() if number not in removed}
        for row in rows:
            number = row.number
            if number is None and not row.is_empty:
                number = self.last_number = self.last_number + 1
            if number is not None and row.line("url"):
                self.numbers[get_canonical_spelling(row.line("url"))] = number

    @property
    def submitted(self) -> SubmittedForm:
        return _parse(self.posted)

    def add(self, url: str) -> int:
        """Return the number of the source with this address, after adding a row for it if it is not in the form."""
        spelling = get_canonical_spelling(url)
        if spelling not in self.numbers:
            self.posted[f"citations-{self.total}-url"] = url
            self.total += 1
            self.posted["citations-TOTAL_FORMS"] = str(self.total)
            self.last_number += 1
            self.numbers[spelling] = self.last_number
        return self.numbers[spelling]


def apply_passage_sources(posted: QueryDict, work_key: int | None) -> tuple[QueryDict, list[str]]:
    """Return the submitted form with each pasted address cited and each ticked article removed, and notices.

    ``work_key`` is the primary key of the work, or None if it is new. Lines that are not web addresses stay in their
    field.
    """
    names = [name for name, value in posted.items() if _is_entry(name, str(value))]
    if not names:
        return posted, []
    result, notices = posted.copy(), list[str]()
    sources = _Sources(result, work_key)
    for row in sources.submitted.rows("passages"):
        numbers, removed = row.numbers("source_numbers"), set(_list_uncited(row))
        numbers = [number for number in numbers if number not in removed]
        rest = []
        for place, line in enumerate(list_addresses(row.text("addresses"))):
            url = clean_address(line) if max(place, len(numbers)) < MAX_ADDRESSES else None
            if url is None:
                rest.append(line)
                continue
            numbers.append(number := sources.add(url))
            notices += _name_outlet(result, row, url, number)
        prefix = f"passages-{row.index}"
        result[f"{prefix}-source_numbers"] = ", ".join(map(str, dict.fromkeys(numbers)))
        result[f"{prefix}-addresses"] = "\n".join(rest)
        for number in removed:
            result.pop(f"{prefix}-uncite_{number}", None)
        if removed:
            result[f"{prefix}-text"] = _remove_citations(str(result.get(f"{prefix}-text", "")), removed)
    rows = _parse(posted).rows("passages")
    uncited = {number for row in rows for number in _list_uncited(row)}
    for number in sorted(uncited - _list_cited(result)):
        notices.append(f"Source {number} is no longer cited. You can remove it under Sources.")
    return result, notices


def _remove_citations(text: str, numbers: set[int]) -> str:
    return _CITATION.sub(lambda match: "" if int(match[1]) in numbers else match[0], text)


def _parse(posted: QueryDict) -> SubmittedForm:
    return SubmittedForm.parse(cast("dict[str, str]", posted.dict()))


def _is_entry(name: str, value: str) -> bool:
    return name.startswith("passages-") and bool(value.strip()) and ("-uncite_" in name or name.endswith("-addresses"))


def _list_uncited(row: Row) -> Iterator[int]:
    for name in row.values:
        if match := _UNCITED.fullmatch(name):
            yield int(match[1])


def _list_cited(posted: QueryDict) -> set[int]:
    """Return the numbers of the sources that parts or texts of the form cite."""
    submitted = _parse(posted)
    cited = {number for row in submitted.rows("passages") for number in row.numbers("source_numbers")}
    for prefix in ("figures", "cells", "forecasts"):
        for row in submitted.rows(prefix):
            cited.update(row.numbers("source"), row.numbers("outcome_source"))
    return cited | {int(match[1]) for value in posted.values() for match in _CITATION.finditer(str(value))}


def _name_outlet(posted: QueryDict, row: Row, url: str, number: int) -> Iterator[str]:
    """Enter the outlet of an article in a passage that names none; yield a notice if the passage names others."""
    article = find_article(url)
    outlet = article.outlet_name if article else getattr(find_outlet(url), "name", "")
    key = f"passages-{row.index}-outlet_names"
    entered = posted.get(key, "")
    if not outlet or fold(outlet) in {fold(name) for name in entered.split(";")}:
        return
    if entered.strip():
        yield f"Source {number} is from {outlet}. Add the outlet to its passage if it is missing."
    else:
        posted[key] = outlet
