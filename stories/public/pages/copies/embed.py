"""The embed of a story, a short version of its page that other sites show in a frame."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import Http404
from django.urls import resolve
from django.utils.text import Truncator

from newsroom.page_cache.dependencies import NAMES, PageDependencies, page_key
from newsroom.page_cache.responses import MovedError, WithdrawnError
from newsroom.site.reader_reports.same_origin import origin_of
from newsroom.text.join import join_list
from stories.documents.render import ExplainerFragments
from stories.documents.render.fragments import PassageFragment
from stories.documents.render.paragraphs import text_without_citations
from stories.editions.models import Edition
from stories.public.pages.copies.share_image import ShareImage
from stories.public.pages.lists.cards import load_heading_topics
from stories.public.pages.resolve import get_live_page, get_page_under
from topics.navigation import load_navigation

# The numbers of words and of passages that fit the stated sizes of an embed.
HAPPENED_WORDS = 50
VOICE_WORDS = 12
MAX_VOICES = 3
# What may be between two names: a comma, and a short word such as “and”, “und” or “y”.
_BETWEEN_NAMES = r"(?:[,،]\s+(?:\w{1,3}\s+)?|\s+\w{1,3}\s+)"
_COMMA_BEFORE_ELLIPSIS = re.compile(r"[\s,;:،؛–—]+…$")


@dataclass(frozen=True, slots=True)
class Voice:
    """The beginning of a passage: the names of its outlets, and the words after them.

    The words begin with a space, unless they begin with a punctuation mark.
    """

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
        text = text_without_citations(happened.body_html) if happened else self._fragments.standfirst_words
        return _truncate(text or self.edition.summary, HAPPENED_WORDS)

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
    words = text_without_citations(passage.body_html)
    names = [outlet.name for outlet in passage.outlets]
    end = _find_end_of_names(words, names)
    # A passage that does not begin with the names of its outlets, as in many languages, stays a whole sentence after them.
    outlets, rest = (words[:end], words[end:]) if end else (f"{join_list(names)}:", f" {words}")
    space = " " if rest[:1].isspace() else ""
    return Voice(outlets, space + _truncate(rest, VOICE_WORDS))


def _find_end_of_names(words: str, names: Sequence[str]) -> int:
    """Return where the names of the outlets end with which ``words`` begin, or 0 unless all stand there as whole words."""
    name = "|".join(re.escape(each) for each in sorted(names, key=len, reverse=True))
    match = re.match(rf"(?:{name})(?:{_BETWEEN_NAMES}(?:{name}))*(?!\w)", words)
    return match.end() if match and all(each in match[0] for each in names) else 0


def _truncate(text: str, words: int) -> str:
    """Return the first words of a text, with an ellipsis in place of what follows them."""
    return _COMMA_BEFORE_ELLIPSIS.sub("…", Truncator(text).words(words))


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
