"""Replace the targets of links by uid in Markdown with absolute URLs, before a text is exported."""

import re
from collections.abc import Iterator, Mapping

from newsroom.text.markdown import links

_TARGET = rf"\(\s*<?((?:{'|'.join(links.PAGE_KINDS)}):{links.UID})>?([^()\n]*)\)"
# An escaped character, an opening bracket, or a closing bracket with or without a link target.
_BRACKETS = re.compile(rf"\\.|\[|\](?:{_TARGET})?", re.IGNORECASE | re.ASCII | re.DOTALL)
# The alternative text of an image is stored in the document, so the words in the source are never shown.
_IMAGE_WORDS = re.compile(r"!\[(?:\\.|[^\[\]\\])*\](?=\(\s*<?picture:)", re.IGNORECASE)


def replace_targets(source: str, addresses: Mapping[str, str]) -> str:
    """Return ``source`` with URLs as the targets of its links by uid. ``addresses`` maps ``kind:uid`` to URLs.

    A link without a URL becomes plain text. Images keep their uid, which the document itself resolves, but not the
    words in brackets.
    """
    parts: list[str] = []
    copied_until = 0
    for start, end, replacement in sorted(_find_edits(source, addresses)):
        parts += [source[copied_until:start], replacement]
        copied_until = end
    return _IMAGE_WORDS.sub("![]", "".join([*parts, source[copied_until:]]))


def find_targets(source: str) -> set[str]:
    """Return the targets of the links by uid in ``source``, each as ``kind:uid``. Malformed uids are left out."""
    targets = (links.parse_target(match[1]) for match in _BRACKETS.finditer(source) if match[1])
    return {str(target) for target in targets if target is not None}


def _find_edits(source: str, addresses: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    """Yield the start, end and replacement of each edit. Edits do not overlap."""
    openings: list[int] = []
    for match in _BRACKETS.finditer(source):
        if match[0] == "[":
            openings.append(match.start())
        elif match[0].startswith("]"):
            opening = openings.pop() if openings else None
            if match[1] is None:
                continue
            if address := addresses.get(str(links.parse_target(match[1]))):
                yield match.start(), match.end(), f"]({address}{match[2]})"
                continue
            if opening is not None:
                yield opening, opening + 1, ""
            yield match.start(), match.end(), ""
