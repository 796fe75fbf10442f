"""Template filters that print the filters and results of a search.

The HTML of a result is built in Python, because a template would take ten times as long.
"""

from datetime import date, datetime
from typing import Protocol

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from newsroom.site.templatetags.public_pages import day, tally_marks
from newsroom.text.html import Piece, fill_in, mark_hits, render_options

register = template.Library()
register.filter(render_options)


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


@register.filter
def result_card(result: SearchResult, at: datetime) -> SafeString:
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
