"""The section *What was expected* of a story: each forecast with its state in words, its day, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Self
from uuid import UUID

from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from newsroom.site.templatetags.public_pages import day
from newsroom.text.fold import fold
from newsroom.text.html import fill_in, join_parts, trust_rendered
from newsroom.text.join import comma
from stories.documents.render import ForecastFragment
from stories.documents.schema.forecasts import STATES

# The list looks like that of open questions, and so do three of the states.
STATE_MARKS = {"came_true": "answered", "in_part": "partly"}
_LIST = '<ul class="unknowns">\n{forecasts}\n</ul>'
_FORECAST = '<li id="{anchor}"><p class="state"><strong class="state-mark" data-state="{state}">{label}</strong></p>\n{lines}</li>'
_ITEMS = "<ul>\n{forecasts}\n</ul>"
_ITEM = "<li><p><strong>{label}</strong></p>\n{lines}</li>"
_SPEAKER = "<strong>{speaker}</strong>"
_LINE = "<p>{words}</p>"
_TERMS = '<p class="since">{words}</p>'


@dataclass(frozen=True, slots=True)
class RenderedForecast:
    """A forecast as readers see it on ``today``; ``source`` and ``outcome_source`` are the numbers of its sources."""

    uid: UUID
    anchor: str
    speaker: str
    speaker_kind: str
    said_on: date | None
    source: int | None
    citation_html: str
    quotation: str
    expected: str
    due_on: date | None
    chance: int | None
    low: str
    high: str
    unit: str
    state: str
    outcome_html: str
    outcome_source: int | None
    decided_on: date | None
    today: date

    @classmethod
    def from_fragment(
        cls, fragment: ForecastFragment, position: int, *, citation_html: str, outcome_html: str, today: date
    ) -> Self:
        values = fragment.model_dump(exclude={"citation_html", "outcome_html"})
        return cls(
            anchor=forecast_anchor(position),
            citation_html=citation_html,
            outcome_html=outcome_html,
            today=today,
            **values,
        )

    @property
    def is_overdue(self) -> bool:
        """Whether the day of the forecast has passed, and its outcome is not recorded."""
        return is_overdue(self.state, self.due_on, self.today)

    @property
    def state_label(self) -> str:
        """The words for the state."""
        return str(STATES[self.state])

    def fill_in(self, template: str, at: datetime) -> SafeString:
        """Return the forecast as HTML for a page that is built at ``at``."""
        return fill_in(
            template,
            anchor=self.anchor,
            state=STATE_MARKS.get(self.state, self.state),
            label=self.state_label,
            lines=join_parts(self._list_lines(at)),
        )

    def _list_lines(self, at: datetime) -> Iterable[SafeString]:
        speaker = [fill_in(_SPEAKER, speaker=self.speaker)] if self.speaker else []
        origin = join_parts([*speaker, *_list_days(self.said_on, at)], between=comma())
        words = self.quotation or self.expected
        template = gettext("{origin}: “{words}”") if self.quotation else gettext("{origin}: {words}")
        yield _line(fill_in(template, origin=origin, words=words), trust_rendered(self.citation_html))
        if fold(self.expected) != fold(words):
            yield _line(fill_in("{words}", words=self.expected))
        yield fill_in(_TERMS, words=join_parts(self._list_terms(at), between=" "))
        if self.is_overdue:
            yield _line(say_overdue(self.due_on, at))
        if self.outcome_html:
            yield self._fill_in_outcome(at)

    def _list_terms(self, at: datetime) -> Iterable[SafeString]:
        """Yield the range, the chance and the day of the forecast, each as a sentence."""
        if self.low or self.high:
            yield fill_in("{words}", words=_describe_range(self.low, self.high, self.unit))
        if self.chance is not None:
            yield fill_in(gettext("Chance named: {chance} %."), chance=str(self.chance))
        for due_on in _list_days(self.due_on, at):
            yield fill_in(gettext("By {day}."), day=due_on)

    def _fill_in_outcome(self, at: datetime) -> SafeString:
        """Return what happened, after the day on which it was decided."""
        html = self.outcome_html
        for decided_on in _list_days(self.decided_on, at):
            start = fill_in("<p>{day}: ", day=decided_on)
            html = html.replace("<p>", start, 1) if html.startswith("<p>") else f"{start}</p>\n{html}"
        return trust_rendered(html)


def forecast_anchor(position: int) -> str:
    """Return the id of the forecast at this position of its story, counted from 1."""
    return f"id-forecast-{position}"  # an anchor that is made from a heading never begins with “id-”


def is_overdue(state: str, due_on: date | None, today: date) -> bool:
    """Return whether the day of a forecast has passed while its outcome is not recorded."""
    return state == "open" and due_on is not None and due_on < today


def say_overdue(due_on: date | None, at: datetime) -> SafeString:
    """Return the sentence on a forecast whose day has passed while its outcome is not recorded."""
    template = gettext("Its date, {day}, has passed. We have not recorded the outcome yet.")
    return fill_in(template, day=day(due_on, at))


def list_as_states(forecasts: Iterable[RenderedForecast], at: datetime) -> SafeString:
    """Return the forecasts as the list of a page that is built at ``at``."""
    return fill_in(_LIST, forecasts=join_parts(forecast.fill_in(_FORECAST, at) for forecast in forecasts))


def list_as_items(forecasts: Iterable[RenderedForecast], at: datetime) -> SafeString:
    """Return the forecasts as a list for copies that have no style sheet."""
    return fill_in(_ITEMS, forecasts=join_parts(forecast.fill_in(_ITEM, at) for forecast in forecasts))


def list_open_days(forecasts: Iterable[ForecastFragment]) -> list[date]:
    """Return the days of the open forecasts, after each of which the page changes."""
    return [forecast.due_on for forecast in forecasts if forecast.state == "open" and forecast.due_on]


def _list_days(value: date | None, at: datetime) -> list[SafeString]:
    return [fill_in("{day}", day=day(value, at))] if value else []


def _line(*parts: SafeString) -> SafeString:
    return fill_in(_LINE, words=join_parts(parts, between=""))


def _describe_range(low: str, high: str, unit: str) -> str:
    ends = {"low": _format_amount(low), "high": _format_amount(high), "unit": f" {unit}" if unit else ""}
    if low and high and low != high:
        return gettext("Range: {low} to {high}{unit}.").format(**ends)
    if low and high:
        return gettext("Amount: {low}{unit}.").format(**ends)
    return (gettext("At least {low}{unit}.") if low else gettext("At most {high}{unit}.")).format(**ends)


def _format_amount(amount: str) -> str:
    return formats.number_format(Decimal(amount)) if amount else ""
