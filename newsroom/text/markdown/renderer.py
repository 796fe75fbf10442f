"""Render tokens as HTML: citations, notes and tables get the labels that screen readers need."""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from inspect import getmembers, isfunction

from django.utils.translation import gettext
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict


def citation_id(anchor: str, place: int) -> str:
    """Return the id of citation number ``place``, counted from 1, in the text with that anchor."""
    return f"cite-{anchor}-{place}"


def _numbered(words: str, number: int) -> str:
    """Return the number, with the rest of ``words`` (“Source {number}”) around it for screen readers only."""
    before, _, after = words.partition("{number}")
    return f"{_unseen(before)}{number}{_unseen(after)}"


def _unseen(words: str) -> str:
    return f'<span class="visually-hidden">{escape(words)}</span>' if words else ""


class TokenRenderer(RendererHTML):
    """Renderer of one text.

    ``numbers`` maps citation numbers to those that readers see; ``anchor`` makes its ids unique on the page.
    """

    def __init__(self, numbers: Mapping[int, int], anchor: str) -> None:
        # The base class would look up all its members for each text.
        self.rules = {name: getattr(self, name) for name in _rules()}
        self._numbers = numbers
        self._anchor = anchor
        self._mentions = 0
        self._noted: set[str] = set()

    def citation(self, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType) -> str:
        """Return a link to the source with its number; an unknown citation remains as it was written."""
        token = tokens[place]
        number = self._numbers.get(token.meta["number"])
        if number is None:
            return escape(token.content)
        self._mentions += 1
        identity = escape(citation_id(self._anchor, self._mentions))
        label = _numbered(gettext("Source {number}"), number)
        return f'<sup><a class="cite" href="#source-{number}" id="{identity}">{label}</a></sup>'

    def footnote_ref(self, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType) -> str:
        """Return a link to a note with its number."""
        note, way_back = self._note_ids(tokens[place])
        self._noted.add(way_back)
        label = _numbered(gettext("Note {number}"), tokens[place].meta["id"] + 1)
        return f'<sup><a class="footnote" href="#{note}" id="{way_back}">{label}</a></sup>'

    def footnote_block_open(self, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType) -> str:
        return '<div class="footnotes">\n<ol>\n'

    def footnote_block_close(self, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType) -> str:
        return "</ol>\n</div>\n"

    def footnote_open(self, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType) -> str:
        return f'<li id="{self._note_ids(tokens[place])[0]}">'

    def footnote_close(self, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType) -> str:
        """Return a link from a note back to its reference in the text."""
        _, way_back = self._note_ids(tokens[place])
        # The reference is not printed if it is in the alternative text of an image. The same goes for one in a note
        # that a second definition of the same label replaces.
        if way_back not in self._noted:
            return ""
        arrow = f'<span aria-hidden="true">↩\ufe0e</span>{_unseen(gettext("Back to the text"))}'
        return f' <a class="footnote-back" href="#{way_back}">{arrow}</a>'

    def table_open(self, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType) -> str:
        """Return the start of a table in a box that can be scrolled by keyboard on narrow pages."""
        return f'<div class="table" role="group" tabindex="0" aria-label="{escape(gettext("Table"))}"><table>\n'

    def table_close(self, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType) -> str:
        return "</table></div>\n"

    def _note_ids(self, token: Token) -> tuple[str, str]:
        name = escape(f"{self._anchor}-{token.meta['id'] + 1}")
        again = f":{token.meta['subId'] + 1}" if token.meta.get("subId", 0) > 0 else ""
        return f"note-{name}", f"noted-{name}{again}"


@cache
def _rules() -> tuple[str, ...]:
    """Return the names of the methods that render a type of token, by the rule of the base class."""
    methods = (name for name, _ in getmembers(TokenRenderer, isfunction))
    return tuple(name for name in methods if not name.startswith(("render", "_")))
