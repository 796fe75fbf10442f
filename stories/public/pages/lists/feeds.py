"""The page that lists the feeds of the site."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from newsroom.http.languages import native_name
from newsroom.page_cache.dependencies import PageDependencies
from stories.public.pages.lists.news import News
from topics.models import Topic

MAX_TOPICS = 24


@dataclass(frozen=True, slots=True)
class LanguageFeeds:
    """The feeds of the stories in one language."""

    language: str
    name: str
    atom: str
    rss: str
    json: str


@dataclass(frozen=True, slots=True)
class FeedList:
    """The feeds of stories in each language of the site, and the topics in the news, each of which has a feed."""

    languages: list[LanguageFeeds]
    topics: list[Topic]
    at: datetime

    @classmethod
    def load(cls, *, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the page, in as many queries as ``News.load`` takes."""
        news = News.load(stories=0, topics=MAX_TOPICS, at=at, dependencies=dependencies)
        return cls([_list_feeds(language) for language in settings.SITE_LANGUAGES], news.topics, at)


def _list_feeds(language: str) -> LanguageFeeds:
    with translation.override(language):
        addresses = (reverse(view) for view in ("story_feed", "story_rss", "story_json_feed"))
        return LanguageFeeds(language, native_name(language), *addresses)
