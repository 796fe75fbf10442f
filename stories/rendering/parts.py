"""Renders what both kinds of page have: pictures with captions, topics with what is said of them, summaries."""

from collections.abc import Iterable

from newsroom.text import markdown
from newsroom.text.plain import words_of
from stories.documents import NamedTopic, PlacedPicture
from stories.rendering.fragments import ShownPicture, TopicMention
from stories.rendering.numbering import Numbering

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
            description_words=words_of(topic.description),
        )
        for place, topic in enumerate(topics, start=1)
    )


def opening_words(text: str) -> str:
    """Return the first paragraph of ``text`` in words, with those after it while it is too short to say anything."""
    opening: list[str] = []
    for paragraph in words_of(text).split("\n\n"):
        opening += paragraph.split()
        if len(opening) >= _ENOUGH_FOR_A_SUMMARY:
            break
    return " ".join(opening)
