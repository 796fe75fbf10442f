"""Template tags that print the contents of a page, the links to its history, its copies and feeds, and its citations.

The HTML is built in Python, because a template would take ten times as long.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from newsroom.http.reverse import reverse_slug
from newsroom.site.templatetags.public_pages import date_range, day
from newsroom.text.html import NO_HTML, fill_in, join_parts
from newsroom.text.join import join_list
from stories.editions.models import Edition
from stories.public.pages.copies.documents import CopyLink
from stories.public.pages.history.changes import Changes
from stories.public.pages.works.citations import Citation
from stories.public.pages.works.contents import Contents
from stories.public.pages.works.corrections import PlacedCorrections
from stories.public.pages.works.markup.agreement import render_as_grid
from stories.public.pages.works.markup.brief import render_brief
from stories.public.pages.works.open_questions import fold_answered

register = template.Library()
register.filter(fold_answered)
register.simple_tag(render_as_grid, name="agreement_grid")
register.simple_tag(render_brief, name="brief_lines")

_CONTENTS_ITEM = '<li><a href="#{anchor}">{words}</a></li>'
_CONTENTS_GROUP = '<p class="label" id="group-{code}">{name}</p><ol aria-labelledby="group-{code}">{items}</ol>'
_HISTORY = '<a class="action" href="{url}">{words}</a>'
_ALTERNATE = '<link rel="alternate" href="{url}" type="{content_type}">'
_FEED = '<link rel="alternate" href="{url}" type="{content_type}" title="{title}">'
_COPY = '<a class="action" href="{url}" type="{content_type}">{name}</a>'
_CITATION = """<h2 class="label" id="citation-{number}">{style}</h2>
      <p class="citation"><bdi>{text}</bdi></p>"""


class CorrectedPage(Protocol):
    """The page of a work, with the places of its corrections."""

    placed: PlacedCorrections


@register.simple_tag
def contents_groups(contents: Contents) -> SafeString:
    """Return the lists of the table of contents, each under the name of its group."""
    return join_parts(
        fill_in(
            _CONTENTS_GROUP,
            code=group.code,
            name=group.name,
            items=join_parts(
                (fill_in(_CONTENTS_ITEM, anchor=entry.anchor, words=entry.heading) for entry in group.entries),
                between="",
            ),
        )
        for group in contents.groups
    )


@register.filter
def with_corrections(html: str, page: CorrectedPage) -> str:
    """Return the HTML of a text of ``page`` with its corrections in place."""
    return page.placed.fill(html)


@register.simple_tag
def wrong_words_period(correction: Edition, at: datetime) -> SafeString | str:
    """Return a sentence that says how long the words that ``correction`` corrects were on the page."""
    if correction.wrong_since is None:
        return ""
    first, last = (timezone.localtime(each).date() for each in (correction.wrong_since, correction.live_from))
    if first == last:
        return fill_in(gettext("The wrong words were on this page on {day}."), day=day(first, at))
    return fill_in(gettext("The wrong words were on this page from {period}."), period=date_range(first, last, at))


@register.simple_tag
def history_link(changes: Changes | None) -> SafeString:
    """Return the link to the history of a live page, or an empty string for an old edition or a draft."""
    if changes is None or not changes.editions:
        return NO_HTML
    editions = ngettext("%(number)s edition", "%(number)s editions", changes.editions) % {"number": changes.editions}
    return fill_in(_HISTORY, url=changes.url, words=join_list((gettext("History"), editions)))


@register.simple_tag
def alternate_formats(copies: Iterable[CopyLink], edition: Edition) -> SafeString:
    """Return links for the head of a page: to its copies and, for a story, to the feeds of its changes."""
    links = [fill_in(_ALTERNATE, url=copy.url, content_type=copy.content_type) for copy in copies]
    if edition.work_kind == "story":
        title = gettext("What changed on this page")
        links += [
            fill_in(_FEED, url=reverse_slug(view, edition.slug), content_type=content_type, title=title)
            for view, content_type in (
                ("story_changes_feed", "application/atom+xml"),
                ("story_changes_json", "application/feed+json"),
            )
        ]
    return join_parts(links)


@register.simple_tag
def copy_links(copies: Iterable[CopyLink]) -> SafeString:
    """Return links to the copies of a page."""
    links = (fill_in(_COPY, url=copy.url, content_type=copy.content_type, name=copy.name) for copy in copies)
    return join_parts(links, between="")


@register.simple_tag
def citation_items(citations: Iterable[Citation]) -> SafeString:
    """Return the citations of a page, each under the name of its style."""
    return join_parts(
        fill_in(_CITATION, number=str(number), style=citation.style, text=citation.text)
        for number, citation in enumerate(citations, start=1)
    )
