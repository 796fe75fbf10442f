"""Template tags that print the outlets of a passage, and the sources of a page, a passage or a section.

The HTML is built in Python, because a template would take ten times as long.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext

from newsroom.site.templatetags.public_pages import day
from newsroom.text.html import NO_HTML, fill_in, join_parts
from newsroom.text.join import comma
from stories.public.pages.works.outlets import PrintedOutlet
from stories.public.pages.works.sections import SourceEntry

register = template.Library()

_HEADING = "<h3>{outlets}</h3>"
_NAMED = "<span>{name}{about}</span>"
_NAME_WITH_PAGE = '<a href="{url}">{name}</a>'
_ABOUT = ' <span class="small">{about}</span>'
_LINES = '<span class="outlet-lines" aria-hidden="true">{lines}</span>'
_LINE = fill_in("<i></i>")
_SOURCE = """<li id="source-{number}">
            <span class="number">{number}</span>
            <div>
              <a class="title" href="{url}" rel="noopener external"><bdi>{title}</bdi></a>
              <p class="source-details small">{outlet}{about}</p>
              {owner}
              {dated}
              {letters}
            </div>
            {arrow}
          </li>"""
_OUTLET_WITH_PAGE = '<a href="{url}"><bdi>{name}</bdi></a>'
_OUTLET = "<b><bdi>{name}</bdi></b>"
_ABOUT_OUTLET = "{comma}{about}"
_OWNER = '<p class="owner small"{hidden}>{owner}</p>'
_DATED = '<p class="dated small">{author}{comma}{day}{paywall}</p>'
_AUTHOR = "<bdi>{author}</bdi>"
_PAYWALL = (
    ' <span class="paywall"><svg viewBox="0 0 10 9" aria-hidden="true"><path d="M1 1h8v7H1zM1 5.5h8M2 6.75h6"/></svg>'
    "{label}</span>"
)
_ARROW = (
    '<a class="back" href="#{anchor}"><span aria-hidden="true">↑</span><span class="visually-hidden">{words}</span></a>'
)
_LETTERS = '<p class="back-links small">{words}{links}</p>'
_LETTER = ' <a href="#{anchor}" aria-label="{words}">{letter}</a>'
_ARTICLE = """<li><a class="number" href="{page_url}#source-{number}"><span class="visually-hidden">{label} </span>{number}</a>
      <span><a class="title" href="{url}" rel="noopener external"><bdi>{title}</bdi></a> {outlet}{day}{paywall}</span></li>"""
_CITED = (
    '<li><a class="number" href="#source-{number}"><span class="visually-hidden">{label} </span>{number}</a>'
    '<span><span class="strong">{outlet}</span> <span class="date">{day}</span></span></li>'
)


@register.simple_tag
def outlet_heading(outlets: Iterable[PrintedOutlet]) -> SafeString:
    """Return the heading of a passage: the name of each of its outlets, followed by its kind and country."""
    named = (
        fill_in(
            _NAMED,
            name=fill_in(_NAME_WITH_PAGE, url=outlet.url, name=outlet.name) if outlet.url else outlet.name,
            about=fill_in(_ABOUT, about=about) if (about := outlet.about) else NO_HTML,
        )
        for outlet in outlets
    )
    return fill_in(_HEADING, outlets=join_parts(named))


@register.simple_tag
def outlet_lines(outlets: int) -> SafeString:
    """Return a drawing with one line for each outlet of a passage."""
    return fill_in(_LINES, lines=join_parts([_LINE] * outlets, between=""))


@register.simple_tag
def source_items(sources: Iterable[SourceEntry], at: datetime) -> SafeString:
    """Return the items of the list of sources, for a page that is built at ``at``.

    The owner of an outlet is visible at its first article only. The card of a source shows it in any case.
    """
    separator = comma()
    paywall = fill_in(_PAYWALL, label=gettext("Paywall"))
    items, owned = [], set[PrintedOutlet]()
    for source in sources:
        outlet = source.outlet
        items.append(
            fill_in(
                _SOURCE,
                number=str(source.number),
                url=source.url,
                title=source.title,
                outlet=fill_in(_OUTLET_WITH_PAGE, url=outlet.url, name=outlet.name)
                if outlet.url
                else fill_in(_OUTLET, name=outlet.name),
                about=fill_in(_ABOUT_OUTLET, comma=separator, about=about)
                if (about := _format_about(outlet))
                else NO_HTML,
                owner=_format_owner(outlet, is_hidden=outlet in owned),
                dated=fill_in(
                    _DATED,
                    author=fill_in(_AUTHOR, author=source.author) if source.author else NO_HTML,
                    comma=separator if source.author and source.published_on else "",
                    day=day(source.published_on, at),
                    paywall=paywall if source.paywalled else NO_HTML,
                )
                if source.author or source.published_on or source.paywalled
                else NO_HTML,
                letters=_format_letters(source.back) if len(source.back) > 1 else NO_HTML,
                arrow=fill_in(
                    _ARROW,
                    anchor=source.back[0],
                    words=gettext("Back to the text, source %(number)s") % {"number": source.number},
                )
                if len(source.back) == 1
                else NO_HTML,
            )
        )
        owned.add(outlet)
    return join_parts(items)


def _format_about(outlet: PrintedOutlet) -> str:
    """Return kind and country as they are printed after the name: German writes the kind with a capital."""
    is_german = (get_language() or "").startswith("de")
    return outlet.about if is_german or not outlet.kind else f"{outlet.about[0].lower()}{outlet.about[1:]}"


def _format_owner(outlet: PrintedOutlet, *, is_hidden: bool) -> SafeString:
    if not outlet.owner:
        return NO_HTML
    owner = gettext("Owner: {owner}").format(owner=outlet.owner)
    return fill_in(_OWNER, hidden=fill_in(" hidden") if is_hidden else NO_HTML, owner=owner)


def _format_letters(anchors: Sequence[str]) -> SafeString:
    """Return a line with a link to each citation of a source. After the last letter of the alphabet, numbers follow."""
    alphabet, label = (
        pgettext("letters for citations", "abcdefghijklmnopqrstuvwxyz"),
        gettext("Citation {letter} of {number}"),
    )
    letters = [alphabet[place] if place < len(alphabet) else str(place + 1) for place in range(len(anchors))]
    links = (
        fill_in(_LETTER, anchor=anchor, letter=letter, words=label.format(letter=letter, number=len(anchors)))
        for anchor, letter in zip(anchors, letters, strict=True)
    )
    return fill_in(_LETTERS, words=gettext("Back to the text"), links=join_parts(links, between=""))


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
