"""Reads our Markdown into tokens: CommonMark without HTML, with tables, strikethrough, footnotes and citations."""

import re
from collections.abc import Iterable, Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from newsroom.text.remembering import remembered

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
    """Return the block tokens of ``source`` in the order they are printed, footnotes last, for the caller to change.

    Characters that no encoding can hold (lone surrogates) become question marks.
    """
    return [_copied(token) for token in read_tokens(source)]


@remembered(512)
def read_tokens(source: str) -> Sequence[Token]:
    """Return what ``tokens_of`` returns, for those who only read it: the tokens are everybody's."""
    return GRAMMAR.parse(source.encode("utf-8", "replace").decode())


def _copied(token: Token) -> Token:
    return Token(
        token.type,
        token.tag,
        token.nesting,
        attrs=dict(token.attrs),
        map=token.map,
        level=token.level,
        children=None if token.children is None else [_copied(child) for child in token.children],
        content=token.content,
        markup=token.markup,
        info=token.info,
        meta=dict(token.meta),
        block=token.block,
        hidden=token.hidden,
    )


def inline_tokens(tokens: Iterable[Token]) -> Iterator[Token]:
    """Walk the words, links, citations and pictures of all blocks, in order."""
    for token in tokens:
        yield from token.children or ()


def citations(source: str) -> tuple[int, ...]:
    """Return the citation numbers that ``source`` mentions, in the order they are printed, repetitions included."""
    if "[@" not in source:
        return ()
    return tuple(token.meta["number"] for token in inline_tokens(read_tokens(source)) if token.type == "citation")
