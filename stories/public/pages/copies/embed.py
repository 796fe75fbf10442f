"""The embed of a story, a short version of its page that other sites show in a frame."""

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Self
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import Http404
from django.urls import resolve
from django.utils.html import strip_tags
from django.utils.text import Truncator

from newsroom.page_cache.dependencies import NAMES, PageDependencies, page_key
from newsroom.page_cache.responses import MovedError, WithdrawnError
from newsroom.site.reader_reports.same_origin import origin_of
from newsroom.text.join import join_list
from stories.documents.render import ExplainerFragments
from stories.documents.render.fragments import PassageFragment
from stories.editions.models import Edition
from stories.public.pages.copies.share_image import ShareImage
from stories.public.pages.lists.cards import load_heading_topics
from stories.public.pages.resolve import get_live_page, get_page_under
from topics.navigation import load_navigation

# The numbers of words and of passages that fit the stated sizes of an embed.
HAPPENED_WORDS = 50
VOICE_WORDS = 12
MAX_VOICES = 3
_NOTES = re.compile(r"<sup\b.*?</sup>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Voice:
    """The beginning of a passage: the names of its outlets, and the words after them."""

    outlets: str
    words: str


@dataclass(frozen=True, slots=True)
class Embed:
    """The embed of a story, with the name of the topic above its headline, or ""."""

    edition: Edition
    topic: str

    @classmethod
    def load(cls, slug: str, *, dependencies: PageDependencies) -> Self:
        """Return the embed of the story at this address, at the time of ``dependencies``, in at most four queries.

        ``dependencies`` records what the embed depends on. Raise the same exceptions as ``get_page_under``.
        """
        edition = get_page_under("story", slug, at=dependencies.at, under="/embed/", dependencies=dependencies)
        lead = edition.lead_image
        dependencies.read_versions([NAMES, *([page_key("picture", lead.uid)] if lead else [])])
        return cls._build(edition, dependencies)

    @classmethod
    def from_url(cls, url: str, *, at: datetime) -> Self:
        """Return the embed of the story at this absolute URL, in at most five queries. The URL may be a former one.

        Raise Http404 if the URL does not belong to a live story, for example because it leads to another site, or
        because the story has been withdrawn.
        """
        dependencies = PageDependencies(at=at)
        try:
            return cls._build(get_live_page("story", _parse_slug(url), at=at, dependencies=dependencies), dependencies)
        except MovedError as moved:
            return cls.from_url(f"{settings.SITE_URL}{moved.url}", at=at)
        except WithdrawnError as withdrawn:
            raise Http404 from withdrawn

    @classmethod
    def _build(cls, edition: Edition, dependencies: PageDependencies) -> Self:
        return cls(edition, load_heading_topics([edition], load_navigation(dependencies)).get(edition.pk, ""))

    @property
    def byline(self) -> str:
        """The names of the contributors, or the name of the site if there are none."""
        names = (contributor["name"] for contributor in self.edition.fragments.get("byline", ()))
        return join_list(names) or settings.SITE_NAME

    @property
    def happened(self) -> str:
        """The beginning of *What's happened*, or of the standfirst if that takes its place."""
        happened = self._fragments.happened
        text = _read_words(happened.body_html) if happened else self._fragments.standfirst_words
        return Truncator(text or self.edition.summary).words(HAPPENED_WORDS)

    @property
    def voices(self) -> list[Voice]:
        """The first passages about one outlet, and, if there are too few, about several."""
        named = [passage for passage in self._fragments.passages if passage.outlets]
        named.sort(key=lambda passage: len(passage.outlets) > 1)
        return [_build_voice(passage) for passage in named[:MAX_VOICES]]

    @property
    def share_image(self) -> ShareImage:
        """The share image of the story."""
        return ShareImage.of_edition(self.edition, self.topic)

    @property
    def _fragments(self) -> ExplainerFragments:
        return ExplainerFragments.model_validate(self.edition.fragments)


def _build_voice(passage: PassageFragment) -> Voice:
    names = [outlet.name for outlet in passage.outlets]
    words = _read_words(passage.body_html)
    outlets = f"{join_list(names)}:"
    # A passage often begins with the names of its outlets.
    if words.startswith(tuple(names)) and all(name in words for name in names):
        end = max(words.index(name) + len(name) for name in names)
        outlets, words = words[:end], words[end:].lstrip()
    return Voice(outlets, Truncator(words).words(VOICE_WORDS))


def _read_words(html: str) -> str:
    """Return the text of HTML without its notes."""
    return " ".join(unescape(strip_tags(_NOTES.sub("", html))).split())


def _parse_slug(url: str) -> str:
    """Return the slug in the absolute URL of a story. Raise Http404 for any other URL."""
    try:
        parts = urlsplit(url)
        is_own_site = origin_of(url) == origin_of(settings.SITE_URL) and parts.username is None
    except ValueError as error:  # invalid brackets or an invalid port
        raise Http404 from error
    if not is_own_site:
        raise Http404
    match = resolve(unquote(parts.path) or "/")
    if match.url_name != "story":
        raise Http404
    return str(match.kwargs["slug"])
