"""The section *Where the papers agree and differ*: each claim with its difference, and what each outlet says."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext

from newsroom.site.templatetags.public_pages import day
from newsroom.text.fold import fold_wording
from newsroom.text.html import NO_HTML, fill_in, join_parts, trust_rendered
from newsroom.text.join import join_list
from newsroom.text.small_numbers import format_number
from stories.documents import NamedOutlet
from stories.documents.agreement import DISAGREEMENTS
from stories.documents.render import CellFragment, ClaimFragment, ExplainerFragments
from stories.public.pages.works.outlets import Outlets, PrintedOutlet, list_printed_outlets

ANCHOR = "agreement"
MAX_OPEN = 8  # so many points are visible, the others in a disclosure
# With so many outlets, the style sheet lays the list out as a grid: on a tablet, and on a desktop.
MAX_NARROW_COLUMNS = 4
MAX_COLUMNS = 7
NOT_COMPARED = "absent"
_CLOCK_TIME = re.compile(r"\D*\d{1,2}:\d{2}\D*")  # and no other number, such as that of a day


@dataclass(frozen=True, slots=True)
class ComparedCell:
    """What one outlet says about a claim. ``column`` is the place of the outlet among all of the story, from 1.

    An outlet that was not compared on the claim has no ``said``.
    """

    outlet: PrintedOutlet
    column: int
    said: CellFragment | None
    citation_html: str = ""

    @property
    def stance(self) -> str:
        return self.said.stance if self.said else NOT_COMPARED

    @property
    def group(self) -> int:
        """The number of the group that gives this value, or 0 if the outlet gives none."""
        return self.said.group if self.said else 0


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
            return all("T" in moment for moment in moments) and len({moment[:10] for moment in moments}) == 1
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
                ComparedClaim(number, claim, tuple(_list_cells(claim, columns, outlets, fill)), fill(claim.note_html))
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


_GRID = """<div class="claims {layout}">
{header}
{claims}
</div>"""
_HEADER = '<p class="outlets" aria-hidden="true">{names}</p>'
_HEADER_NAME = "<span>{name}</span>"
_MORE = """<details class="more-claims"><summary class="fold"><span>{words}</span></summary>
{claims}
</details>"""
_CLAIM = """<section class="claim" id="{anchor}" aria-labelledby="{anchor}-heading">
<h3 id="{anchor}-heading">{claim}</h3>
{rows}
</section>"""
_LISTED = "<h3>{claim}</h3>\n{rows}"
_ROWS = """<p class="difference"><span aria-hidden="true">{sign}</span> {difference}{as_of}</p>
<ul>
{cells}
</ul>{note}"""
_NOTE = '\n<div class="note">{note}</div>'
_CELL = '<li class="{classes}">{words}</li>'
_NAME = '<span class="name"><bdi>{outlet}</bdi></span>'
_VALUE = "<b><bdi>{value}</bdi></b>"
_TEXT = "<bdi>{text}</bdi>"
_LABEL = "<b>{label}</b>"
_COLON = fill_in('<span class="colon">: </span>')


def render_as_grid(agreement: Agreement, at: datetime) -> SafeString:
    """Return the section as a list for each claim, which the style sheet can lay out as a grid."""
    number = len(agreement.outlets)
    layout = "in-columns" if number <= MAX_NARROW_COLUMNS else "in-many-columns" if number <= MAX_COLUMNS else ""
    claims = [
        fill_in(_CLAIM, anchor=claim.anchor, claim=claim.fragment.claim, rows=render_rows(claim, at))
        for claim in agreement.claims
    ]
    more = len(claims) - MAX_OPEN
    if more > 0:
        words = ngettext("{number} more point", "{number} more points", more).format(number=more)
        claims[MAX_OPEN:] = [fill_in(_MORE, words=words, claims=join_parts(claims[MAX_OPEN:]))]
    names = join_parts((fill_in(_HEADER_NAME, name=outlet.name) for outlet in agreement.outlets), between="")
    return fill_in(
        _GRID,
        layout=layout,
        header=fill_in(_HEADER, names=names) if layout else NO_HTML,
        claims=join_parts(claims),
    )


def render_as_list(agreement: Agreement, at: datetime) -> SafeString:
    """Return the section as lists under the names of the claims, for copies that have no style sheet."""
    claims = (fill_in(_LISTED, claim=claim.fragment.claim, rows=render_rows(claim, at)) for claim in agreement.claims)
    return join_parts([fill_in("<p>{words}</p>", words=agreement.in_numbers), *claims])


def render_rows(claim: ComparedClaim, at: datetime) -> SafeString:
    """Return the difference of the claim, what each outlet says, and the note."""
    as_of = fill_in(" · {as_of}", as_of=_say_as_of(claim, at)) if claim.fragment.as_of else NO_HTML
    return fill_in(
        _ROWS,
        sign=claim.sign,
        difference=claim.difference,
        as_of=as_of,
        cells=join_parts(_render_cells(claim, at)),
        note=fill_in(_NOTE, note=trust_rendered(claim.note_html)) if claim.note_html else NO_HTML,
    )


def _say_as_of(claim: ComparedClaim, at: datetime) -> SafeString:
    return fill_in(gettext("as of {day}"), day=day(claim.fragment.as_of, at))


def _render_cells(claim: ComparedClaim, at: datetime) -> Iterator[SafeString]:
    last: object = None
    value = ""
    for cell in claim.cells:
        # The value of a group, or the words for a silence, are printed once, and hidden where they repeat.
        row = (cell.stance if cell.group == 0 else "", cell.group)
        classes = [f"in-{cell.column}", cell.stance, "again" if row == last else "first"]
        own_value = cell.said.value if cell.said else ""
        is_own = row == last and bool(own_value) and fold_wording(own_value) != fold_wording(value)
        if row != last:
            value = own_value
        if is_own:
            classes.append("own")
        yield fill_in(_CELL, classes=" ".join(classes), words=_render_cell(claim, cell, at, is_own=is_own))
        last = row


def _render_cell(claim: ComparedClaim, cell: ComparedCell, at: datetime, *, is_own: bool) -> SafeString:
    name = fill_in(_NAME, outlet=cell.outlet.name)
    citation = trust_rendered(cell.citation_html)
    said = cell.said
    if said is None:
        return join_parts((fill_in(_LABEL, label=gettext("Not compared")), _COLON, name), between="")
    match cell.stance:
        case "silent":
            label = fill_in(_LABEL, label=gettext("Not mentioned"))
            parts = [join_parts((label, _COLON, name, citation), between="")]
            if said.as_of:
                parts.append(fill_in(gettext("(read on {day})"), day=day(said.as_of, at)))
        case "unclear":
            parts = [join_parts((fill_in(gettext("Not clear, says {outlet}"), outlet=name), citation), between="")]
        case _:
            who = fill_in(gettext("denied by {outlet}"), outlet=name) if cell.stance == "denies" else name
            value = fill_in(_VALUE, value=said.value)
            parts = [join_parts((value, _COLON), between="") if is_own else value] if said.value else []
            parts += [join_parts((who, citation), between=""), *_list_details(claim, said, at)]
    return join_parts(parts, between=" ")


def _list_details(claim: ComparedClaim, said: CellFragment, at: datetime) -> Iterator[SafeString]:
    """Yield from whom the outlet has its value, the quoted words, and the day if it is another than that of the claim."""
    if said.attributed_to:
        yield fill_in(gettext("from {speaker}"), speaker=fill_in(_TEXT, text=said.attributed_to))
    if said.quotation:
        yield fill_in(gettext("“{words}”"), words=fill_in(_TEXT, text=said.quotation))
    if said.as_of and said.as_of != claim.fragment.as_of:
        yield fill_in(gettext("(as of {day})"), day=day(said.as_of, at))
