"""Template tags that print the outlets of a passage, and the sources of a page, a passage or a section.

The HTML is built in Python, because a template would take ten times as long.
"""

from collections.abc import Iterable
from datetime import datetime

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from newsroom.site.templatetags.public_pages import day
from newsroom.text.html import NO_HTML, fill_in, join_parts
from newsroom.text.join import comma
from stories.public.pages.works.outlets import PrintedOutlet
from stories.public.pages.works.sections import SourceEntry

register = template.Library()

_HEADING = "<div><h3>{name}</h3>{about}</div>"
_NAME_WITH_PAGE = '<a href="{url}">{name}</a>'
_ABOUT = '<p class="small">{about}</p>'
_LINES = '<span class="outlet-lines" aria-hidden="true">{lines}</span>'
_LINE = fill_in("<i></i>")
_SOURCE = """<li id="source-{number}">
            <span class="number">{number}</span>
            <div>
              <a class="title" href="{url}" rel="noopener external"><bdi>{title}</bdi></a>
              <p class="source-details small">{outlet}{author}{day}{paywall}</p>
            </div>
            {back}
          </li>"""
_OUTLET_WITH_PAGE = '<a href="{url}"><bdi>{name}</bdi></a>'
_OUTLET = "<b><bdi>{name}</bdi></b>"
_AUTHOR = "{comma}<bdi>{author}</bdi>"
_DAY = "{comma}{day}"
_PAYWALL = (
    ' <span class="paywall"><svg viewBox="0 0 10 9" aria-hidden="true"><path d="M1 1h8v7H1zM1 5.5h8M2 6.75h6"/></svg>'
    "{label}</span>"
)
_BACK = (
    '<a class="back" href="#{anchor}"><span aria-hidden="true">↑</span><span class="visually-hidden">{words}</span></a>'
)
_ARTICLE = """<li><a class="number" href="{page_url}#source-{number}"><span class="visually-hidden">{label} </span>{number}</a>
      <span><a class="title" href="{url}" rel="noopener external"><bdi>{title}</bdi></a> {outlet}{day}{paywall}</span></li>"""
_CITED = (
    '<li><a class="number" href="#source-{number}"><span class="visually-hidden">{label} </span>{number}</a>'
    '<span><span class="strong">{outlet}</span> <span class="date">{day}</span></span></li>'
)


@register.simple_tag
def outlet_headings(outlets: Iterable[PrintedOutlet]) -> SafeString:
    """Return a heading with the name of each outlet of a passage, followed by its kind and country."""
    return join_parts(
        fill_in(
            _HEADING,
            name=fill_in(_NAME_WITH_PAGE, url=outlet.url, name=outlet.name) if outlet.url else outlet.name,
            about=fill_in(_ABOUT, about=about) if (about := outlet.about) else NO_HTML,
        )
        for outlet in outlets
    )


@register.simple_tag
def outlet_lines(outlets: int) -> SafeString:
    """Return a drawing with one line for each outlet of a passage."""
    return fill_in(_LINES, lines=join_parts([_LINE] * outlets, between=""))


@register.simple_tag
def source_items(sources: Iterable[SourceEntry], at: datetime) -> SafeString:
    """Return the items of the list of sources, for a page that is built at ``at``."""
    separator, words = comma(), gettext("Back to the text, source %(number)s")
    paywall = fill_in(_PAYWALL, label=gettext("Paywall"))
    return join_parts(
        fill_in(
            _SOURCE,
            number=str(source.number),
            url=source.url,
            title=source.title,
            outlet=fill_in(_OUTLET_WITH_PAGE, url=source.outlet.url, name=source.outlet.name)
            if source.outlet.url
            else fill_in(_OUTLET, name=source.outlet.name),
            author=fill_in(_AUTHOR, comma=separator, author=source.author) if source.author else NO_HTML,
            day=fill_in(_DAY, comma=separator, day=day(source.published_on, at)) if source.published_on else NO_HTML,
            paywall=paywall if source.paywalled else NO_HTML,
            back=fill_in(_BACK, anchor=source.back[0], words=words % {"number": source.number})
            if source.back
            else NO_HTML,
        )
        for source in sources
    )


@register.simple_tag
def article_items(
    articles: Iterable[SourceEntry], at: datetime, *, shared: bool = False, page_url: str = ""
) -> SafeString:
    """Return the items of the list of articles on which a passage is based.

    They link to the list of sources, on the page at ``page_url`` if given. In a ``shared`` passage, which names several
    outlets, each article has the name of its outlet.
    """
    separator, label = comma(), gettext("Source")
    paywall = fill_in(_PAYWALL, label=gettext("Paywall"))
    return join_parts(
        fill_in(
            _ARTICLE,
            page_url=page_url,
            number=str(article.number),
            label=label,
            url=article.url,
            title=article.title,
            outlet=fill_in(
                "<bdi>{name}</bdi>{comma}",
                name=article.outlet.name,
                comma=separator if article.published_on else "",
            )
            if shared
            else NO_HTML,
            day=day(article.published_on, at),
            paywall=paywall if article.paywalled else NO_HTML,
        )
        for article in articles
    )


@register.simple_tag
def cited_items(sources: Iterable[SourceEntry], at: datetime) -> SafeString:
    """Return the items of the list of sources beside the section that cites them."""
    label = gettext("Source")
    return join_parts(
        fill_in(
            _CITED,
            number=str(source.number),
            label=label,
            outlet=source.outlet.name,
            day=day(source.published_on, at),
        )
        for source in sources
    )
