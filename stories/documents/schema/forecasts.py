"""What somebody said would happen, and what did."""

from datetime import date
from typing import Annotated, Final, Literal, Self

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_noop as _
from pydantic import Field, model_validator

from stories.documents.fields import FieldSpec, FrozenModel, RowsSpec, line_field, text_field
from stories.documents.schema.claims import RANGE, Amount, check_range, show_code, source_field, verbatim_field
from stories.documents.schema.values import Line, NamedOutlet, Text, Uid, day_field, outlet_key

SPEAKER_KINDS: Final = {
    "official": pgettext_lazy("kind of speaker", "Official"),
    "institution": pgettext_lazy("kind of speaker", "Institution"),
    "outlet": pgettext_lazy("kind of speaker", "Outlet"),
    "expert": pgettext_lazy("kind of speaker", "Expert"),
    "we": pgettext_lazy("kind of speaker", "We"),
}
STATES: Final = {
    "open": pgettext_lazy("state of a forecast", "Open"),
    "came_true": pgettext_lazy("state of a forecast", "Came true"),
    "in_part": pgettext_lazy("state of a forecast", "In part"),
    "not_true": pgettext_lazy("state of a forecast", "Did not come true"),
    "void": pgettext_lazy("state of a forecast", "Void"),
}


class Forecast(FrozenModel):
    """A forecast: who expected what by which day, in which words, and how it was decided.

    ``source`` and ``outcome_source`` are citation numbers. ``chance`` is a percentage that the speaker named; ``low``
    and ``high`` are the ends of an expected range.
    """

    field_groups = (RANGE,)

    uid: Uid
    speaker: Annotated[
        Line,
        line_field(_("Who"), position=10, noun="speaker", is_body=True, search="text", max_length=200),
    ] = ""
    speaker_kind: Annotated[
        Literal["official", "institution", "outlet", "expert", "we"],
        FieldSpec(_("Kind of speaker"), "value", 20, show=lambda code: show_code(SPEAKER_KINDS, code), is_shown=False),
    ] = "official"
    outlet: Annotated[
        NamedOutlet | None,
        FieldSpec(
            _("Outlet"),
            "line",
            30,
            desk_name="{title}: outlet",
            show=lambda outlet: outlet.name if outlet else "",
            merge_key=lambda outlet: outlet and outlet_key(outlet),
            is_text=True,
            hidden_change_label=_("Linked outlet"),
            is_shown=False,
        ),
    ] = None
    said_on: Annotated[date | None, day_field(_("Said on"), 40, desk_name="{title}: said on")] = None
    source: Annotated[int | None, source_field(_("Source"), 50, desk_name="{title}: source", is_text=True)] = None
    quotation: Annotated[Line, verbatim_field(_("Quoted words"), 60, name="quotation")] = ""
    expected: Annotated[
        Line,
        line_field(
            _("What is expected"),
            position=70,
            noun="what is expected",
            is_title=True,
            is_body=True,
            search="text",
            max_length=500,
        ),
    ] = ""
    due_on: Annotated[date | None, day_field(_("By"), 80, noun="day", desk_name="{title}: by")] = None
    chance: Annotated[
        int | None,
        Field(ge=0, le=100),
        FieldSpec(_("Chance in percent"), "value", 90, show=lambda chance: "" if chance is None else f"{chance} %"),
    ] = None
    low: Annotated[Amount, FieldSpec(_("From (amount)"), "value", 100, noun="amount")] = ""
    high: Annotated[Amount, FieldSpec(_("To (amount)"), "value", 110)] = ""
    unit: Annotated[
        Line, line_field(_("Unit"), position=120, desk_name="{title}: unit", is_body=True, max_length=100)
    ] = ""
    state: Annotated[
        Literal["open", "came_true", "in_part", "not_true", "void"],
        FieldSpec(_("State"), "value", 130, noun="state", show=lambda code: show_code(STATES, code)),
    ] = "open"
    outcome: Annotated[
        Text,
        text_field(_("Outcome"), position=140, desk_name="{title}: outcome", is_body=True, search="text"),
    ] = ""
    outcome_source: Annotated[
        int | None,
        source_field(_("Source of the outcome"), 150, desk_name="{title}: source of the outcome", is_text=True),
    ] = None
    decided_on: Annotated[
        date | None,
        day_field(_("Decided on"), 160, desk_name="{title}: decided on"),
    ] = None

    @model_validator(mode="after")
    def _check_amounts(self) -> Self:
        check_range(self.low, self.high)
        return self


FORECASTS = RowsSpec(
    "Forecast",
    "forecasts",
    560,
    title=lambda forecast: f"Forecast: {forecast.speaker or forecast.expected}",
    label=lambda forecast: ": ".join(filter(None, (forecast.speaker, forecast.expected))) or gettext("Forecast"),
    match_keys=(lambda forecast: (forecast.speaker, forecast.expected),),
    max_rows=100,
    since=2,
)
