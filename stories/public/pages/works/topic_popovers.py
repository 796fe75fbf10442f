"""Add a button after the first mention of each topic in a section, to open a popover with the topic's description."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import Self

from django.utils.translation import gettext

from stories.public.pages.works.topics import TopicCard

# This symbol needs no translation, and cannot be mistaken for a question mark or a source number.
_SYMBOL = "+"
_ANY_TAG = re.compile(r"(<[^>]*>)")
_TAG = re.compile(r"</?([a-z0-9]+)")
_MENTION_WITH_BUTTON = re.compile(
    r'<span class="has-topic-popover">(?:<span>([^<]*)</span>|(<a\b.*?</a>))<button\b[^>]*>[^<]*</button></span>',
    re.DOTALL,
)
# The clickable areas of a button and of an adjacent citation would overlap, because both are larger than they look.
_CITATION_FOLLOWS = re.compile(r"(?:[^\w<]|</?(?:em|strong)>)*<sup>")
# Elements in which a name is not a plain mention, or which must not contain a button.
_EXCLUDED_ELEMENTS = frozenset({"a", "code", "figure", "h3", "h4", "h5", "h6", "pre", "sup"})


@dataclass(frozen=True, slots=True)
class TopicPopover:
    """A topic whose description is in a popover on the page. ``at`` is the id of the popover."""

    at: str
    topic: TopicCard


@dataclass(slots=True)
class PopoverInserter:
    """An object that adds a button after the first mention of each topic in a section.

    ``topics`` maps the ids of popovers to topics. ``used`` holds the popovers for which there is a button.
    """

    topics: Mapping[str, TopicCard]
    used: dict[str, TopicPopover] = field(default_factory=dict)

    @classmethod
    def from_topics(cls, topics: Iterable[TopicCard]) -> Self:
        """Return an instance for the topics that may get a popover."""
        return cls({f"topic-{position}": topic for position, topic in enumerate(topics, 1) if topic.is_explained})

    def add_buttons(self, html: str) -> str:
        """Return the HTML of a section with buttons added; its placeholders must have been replaced.

        A mention is a link to the page of a topic, or its name as whole words. A name inside another link, a heading, a
        caption or code gets no button. If a citation follows a mention, the next mention gets the button instead.
        """
        unused = dict(self.topics)
        names = self._compile_names()
        pieces: list[str] = []
        open_elements: list[str] = []
        link, link_index = "", 0
        end = 0
        for piece in _ANY_TAG.split(html):
            start, end = end, end + len(piece)
            tag = _TAG.match(piece)
            if tag is None:
                add_button = partial(self._add_button_to_name, html=html, start=start, unused=unused)
                pieces.append(names.sub(add_button, piece) if names and not open_elements else piece)
                continue
            pieces.append(piece)
            if tag[1] in _EXCLUDED_ELEMENTS and not piece.startswith("</"):
                open_elements.append(tag[1])
                if len(open_elements) == 1 and (link := self._find_linked_topic(piece, unused)):
                    link_index = len(pieces) - 1
            elif tag[1] in _EXCLUDED_ELEMENTS and open_elements:
                open_elements.pop()
                if link and not open_elements and not _CITATION_FOLLOWS.match(html, end):
                    pieces[link_index:] = [self._wrap_with_button(link, "".join(pieces[link_index:]), unused)]
                    link = ""
        return "".join(pieces)

    def _compile_names(self) -> re.Pattern[str] | None:
        """Return a pattern that matches the names of the topics in escaped HTML, or None if there are no names.

        Longer names take precedence.
        """
        longest_first = sorted(self.topics.items(), key=lambda each: -len(each[1].name))
        alternatives = "|".join(re.escape(escape(topic.name, quote=False)) for _, topic in longest_first)
        return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)") if alternatives else None

    @staticmethod
    def _find_linked_topic(tag: str, unused: Mapping[str, TopicCard]) -> str:
        """Return the popover id of the topic to which the link leads, or an empty string."""
        return next((at for at, topic in unused.items() if topic.url and f'href="{escape(topic.url)}"' in tag), "")

    def _add_button_to_name(self, name: re.Match[str], html: str, start: int, unused: dict[str, TopicCard]) -> str:
        if _CITATION_FOLLOWS.match(html, start + name.end()):
            return name[0]
        at = next((at for at, topic in unused.items() if escape(topic.name, quote=False) == name[0]), "")
        return self._wrap_with_button(at, f"<span>{name[0]}</span>", unused) if at else name[0]

    def _wrap_with_button(self, at: str, name: str, unused: dict[str, TopicCard]) -> str:
        """Return the name and its button in one element, so that no line break can separate them."""
        topic = unused.pop(at)
        self.used[at] = TopicPopover(at, topic)
        label = escape(gettext("About {topic}").format(topic=topic.name))
        button = f'<button type="button" popovertarget="{at}" aria-label="{label}">{_SYMBOL}</button>'
        return f'<span class="has-topic-popover">{name}{button}</span>'


def remove_buttons(html: str) -> str:
    """Return the HTML of a section without the buttons, for output that has no popovers."""
    return _MENTION_WITH_BUTTON.sub(lambda match: match[1] or match[2], html)
