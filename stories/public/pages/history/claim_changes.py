"""What changed between two editions in the points on which a story compares outlets, as sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext

from newsroom.text.fold import fold_wording
from newsroom.text.html import fill_in, join_parts
from newsroom.text.join import join_list
from newsroom.text.small_numbers import format_number
from stories.documents.render import CellFragment, ClaimFragment, ExplainerFragments
from stories.documents.schema.values import outlet_key
from stories.editions.models import Edition
from stories.public.pages.works.agreement import ANCHOR, Agreement, ComparedClaim
from stories.public.pages.works.fragments import parse_fragments

type Kind = Literal["new", "removed", "settled", "disputed", "difference", "value"]

_MAX_NAMES = 2  # the number of outlets that a sentence names; more are counted
_TEXT = "<bdi>{text}</bdi>"
# The arrow is for the eye. A screen reader reads the words beside it.
_ARROW = '<span aria-hidden="true">{seen}</span><span class="visually-hidden">{read}</span>'


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """What some outlets said before, and what they say now. ``outlets`` names or counts them."""

    before: str
    after: str
    outlets: str = ""

    def write(self) -> str:
        """Return the change as plain text."""
        words = _arrow().format(before=self.before, after=self.after)
        return _with_outlets().format(values=words, outlets=self.outlets) if self.outlets else words

    def render(self) -> SafeString:
        """Return the change as HTML, with “was … now …” for screen readers."""
        values = {"before": fill_in(_TEXT, text=self.before), "after": fill_in(_TEXT, text=self.after)}
        read = pgettext("changed value", "was {before}, now {after}")
        html = fill_in(_ARROW, seen=fill_in(_arrow(), **values), read=fill_in(read, **values))
        outlets = fill_in(_TEXT, text=self.outlets)
        return fill_in(_with_outlets(), values=html, outlets=outlets) if self.outlets else html


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """A change to a claim, with words in the language that was active when it was made.

    ``state`` says what the outlets say now, if the sentence needs it. ``values`` are the changes of values, or the one
    change of the difference. ``anchor`` is the id of the claim on the page of the newer edition, or empty if it has none.
    """

    kind: Kind
    uid: UUID
    claim: str
    anchor: str
    before: str
    after: str
    values: tuple[ChangedValue, ...] = ()

    @property
    def outlets(self) -> str:
        """The outlets whose values changed."""
        return join_list(value.outlets for value in self.values if value.outlets)

    @property
    def sentence(self) -> str:
        """The change in a sentence, such as “Homes emptied: some 4,200 → some 4,650 (Ansgar Wire)”."""
        values = "; ".join(value.write() for value in self.values)
        return _get_template(self.kind).format(claim=self.claim, values=values, state=self.after)

    @property
    def html(self) -> SafeString:
        """The sentence as HTML."""
        return fill_in(
            _get_template(self.kind),
            claim=fill_in(_TEXT, text=self.claim),
            values=join_parts((value.render() for value in self.values), between="; "),
            state=fill_in(_TEXT, text=self.after),
        )


def _with_outlets() -> str:
    return pgettext("changed value", "{values} ({outlets})")


def _arrow() -> str:
    return pgettext("changed value", "{before} → {after}")


def _get_template(kind: Kind) -> str:
    match kind:
        case "new":
            return gettext("New: {claim}. {state}")
        case "removed":
            return gettext("No longer compared: {claim}")
        case "settled":
            return gettext("No longer disputed: {claim}. {state}")
        case "disputed":
            return gettext("Now disputed: {claim}. {state}")
    return pgettext("changed point", "{claim}: {values}")


def compare_claims(before: Edition, after: Edition) -> tuple[ClaimChange, ...]:
    """Return the changes from one edition to a later one of the same work; a question has none."""
    old, new = parse_fragments(before), parse_fragments(after)
    if not (isinstance(old, ExplainerFragments) and isinstance(new, ExplainerFragments)):
        return ()
    return list_claim_changes(old, new)


def list_claim_changes(before: ExplainerFragments, after: ExplainerFragments) -> tuple[ClaimChange, ...]:
    """Return the changes from one edition to a later one, in the order of its page, removed claims last."""
    old = _list_claims(before)
    new = _list_claims(after)
    changes = [_compare(old.get(uid), claim) for uid, claim in new.items()]
    removed = [
        ClaimChange("removed", uid, claim.fragment.claim, ANCHOR if new else "", describe_claim(claim), "")
        for uid, claim in old.items()
        if uid not in new
    ]
    return (*(change for change in changes if change), *removed)


def _list_claims(fragments: ExplainerFragments) -> dict[UUID, ComparedClaim]:
    # Under the names that were printed, so that no query is needed.
    claims = Agreement.build(fragments, outlets={}, fill=str).claims if fragments.claims else ()
    return {claim.fragment.uid: claim for claim in claims}


def _compare(old: ComparedClaim | None, new: ComparedClaim) -> ClaimChange | None:
    claim, uid, anchor, state = new.fragment.claim, new.fragment.uid, new.anchor, describe_claim(new)
    if old is None:
        return ClaimChange("new", uid, claim, anchor, "", state)
    was = describe_claim(old)
    if old.disagrees != new.disagrees:
        return ClaimChange("settled" if old.disagrees else "disputed", uid, claim, anchor, was, state)
    if values := tuple(_list_changed_values(old.fragment, new.fragment)):
        before, after = (
            join_list(dict.fromkeys(getattr(each, name) for each in values)) for name in ("before", "after")
        )
        return ClaimChange("value", uid, claim, anchor, before, after, values)
    if _difference_of(old.fragment) != _difference_of(new.fragment):
        return ClaimChange("difference", uid, claim, anchor, was, state, (ChangedValue(was, state),))
    return None


def _difference_of(claim: ClaimFragment) -> tuple[str, set[object]]:
    """Return the difference of a claim, and what is said about it, without regard to the words for an amount."""
    names_speakers = claim.difference == "attribution"
    said: set[object] = {
        (cell.stance, (cell.low, cell.high, cell.when) if _is_known(cell) else fold_wording(cell.value),
         fold_wording(cell.attributed_to) if names_speakers else "")
        for cell in claim.cells
        if cell.group
    }  # fmt: skip
    return claim.difference, said


def _is_known(cell: CellFragment) -> bool:
    """Return whether an amount or a moment is known of the value."""
    return bool(cell.low or cell.high or cell.when)


def _list_changed_values(old: ClaimFragment, new: ClaimFragment) -> Iterator[ChangedValue]:
    """Yield the changes of values, each with the outlets that had the one and have the other."""
    cells = {outlet_key(cell.outlet): cell for cell in old.cells}
    names: dict[tuple[str, str], list[str]] = {}
    for cell in new.cells:
        before = cells.get(outlet_key(cell.outlet))
        if before and _is_other_value(before, cell):
            names.setdefault((before.value, cell.value), []).append(cell.outlet.name)
    for (was, now), outlets in names.items():
        count = len(outlets)
        counted = ngettext("{number} outlet", "{number} outlets", count).format(number=format_number(count))
        yield ChangedValue(was, now, join_list(outlets) if count <= _MAX_NAMES else counted)


def _is_other_value(old: CellFragment, new: CellFragment) -> bool:
    """Return whether an outlet says another value than before, and not the same amount or moment in other words."""
    if not (old.stance == new.stance == "says" and old.value and new.value):
        return False
    is_same = (old.low, old.high, old.when) == (new.low, new.high, new.when)
    return fold_wording(old.value) != fold_wording(new.value) and not (_is_known(new) and is_same)


def describe_claim(claim: ComparedClaim) -> str:
    """Return what the outlets say now, such as “Figures differ: three or five” or “All six say 03:55”."""
    values = claim.fragment.values
    saying = sum(cell.stance == "says" for cell in claim.cells)
    if claim.fragment.difference == "agree" and saying > 1 and values:
        return _say_who_agrees(saying, is_all=claim.is_said_by_all).format(number=format_number(saying), value=values)
    template = pgettext("difference between outlets", "{difference}: {values}")
    return template.format(difference=claim.difference, values=values) if values else claim.difference


def _say_who_agrees(number: int, *, is_all: bool) -> str:
    if number == 2:
        return gettext("Both say {value}") if is_all else gettext("Both that report it say {value}")
    return gettext("All {number} say {value}") if is_all else gettext("All {number} that report it say {value}")


def load_claim_changes(pairs: Mapping[int, tuple[int, int]]) -> dict[int, tuple[ClaimChange, ...]]:
    """Return the changes between pairs of editions, given by their primary keys, in one query.

    Only the points are read, not the texts of the editions, and nothing of editions without points.
    """
    keys = {key for pair in pairs.values() for key in pair}
    rows = Edition.objects.filter(pk__in=keys, fragments__has_key="claims").order_by()
    parts = rows.values_list("pk", "fragments__claims", "fragments__passages") if keys else ()
    fragments = {
        key: ExplainerFragments.model_validate({"headline": "", "claims": claims, "passages": passages})
        for key, claims, passages in parts
    }
    nothing = ExplainerFragments(headline="")
    changes = {
        number: list_claim_changes(fragments.get(before, nothing), fragments.get(after, nothing))
        for number, (before, after) in pairs.items()
    }
    return {number: found for number, found in changes.items() if found}
