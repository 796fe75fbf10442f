"""Parse and escape Markdown: CommonMark without HTML, with tables, strikethrough, footnotes and citations."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, wraps

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

_SPECIAL = r"[\\`*\[\]<~]"
_EMPHASIS = r"(?<![^\W_])_|_(?![^\W_])"  # an underscore within a word is literal
_ENTITY = r"&(?=#?[A-Za-z0-9]{1,40};)"
_MARKS = re.compile(f"{_SPECIAL}|{_EMPHASIS}|{_ENTITY}")
_BLOCK_START = re.compile(r"#{1,6}(?=\s|$)|>|[-+](?=\s|$)|[-=](?:[ \t]*[-=])*[ \t]*$|:?-[-:| \t]*$|\|")
_LIST_NUMBER = re.compile(r"([0-9]{1,9})([.)])(?=\s|$)", re.ASCII)
_SPACE = re.compile(r"\s+")  # one match for each run of spaces; a pattern that includes the line break is much slower
_BREAK = re.compile(r"[\n\r\f\v\x1c-\x1e\x85\u2028\u2029]")


def escape(text: str) -> str:
    """Return one paragraph of plain text escaped as Markdown; line breaks inside it become spaces."""
    line = _MARKS.sub(r"\\\g<0>", _SPACE.sub(_normalise_space, text.strip()))
    if numbered := _LIST_NUMBER.match(line):
        return f"{numbered[1]}\\{line[numbered.end(1) :]}"
    return f"\\{line}" if _BLOCK_START.match(line) else line


def _normalise_space(space: re.Match[str]) -> str:
    return " " if _BREAK.search(space[0]) else space[0]


MAX_CACHED_LENGTH = 20_000  # characters; results for longer texts are not cached, to limit memory use


def cache_short_texts[Result](
    max_texts: int, *, max_length: int = MAX_CACHED_LENGTH
) -> Callable[[Callable[[str], Result]], Callable[[str], Result]]:
    """Return a decorator that caches the results of a function for the ``max_texts`` most recently used texts.

    Results for texts longer than ``max_length`` characters are not cached. Callers share the results and must not
    change them.
    """

    def decorate(function: Callable[[str], Result]) -> Callable[[str], Result]:
        cached_function = lru_cache(maxsize=max_texts)(function)

        @wraps(function)
        def wrapper(source: str) -> Result:
            return cached_function(source) if len(source) <= max_length else function(source)

        return wrapper

    return decorate


_CITATION = re.compile(r"\[@([0-9]{1,6})\]", re.ASCII)


def _parse_citation(state: StateInline, silent: bool) -> bool:
    """Parse ``[@12]`` as a citation of the source with that number (an inline rule of markdown-it)."""
    match = _CITATION.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content = match[0]
        token.meta = {"number": int(match[1])}
    state.pos = match.end()
    return True


def _build_grammar() -> MarkdownIt:
    grammar = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    grammar.use(footnote_plugin, inline=False)
    # Otherwise, a line such as "[@3]: words" would be a link reference definition: it would vanish, and "[@3]" would be
    # a link.
    grammar.disable("reference")
    grammar.inline.ruler.before("link", "citation", _parse_citation)
    # Links to any address are parsed, so that the words of a forbidden link remain when resolve_links removes the link.
    grammar.validateLink = lambda url: True  # type: ignore[method-assign]
    # A ruler compiles its rules on first use. Another thread that parses in the meantime would see only some of them.
    for ruler in (grammar.core.ruler, grammar.block.ruler, grammar.inline.ruler, grammar.inline.ruler2):
        ruler.getRules("")
    return grammar


GRAMMAR = _build_grammar()


def parse_tokens(source: str) -> list[Token]:
    """Return the block tokens of ``source`` in the order in which they are rendered; footnotes come last.

    The tokens are copies, which the caller may change. Lone surrogates, which UTF-8 cannot encode, become question
    marks.
    """
    return [_copy_token(token) for token in parse_shared_tokens(source)]


@cache_short_texts(512)
def parse_shared_tokens(source: str) -> Sequence[Token]:
    """Return the same tokens as ``parse_tokens``, but without copying them: callers must not change them."""
    return GRAMMAR.parse(source.encode("utf-8", "replace").decode())


def _copy_token(token: Token) -> Token:
    return Token(
        token.type,
        token.tag,
        token.nesting,
        attrs=dict(token.attrs),
        map=token.map,
        level=token.level,
        children=None if token.children is None else [_copy_token(child) for child in token.children],
        content=token.content,
        markup=token.markup,
        info=token.info,
        meta=dict(token.meta),
        block=token.block,
        hidden=token.hidden,
    )


def inline_tokens(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield the inline tokens (such as words, links, citations and images) of all blocks in order."""
    for token in tokens:
        yield from token.children or ()


def citation_numbers(source: str) -> tuple[int, ...]:
    """Return the citation numbers in ``source`` in the order in which they are rendered, with repetitions."""
    if "[@" not in source:
        return ()
    return tuple(
        token.meta["number"] for token in inline_tokens(parse_shared_tokens(source)) if token.type == "citation"
    )
