"""Gives links by uid in Markdown the addresses that they have outside, before a text leaves the house."""

import re
from collections.abc import Iterator, Mapping

from newsroom.text import targets

_BY_UID = re.compile(r"\]\(\s*<?((?:story|question|topic):[0-9a-f-]{32,36})>?([^()\n]*)\)", re.IGNORECASE | re.ASCII)
# The words of a placed picture are those that stand with it; what the source has in their place nobody reads.
_UNREAD_WORDS = re.compile(r"!\[(?:\\.|[^\[\]\\])*\](?=\(\s*<?picture:)", re.IGNORECASE)


def relinked(source: str, places: Mapping[str, str]) -> str:
    """Return Markdown whose links to things of ours lead to ``places``, by ``kind:uid``.

    A link without a place leaves its plain words. Pictures keep their uid, which the document itself explains.
    """
    printed: list[str] = []
    done = 0
    for start, end, words in sorted(_edits(source, places)):
        if start >= done:
            printed += [source[done:start], words]
            done = end
    return _UNREAD_WORDS.sub("![]", "".join([*printed, source[done:]]))


def targets_of(source: str) -> set[str]:
    """Return what the links of ``source`` lead to, each as ``kind:uid``."""
    return {str(targets.thing(match[1])) for match in _BY_UID.finditer(source)}


def _edits(source: str, places: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Yield what takes the place of which characters."""
    for match in _BY_UID.finditer(source):
        if place := places.get(str(targets.thing(match[1]))):
            yield match.start(), match.end(), f"]({place}{match[2]})"
        else:
            if (opening := _opening(source, match.start())) is not None:
                yield opening, opening + 1, ""
            yield match.start(), match.end(), ""


def _opening(source: str, closing: int) -> int | None:
    """Return where the bracket was opened that is closed at ``closing``, if it was; escaped ones do not count."""
    depth = 0
    for place in range(closing, -1, -1):
        sign = source[place]
        if sign in "[]" and not _is_escaped(source, place):
            depth += 1 if sign == "]" else -1
            if depth == 0:
                return place
    return None


def _is_escaped(source: str, place: int) -> bool:
    slashes = len(source[:place]) - len(source[:place].rstrip("\\"))
    return slashes % 2 == 1
