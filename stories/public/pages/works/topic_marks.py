"""Mark the first mention of each topic on a page: a link, which opens a card with the topic's description."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Self

from stories.public.pages.works.topics import TopicCard

_ANY_TAG = re.compile(r"(<[^>]*>)")
_TAG = re.compile(r"</?([a-z0-9]+)")
# Elements in which a name is not a plain mention, or which must not contain a link.
_EXCLUDED_ELEMENTS = frozenset({"a", "button", "code", "figure", "h3", "h4", "h5", "h6", "pre", "sup"})


@dataclass(slots=True)
class TopicMarker:
    """An object that marks the first mention of each of its topics, in the order in which it is given texts.

    ``topics`` are those that may be marked, and ``unmarked`` those not yet mentioned, keyed by the address of the topic.
    """

    topics: Mapping[str, TopicCard]
    unmarked: dict[str, TopicCard] = field(init=False)

    def __post_init__(self) -> None:
        self.unmarked = dict(self.topics)

    @classmethod
    def from_topics(cls, topics: Iterable[TopicCard]) -> Self:
        """Return an instance for those topics that are explained in place."""
        return cls({topic.url: topic for topic in topics if topic.is_explained})

    def mark(self, html: str) -> str:
        """Return a text of the page with the first mentions marked; its placeholders must have been replaced.

        A mention is a link to the page of a topic, or its name as whole words. A name inside another link, a heading, a
        caption or code is not marked.
        """
        names = self._compile_names()
        pieces: list[str] = []
        open_elements: list[str] = []
        for piece in _ANY_TAG.split(html) if self.unmarked else [html]:
            tag = _TAG.match(piece)
            if tag is None:
                pieces.append(names.sub(self._link_name, piece) if names and not open_elements else piece)
                continue
            if tag[1] in _EXCLUDED_ELEMENTS and not piece.startswith("</"):
                open_elements.append(tag[1])
                pieces.append(self._mark_link(piece) if open_elements == ["a"] else piece)
                continue
            if tag[1] in _EXCLUDED_ELEMENTS and open_elements:
                open_elements.pop()
            pieces.append(piece)
        return "".join(pieces)

    def _compile_names(self) -> re.Pattern[str] | None:
        """Return a pattern that matches the names of all topics in escaped HTML, or None if there are no names.

        Longer names take precedence.
        """
        longest_first = sorted((topic.name for topic in self.topics.values()), key=len, reverse=True)
        alternatives = "|".join(re.escape(escape(name, quote=False)) for name in longest_first)
        return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)") if alternatives else None

    def _link_name(self, name: re.Match[str]) -> str:
        """Return the name as a marked link if it is the first mention of a topic."""
        url = next((url for url, topic in self.unmarked.items() if escape(topic.name, quote=False) == name[0]), "")
        self.unmarked.pop(url, None)
        return f'<a class="topic" href="{escape(url)}">{name[0]}</a>' if url else name[0]

    def _mark_link(self, tag: str) -> str:
        """Return the start tag of a link, marked if it leads to a topic that has not been mentioned yet."""
        url = next((url for url in self.unmarked if f' href="{escape(url)}"' in tag), "")
        self.unmarked.pop(url, None)
        return tag.replace("<a ", '<a class="topic" ', 1) if url else tag
