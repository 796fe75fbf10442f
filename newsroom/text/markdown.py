"""Turns Markdown into the only HTML that pages print unescaped; the one place where HTML is sanitised."""

from collections.abc import Mapping, Sequence
from html import escape

import nh3
from django.utils.translation import gettext
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from newsroom.text.conventions import lay_out_lists
from newsroom.text.grammar import GRAMMAR, tokens_of
from newsroom.text.marks import lower_headings, settle_links, settle_tables

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
        "sup": {"id"},
        "time": {"datetime"},
    },
    allowed_classes={
        "a": {"cite", "footnote-backref"},
        "div": {"about", "footnotes", "table", "what"},
        "ol": {"footnotes-list", "timeline"},
        "p": {"question", "role", "state", "when", "who"},
        "span": {"since", "visually-hidden"},
        "sup": {"cite", "footnote-ref"},
        "td": {"center", "end"},
        "th": {"center", "end"},
        "ul": {"people", "unknowns"},
    },
    link_rel=None,
    url_schemes={"http", "https", "mailto"},
)


def mention_id(anchor: str, place: int) -> str:
    """Return the id of the ``place``-th citation (from 1) printed in the text of that anchor."""
    return f"cite-{anchor}-{place}"


def _labelled(number: int) -> str:
    """Return the number with hidden words around it, so that it is heard as what it is."""
    before, _, after = (escape(part) for part in gettext("Source {number}").partition("{number}"))
    hidden = ['<span class="visually-hidden">{}</span>'.format(part) if part else "" for part in (before, after)]
    return f"{hidden[0]}{number}{hidden[1]}"


def _print_citation(
    renderer: RendererProtocol, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[place]
    number = env["numbers"].get(token.meta["number"])
    if number is None:
        return escape(token.content)
    env["mentions"] += 1
    identity = escape(mention_id(env["docId"], env["mentions"]))
    if token.meta["within_link"]:
        return f'<sup class="cite" id="{identity}">{_labelled(number)}</sup>'
    return f'<sup><a class="cite" href="#source-{number}" id="{identity}">{_labelled(number)}</a></sup>'


def _print_note_number(
    renderer: RendererProtocol, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType
) -> str:
    note = tokens[place].meta
    name = escape(f"{env['docId']}-{note['id'] + 1}")
    again = f":{note['subId']}" if note.get("subId", 0) > 0 else ""
    before, _, after = (escape(part) for part in gettext("Note {number}").partition("{number}"))
    words = f'<span class="visually-hidden">{before}</span>{note["id"] + 1}{after}'
    return f'<sup class="footnote-ref"><a href="#fn-{name}" id="fnref-{name}{again}">{words}</a></sup>'


def _print_note(
    renderer: RendererProtocol, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType
) -> str:
    return f'<li id="fn-{escape(env["docId"])}-{tokens[place].meta["id"] + 1}">'


def _print_way_back(
    renderer: RendererProtocol, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType
) -> str:
    note = tokens[place].meta
    again = f":{note['subId']}" if note["subId"] > 0 else ""
    address = escape(f"#fnref-{env['docId']}-{note['id'] + 1}{again}")
    words = f'<span aria-hidden="true">↩\ufe0e</span><span class="visually-hidden">{escape(gettext("Back"))}</span>'
    return f' <a href="{address}" class="footnote-backref">{words}</a>'


def _print_notes_open(*_: object) -> str:
    return '<div class="footnotes">\n<ol class="footnotes-list">\n'


def _print_notes_close(*_: object) -> str:
    return "</ol>\n</div>\n"


def _print_table_open(*_: object) -> str:
    return f'<div class="table" role="group" tabindex="0" aria-label="{escape(gettext("Table"))}"><table>\n'


def _print_table_close(*_: object) -> str:
    return "</table></div>\n"


for _name, _rule in {
    "citation": _print_citation,
    "footnote_ref": _print_note_number,
    "footnote_open": _print_note,
    "footnote_anchor": _print_way_back,
    "footnote_block_open": _print_notes_open,
    "footnote_block_close": _print_notes_close,
    "table_open": _print_table_open,
    "table_close": _print_table_close,
}.items():
    GRAMMAR.renderer.rules[_name] = _rule.__get__(GRAMMAR.renderer)


def render(
    source: str, *, numbers: Mapping[int, int], anchor: str, convention: str = "", headings: bool = True
) -> str:
    """Return ``source`` as safe HTML.

    ``numbers`` says which number readers see for each citation number; a citation it does not know stays as it was
    written. ``anchor`` makes the ids of citations and footnotes the text's own. ``convention`` (``timeline``,
    ``people``, ``unknowns`` or empty) is how lists are laid out. Without ``headings`` a heading is a bold line.
    Words of the site itself (“Source”, “Open”) and dates are in the language that is active. Links by uid become
    ``<span data-to="topic:UID">``, pictures ``<span data-picture="UID">``: the page decides what they lead to.
    Never raises, whatever the source.
    """
    env: dict[str, object] = {"docId": anchor, "numbers": numbers, "mentions": 0}
    tokens = settle_links(tokens_of(source.translate(_OVERRIDES), env))
    lower_headings(tokens, headings=headings)
    settle_tables(tokens)
    lay_out_lists(tokens, convention)
    return _SANITISER.clean(GRAMMAR.renderer.render(tokens, GRAMMAR.options, env)).strip()
