"""Popovers with the description of a topic, at the place where a section first names it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import Self

from django.utils.translation import gettext

from stories.public.pages.works.topics import TopicShown

# A sign that needs no translation, and that is neither a question mark nor a source number.
_SIGN = "+"
_PIECE = re.compile(r"(<[^>]*>)")
_TAG = re.compile(r"</?([a-z0-9]+)")
_WITH_BUTTON = re.compile(
    r'<span class="has-topic-popover">(?:<span>([^<]*)</span>|(<a\b.*?</a>))<button\b[^>]*>[^<]*</button></span>',
    re.DOTALL,
)
# The clickable areas of a button and an adjacent citation would overlap, because both are larger than they look.
_CITED = re.compile(r"(?:[^\w<]|</?(?:em|strong)>)*<sup>")
# Elements inside which a name is part of something else, or which must not contain a button.
_CLOSED = frozenset({"a", "code", "figure", "h3", "h4", "h5", "h6", "pre", "sup"})


@dataclass(frozen=True, slots=True)
class TopicPopover:
    """A topic whose description the page holds in a popover with the id ``at``."""

    at: str
    topic: TopicShown


@dataclass(slots=True)
class PopoverInserter:
    """Adds a button after the first mention of each topic in a section; ``asked`` holds the topics that got one."""

    topics: Mapping[str, TopicShown]
    used: dict[str, TopicPopover] = field(default_factory=dict)

    @classmethod
    def of(cls, topics: Iterable[TopicShown]) -> Self:
        """Return an instance for those of ``topics`` that may get a popover."""
        return cls({f"topic-{place}": topic for place, topic in enumerate(topics, 1) if topic.is_explained})

    def add_buttons(self, html: str) -> str:
        """Return the HTML of a section, whose placeholders are replaced already, with its buttons.

        A topic is mentioned by a link to its page or by its name as a whole word. A name inside another link, a
        heading, a caption or code gets no button. Neither does a mention before a citation: the next mention gets it.
        """
        waiting = dict(self.topics)
        names = self._names()
        pieces: list[str] = []
        inside: list[str] = []
        link, begun = "", 0
        end = 0
        for piece in _PIECE.split(html):
            start, end = end, end + len(piece)
            tag = _TAG.match(piece)
            if tag is None:
                behind = partial(self._behind, html=html, start=start, waiting=waiting)
                pieces.append(names.sub(behind, piece) if names and not inside else piece)
                continue
            pieces.append(piece)
            if tag[1] in _CLOSED and not piece.startswith("</"):
                inside.append(tag[1])
                if len(inside) == 1 and (link := self._led_to(piece, waiting)):
                    begun = len(pieces) - 1
            elif tag[1] in _CLOSED and inside:
                inside.pop()
                if link and not inside and not _CITED.match(html, end):
                    pieces[begun:] = [self._with_button(link, "".join(pieces[begun:]), waiting)]
                    link = ""
        return "".join(pieces)

    def _names(self) -> re.Pattern[str] | None:
        """Return a pattern that finds the names of topics in escaped HTML, the longest first."""
        longest = sorted(self.topics.items(), key=lambda each: -len(each[1].name))
        found = "|".join(re.escape(escape(topic.name, quote=False)) for _, topic in longest)
        return re.compile(rf"(?<!\w)(?:{found})(?!\w)") if found else None

    @staticmethod
    def _led_to(tag: str, waiting: Mapping[str, TopicShown]) -> str:
        """Return the id of the topic to which the link leads, or an empty string."""
        return next((at for at, topic in waiting.items() if topic.url and f'href="{escape(topic.url)}"' in tag), "")

    def _behind(self, name: re.Match[str], html: str, start: int, waiting: dict[str, TopicShown]) -> str:
        if _CITED.match(html, start + name.end()):
            return name[0]
        at = next((at for at, topic in waiting.items() if escape(topic.name, quote=False) == name[0]), "")
        return self._with_button(at, f"<span>{name[0]}</span>", waiting) if at else name[0]

    def _with_button(self, at: str, name: str, waiting: dict[str, TopicShown]) -> str:
        """Return the name and its button in one element, inside which no line breaks."""
        topic = waiting.pop(at)
        self.used[at] = TopicPopover(at, topic)
        words = escape(gettext("About {topic}").format(topic=topic.name))
        button = f'<button type="button" popovertarget="{at}" aria-label="{words}">{_SIGN}</button>'
        return f'<span class="has-topic-popover">{name}{button}</span>'


def remove_buttons(html: str) -> str:
    """Return the HTML of a section without its buttons, for output that has no popovers."""
    return _WITH_BUTTON.sub(lambda found: found[1] or found[2], html)
