"""The words by which a picture is found: what is said of it, and its tags."""

import re

from newsroom.text.fold import fold

EDGE = "|"  # stands round each tag where words are kept; no tag holds it


def tags_in(line: str) -> list[str]:
    """Return the tags of a line, parted by commas or semicolons, each once however it is written."""
    first: dict[str, str] = {}
    for part in re.split(r"[,;،]", line.replace(EDGE, " ")):
        if folded := fold(part):
            first.setdefault(folded, " ".join(part.split()))
    return list(first.values())


def line_of(tags: list[str]) -> str:
    """Return tags as one line."""
    return ", ".join(tags)


def holds_tag(tag: str) -> str:
    """Return what the kept words of each picture with this tag hold."""
    return f"{EDGE}{fold(tag.replace(EDGE, ' '))}{EDGE}"


def folded_words(*texts: str, tags: str) -> str:
    """Return all that a picture is found by, folded: its texts, then its tags, each between edges."""
    return "\n".join([*(fold(text.replace(EDGE, " ")) for text in texts), *map(holds_tag, tags_in(tags))])
