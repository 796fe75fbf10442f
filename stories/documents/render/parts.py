"""Render the parts that both kinds of page share: images, topics, summaries and anchors."""

import re
from collections.abc import Iterable

from newsroom.text import markdown
from newsroom.text.plain import plain_text
from newsroom.text.slugs import slugify
from stories.documents import NamedTopic, PlacedPicture
from stories.documents.render.citation_numbers import SourceNumbering
from stories.documents.render.fragments import ImageFragment, TopicMention

_MIN_SUMMARY_WORDS = 20


def render_short_text(text: str, *, anchor: str, numbering: SourceNumbering) -> str:
    """Return a short text outside the sections as HTML; its sources continue the numbering."""
    numbering.number_citations(text, anchor=anchor)
    return markdown.render(text, numbers=numbering.numbers, anchor=anchor, headings=False)


def render_image(picture: PlacedPicture, *, anchor: str, numbering: SourceNumbering) -> ImageFragment:
    """Return the image with its caption as HTML."""
    return ImageFragment(
        **picture.model_dump(),
        caption_html=render_short_text(picture.caption, anchor=anchor, numbering=numbering),
    )


def render_topics(topics: Iterable[NamedTopic], *, numbering: SourceNumbering) -> tuple[TopicMention, ...]:
    """Return the topics in order, with this work's descriptions of them as HTML and as plain text."""
    return tuple(
        TopicMention(
            topic=topic.topic,
            name=topic.name,
            explain=topic.explain,
            description_html=render_short_text(topic.description, anchor=f"topic-{position}", numbering=numbering),
            description_words=plain_text(topic.description),
        )
        for position, topic in enumerate(topics, start=1)
    )


def extract_opening(text: str) -> str:
    """Return the opening paragraphs of ``text`` as plain text on one line.

    Return as many paragraphs as are needed for ``_MIN_SUMMARY_WORDS`` words, or all of them.
    """
    words: list[str] = []
    for paragraph in plain_text(text).split("\n\n"):
        words += paragraph.split()
        if len(words) >= _MIN_SUMMARY_WORDS:
            break
    return " ".join(words)


# Ids that the page itself uses. Those matched by the pattern have a number or a name after the hyphen.
_PAGE_IDS = frozenset({
    "card", "changes", "content", "contents", "corrections", "deeper", "history", "lead", "main", "menu", "method",
    "more", "questions", "related", "search", "sources", "standfirst", "summary", "top", "topics",
})  # fmt: skip
_NUMBERED_IDS = re.compile(r"(answer|cite|correction|group|id|note|noted|passage|picture|question|source|topic)-")

_PAGE_IDS_OF_CLAIMS = frozenset({"agreement"})
_NUMBERED_IDS_OF_CLAIMS = re.compile(r"(claim)-")


class Anchors:
    """The unique ids of the places on a page, which may have claims."""

    def __init__(self, *, has_claims: bool = False) -> None:
        self._claimed: set[str] = set()
        self._has_claims = has_claims

    def claim(self, heading: str, *, fallback: str, prefix: str = "") -> str:
        """Return a new id made from ``heading``, or from ``fallback`` if the heading has no letter or digit.

        The id keeps the script of the heading. If the id is already in use, a number is appended. Without ``prefix``,
        ids that the page itself uses are never returned.
        """
        base = prefix + (slugify(heading) or fallback)
        if not prefix and self._is_of_page(base):
            base = f"section-{base}"
        anchor, number = base, 1
        while anchor in self._claimed:
            number += 1
            anchor = f"{base}-{number}"
        self._claimed.add(anchor)
        return anchor

    def _is_of_page(self, base: str) -> bool:
        # The ids of claims are reserved only where there are claims, so that no section of an older story gets another.
        if self._has_claims and (base in _PAGE_IDS_OF_CLAIMS or _NUMBERED_IDS_OF_CLAIMS.match(base)):
            return True
        return base in _PAGE_IDS or _NUMBERED_IDS.match(base) is not None
