"""What outlets say about the points of a story, and where their reports come from."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_noop as _
from pydantic import AfterValidator, StringConstraints, model_validator

from stories.documents.fields import (
    FieldGroup,
    FieldSpec,
    FrozenModel,
    JointRule,
    RowsSpec,
    flag_field,
    line_field,
    text_field,
)
from stories.documents.schema.values import Line, NamedOutlet, Text, Uid, day_field, outlet_key

KINDS: Final = {
    "figure": pgettext_lazy("kind of claim", "Figure"),
    "date": pgettext_lazy("kind of claim", "Date or time"),
    "quotation": pgettext_lazy("kind of claim", "Quotation"),
    "attribution": pgettext_lazy("kind of claim", "Attribution"),
    "fact": pgettext_lazy("kind of claim", "Fact"),
}
STANCES: Final = {
    "says": pgettext_lazy("stance of an outlet", "Says"),
    "denies": pgettext_lazy("stance of an outlet", "Denies"),
    "silent": pgettext_lazy("stance of an outlet", "Does not mention it"),
    "unclear": pgettext_lazy("stance of an outlet", "Not clear"),
}
# The differences between outlets that an editor can choose, most serious first.
DIFFERENCES: Final = {
    "contradiction": pgettext_lazy("difference between outlets", "They contradict each other"),
    "figure": pgettext_lazy("difference between outlets", "Figures differ"),
    "date": pgettext_lazy("difference between outlets", "Dates or times differ"),
    "wording": pgettext_lazy("difference between outlets", "The quotation differs"),
    "attribution": pgettext_lazy("difference between outlets", "They name different sources"),
    "alone": pgettext_lazy("difference between outlets", "Only one reports this"),
    "omission": pgettext_lazy("difference between outlets", "Not all report this"),
    "agree": pgettext_lazy("difference between outlets", "They say the same"),
}
# An outlet with one of these stances gives no value.
WITHOUT_VALUE: Final = frozenset({"silent", "unclear"})
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


def show_code(labels: Mapping[str, object], code: str) -> str:
    """Return the label of a stored code in the active language, or an empty string for no code."""
    return str(labels[code]) if code else ""


def _check_moment(text: str) -> str:
    if text:
        day, _, time = text.partition("T")
        if day:
            date.fromisoformat(f"{day}-01" if _MONTH.fullmatch(day) else day)
        if time and not ("00:00" <= time <= "23:59" and time[3:] <= "59"):
            raise ValueError("A time has hours from 00 to 23 and minutes from 00 to 59.")
    return text


# A decimal number as text, so that no digit of it is lost.
Amount = Annotated[str, StringConstraints(pattern=r"^(-?[0-9]{1,18}(\.[0-9]{1,9})?)?$")]
# A month, a day, a minute or a time of day (“T03:55”) in ISO 8601, without a time zone.
Moment = Annotated[
    str,
    StringConstraints(pattern=r"^([0-9]{4}-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2})?)?|T[0-9]{2}:[0-9]{2})?$"),
    AfterValidator(_check_moment),
]


def show_range(low: str, high: str) -> str:
    """Return both ends of a range as text, such as “40000 – 50000”, or an empty string if it has no end."""
    return f"{low} – {high}".strip() if low or high else ""


def check_range(low: str, high: str) -> None:
    """Raise ValueError if both ends of a range are given and the first exceeds the second."""
    if low and high and Decimal(low) > Decimal(high):
        raise ValueError("The lower end of a range exceeds the upper end.")


def source_field(label: str, position: int, **options: object) -> FieldSpec:
    """Return the declaration of a field with the citation number of one source."""
    return FieldSpec(label, "numbers", position, show=lambda number: str(number or ""), **options)  # type: ignore[arg-type]  # passed through unchanged


def verbatim_field(label: str, position: int, *, name: str) -> FieldSpec:
    """Return the declaration of a line that repeats the words of an article."""
    return line_field(
        label, position=position, desk_name=f"{{title}}: {name}", is_body=True, is_verbatim=True, search="text",
        max_length=300,
    )  # fmt: skip


RANGE = FieldGroup(("low", "high"), "low", show=show_range)


def _has_wrong_value(
    stance: str, value: str, low: str, high: str, approximate: bool, when: str
) -> bool:  # the fields of the rule
    return stance in WITHOUT_VALUE and bool(value or low or high or when)


class Cell(FrozenModel):
    """What one outlet says about a claim.

    ``value`` is the value as printed, ``low`` and ``high`` are the ends of its range, and ``when`` is its moment.
    ``source`` is the citation number of the article, also of an article that does not mention the claim.
    """

    field_groups = (RANGE,)
    merge_rules = (
        JointRule(
            ("stance", "value", "low", "high", "approximate", "when"),
            "value",
            "as printed",
            show=lambda stance, value, *_: value or show_code(STANCES, stance),
            is_wrong=_has_wrong_value,
            follows_anchor=True,
        ),
    )

    uid: Uid
    outlet: Annotated[
        NamedOutlet,
        FieldSpec(
            _("Outlet"),
            "line",
            10,
            desk_name="{title}: outlet",
            show=lambda outlet: outlet.name,
            merge_key=outlet_key,
            is_text=True,
            is_title=True,
            hidden_change_label=_("Linked outlet"),
        ),
    ]
    stance: Annotated[
        Literal["says", "denies", "silent", "unclear"],
        FieldSpec(_("Stance"), "value", 20, show=lambda code: show_code(STANCES, code)),
    ] = "says"
    value: Annotated[Line, verbatim_field(_("As printed"), 30, name="value")] = ""
    low: Annotated[Amount, FieldSpec(_("From (amount)"), "value", 40, noun="amount", is_shown=False)] = ""
    high: Annotated[Amount, FieldSpec(_("To (amount)"), "value", 50, is_shown=False)] = ""
    approximate: Annotated[
        bool,
        flag_field(
            _("Approximate"), "Approximate", "Exact", comparator="flag", position=60, noun="approximate", is_shown=False
        ),
    ] = False
    when: Annotated[Moment, FieldSpec(_("When"), "value", 70, is_shown=False)] = ""
    source: Annotated[int | None, source_field(_("Source"), 80, desk_name="{title}: source", is_text=True)] = None
    quotation: Annotated[Line, verbatim_field(_("Quoted words"), 90, name="quotation")] = ""
    attributed_to: Annotated[
        Line,
        line_field(
            _("From whom"), position=100, desk_name="{title}: from whom", is_body=True, search="text", max_length=200
        ),
    ] = ""
    as_of: Annotated[date | None, day_field(_("As of"), 110, desk_name="{title}: as of")] = None

    @model_validator(mode="after")
    def _check_value(self) -> Self:
        if _has_wrong_value(self.stance, self.value, self.low, self.high, self.approximate, self.when):
            raise ValueError("An outlet that does not mention a point, or is not clear, has no value.")
        check_range(self.low, self.high)
        return self


_CELLS = RowsSpec(
    "Outlet",
    "outlets",
    80,
    title=lambda cell: cell.outlet.name,
    label=lambda cell: cell.outlet.name,
    match_keys=(lambda cell: outlet_key(cell.outlet),),
    unique_by=(lambda cell: outlet_key(cell.outlet),),
    max_rows=50,
)


class Claim(FrozenModel):
    """One checkable point on which outlets are compared, with a cell for each outlet that was examined.

    ``brief`` is its line at the top of the page, ``note`` says why the outlets differ, and ``difference`` is the
    difference that an editor chose. If ``difference`` is empty, it follows from the cells.
    """

    uid: Uid
    claim: Annotated[
        Line,
        line_field(_("Point"), position=10, noun="point", is_title=True, is_body=True, search="text", max_length=300),
    ]
    kind: Annotated[
        Literal["figure", "date", "quotation", "attribution", "fact"],
        FieldSpec(
            _("Kind of point"), "value", 20, noun="kind", show=lambda code: show_code(KINDS, code), is_shown=False
        ),
    ] = "fact"
    unit: Annotated[
        Line,
        line_field(_("Unit"), position=30, desk_name="{title}: unit", is_body=True, max_length=100, is_shown=False),
    ] = ""
    as_of: Annotated[date | None, day_field(_("As of"), 40, desk_name="{title}: as of")] = None
    brief: Annotated[
        Line,
        line_field(
            _("Line for the top of the page"),
            position=50,
            noun="line for the top",
            desk_name="{title}: line for the top of the page",
            is_body=True,
            max_length=300,
        ),
    ] = ""
    difference: Annotated[
        Literal["", "contradiction", "figure", "date", "wording", "attribution", "alone", "omission", "agree"],
        FieldSpec(_("Difference"), "value", 60, show=lambda code: show_code(DIFFERENCES, code)),
    ] = ""
    note: Annotated[
        Text,
        text_field(
            _("Why they differ"), position=70, desk_name="{title}: why they differ", is_body=True, search="text"
        ),
    ] = ""
    cells: Annotated[tuple[Cell, ...], _CELLS] = ()

    @model_validator(mode="after")
    def _check_outlets(self) -> Self:
        outlets = [outlet_key(cell.outlet) for cell in self.cells]
        if len(outlets) != len(set(outlets)):
            raise ValueError("An outlet has two values for the same point.")
        return self


CLAIMS = RowsSpec(
    "Point",
    "points",
    520,
    label=lambda claim: claim.claim or gettext("Point"),
    max_rows=50,
    since=2,
)

ORIGIN_KINDS: Final = {
    "agency": pgettext_lazy("origin of reports", "News agency"),
    "outlet": pgettext_lazy("origin of reports", "Outlet"),
    "statement": pgettext_lazy("origin of reports", "Statement"),
    "document": pgettext_lazy("origin of reports", "Document"),
}
ORIGIN_USES: Final = {
    "credit": pgettext_lazy("use of an origin", "Credited"),
    "copy": pgettext_lazy("use of an origin", "Copied"),
    "rewrite": pgettext_lazy("use of an origin", "Rewritten"),
    "said": pgettext_lazy("use of an origin", "Named by our editors"),
}


class Origin(FrozenModel):
    """An origin of several reports, such as an agency. ``sources`` are the citation numbers of the reports."""

    uid: Uid
    name: Annotated[Line, line_field(_("Origin"), position=10, is_title=True, is_checked=True, max_length=200)]
    kind: Annotated[
        Literal["agency", "outlet", "statement", "document"],
        FieldSpec(_("Kind of origin"), "value", 20, noun="kind", show=lambda code: show_code(ORIGIN_KINDS, code)),
    ] = "agency"
    outlet: Annotated[
        NamedOutlet | None,
        FieldSpec(
            _("Linked outlet"),
            "line",
            30,
            noun="outlet",
            show=lambda outlet: outlet.name if outlet else "",
            merge_key=lambda outlet: outlet and outlet_key(outlet),
            hidden_change_label=_("Linked outlet"),
        ),
    ] = None
    sources: Annotated[
        tuple[int, ...],
        FieldSpec(_("Sources"), "numbers", 40, show=lambda numbers: ", ".join(map(str, numbers)), merge_key=frozenset),
    ] = ()
    how: Annotated[
        Literal["credit", "copy", "rewrite", "said"],
        FieldSpec(_("How it is used"), "value", 50, show=lambda code: show_code(ORIGIN_USES, code)),
    ] = "credit"


ORIGINS = RowsSpec("Origin", "origins", 860, max_rows=50, since=2)
