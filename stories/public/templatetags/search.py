"""Template filters that print the filters and results of a search.

They are written in Python because a template would cost ten times as much for each result.
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

_CARD = """  <li class="card"{spoken}>
    <p class="label">{label}</p>
    <h3{auto}><a href="{url}">{title}</a></h3>
    {excerpt}
    <p class="counts small">{counts}</p>
  </li>"""
# A name is in the language of whoever gave it, which is not recorded.
_AUTO = format_html(' dir="{}"', "auto")


class SearchResult(Protocol):
    """A search result as a card shows it; attributes that it does not have are empty."""

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
    outlets_said: str
    stories_said: str


@register.filter
def result_card(found: SearchResult, at: datetime) -> SafeString:
    """Return a result as HTML: label, title, excerpt with highlights, count of outlets or stories, and day."""
    auto = "" if found.language else _AUTO
    return format_html(
        _CARD,
        spoken=format_html(' lang="{}" dir="{}"', found.language, found.direction) if found.language else "",
        label=found.label,
        auto=auto,
        url=found.url,
        title=mark_hits(found.title),
        excerpt=format_html('<p class="excerpt"{}>{}</p>', auto, mark_hits(found.excerpt)) if found.excerpt else "",
        counts=_counts(found, at),
    )


def _counts(found: SearchResult, at: datetime) -> SafeString:
    if found.kind == "question":
        return format_html('<span dir="auto">{} {}</span>', gettext("as of"), day(found.day, at))
    if found.kind == "story":
        compared = (
            format_html('<span dir="auto">{} {}</span>\n', tally_marks(found.outlets), found.outlets_said)
            if found.outlets
            else ""
        )
        return format_html('{}<span dir="auto">{}</span>', compared, day(found.day, at))
    named = format_html("\n<span>{}</span>", found.stories_said) if found.stories else ""
    return format_html("<span>{}</span>{}", found.about, named)
