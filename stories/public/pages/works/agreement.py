"""The section *Where the papers agree and differ*: each claim with its difference, and what each outlet says."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from django.utils.translation import gettext, ngettext, pgettext

from newsroom.text.fold import fold_wording
from newsroom.text.join import join_list
from newsroom.text.small_numbers import format_number
from stories.documents import NamedOutlet
from stories.documents.agreement import DISAGREEMENTS
from stories.documents.render import CellFragment, ClaimFragment, ExplainerFragments
from stories.public.pages.works.outlets import Outlets, PrintedOutlet, list_printed_outlets

ANCHOR = "agreement"
NOT_COMPARED = "absent"
_CLOCK_TIME = re.compile(r"\D*\d{1,2}:\d{2}\D*")  # and no other number, such as that of a day


@dataclass(frozen=True, slots=True)
class ComparedCell:
    """What one outlet says about a claim. ``column`` is the place of the outlet among all of the story, from 1.

    An outlet that was not compared on the claim has no ``said``. The value of a group, or the words for a silence, are
    printed once: a cell that ``repeats`` them prints a value only if ``has_own_wording``.
    """

    outlet: PrintedOutlet
    column: int
    said: CellFragment | None
    citation_html: str = ""
    repeats: bool = False
    has_own_wording: bool = False

    @property
    def stance(self) -> str:
        return self.said.stance if self.said else NOT_COMPARED

    @property
    def group(self) -> int:
        """The number of the group that gives this value, or 0 if the outlet gives none."""
        return self.said.group if self.said else 0

    @property
    def value(self) -> str:
        """The value as printed, or "" if the outlet gives none."""
        return self.said.value if self.said else ""


@dataclass(frozen=True, slots=True)
class ComparedClaim:
    """A claim with a cell for each outlet of the story; ``note_html`` says why they differ."""

    number: int
    fragment: ClaimFragment
    cells: tuple[ComparedCell, ...]
    note_html: str

    @property
    def anchor(self) -> str:
        return f"claim-{self.number}"

    @property
    def disagrees(self) -> bool:
        """Whether the outlets say different things about it."""
        return self.fragment.difference in DISAGREEMENTS

    @property
    def is_said_by_all(self) -> bool:
        """Whether each outlet of the story says something about it."""
        return all(cell.stance == "says" for cell in self.cells)

    @property
    def sign(self) -> str:
        """The sign of the difference; the words beside it say the same."""
        return "≠" if self.disagrees else "=" if self.fragment.difference == "agree" else "–"

    @property
    def difference(self) -> str:
        """The difference in words, in the active language."""
        saying = [cell.outlet.name for cell in self.cells if cell.stance == "says"]
        match self.fragment.difference:
            case "contradiction":
                return gettext("They contradict each other")
            case "figure":
                return gettext("Figures differ")
            case "date":
                return gettext("Times differ") if self._has_only_times else gettext("Dates differ")
            case "wording":
                return gettext("The quotation differs")
            case "attribution":
                return gettext("They name different sources")
            case "agree" if len(saying) > 1:
                return _say_how_many_agree(len(saying), is_all=self.is_said_by_all)
            case "alone" | "agree" if len(saying) == 1:
                return gettext("Only {outlet} reports this").format(outlet=saying[0])
        return gettext("Not all report this")

    @property
    def _has_only_times(self) -> bool:
        """Whether the moments that differ are of one day; without moments, whether each value is a clock time."""
        said = [cell.said for cell in self.cells if cell.said and cell.group]
        if moments := [each.when for each in said if each.when]:
            days = {moment.partition("T")[0] for moment in moments} - {""}
            return all("T" in moment for moment in moments) and len(days) < 2
        values = [each.value for each in said if each.value]
        return bool(values) and all(map(_CLOCK_TIME.fullmatch, values))


def _say_how_many_agree(number: int, *, is_all: bool) -> str:
    if number == 2:
        return gettext("Both say the same") if is_all else gettext("Both that report it say the same")
    words = gettext("All {number} say the same") if is_all else gettext("All {number} that report it say the same")
    return words.format(number=format_number(number))


@dataclass(frozen=True, slots=True)
class Agreement:
    """The claims of a story in order, and the outlets that its passages or claims name."""

    outlets: tuple[PrintedOutlet, ...]
    claims: tuple[ComparedClaim, ...]

    @classmethod
    def build(cls, fragments: ExplainerFragments, *, outlets: Outlets, fill: Callable[[str], str]) -> Self:
        columns = list_printed_outlets(list_compared_outlets(fragments), outlets)
        return cls(
            columns,
            tuple(
                ComparedClaim(
                    number,
                    claim,
                    tuple(_order_and_mark(_list_cells(claim, columns, outlets, fill))),
                    fill(claim.note_html),
                )
                for number, claim in enumerate(fragments.claims, start=1)
            ),
        )

    @property
    def in_numbers(self) -> str:
        """The number of claims, and how many of them are the same, different, and not in all papers."""
        count = Counter(claim.sign for claim in self.claims)
        parts = (
            gettext("the same in {number}").format(number=count["="]) if count["="] else "",
            gettext("different in {number}").format(number=count["≠"]) if count["≠"] else "",
            gettext("not in all papers in {number}").format(number=count["–"]) if count["–"] else "",
        )
        number = len(self.claims)
        points = ngettext("{number} point compared", "{number} points compared", number).format(number=number)
        return pgettext("points compared", "{points}: {parts}.").format(points=points, parts=join_list(parts))


def list_compared_outlets(fragments: ExplainerFragments) -> list[NamedOutlet]:
    """Return the outlets of the passages, then those that only claims name."""
    named = [outlet for passage in fragments.passages for outlet in passage.outlets]
    return named + [cell.outlet for claim in fragments.claims for cell in claim.cells]


def _list_cells(
    claim: ClaimFragment, columns: Sequence[PrintedOutlet], outlets: Outlets, fill: Callable[[str], str]
) -> Iterator[ComparedCell]:
    missing = list(columns)
    for cell in claim.cells:
        outlet = list_printed_outlets((cell.outlet,), outlets)[0]
        if outlet in missing:
            missing.remove(outlet)
        yield ComparedCell(outlet, columns.index(outlet) + 1, cell, fill(cell.citation_html))
    for outlet in missing:
        yield ComparedCell(outlet, columns.index(outlet) + 1, None)


def _order_and_mark(cells: Iterable[ComparedCell]) -> Iterator[ComparedCell]:
    """Yield the cells by group, those without a group last, and mark those that repeat the value or silence before them.

    Who denies a value comes after those who say it, and repeats nothing of theirs.
    """
    cells = list(cells)
    last: object = None
    value = ""
    for cell in sorted(cells, key=lambda cell: (cell.group or len(cells), cell.stance == "denies")):
        row = ("" if cell.stance == "says" else cell.stance, cell.group)
        if row == last:
            says_value = cell.stance == "says" and bool(cell.value)
            is_own = says_value and fold_wording(cell.value) != fold_wording(value)
            yield replace(cell, repeats=True, has_own_wording=is_own)
        else:
            last, value = row, cell.value
            yield cell
