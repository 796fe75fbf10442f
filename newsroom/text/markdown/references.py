"""References in Markdown source: the targets of links and images that name an object, such as ``topic:kelmar-barrier``.

A reference consists of a kind and a name. Documents store uids as names, and the desk shows short names.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

from newsroom.text.markdown.links import KINDS

_KIND = f"(?:{'|'.join(KINDS)})"
# An escaped character, the start of code, or the start of a link with a reference as its target. A target in angle
# brackets may contain spaces.
_TOKEN = re.compile(
    r"\\."
    r"|^ {0,3}(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})"
    r"|(?P<ticks>`+)"
    rf"|\]\([ \t]*+(?:\n[ \t]*+)?(?:<(?P<bracketed>{_KIND}:[^<>`\n]+)>|(?P<plain>{_KIND}:[^\s()<>`]+))(?=[\s)])",
    re.IGNORECASE | re.ASCII | re.DOTALL | re.MULTILINE,
)
_TICKS = re.compile("`+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


class Reference(NamedTuple):
    """A reference, and its range of characters in the source."""

    kind: str
    name: str
    start: int
    end: int


def find_references(source: str) -> Iterator[Reference]:
    """Yield the references in ``source`` in order. Code is left out. The time is linear in the length of ``source``."""
    if "](" not in source:
        return
    code, position = _Code(source), 0
    while match := _TOKEN.search(source, position):
        position = match.end()
        if match["fence"]:
            position = code.find_end_of_block(match["fence"], position)
        elif match["ticks"]:
            position = code.find_end_of_span(match["ticks"], position)
        elif group := next((name for name in ("bracketed", "plain") if match[name]), None):
            kind, _, name = match[group].partition(":")
            yield Reference(kind.lower(), name, match.start(group), match.end(group))


def replace_references(source: str, new: Callable[[Reference, str], str]) -> str:
    """Return ``source`` with each reference replaced by ``new(reference, text)``; ``text`` is the reference as written."""
    parts: list[str] = []
    copied_until = 0
    for reference in find_references(source):
        written = source[reference.start : reference.end]
        parts += [source[copied_until : reference.start], new(reference, written)]
        copied_until = reference.end
    return "".join([*parts, source[copied_until:]])


class _Code:
    """The code in a source. A span of code ends with as many backticks as it begins with, in the same paragraph."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._ticks: dict[int, list[int]] = defaultdict(list)
        has_ticks = "`" in source
        for match in _TICKS.finditer(source) if has_ticks else ():
            self._ticks[len(match[0])].append(match.start())
        self._blank_lines = [match.start() for match in _BLANK_LINE.finditer(source)] if has_ticks else []

    def find_end_of_span(self, ticks: str, position: int) -> int:
        """Return the end of the span that begins before ``position``, or ``position`` if the backticks begin none."""
        starts = self._ticks[len(ticks)]
        index = bisect_left(starts, position)
        paragraph = bisect_left(self._blank_lines, position)
        limit = self._blank_lines[paragraph] if paragraph < len(self._blank_lines) else len(self._source)
        return starts[index] + len(ticks) if index < len(starts) and starts[index] < limit else position

    def find_end_of_block(self, fence: str, position: int) -> int:
        """Return the end of the block whose opening fence ends at ``position``. Without a closing fence, it is the end."""
        closing = re.compile(rf"^ {{0,3}}{fence[0]}{{{len(fence)},}}[ \t]*$", re.MULTILINE)
        match = closing.search(self._source, position)
        return match.end() if match else len(self._source)
