"""Render Markdown as safe HTML. HTML is sanitised here and nowhere else."""

from collections.abc import Mapping

import nh3

from newsroom.text.markdown.grammar import GRAMMAR, citation_numbers, parse_tokens
from newsroom.text.markdown.lists import lay_out_lists
from newsroom.text.markdown.renderer import TokenRenderer, citation_id, render_citation
from newsroom.text.markdown.tables import lay_out_tables
from newsroom.text.markdown.transforms import lower_headings, normalise_tables, resolve_links

__all__ = ["citation_id", "citation_numbers", "render", "render_citation"]

_OVERRIDES = str.maketrans("", "", "\u202d\u202e")  # direction overrides, which change the order of characters

_SANITISER = nh3.Cleaner(
    tags={
        *("p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "s"),
        *("a", "sup", "span", "div", "time", "table", "caption", "thead", "tbody", "tr", "th", "td"),
    },
    attributes={
        "a": {"href", "id", "rel", "title"},
        "div": {"aria-label", "role", "tabindex"},
        "li": {"data-day", "data-state", "id"},
        "ol": {"start"},
        "span": {"aria-hidden", "data-pad", "data-picture", "data-to"},
        "time": {"datetime"},
    },
    allowed_classes={
        "a": {"cite", "footnote", "footnote-back"},
        "div": {"footnotes", "table", "what"},
        "h3": {"question"},
        "ol": {"timeline"},
        "p": {"small", "state", "table-source", "when", "who"},
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
    resolves_uids: bool = True,
) -> str:
    """Return ``source`` as safe HTML. Any source is accepted.

    ``numbers`` maps each citation number to the number that readers see; an unknown citation remains as written.
    ``anchor`` makes the ids of citations and footnotes unique on the page. ``convention`` (``timeline``, ``people``,
    ``unknowns`` or empty) selects the layout of lists. If ``headings`` is false, a heading becomes a bold paragraph.

    Links by uid become ``<span data-to="topic:UID">``, and images by uid ``<span data-picture="UID">``: the page
    resolves them. If ``resolves_uids`` is false, such links become plain text, and such images are left out. Labels
    (“Source”, “Open”) and dates are in the active language.
    """
    tokens = resolve_links(parse_tokens(source.translate(_OVERRIDES)), resolves_uids=resolves_uids)
    lower_headings(tokens, headings=headings)
    lay_out_tables(tokens)
    normalise_tables(tokens)
    lay_out_lists(tokens, convention)
    return _SANITISER.clean(TokenRenderer(numbers, anchor).render(tokens, GRAMMAR.options, {})).strip()
