"""Template filters that print the filters and results of a search.

The HTML of a result is built in Python, because a template would take ten times as long.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Protocol

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from newsroom.site.templatetags.public_pages import day, tally_marks
from newsroom.text.html import Choice, Piece, fill_in, join_parts, mark_hits, render_options

register = template.Library()

_FILTER = """<div class="field{errors}">
        <label for="{name}">{label}</label>
        <select id="{name}" name="{name}"{described_by}>
          <option value="">{any_label}</option>
          {options}
        </select>
      </div>"""
_DATE_FIELD = """<div class="field{errors}">
        <label for="{name}">{label}</label>
        <input id="{name}" name="{name}" type="date" value="{day}"{described_by}>
      </div>"""
_HAS_ERRORS, _DESCRIBED_BY = fill_in(" has-errors"), fill_in(' aria-describedby="wrong"')

_CARD = """  <li class="card"{language_attributes}>
    <p class="label">{label}</p>
    <h3{auto}><a href="{url}">{title}</a></h3>
    {excerpt}
    <p class="counts small">{counts}</p>
  </li>"""
# The language of a name is not recorded, so the browser determines its direction.
_DIR_AUTO = fill_in(' dir="auto"')


class SearchResult(Protocol):
    """The attributes of a search result that a card shows. Attributes that do not apply are empty."""

    kind: str
    url: str
    title: list[Piece]
    excerpt: list[Piece]
    day: date | None
    outlets: int
    stories: int
    about: str
    language: str
    direction: str
    label: str
    outlets_in_words: str
    stories_in_words: str


class Filter(Protocol):
    """The attributes of a filter that its field shows."""

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def any_label(self) -> str: ...

    @property
    def choices(self) -> Iterable[Choice]: ...


class Parameters(Protocol):
    """The parameters of a search that the date fields show."""

    @property
    def since(self) -> date | None: ...

    @property
    def until(self) -> date | None: ...

    @property
    def invalid(self) -> Collection[str]: ...


@register.filter
def filter_fields(filters: Iterable[Filter], invalid: Collection[str]) -> SafeString:
    """Return the filters as labelled ``<select>`` elements; those named in ``invalid`` are marked as wrong."""
    fields = (
        fill_in(
            _FILTER,
            errors=_HAS_ERRORS if each.name in invalid else "",
            name=each.name,
            label=each.label,
            described_by=_DESCRIBED_BY if each.name in invalid else "",
            any_label=each.any_label,
            options=render_options(each.choices),
        )
        for each in filters
    )
    return join_parts(fields)


@register.filter
def date_fields(parameters: Parameters) -> SafeString:
    """Return the date filters as labelled inputs; those that are invalid are marked as wrong."""
    fields = (
        fill_in(
            _DATE_FIELD,
            errors=_HAS_ERRORS if name in parameters.invalid else "",
            name=name,
            label=label,
            day=value.isoformat() if value else "",
            described_by=_DESCRIBED_BY if name in parameters.invalid else "",
        )
        for name, label, value in (
            ("since", gettext("Updated on or after"), parameters.since),
            ("until", gettext("Updated on or before"), parameters.until),
        )
    )
    return join_parts(fields)


@register.filter
def result_cards(results: Iterable[SearchResult], at: datetime) -> SafeString:
    """Return the results as HTML."""
    return join_parts(_render_card(each, at) for each in results)


def _render_card(result: SearchResult, at: datetime) -> SafeString:
    """Return a result as HTML: label, title, excerpt with highlights, number of outlets or stories, and day."""
    auto = "" if result.language else _DIR_AUTO
    excerpt = mark_hits(result.excerpt)
    return fill_in(
        _CARD,
        language_attributes=fill_in(
            ' lang="{language}" dir="{direction}"', language=result.language, direction=result.direction
        )
        if result.language
        else "",
        label=result.label,
        auto=auto,
        url=result.url,
        title=mark_hits(result.title),
        excerpt=fill_in('<p class="excerpt"{auto}>{excerpt}</p>', auto=auto, excerpt=excerpt) if excerpt else "",
        counts=_format_counts(result, at),
    )


def _format_counts(result: SearchResult, at: datetime) -> SafeString:
    if result.kind == "question":
        return fill_in('<span dir="auto">{as_of} {day}</span>', as_of=gettext("as of"), day=day(result.day, at))
    if result.kind == "story":
        outlets = (
            fill_in(
                '<span dir="auto">{lines} {words}</span>\n',
                lines=tally_marks(result.outlets),
                words=result.outlets_in_words,
            )
            if result.outlets
            else ""
        )
        return fill_in('{outlets}<span dir="auto">{day}</span>', outlets=outlets, day=day(result.day, at))
    stories = fill_in("\n<span>{words}</span>", words=result.stories_in_words) if result.stories else ""
    return fill_in("<span>{about}</span>{stories}", about=result.about, stories=stories)
