"""How days, times, parts beside each other and the tally of outlets are printed on public pages."""

from datetime import date, datetime
from functools import lru_cache
from typing import Protocol

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from newsroom.text.join import comma, join_list

register = template.Library()
register.simple_tag(comma)
register.filter(join_list)

MOST_LINES = 12


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def _same_day(one: datetime, other: datetime) -> bool:
    return timezone.localtime(one).date() == timezone.localtime(other).date()


def _machine(value: date | datetime) -> str:
    """Return the moment for machines, to the second (HTML Standard, 2.3.5: no more than three digits after it)."""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def _in_words(value: date, at: datetime) -> str:
    is_of_this_year = value.year == timezone.localtime(at).year
    return _written(value.year, value.month, value.day, is_of_this_year, get_language())


@lru_cache(1_000)
def _written(year: int, month: int, day_of_month: int, is_of_this_year: bool, language: str | None) -> str:
    """Return a day in the language that is active: the same few stand on a page again and again."""
    shape = pgettext("date", "j F") if is_of_this_year else pgettext("date", "j F Y")
    return _joined(date(year, month, day_of_month), shape)


def _joined(value: date, shape: str) -> str:
    """Return the day in the shape that a catalogue writes (as Django's ``date`` filter reads it), on one line."""
    return formats.date_format(value, shape.replace(" ", "\u00a0"))


@register.filter
def day(value: date | datetime | None, at: datetime) -> str:
    """Return the day in words in a ``<time>``, with its year when that is not the year of ``at``; empty for None."""
    if value is None:
        return ""
    local = _local(value)
    return format_html('<time datetime="{}">{}</time>', _machine(value), _in_words(local, at))


@register.filter
def moment(value: datetime, at: datetime) -> SafeString:
    """Return day and time in words, as ``day`` does."""
    local = _local(value)
    words = gettext("{day}, {time}").format(day=_in_words(local, at), time=formats.date_format(local, "H:i"))
    return format_html('<time datetime="{}">{}</time>', _machine(value), words)


@register.filter
def clock(value: datetime) -> SafeString:
    """Return the time of the day in a ``<time>``."""
    return format_html('<time datetime="{}">{}</time>', _machine(value), formats.date_format(_local(value), "H:i"))


@register.filter
def weekday(value: datetime) -> SafeString:
    """Return the day with its weekday: “Thursday, 13 November”."""
    local = _local(value)
    return format_html(
        '<time datetime="{}">{}</time>',
        local.strftime("%Y-%m-%d"),
        gettext("{weekday}, {day}").format(
            weekday=formats.date_format(local, "l"), day=_joined(local, pgettext("date", "j F"))
        ),
    )


@register.simple_tag
def tally(outlets: int) -> str:
    """Return one upright line for each outlet (twelve at most; the number stands beside them), drawn as SVG.

    A drawing in the colour of the text survives print and forced colours, which a background does not.
    """
    lines = min(outlets, MOST_LINES)
    if lines < 1:
        return ""
    path = "".join(f"M{1 + 5 * line} 0v11" for line in range(lines))
    return format_html(
        '<svg class="tally" viewBox="0 0 {0} 11" width="{0}" height="11" aria-hidden="true"><path d="{1}"/></svg>',
        5 * lines - 3,
        path,
    )


class Dated(Protocol):
    """Something that was published and perhaps updated."""

    first_published_at: datetime
    updated_at: datetime


@register.simple_tag
def freshness(thing: Dated, at: datetime) -> SafeString:
    """Return when something was last updated: in bold with the time when that was today, else the day alone."""
    if not _same_day(thing.updated_at, at):
        return format_html('<span dir="auto">{}</span>', day(thing.updated_at, at))
    words = gettext("Updated") if thing.updated_at > thing.first_published_at else gettext("Published")
    return format_html('<span class="strong" dir="auto">{} {}</span>', words, clock(thing.updated_at))


@register.simple_tag
def updated(thing: Dated, at: datetime) -> str:
    """Return when a thing was last updated, by the time alone on the day of its publication; empty where it was not."""
    if thing.updated_at <= thing.first_published_at:
        return ""
    same_day = _same_day(thing.updated_at, thing.first_published_at)
    when = clock(thing.updated_at) if same_day else moment(thing.updated_at, at)
    return format_html("{} {}", gettext("Updated"), when)


@register.simple_tag
def published(thing: Dated, at: datetime) -> str:
    """Return when a thing that was updated was published, as ``updated`` does; empty where it was not updated."""
    if thing.updated_at <= thing.first_published_at:
        return ""
    same_day = _same_day(thing.updated_at, thing.first_published_at)
    when = clock(thing.first_published_at) if same_day else day(thing.first_published_at, at)
    return format_html("{} {}", gettext("Published"), when)


@register.simple_tag
def lately(when: datetime, at: datetime) -> str:
    """Return the time of the day where that is today, else the day."""
    return clock(when) if _same_day(when, at) else day(when, at)


@register.simple_tag
def days(first: date | None, last: date | None, at: datetime) -> str:
    """Return a span of days in words, “9 to 13 November”, or the only one; empty where there is none."""
    if first is None or last is None:
        return ""
    if first == last:
        return day(first, at)
    if (first.year, first.month) == (last.year, last.month):
        begin: str = format_html(
            '<time datetime="{}">{}</time>', first.isoformat(), _joined(first, pgettext("date", "j"))
        )
    else:
        begin = day(first, at)
    return format_html(gettext("{first} to {last}"), first=begin, last=day(last, at))
