"""The template tag that prints the card of a story in a list.

The HTML of a card is built in Python, because a template would take ten times as long.
"""

from datetime import datetime
from typing import Protocol

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from newsroom.media.models import Image
from newsroom.media.templatetags.pictures import picture
from newsroom.site.templatetags.public_pages import last_updated, tally_marks
from newsroom.text.html import NO_HTML, fill_in
from stories.editions.models import Edition

register = template.Library()

_CARD = """<article class="card" lang="{language}" dir="{direction}">{picture}{label}
    <h3><a href="{url}">{title}</a></h3>{excerpt}
    <p class="counts small">{day}{outlets}{minutes}</p>
  </article>"""
_LABEL = '\n    <p class="label">{topic}</p>'
_EXCERPT = '\n    <p class="excerpt">{summary}</p>'
_OUTLETS = '\n      <span dir="auto">{lines} {words}</span>'
_MINUTES = '\n      <span dir="auto">{words}</span>'
_PICTURE_SIZES = "(min-width: 70rem) 23rem, (min-width: 46rem) 50vw, 100vw"


class StoryOnCard(Protocol):
    """A story in a list."""

    edition: Edition


@register.simple_tag
def story_card(
    card: StoryOnCard,
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


def _render_picture(image: Image) -> SafeString:
    return render_to_string("media/image.html", picture(image, "", _PICTURE_SIZES, ratio="8:5"))


def _count_outlets(number: int) -> SafeString:
    words = ngettext("%(number)s outlet", "%(number)s outlets", number) % {"number": number}
    return fill_in(_OUTLETS, lines=tally_marks(number), words=words)


def _count_minutes(number: int) -> SafeString:
    words = ngettext("%(number)s minute", "%(number)s minutes", number) % {"number": number}
    return fill_in(_MINUTES, words=words)
