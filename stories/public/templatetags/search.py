"""Template filters that print the filters and results of a search.

The HTML of a result is built in Python, because a template would take ten times as long.
"""

from datetime import date, datetime
from typing import Protocol

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from newsroom.site.templatetags.public_pages import day, tally_marks
from newsroom.text.html import Piece, mark_hits, render_options

register = template.Library()
register.filter(render_options)

_CARD = """  <li class="card"{language_attributes}>
    <p class="label">{label}</p>
    <h3{auto}><a href="{url}">{title}</a></h3>
    {excerpt}
    <p class="counts small">{counts}</p>
  </li>"""
# The language of a name is not recorded, so the browser determines its direction.
_DIR_AUTO = format_html(' dir="{}"', "auto")


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


@register.filter
def result_card(result: SearchResult, at: datetime) -> SafeString:
    """Return a result as HTML: label, title, excerpt with highlights, number of outlets or stories, and day."""
    auto = "" if result.language else _DIR_AUTO
    return format_html(
        _CARD,
        language_attributes=format_html(' lang="{}" dir="{}"', result.language, result.direction)
        if result.language
        else "",
        label=result.label,
        auto=auto,
        url=result.url,
        title=mark_hits(result.title),
        excerpt=format_html('<p class="excerpt"{}>{}</p>', auto, mark_hits(result.excerpt)) if result.excerpt else "",
        counts=_format_counts(result, at),
    )


def _format_counts(result: SearchResult, at: datetime) -> SafeString:
    if result.kind == "question":
        return format_html('<span dir="auto">{} {}</span>', gettext("as of"), day(result.day, at))
    if result.kind == "story":
        outlets = (
            format_html('<span dir="auto">{} {}</span>\n', tally_marks(result.outlets), result.outlets_in_words)
            if result.outlets
            else ""
        )
        return format_html('{}<span dir="auto">{}</span>', outlets, day(result.day, at))
    stories = format_html("\n<span>{}</span>", result.stories_in_words) if result.stories else ""
    return format_html("<span>{}</span>{}", result.about, stories)
