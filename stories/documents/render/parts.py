"""Rendering of what both kinds of page have: images with captions, topics with descriptions, summaries and anchors."""

import re
from collections.abc import Iterable

from newsroom.text import markdown
from newsroom.text.plain import plain_text
from newsroom.text.slugs import slugify
from stories.documents import NamedTopic, PlacedPicture
from stories.documents.render.citation_numbers import SourceNumbering
from stories.documents.render.fragments import ImageFragment, TopicMention

_ENOUGH_FOR_A_SUMMARY = 20


def render_short_text(text: str, *, anchor: str, numbering: SourceNumbering) -> str:
    """Return a short text outside the sections as HTML, continuing the numbering of citations."""
    numbering.number_citations(text, anchor=anchor)
    return markdown.render(text, numbers=numbering.numbers, anchor=anchor, headings=False)


def render_image(picture: PlacedPicture, *, anchor: str, numbering: SourceNumbering) -> ImageFragment:
    """Return the image with its caption as HTML."""
    return ImageFragment(
        **picture.model_dump(),
        caption_html=render_short_text(picture.caption, anchor=anchor, numbering=numbering),
    )


def render_topics(topics: Iterable[NamedTopic], *, numbering: SourceNumbering) -> tuple[TopicMention, ...]:
    """Return the topics in order, with their descriptions in this work as HTML and as plain text."""
    return tuple(
        TopicMention(
            topic=topic.topic,
            name=topic.name,
            explain=topic.explain,
            description_html=render_short_text(topic.description, anchor=f"topic-{place}", numbering=numbering),
            description_words=plain_text(topic.description),
        )
        for place, topic in enumerate(topics, start=1)
    )


def opening_text(text: str) -> str:
    """Return the first paragraphs of ``text`` as plain text on one line: as few as make 20 words, or all of them."""
    opening: list[str] = []
    for paragraph in plain_text(text).split("\n\n"):
        opening += paragraph.split()
        if len(opening) >= _ENOUGH_FOR_A_SUMMARY:
            break
    return " ".join(opening)


# Ids that the page itself uses. Those of the second group have a number or a name after the hyphen.
_FIXED = frozenset({
    "changes", "content", "contents", "corrections", "deeper", "history", "lead", "main", "menu", "method",
    "more", "questions", "related", "search", "sources", "standfirst", "summary", "top", "topics",
})  # fmt: skip
_NUMBERED = re.compile(r"(answer|cite|id|note|noted|passage|picture|question|source|topic)-")


class Anchors:
    """Assigns unique ids to the places of one page."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def claim(self, heading: str, *, otherwise: str, prefix: str = "") -> str:
        """Return a new id made from ``heading``, or from ``otherwise`` if that has no letter or digit.

        The id is in the script of the heading. A repeated id gets a number as its suffix. Ids that the page itself uses
        are never returned.
        """
        wanted = prefix + (slugify(heading) or otherwise)
        if not prefix and (wanted in _FIXED or _NUMBERED.match(wanted)):
            wanted = f"section-{wanted}"
        anchor, number = wanted, 1
        while anchor in self._given:
            number += 1
            anchor = f"{wanted}-{number}"
        self._given.add(anchor)
        return anchor
