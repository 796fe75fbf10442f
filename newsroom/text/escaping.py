"""Writes plain text as Markdown that says exactly those words: whatever Markdown would interpret is escaped."""

import re

_ALWAYS = r"[\\`*\[\]<~]"
_EMPHASIS = r"(?<![^\W_])_|_(?![^\W_])"  # within a word an underscore is only itself
_ENTITY = r"&(?=#?[A-Za-z0-9]{1,40};)"
_MARKS = re.compile(f"{_ALWAYS}|{_EMPHASIS}|{_ENTITY}")
_BLOCK_START = re.compile(r"#{1,6}(?=\s|$)|>|[-+](?=\s|$)|[-=](?:[ \t]*[-=])*[ \t]*$|:?-[-:| \t]*$|\|")
_LIST_NUMBER = re.compile(r"([0-9]{1,9})([.)])(?=\s|$)", re.ASCII)
_SPACE = re.compile(r"\s+")  # tried once for each run of spaces: one that looks for the break in it takes far longer
_BREAK = re.compile(r"[\n\r\f\v\x1c-\x1e\x85\u2028\u2029]")


def escape(text: str) -> str:
    """Return one paragraph of plain text as Markdown; line breaks inside it become spaces."""
    line = _MARKS.sub(r"\\\g<0>", _SPACE.sub(_without_break, text.strip()))
    if numbered := _LIST_NUMBER.match(line):
        return f"{numbered[1]}\\{line[numbered.end(1) :]}"
    return f"\\{line}" if _BLOCK_START.match(line) else line


def _without_break(space: re.Match[str]) -> str:
    return " " if _BREAK.search(space[0]) else space[0]
