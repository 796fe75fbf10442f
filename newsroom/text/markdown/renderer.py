"""Render tokens as HTML. Citations, notes and tables get labels for screen readers."""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from inspect import getmembers, isfunction

from django.utils.translation import gettext
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict


def citation_id(anchor: str, place: int) -> str:
    """Return the id of the citation at position ``place``, counted from 1, in the text with this anchor."""
    return f"cite-{anchor}-{place}"


def render_citation(number: int, identity: str) -> str:
    """Return a link to the source with the ``number`` that readers see; ``identity`` is the id of the link."""
    label = _label_number(gettext("Source {number}"), number)
    return f'<sup><a class="cite" href="#source-{number}" id="{escape(identity)}">{label}</a></sup>'


def _label_number(words: str, number: int) -> str:
    """Return ``words``, such as “Source {number}”, with the number. All other words are only for screen readers."""
    before, _, after = words.partition("{number}")
    return f"{_visually_hidden(before)}{number}{_visually_hidden(after)}"


def _visually_hidden(words: str) -> str:
    return f'<span class="visually-hidden">{escape(words)}</span>' if words else ""


class TokenRenderer(RendererHTML):
    """Renderer for one text.

    ``numbers`` maps citation numbers to the numbers that readers see; ``anchor`` makes the ids unique on the page.
    """

    def __init__(self, numbers: Mapping[int, int], anchor: str) -> None:
        # The base class would inspect all its members for each text.
        self.rules = {name: getattr(self, name) for name in _list_rules()}
        self._numbers = numbers
        self._anchor = anchor
        self._citation_count = 0
        self._printed_references: set[str] = set()

    def citation(self, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType) -> str:
        """Return a link to the source, with its number. An unknown citation remains as written."""
        token = tokens[place]
        number = self._numbers.get(token.meta["number"])
        if number is None:
            return escape(token.content)
        self._citation_count += 1
        return render_citation(number, citation_id(self._anchor, self._citation_count))

    def footnote_ref(self, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType) -> str:
        """Return a link to a note, with its number."""
        note, way_back = self._note_ids(tokens[place])
        self._printed_references.add(way_back)
        label = _label_number(gettext("Note {number}"), tokens[place].meta["id"] + 1)
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
        """Return a link from a note back to its reference, or an empty string if the reference is not rendered."""
        _, way_back = self._note_ids(tokens[place])
        # A reference is not rendered in the alternative text of an image, or in a note that a second definition of
        # its label replaces.
        if way_back not in self._printed_references:
            return ""
        arrow = f'<span aria-hidden="true">↩\ufe0e</span>{_visually_hidden(gettext("Back to the text"))}'
        return f' <a class="footnote-back" href="#{way_back}">{arrow}</a>'

    def table_open(self, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType) -> str:
        """Return the start of a table, in a box that scrolls by keyboard on narrow screens.

        The box of a table with a caption is a region named by it.
        """
        caption = tokens[place].meta.get("caption", "")
        role, name = ("region", caption) if caption else ("group", gettext("Table"))
        return f'<div class="table" role="{role}" tabindex="0" aria-label="{escape(name)}"><table>\n'

    def table_close(self, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType) -> str:
        return "</table></div>\n"

    def _note_ids(self, token: Token) -> tuple[str, str]:
        name = escape(f"{self._anchor}-{token.meta['id'] + 1}")
        again = f":{token.meta['subId'] + 1}" if token.meta.get("subId", 0) > 0 else ""
        return f"note-{name}", f"noted-{name}{again}"


@cache
def _list_rules() -> tuple[str, ...]:
    """Return the names of the methods that render a token type, selected in the same way as in the base class."""
    methods = (name for name, _ in getmembers(TokenRenderer, isfunction))
    return tuple(name for name in methods if not name.startswith(("render", "_")))
