"""Compare what outlets say about a claim: who says the same, and how the others differ."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.utils.translation import gettext, pgettext

from newsroom.text.figures.units import find_unit
from newsroom.text.fold import fold_wording
from newsroom.text.join import join_list
from stories.documents.schema import Cell, Claim

_VOICES = frozenset({"says", "denies"})
# The difference between groups of values, by the kind of the claim.
_DIFFERENCES_BY_KIND = {
    "fact": "contradiction",
    "figure": "figure",
    "date": "date",
    "quotation": "wording",
    "attribution": "attribution",
}
# The differences on which outlets disagree. With any other, what is said is the same.
DISAGREEMENTS = frozenset({"contradiction", *_DIFFERENCES_BY_KIND.values()})


@dataclass(frozen=True, slots=True)
class Group:
    """The cells of a claim that say or deny the same value, in the order of the claim."""

    cells: tuple[Cell, ...]

    @property
    def value(self) -> str:
        """The value as the first outlet printed it."""
        return next((cell.value for cell in self.cells if cell.value), "")

    @property
    def is_contradicted(self) -> bool:
        """Whether one outlet says this and another denies it."""
        return {cell.stance for cell in self.cells} == _VOICES


def list_groups(claim: Claim) -> list[Group]:
    """Return the cells that say or deny something, grouped by value: the largest group first, then in their order.

    Equality of values is not transitive (about 300 is 312 and is 290), so a cell belongs to the first group of which it
    equals each cell.
    """
    groups: list[list[Cell]] = []
    for cell in claim.cells:
        if cell.stance in _VOICES:
            group = next((each for each in groups if all(say_the_same(cell, other) for other in each)), None)
            if group is None:
                groups.append([cell])
            else:
                group.append(cell)
    return [Group(tuple(group)) for group in sorted(groups, key=len, reverse=True)]


class Comparison(NamedTuple):
    """What the comparison of a claim finds: its groups, the code of the difference, and two texts.

    ``values`` is the value of the claim, or the values on which the outlets disagree, or an empty string if no outlet
    gives one. ``brief`` is the line of the claim at the top of the page: the editor’s, or else the claim with
    ``values``. Both are in the active language.
    """

    groups: list[Group]
    difference: str
    values: str
    brief: str


def compare(claim: Claim) -> Comparison:
    """Compare what the outlets say about a claim."""
    groups = list_groups(claim)
    difference = claim.difference or _find_difference(claim, groups)
    values = _write_values(claim, groups, difference)
    words = f"{claim.claim} ({values})" if difference in DISAGREEMENTS else f"{claim.claim}: {values}"
    return Comparison(groups, difference, values, claim.brief or (words if values else claim.claim))


def find_difference(claim: Claim) -> str:
    """Return the code of the difference between the outlets: that of the editor, or else the first that applies."""
    return claim.difference or _find_difference(claim, list_groups(claim))


def _find_difference(claim: Claim, groups: list[Group]) -> str:
    voices = [cell for group in groups for cell in group.cells]
    if any(group.is_contradicted for group in groups) or _is_denied_whole(voices) or _has_zero_beside_others(groups):
        return "contradiction"
    if len(groups) > 1:
        return _DIFFERENCES_BY_KIND[claim.kind]
    if len({name for cell in voices if (name := fold_wording(cell.attributed_to))}) > 1:
        return "attribution"
    if len(voices) == 1:
        return "alone"
    return "omission" if not voices or any(cell.stance == "silent" for cell in claim.cells) else "agree"


def _write_values(claim: Claim, groups: list[Group], difference: str) -> str:
    values = [group.value for group in groups if group.value]
    if difference not in DISAGREEMENTS:
        return values[0] if values else ""
    speakers = list_speakers(groups[0]) if len(groups) == 1 else []
    values = speakers if len(speakers) > 1 else values
    words = values[0] if values else ""
    if len(values) > 1:
        either = pgettext("values that differ", "{values} or {last}")
        words = either.format(values=join_list(values[:-1]), last=values[-1])
    elif denying := [cell.outlet.name for cell in claim.cells if cell.stance == "denies"]:
        words = join_list((words, gettext("denied by {outlet}").format(outlet=join_list(denying))))
    return words


def list_speakers(group: Group) -> list[str]:
    """Return the speakers to whom the value is attributed, each once, in the order of the cells."""
    return list(
        {fold_wording(cell.attributed_to): cell.attributed_to for cell in group.cells if cell.attributed_to}.values()
    )


def say_the_same(a: Cell, b: Cell) -> bool:
    """Return whether two cells have the same value: the same amount, the same moment, or else the same words.

    Amounts of different units are never the same, even if one is the other converted. A value without a unit is in that
    of the other.
    """
    if _has_amount(a) and _has_amount(b):
        return _is_same_amount(a, b) and not _have_different_units(a, b)
    if a.when and b.when:
        return _is_same_moment(a.when, b.when)
    return fold_wording(a.value) == fold_wording(b.value)


def _is_same_moment(a: str, b: str) -> bool:
    """Return whether moments are the same at the coarser of their precisions. A time of day may be one of any day."""
    shorter, longer = sorted((a, b), key=len)
    return longer.startswith(shorter) or longer.endswith(shorter)


def _has_amount(cell: Cell) -> bool:
    return bool(cell.low or cell.high)


def _is_same_amount(a: Cell, b: Cell) -> bool:
    if (a.low, a.high) == (b.low, b.high):
        return True  # usual, and much faster than the comparison of numbers
    (a_low, a_high), (b_low, b_high) = _ends(a), _ends(b)
    if (a_low, a_high) == (b_low, b_high):
        return True
    if a_low is None or a_high is None or b_low is None or b_high is None:
        return False  # a bound contains nothing: “at least 19” is not 23
    if a_low < a_high or b_low < b_high:
        return (a_low <= b_low and b_high <= a_high) or (b_low <= a_low and a_high <= b_high)
    return (a.approximate and _round_like(a_low, b_low) == a_low) or (
        b.approximate and _round_like(b_low, a_low) == b_low
    )


def _have_different_units(a: Cell, b: Cell) -> bool:
    units = find_unit(a.value), find_unit(b.value)
    return all(units) and units[0] != units[1]


def _ends(cell: Cell) -> tuple[Decimal | None, Decimal | None]:
    return Decimal(cell.low) if cell.low else None, Decimal(cell.high) if cell.high else None


def _round_like(pattern: Decimal, number: Decimal) -> Decimal:
    """Return ``number`` rounded to as many significant digits as ``pattern`` has: 312 like 300 is 300."""
    digits = len(pattern.normalize().as_tuple().digits)
    exponent = number.adjusted() - digits + 1
    return number.quantize(Decimal(1).scaleb(exponent), rounding=ROUND_HALF_UP)


def _is_denied_whole(voices: list[Cell]) -> bool:
    """Return whether an outlet denies the claim without naming a value, while another says something."""
    stances = {cell.stance for cell in voices}
    return stances == _VOICES and any(
        cell.stance == "denies" and not (cell.value or cell.when or _has_amount(cell)) for cell in voices
    )


def _has_zero_beside_others(groups: list[Group]) -> bool:
    amounts = [_ends(cell) for group in groups for cell in group.cells[:1] if _has_amount(cell)]
    return len(amounts) > 1 and (Decimal(0), Decimal(0)) in amounts
