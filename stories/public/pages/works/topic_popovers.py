"""Lets a reader open what a topic is where a section first names it, without leaving the page."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import Self

from django.utils.translation import gettext

from stories.public.pages.works.topics import TopicShown

# The same in every language, and neither a doubt nor the number of a source.
_SIGN = "+"
_PIECE = re.compile(r"(<[^>]*>)")
_TAG = re.compile(r"</?([a-z0-9]+)")
_WITH_BUTTON = re.compile(
    r'<span class="explain">(?:<span>([^<]*)</span>|(<a\b.*?</a>))<button\b[^>]*>[^<]*</button></span>', re.DOTALL
)
# A button and the citation after it would lie on top of each other: both are wider than what a reader sees of them.
_CITED = re.compile(r"(?:[^\w<]|</?(?:em|strong)>)*<sup>")
# Inside these a name is part of something else, or no button may stand.
_CLOSED = frozenset({"a", "code", "figure", "h3", "h4", "h5", "h6", "pre", "sup"})


@dataclass(frozen=True, slots=True)
class Explained:
    """A topic whose description stands on the page unseen until it is asked for, under this id."""

    at: str
    topic: TopicShown


@dataclass(slots=True)
class Explaining:
    """Puts a button behind the first mention of each topic in a section; ``asked`` are the topics that got one."""

    topics: Mapping[str, TopicShown]
    asked: dict[str, Explained] = field(default_factory=dict)

    @classmethod
    def of(cls, topics: Iterable[TopicShown]) -> Self:
        """Return what explains those of ``topics`` that have a description and that no editor refused to explain."""
        return cls({f"topic-{place}": topic for place, topic in enumerate(topics, 1) if topic.is_explained})

    def section(self, html: str) -> str:
        """Return the HTML of a section, filled already, with its buttons.

        A topic is mentioned where a link leads to it, or where its name stands as a word. No button is put inside
        links, headings, captions and code, nor before a citation: the next mention gets it.
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
        """Return what finds a name in text as HTML writes it, the longest of two that begin alike."""
        longest = sorted(self.topics.items(), key=lambda each: -len(each[1].name))
        found = "|".join(re.escape(escape(topic.name, quote=False)) for _, topic in longest)
        return re.compile(rf"(?<!\w)(?:{found})(?!\w)") if found else None

    @staticmethod
    def _led_to(tag: str, waiting: Mapping[str, TopicShown]) -> str:
        """Return the id of the topic that the link leads to, empty for anything else."""
        return next((at for at, topic in waiting.items() if topic.url and f'href="{escape(topic.url)}"' in tag), "")

    def _behind(self, name: re.Match[str], html: str, start: int, waiting: dict[str, TopicShown]) -> str:
        if _CITED.match(html, start + name.end()):
            return name[0]
        at = next((at for at, topic in waiting.items() if escape(topic.name, quote=False) == name[0]), "")
        return self._with_button(at, f"<span>{name[0]}</span>", waiting) if at else name[0]

    def _with_button(self, at: str, name: str, waiting: dict[str, TopicShown]) -> str:
        """Return the name in an element of its own, and its button, which no line parts from it."""
        topic = waiting.pop(at)
        self.asked[at] = Explained(at, topic)
        words = escape(gettext("About {topic}").format(topic=topic.name))
        button = f'<button type="button" popovertarget="{at}" aria-label="{words}">{_SIGN}</button>'
        return f'<span class="explain">{name}{button}</span>'


def unexplained(html: str) -> str:
    """Return the HTML of a section as it was before it got its buttons, for places without the texts that these open."""
    return _WITH_BUTTON.sub(lambda found: found[1] or found[2], html)
