"""Template tags and filters of public pages, for the menu, dates, times, lists of names and tally marks for outlets."""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from functools import cache, lru_cache
from typing import NamedTuple, Protocol

from django import template
from django.utils import formats, timezone
from django.utils.encoding import uri_to_iri
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from newsroom.http.languages import LanguageAlternate
from newsroom.public_pages import PublicPage, list_pages
from newsroom.text.html import NO_HTML, fill_in, join_parts
from newsroom.text.join import comma, join_list
from newsroom.text.language_cache import cache_by_language

register = template.Library()
register.simple_tag(comma)
register.filter(join_list)

MAX_LINES = 12


@register.simple_tag
def menu() -> list[PublicPage]:
    """Return the pages in the masthead menu, in order."""
    return [page for page in list_pages() if page.in_menu]


@register.simple_tag
def language_menu(versions: Iterable[LanguageAlternate]) -> SafeString:
    """Return a navigation menu with the versions of a list in each language, or an empty string without versions."""
    links = [
        fill_in(
            _LANGUAGE_LINK,
            url=version.url,
            language=version.language,
            current=_IS_CURRENT if version.is_current else "",
            name=version.name,
        )
        for version in versions
    ]
    return fill_in(_LANGUAGE_MENU, label=gettext("Languages"), links=join_parts(links)) if links else NO_HTML


_LANGUAGE_MENU = """<nav aria-label="{label}">
      <ul class="links">
        {links}
      </ul>
    </nav>"""
_LANGUAGE_LINK = '<li><a href="{url}" lang="{language}" hreflang="{language}"{current}>{name}</a></li>'
_IS_CURRENT = fill_in(' aria-current="true"')


def _to_local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def _same_day(one: datetime, other: datetime) -> bool:
    zone = timezone.get_current_timezone()
    return one.astimezone(zone).date() == other.astimezone(zone).date()


def _format_machine_readable(value: date | datetime) -> str:
    """Return the value for a ``datetime`` attribute, with a precision of one second."""
    # The HTML Standard, 2.3.5, allows at most three digits for the fraction of a second.
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


class _DateContext(NamedTuple):
    """What determines the words of a date, apart from the date and the language: the current year and time zone."""

    year: int
    zone: tzinfo


def _get_date_context(at: datetime) -> _DateContext:
    return _make_date_context(at, timezone.get_current_timezone())


@lru_cache(16)
def _make_date_context(at: datetime, zone: tzinfo) -> _DateContext:
    return _DateContext(at.astimezone(zone).year, zone)


def _format_in_words(value: date, context: _DateContext) -> str:
    date_format = pgettext("date", "j F") if value.year == context.year else pgettext("date", "j F Y")
    return _format_without_breaks(value, date_format)


# Cached, because pages print the same few dates repeatedly. The time zone must be the active one. Equal times may have
# different offsets, and are printed with them.
@cache_by_language(1_000)
def _render_day(value: date | datetime, offset: tzinfo | None, context: _DateContext) -> SafeString:
    words = _format_in_words(_to_local(value), context)
    return fill_in(_TIME, moment=_format_machine_readable(value), words=words)


@cache_by_language(1_000)
def _render_date_and_time(value: datetime, offset: tzinfo | None, context: _DateContext) -> SafeString:
    local = _to_local(value)
    words = gettext("{day}, {time}").format(
        day=_format_in_words(local, context), time=formats.date_format(local, "H:i")
    )
    return fill_in(_TIME, moment=_format_machine_readable(value), words=words)


@cache_by_language(1_000)
def _render_time(value: datetime, offset: tzinfo | None, zone: tzinfo) -> SafeString:
    return fill_in(_TIME, moment=_format_machine_readable(value), words=formats.date_format(_to_local(value), "H:i"))


_TIME = '<time datetime="{moment}">{words}</time>'


def _format_without_breaks(value: date, date_format: str) -> str:
    """Return a date in the format ``date_format``, with no-break spaces.

    The format is written as for Django's ``date`` filter.
    """
    return formats.date_format(value, date_format.replace(" ", "\u00a0"))


@register.filter
def day(value: date | datetime | None, at: datetime) -> str:
    """Return a ``<time>`` with the written-out date, or an empty string for None.

    The year is left out if ``at`` is in the same year.
    """
    if value is None:
        return ""
    return _render_day(value, value.tzinfo if isinstance(value, datetime) else None, _get_date_context(at))


@register.filter
def date_and_time(value: datetime, at: datetime) -> SafeString:
    """Return a ``<time>`` with the date, formatted as by ``day``, and the time."""
    return _render_date_and_time(value, value.tzinfo, _get_date_context(at))


@register.filter
def time_of_day(value: datetime) -> SafeString:
    """Return a ``<time>`` with the time of day."""
    return _render_time(value, value.tzinfo, timezone.get_current_timezone())


