"""Reads our Markdown into tokens: CommonMark without HTML, with tables, strikethrough, footnotes and citations."""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

_CITATION = re.compile(r"\[@([0-9]{1,6})\]", re.ASCII)


def _citation(state: StateInline, silent: bool) -> bool:
    """Read ``[@12]`` as a citation of the source with that number."""
    match = _CITATION.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content = match[0]
        token.meta = {"number": int(match[1])}
    state.pos = match.end()
    return True


def _grammar() -> MarkdownIt:
    grammar = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    grammar.use(footnote_plugin, inline=False)
    # A line such as "[@3]: words" would vanish as a link definition, and "[@3]" become a link to it.
    grammar.disable("reference")
    grammar.inline.ruler.before("link", "citation", _citation)
    # Every address is read, so that the words of a forbidden one stay; what may be linked is decided afterwards.
    grammar.validateLink = lambda url: True  # type: ignore[method-assign]
    return grammar


GRAMMAR = _grammar()


def tokens_of(source: str) -> list[Token]:
    """Return the block tokens of ``source`` in the order they are printed: footnotes last.

    Characters that no encoding can hold (lone surrogates) become question marks.
    """
    return GRAMMAR.parse(source.encode("utf-8", "replace").decode())


def inline_tokens(tokens: list[Token]) -> Iterator[Token]:
    """Walk the words, links, citations and pictures of all blocks, in order."""
    for token in tokens:
        yield from token.children or ()


def citations(source: str) -> tuple[int, ...]:
    """Return the citation numbers that ``source`` mentions, in the order they are printed, repetitions included."""
    return tuple(token.meta["number"] for token in inline_tokens(tokens_of(source)) if token.type == "citation")
