"""Template tags that print the card of a story or a question in a list.

The HTML of a card is built in Python, because a template would take ten times as long.
"""

from datetime import date, datetime
from typing import Protocol

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from newsroom.media.models import Image
from newsroom.media.templatetags.pictures import picture
from newsroom.site.templatetags.public_pages import day, last_updated, tally_marks
from newsroom.text.html import NO_HTML, fill_in
from newsroom.text.join import comma
from newsroom.text.language_cache import cache_by_language
from stories.editions.models import Edition

register = template.Library()

_CARD = """<article class="card" lang="{language}" dir="{direction}" data-updated="{updated}">{picture}{label}
    <h3><a href="{url}">{title}</a></h3>{excerpt}
    <p class="counts small">{day}{outlets}{minutes}</p>
  </article>"""
_QUESTION_CARD = """<article class="card" lang="{language}" dir="{direction}">
  <h3><a href="{url}">{title}</a></h3>{excerpt}{day}
</article>"""
_LABEL = '\n    <p class="label">{topic}</p>'
_EXCERPT = '\n    <p class="excerpt">{summary}</p>'
_OUTLETS = '\n      <span dir="auto">{lines} {words}</span>'
_MINUTES = '\n      <span dir="auto">{words}</span>'
_AS_OF = '\n  <p class="small after">{topic}{words} {day}</p>'
_PICTURE_SIZES = "(min-width: 70rem) 23rem, (min-width: 46rem) 50vw, 100vw"


class WorkOnCard(Protocol):
    """A story or a question in a list."""

    edition: Edition


class QuestionOnCard(WorkOnCard, Protocol):
    """A question in a list, with its newest as-of date."""

    as_of: date | None


@register.simple_tag
def story_card(
    card: WorkOnCard,
    at: datetime,
    *,
    topic: str = "",
    short: bool = False,
    dated: bool = False,
    pictured: bool = False,
) -> SafeString:
    """Return the card of a story, for a page that is built at ``at``.

    ``topic`` is printed above the title. A ``short`` card has no summary. ``dated`` says that a date stands beside the
    card, which then has the reading time instead. A ``pictured`` card has the lead image.
    """
    edition = card.edition
    return fill_in(
        _CARD,
        updated=str(int(edition.updated_at.timestamp())),
        language=edition.language,
        direction=edition.direction,
        picture=_render_picture(edition.lead_image) if pictured and edition.lead_image else NO_HTML,
        label=fill_in(_LABEL, topic=topic) if topic else NO_HTML,
        url=edition.get_absolute_url(),
        title=edition.title,
        excerpt=fill_in(_EXCERPT, summary=edition.summary) if edition.summary and not short else NO_HTML,
        day=NO_HTML if dated else last_updated(edition, at),
        outlets=_count_outlets(edition.outlet_count) if edition.outlet_count else NO_HTML,
        minutes=_count_minutes(edition.minutes) if dated else NO_HTML,
    )


@register.simple_tag
def question_card(card: QuestionOnCard, at: datetime, *, topic: str = "", short: bool = False) -> SafeString:
    """Return the card of a question, for a page that is built at ``at``.

    A ``short`` card has the as-of date, after ``topic`` if given, instead of the introduction.
    """
    edition = card.edition
    return fill_in(
        _QUESTION_CARD,
        language=edition.language,
        direction=edition.direction,
        url=edition.get_absolute_url(),
        title=edition.title,
        excerpt=fill_in(_EXCERPT, summary=edition.summary) if edition.summary and not short else NO_HTML,
        day=fill_in(
            _AS_OF,
            topic=f"{topic}{comma()}" if topic else "",
            words=gettext("as of"),
            day=day(card.as_of, at),
        )
        if short
        else NO_HTML,
    )


def _render_picture(image: Image) -> SafeString:
    return render_to_string("media/image.html", picture(image, "", _PICTURE_SIZES, ratio="8:5"))


# Cached, because lists print the same few numbers repeatedly.
@cache_by_language(1_000)
def _count_outlets(number: int) -> SafeString:
    words = ngettext("%(number)s outlet", "%(number)s outlets", number) % {"number": number}
    return fill_in(_OUTLETS, lines=tally_marks(number), words=words)


@cache_by_language(1_000)
def _count_minutes(number: int) -> SafeString:
    words = ngettext("%(number)s min read", "%(number)s min read", number) % {"number": number}
    return fill_in(_MINUTES, words=words)