@register.filter
def date_with_weekday(value: datetime) -> SafeString:
    """Return a ``<time>`` with the date and its weekday, such as “Thursday, 13 November”."""
    local = _to_local(value)
    return format_html(
        '<time datetime="{}">{}</time>',
        local.strftime("%Y-%m-%d"),
        gettext("{weekday}, {day}").format(
            weekday=formats.date_format(local, "l"), day=_format_without_breaks(local, pgettext("date", "j F"))
        ),
    )


register.filter("decoded", uri_to_iri)


@register.simple_tag
def heading_link(anchor: str, heading: str) -> SafeString:
    """Return the link beside a heading that leads to it."""
    return fill_in(_HEADING_LINK, anchor=anchor, label=gettext("Link"), heading=heading)


_HEADING_LINK = (
    '<a class="anchor small" href="#{anchor}"><span>{label}</span> <span class="visually-hidden">{heading}</span></a>'
)


@register.simple_tag
def tally_marks(outlets: int) -> str:
    """Return an SVG with one vertical line for each outlet, at most ``MAX_LINES``, or an empty string for 0.

    The page prints the number next to the lines.
    """
    return _draw_lines(min(outlets, MAX_LINES)) if outlets > 0 else ""


@cache
def _draw_lines(lines: int) -> SafeString:
    # Lines in the text colour are visible in print and with forced colours; a background is not.
    path = "".join(f"M{1 + 5 * line} 0v11" for line in range(lines))
    return format_html(
        '<svg class="tally" viewBox="0 0 {0} 11" width="{0}" height="11" aria-hidden="true"><path d="{1}"/></svg>',
        5 * lines - 3,
        path,
    )


class Dated(Protocol):
    """A work or a list entry that has been published, and possibly updated."""

    first_published_at: datetime
    updated_at: datetime


@register.simple_tag
def last_updated(page: Dated, at: datetime) -> SafeString:
    """Return the date of the last update, or of the publication if there was no update.

    If that is the day of ``at``, return “Updated” or “Published” with the time instead, in bold.
    """
    if not _same_day(page.updated_at, at):
        return fill_in('<span dir="auto">{day}</span>', day=day(page.updated_at, at))
    words = gettext("Updated") if page.updated_at > page.first_published_at else gettext("Published")
    return fill_in(
        '<span class="strong" dir="auto">{words} {time}</span>', words=words, time=time_of_day(page.updated_at)
    )


@register.simple_tag
def labelled_update(page: Dated, at: datetime) -> SafeString:
    """Return “Updated” with the date of the last update, or “Published” with that of the publication if there was none."""
    words = gettext("Updated") if page.updated_at > page.first_published_at else gettext("Published")
    return fill_in("{words} {day}", words=words, day=day(page.updated_at, at))


@register.simple_tag
def updated_text(page: Dated, at: datetime) -> str:
    """Return “Updated” with the date and time of the last update, or an empty string if there was none.

    The date is left out if the update was on the day of publication.
    """
    if page.updated_at <= page.first_published_at:
        return ""
    same_day = _same_day(page.updated_at, page.first_published_at)
    when = time_of_day(page.updated_at) if same_day else date_and_time(page.updated_at, at)
    return fill_in("{words} {when}", words=gettext("Updated"), when=when)


@register.simple_tag
def published_text(page: Dated, at: datetime) -> str:
    """Return “Published” with the date for an updated work, or an empty string if it was not updated.

    If the update was on the day of publication, the time replaces the date.
    """
    if page.updated_at <= page.first_published_at:
        return ""
    same_day = _same_day(page.updated_at, page.first_published_at)
    when = time_of_day(page.first_published_at) if same_day else day(page.first_published_at, at)
    return fill_in("{words} {when}", words=gettext("Published"), when=when)


@register.simple_tag
def time_or_date(when: datetime, at: datetime) -> str:
    """Return the time of day if ``when`` is on the day of ``at``, otherwise the date."""
    return time_of_day(when) if _same_day(when, at) else day(when, at)


@register.filter
def keep_hyphens(words: str) -> str:
    """Return the words with a word joiner after each hyphen, so that no line ends in one, as in “-word” or “e-mail”."""
    return words.replace("-", "-\u2060")


@register.simple_tag
def date_range(first: date | None, last: date | None, at: datetime) -> str:
    """Return a written-out span of dates, such as “9 to 13 November”, or a single date.

    A span within a month has no-break spaces. Return an empty string if either date is None.
    """
    if first is None or last is None:
        return ""
    if first == last:
        return day(first, at)
    span = gettext("{first} to {last}")
    if (first.year, first.month) == (last.year, last.month):
        span = span.replace(" ", "\u00a0")
        begin: str = format_html(
            '<time datetime="{}">{}</time>', first.isoformat(), _format_without_breaks(first, pgettext("date", "j"))
        )
    else:
        begin = day(first, at)
    return format_html(span, first=begin, last=day(last, at))
