"""The forecasts of a story as HTML, each with its state in words, its day, and what came of it."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from newsroom.site.templatetags.public_pages import day
from newsroom.text.fold import fold
from newsroom.text.html import fill_in, join_parts, trust_rendered
from newsroom.text.join import comma
from stories.public.pages.works.forecasts import RenderedForecast

# The list looks like that of open questions, and so do three of the states.
STATE_MARKS = {"came_true": "answered", "in_part": "partly"}
_LIST = '<ul class="unknowns">\n{forecasts}\n</ul>'
_FORECAST = '<li id="{anchor}"><p class="state"><strong class="state-mark" data-state="{state}">{label}</strong></p>\n{lines}</li>'
_ITEMS = "<ul>\n{forecasts}\n</ul>"
_ITEM = "<li><p><strong>{label}</strong></p>\n{lines}</li>"
_SPEAKER = "<strong>{speaker}</strong>"
_LINE = "<p>{words}</p>"
_TERMS = '<p class="since">{words}</p>'


def say_overdue(due_on: date | None, at: datetime) -> SafeString:
    """Return the sentence on a forecast whose day has passed while its outcome is not recorded."""
    template = gettext("Its date, {day}, has passed. We have not recorded the outcome yet.")
    return fill_in(template, day=day(due_on, at))


def list_as_states(forecasts: Iterable[RenderedForecast], at: datetime) -> SafeString:
    """Return the forecasts as the list of a page that is built at ``at``."""
    return fill_in(_LIST, forecasts=join_parts(_render(_FORECAST, forecast, at) for forecast in forecasts))


def list_as_items(forecasts: Iterable[RenderedForecast], at: datetime) -> SafeString:
    """Return the forecasts as a list for copies that have no style sheet."""
    return fill_in(_ITEMS, forecasts=join_parts(_render(_ITEM, forecast, at) for forecast in forecasts))


def _render(template: str, forecast: RenderedForecast, at: datetime) -> SafeString:
    return fill_in(
        template,
        anchor=forecast.anchor,
        state=STATE_MARKS.get(forecast.state, forecast.state),
        label=forecast.state_label,
        lines=join_parts(_list_lines(forecast, at)),
    )


def _list_lines(forecast: RenderedForecast, at: datetime) -> Iterable[SafeString]:
    speaker = [fill_in(_SPEAKER, speaker=forecast.speaker)] if forecast.speaker else []
    origin = join_parts([*speaker, *_list_days(forecast.said_on, at)], between=comma())
    words = forecast.quotation or forecast.expected
    template = gettext("{origin}: “{words}”") if forecast.quotation else gettext("{origin}: {words}")
    yield _line(fill_in(template, origin=origin, words=words), trust_rendered(forecast.citation_html))
    if fold(forecast.expected) != fold(words):
        yield _line(fill_in("{words}", words=forecast.expected))
    yield fill_in(_TERMS, words=join_parts(_list_terms(forecast, at), between=" "))
    if forecast.is_overdue:
        yield _line(say_overdue(forecast.due_on, at))
    if forecast.outcome_html:
        yield _render_outcome(forecast, at)


def _list_terms(forecast: RenderedForecast, at: datetime) -> Iterable[SafeString]:
    """Yield the range, the chance and the day of the forecast, each as a sentence."""
    if forecast.low or forecast.high:
        yield fill_in("{words}", words=_describe_range(forecast.low, forecast.high, forecast.unit))
    if forecast.chance is not None:
        yield fill_in(gettext("Chance named: {chance} %."), chance=str(forecast.chance))
    for due_on in _list_days(forecast.due_on, at):
        yield fill_in(gettext("By {day}."), day=due_on)


def _render_outcome(forecast: RenderedForecast, at: datetime) -> SafeString:
    """Return what happened, after the day on which it was decided."""
    html = forecast.outcome_html
    for decided_on in _list_days(forecast.decided_on, at):
        start = fill_in("<p>{day}: ", day=decided_on)
        html = html.replace("<p>", start, 1) if html.startswith("<p>") else f"{start}</p>\n{html}"
    return trust_rendered(html)


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
