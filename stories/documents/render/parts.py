"""Renders what both kinds of page have: pictures with captions, topics with what is said of them, summaries."""

import re
from collections.abc import Iterable

from newsroom.text import markdown
from newsroom.text.plain import plain_text
from newsroom.text.slugs import slugify
from stories.documents import NamedTopic, PlacedPicture
from stories.documents.render.citation_numbers import Numbering
from stories.documents.render.fragments import ShownPicture, TopicMention

_ENOUGH_FOR_A_SUMMARY = 20


def render_aside(text: str, *, anchor: str, numbering: Numbering) -> str:
    """Return a short text beside the sections as HTML, its citations numbered on from those read before."""
    numbering.read(text, anchor=anchor)
    return markdown.render(text, numbers=numbering.numbers, anchor=anchor, headings=False)


def render_picture(picture: PlacedPicture, *, anchor: str, numbering: Numbering) -> ShownPicture:
    """Return the picture with its caption as HTML."""
    return ShownPicture(
        **picture.model_dump(),
        caption_html=render_aside(picture.caption, anchor=anchor, numbering=numbering),
    )


def render_topics(topics: Iterable[NamedTopic], *, numbering: Numbering) -> tuple[TopicMention, ...]:
    """Return the topics in their order with what this work says of them."""
    return tuple(
        TopicMention(
            topic=topic.topic,
            name=topic.name,
            explain=topic.explain,
            description_html=render_aside(topic.description, anchor=f"topic-{place}", numbering=numbering),
            description_words=plain_text(topic.description),
        )
        for place, topic in enumerate(topics, start=1)
    )


def opening_words(text: str) -> str:
    """Return the first paragraph of ``text`` in words, with those after it while it is too short to say anything."""
    opening: list[str] = []
    for paragraph in plain_text(text).split("\n\n"):
        opening += paragraph.split()
        if len(opening) >= _ENOUGH_FOR_A_SUMMARY:
            break
    return " ".join(opening)


# Ids that the page itself uses. The second kind has a number or a name behind the hyphen.
_FIXED = frozenset({
    "changes", "content", "contents", "corrections", "deeper", "history", "lead", "main", "menu", "method",
    "more", "questions", "related", "search", "sources", "standfirst", "summary", "top", "topics",
})  # fmt: skip
_NUMBERED = re.compile(r"(answer|cite|id|note|noted|passage|picture|question|source|topic)-")


class Anchors:
    """Gives each place of one page an id that no other has."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def claim(self, heading: str, *, otherwise: str, prefix: str = "") -> str:
        """Return an id made of ``heading``, or of ``otherwise`` where that holds no letter or digit.

        Headings keep their script. A second place of the same name gets a number; an id of the page itself is never
        given.
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
