"""Turns Markdown into the only HTML that pages print unescaped; the one place where HTML is sanitised."""

from collections.abc import Mapping

import nh3

from newsroom.text.markdown.grammar import GRAMMAR, citations, tokens_of
from newsroom.text.markdown.lists import lay_out_lists
from newsroom.text.markdown.renderer import Printer, mention_id
from newsroom.text.markdown.transforms import lower_headings, settle_links, settle_tables

__all__ = ["citations", "mention_id", "render"]

_OVERRIDES = str.maketrans("", "", "\u202d\u202e")  # they would show words in an order that nobody wrote

_SANITISER = nh3.Cleaner(
    tags={
        *("p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "s"),
        *("a", "sup", "span", "div", "time", "table", "thead", "tbody", "tr", "th", "td"),
    },
    attributes={
        "a": {"href", "id", "rel", "title"},
        "div": {"aria-label", "role", "tabindex"},
        "li": {"data-day", "data-state", "id"},
        "ol": {"start"},
        "span": {"aria-hidden", "data-picture", "data-to"},
        "time": {"datetime"},
    },
    allowed_classes={
        "a": {"cite", "footnote", "footnote-back"},
        "div": {"footnotes", "table", "what"},
        "ol": {"timeline"},
        "p": {"question", "state", "when", "who"},
        "span": {"role", "since", "visually-hidden"},
        "td": {"center", "end"},
        "th": {"center", "end"},
        "ul": {"people", "unknowns"},
    },
    link_rel=None,
    url_schemes={"http", "https", "mailto"},
)


def render(
    source: str,
    *,
    numbers: Mapping[int, int],
    anchor: str,
    convention: str = "",
    headings: bool = True,
    things: bool = True,
) -> str:
    """Return ``source`` as safe HTML.

    ``numbers`` says which number readers see for each citation number; a citation it does not know stays as it was
    written. ``anchor`` makes the ids of citations and footnotes the text's own. ``convention`` (``timeline``,
    ``people``, ``unknowns`` or empty) is how lists are laid out. Without ``headings`` a heading is a bold line.
    Words of the site itself (“Source”, “Open”) and dates are in the language that is active. Links by uid become
    ``<span data-to="topic:UID">``, pictures ``<span data-picture="UID">``: the page decides what they lead to.
    Without ``things``, for a page that decides nothing, they are plain words, and pictures are left out.
    Never raises, whatever the source.
    """
    tokens = settle_links(tokens_of(source.translate(_OVERRIDES)), things=things)
    lower_headings(tokens, headings=headings)
    settle_tables(tokens)
    lay_out_lists(tokens, convention)
    return _SANITISER.clean(Printer(numbers, anchor).render(tokens, GRAMMAR.options, {})).strip()
