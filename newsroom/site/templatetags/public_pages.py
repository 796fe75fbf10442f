"""Template tags and filters of public pages: dates, times, lists of names and tally marks for outlets."""

from datetime import date, datetime
from functools import lru_cache
from typing import Protocol

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from newsroom.public_pages import PublicPage, list_pages
from newsroom.text.join import comma, join_list

register = template.Library()
register.simple_tag(comma)
register.filter(join_list)

MAX_LINES = 12


@register.simple_tag
def menu() -> list[PublicPage]:
    """Return the pages of the menu in the masthead, in its order."""
    return [page for page in list_pages() if page.in_menu]


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def _same_day(one: datetime, other: datetime) -> bool:
    return timezone.localtime(one).date() == timezone.localtime(other).date()


def _machine(value: date | datetime) -> str:
    """Return the value for a ``datetime`` attribute, to the second."""
    # The HTML Standard, 2.3.5, allows at most three digits after the second.
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def _in_words(value: date, at: datetime) -> str:
    is_of_this_year = value.year == timezone.localtime(at).year
    return _written(value.year, value.month, value.day, is_of_this_year, get_language())


@lru_cache(1_000)
def _written(year: int, month: int, day_of_month: int, is_of_this_year: bool, language: str | None) -> str:
    """Return a date in words in ``language``, which must be the active language."""
    # Cached, because a page repeats the same few dates.
    shape = pgettext("date", "j F") if is_of_this_year else pgettext("date", "j F Y")
    return _joined(date(year, month, day_of_month), shape)


def _joined(value: date, shape: str) -> str:
    """Return a date in the format ``shape``, with no-break spaces. The format is that of Django's ``date`` filter."""
    return formats.date_format(value, shape.replace(" ", "\u00a0"))


@register.filter
def day(value: date | datetime | None, at: datetime) -> str:
    """Return a ``<time>`` with the date in words, or an empty string for None.

    The year is left out if it is that of ``at``.
    """
    if value is None:
        return ""
    local = _local(value)
    return format_html('<time datetime="{}">{}</time>', _machine(value), _in_words(local, at))


@register.filter
def date_and_time(value: datetime, at: datetime) -> SafeString:
    """Return a ``<time>`` with date and time in words; the date is written as ``day`` writes it."""
    local = _local(value)
    words = gettext("{day}, {time}").format(day=_in_words(local, at), time=formats.date_format(local, "H:i"))
    return format_html('<time datetime="{}">{}</time>', _machine(value), words)


@register.filter
def time_of_day(value: datetime) -> SafeString:
    """Return a ``<time>`` with the time of day."""
    return format_html('<time datetime="{}">{}</time>', _machine(value), formats.date_format(_local(value), "H:i"))


@register.filter
def date_with_weekday(value: datetime) -> SafeString:
    """Return a ``<time>`` with the date and its weekday, such as “Thursday, 13 November”."""
    local = _local(value)
    return format_html(
        '<time datetime="{}">{}</time>',
        local.strftime("%Y-%m-%d"),
        gettext("{weekday}, {day}").format(
            weekday=formats.date_format(local, "l"), day=_joined(local, pgettext("date", "j F"))
        ),
    )


@register.simple_tag
def tally_marks(outlets: int) -> str:
    """Return an SVG with one upright line for each outlet, at most twelve. The number itself is printed beside it."""
    # Drawn in the text colour, it survives print and forced colours; a background does not.
    lines = min(outlets, MAX_LINES)
    if lines < 1:
        return ""
    path = "".join(f"M{1 + 5 * line} 0v11" for line in range(lines))
    return format_html(
        '<svg class="tally" viewBox="0 0 {0} 11" width="{0}" height="11" aria-hidden="true"><path d="{1}"/></svg>',
        5 * lines - 3,
        path,
    )


class Dated(Protocol):
    """A work or a list entry that was published, and perhaps updated."""

    first_published_at: datetime
    updated_at: datetime


@register.simple_tag
def last_updated(page: Dated, at: datetime) -> SafeString:
    """Return the time of the last update in bold if that was today, otherwise its date."""
    if not _same_day(page.updated_at, at):
        return format_html('<span dir="auto">{}</span>', day(page.updated_at, at))
    words = gettext("Updated") if page.updated_at > page.first_published_at else gettext("Published")
    return format_html('<span class="strong" dir="auto">{} {}</span>', words, time_of_day(page.updated_at))


@register.simple_tag
def updated_text(page: Dated, at: datetime) -> str:
    """Return “Updated” with the time of the last update, or an empty string if there was none.

    The date is left out if it is that of the publication.
    """
    if page.updated_at <= page.first_published_at:
        return ""
    same_day = _same_day(page.updated_at, page.first_published_at)
    when = time_of_day(page.updated_at) if same_day else date_and_time(page.updated_at, at)
    return format_html("{} {}", gettext("Updated"), when)


@register.simple_tag
def published_text(page: Dated, at: datetime) -> str:
    """Return “Published” with the date for an updated work, or an empty string if it was not updated.

    If the update was on the same day, the time replaces the date.
    """
    if page.updated_at <= page.first_published_at:
        return ""
    same_day = _same_day(page.updated_at, page.first_published_at)
    when = time_of_day(page.first_published_at) if same_day else day(page.first_published_at, at)
    return format_html("{} {}", gettext("Published"), when)


@register.simple_tag
def time_or_date(when: datetime, at: datetime) -> str:
    """Return the time of day if ``when`` is on the day of ``at``, otherwise the date."""
    return time_of_day(when) if _same_day(when, at) else day(when, at)


@register.simple_tag
def date_range(first: date | None, last: date | None, at: datetime) -> str:
    """Return a span of dates in words, such as “9 to 13 November”, or a single date.

    Return an empty string without dates.
    """
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
