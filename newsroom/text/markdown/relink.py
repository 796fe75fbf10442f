"""Gives links by uid in Markdown the addresses that they have outside, before a text leaves the house."""

import re
from collections.abc import Iterator, Mapping

from newsroom.text.markdown import links

_TARGET = r"\(\s*<?((?:story|question|topic):[0-9a-f-]{32,36})>?([^()\n]*)\)"
# An escaped character, a bracket that opens, one that closes, or one that closes with the target of a link behind it.
_BRACKETS = re.compile(rf"\\.|\[|\](?:{_TARGET})?", re.IGNORECASE | re.ASCII | re.DOTALL)
# The words of a placed picture are those that stand with it; what the source has in their place nobody reads.
_UNREAD_WORDS = re.compile(r"!\[(?:\\.|[^\[\]\\])*\](?=\(\s*<?picture:)", re.IGNORECASE)


def relinked(source: str, places: Mapping[str, str]) -> str:
    """Return Markdown whose links to things of ours lead to ``places``, by ``kind:uid``.

    A link without a place leaves its plain words. Pictures keep their uid, which the document itself explains.
    """
    printed: list[str] = []
    done = 0
    for start, end, words in sorted(_edits(source, places)):
        printed += [source[done:start], words]
        done = end
    return _UNREAD_WORDS.sub("![]", "".join([*printed, source[done:]]))


def targets_of(source: str) -> set[str]:
    """Return what the links of ``source`` lead to, each as ``kind:uid``."""
    return {str(links.entity_target(match[1])) for match in _BRACKETS.finditer(source) if match[1]}


def _edits(source: str, places: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Yield what takes the place of which characters; no two share any."""
    opened: list[int] = []
    for match in _BRACKETS.finditer(source):
        if match[0] == "[":
            opened.append(match.start())
        elif match[0].startswith("]"):
            opening = opened.pop() if opened else None
            if match[1] is None:
                continue
            if place := places.get(str(links.entity_target(match[1]))):
                yield match.start(), match.end(), f"]({place}{match[2]})"
                continue
            if opening is not None:
                yield opening, opening + 1, ""
            yield match.start(), match.end(), ""
