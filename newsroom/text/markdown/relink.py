"""Replace links by uid in Markdown with public addresses, before a text is exported."""

import re
from collections.abc import Iterator, Mapping

from newsroom.text.markdown import links

_TARGET = r"\(\s*<?((?:story|question|topic):[0-9a-f-]{32,36})>?([^()\n]*)\)"
# An escaped character, an opening bracket, a closing one, or a closing one followed by the target of a link.
_BRACKETS = re.compile(rf"\\.|\[|\](?:{_TARGET})?", re.IGNORECASE | re.ASCII | re.DOTALL)
# The words of a placed image are stored with it, so the words in the source are never shown.
_UNREAD_WORDS = re.compile(r"!\[(?:\\.|[^\[\]\\])*\](?=\(\s*<?picture:)", re.IGNORECASE)


def replace_targets(source: str, places: Mapping[str, str]) -> str:
    """Return Markdown whose links by uid lead to the addresses in ``places``, by ``kind:uid``.

    A link without an address becomes plain words. Images keep their uid, which the document itself resolves.
    """
    printed: list[str] = []
    done = 0
    for start, end, words in sorted(_edits(source, places)):
        printed += [source[done:start], words]
        done = end
    return _UNREAD_WORDS.sub("![]", "".join([*printed, source[done:]]))


def find_targets(source: str) -> set[str]:
    """Return the targets of the links by uid in ``source``, each as ``kind:uid``."""
    return {str(links.parse_target(match[1])) for match in _BRACKETS.finditer(source) if match[1]}


def _edits(source: str, places: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and replacement of each edit; edits do not overlap."""
    opened: list[int] = []
    for match in _BRACKETS.finditer(source):
        if match[0] == "[":
            opened.append(match.start())
        elif match[0].startswith("]"):
            opening = opened.pop() if opened else None
            if match[1] is None:
                continue
            if place := places.get(str(links.parse_target(match[1]))):
                yield match.start(), match.end(), f"]({place}{match[2]})"
                continue
            if opening is not None:
                yield opening, opening + 1, ""
            yield match.start(), match.end(), ""
