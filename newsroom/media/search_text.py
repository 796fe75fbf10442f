"""The search text of an image: its texts and tags, folded."""

import re

from newsroom.text.fold import fold

EDGE = "|"  # encloses each tag in the search text; no tag contains it


def split_tags(line: str) -> list[str]:
    """Return the tags in ``line``, where commas or semicolons separate them.

    Of tags that differ only in case or accents, only the first is returned.
    """
    tags_by_folded: dict[str, str] = {}
    for part in re.split(r"[,;،]", line.replace(EDGE, " ")):
        if folded := fold(part):
            tags_by_folded.setdefault(folded, " ".join(part.split()))
    return list(tags_by_folded.values())


def join_tags(tags: list[str]) -> str:
    return ", ".join(tags)


def tag_token(tag: str) -> str:
    """Return the substring that the search text of an image contains if the image has this tag."""
    return f"{EDGE}{fold(tag.replace(EDGE, ' '))}{EDGE}"


def build_search_text(*texts: str, tags: str) -> str:
    """Return the search text: the folded texts, then each folded tag between two ``EDGE`` characters."""
    return "\n".join([*(fold(text.replace(EDGE, " ")) for text in texts), *map(tag_token, split_tags(tags))])
