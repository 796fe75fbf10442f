"""The lines under *What's happened*: what the outlets agree on, where they differ, and what nobody knows yet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext

from newsroom.text.small_numbers import format_number
from stories.documents.schema import UNKNOWNS
from stories.public.pages.works.agreement import ANCHOR, Agreement
from stories.public.pages.works.open_questions import OpenItem
from stories.public.pages.works.sections import RenderedSection

MAX_ITEMS = 2


@dataclass(frozen=True, slots=True)
class BriefLine:
    """A line: its label, the words and addresses of its first items, the number of further ones and where they are."""

    label: str
    items: tuple[tuple[str, str], ...]
    more: int
    more_url: str

    @classmethod
    def build(cls, label: str, items: Sequence[tuple[str, str]], more_url: str) -> Self:
        return cls(label, tuple(items[:MAX_ITEMS]), max(0, len(items) - MAX_ITEMS), more_url)


def list_brief_lines(parts: Sequence[RenderedSection], open_items: Iterable[OpenItem]) -> list[BriefLine]:
    """Return the lines that have items, in the active language. ``parts`` are those of the page."""
    agreement = next((part.agreement for part in parts if part.agreement), None)
    unknowns_anchor = next((part.anchor for part in parts if part.kind == UNKNOWNS.code), "")
    return list(_iter_lines(agreement, open_items, unknowns_anchor))


def _iter_lines(
    agreement: Agreement | None, open_items: Iterable[OpenItem], unknowns_anchor: str
) -> Iterator[BriefLine]:
    claims = agreement.claims if agreement else ()
    agreed = [claim for claim in claims if claim.fragment.difference == "agree"]
    if agreement and agreed:
        is_all = all(claim.is_said_by_all for claim in agreed)
        items = [(claim.fragment.brief, f"#{claim.anchor}") for claim in agreed]
        yield BriefLine.build(_say_who_agrees(len(agreement.outlets), is_all=is_all), items, f"#{ANCHOR}")
    if items := [(claim.fragment.brief, f"#{claim.anchor}") for claim in claims if claim.disagrees]:
        yield BriefLine.build(gettext("They differ on"), items, f"#{ANCHOR}")
    if items := [(item.question, item.url) for item in open_items if item.state != "answered"]:
        yield BriefLine.build(gettext("Nobody knows yet"), items, f"#{unknowns_anchor}")


def _say_who_agrees(outlets: int, *, is_all: bool) -> str:
    if not is_all:
        return gettext("Those that report it agree")
    return (
        gettext("Both agree") if outlets == 2 else gettext("All {number} agree").format(number=format_number(outlets))
    )
