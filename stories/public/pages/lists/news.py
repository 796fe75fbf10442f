"""What is in the news: the newest stories, and the topics that they name most often."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import QuerySet

from newsroom.db.keyset import select_newest
from newsroom.db.statements import PreparedQuery
from newsroom.page_cache.dependencies import STORIES, PageDependencies
from stories.editions.models import Edition
from stories.public.pages.lists.branches import language_arguments, list_languages, split_stories_by_language
from stories.public.pages.lists.cards import Card, expire_at_midnight, live_stories, load_topic_keys, load_topics_by_key
from topics.models import Topic
from topics.pages import record_dependencies

# The number of newest stories whose topics are counted.
STORIES_COUNTED = 60


@dataclass(frozen=True, slots=True)
class News:
    """The newest stories in the lists of the active language, newest first, and their topics, most frequent first."""

    stories: list[Card]
    topics: list[Topic]

    @classmethod
    def load(cls, *, stories: int, topics: int, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return at most as many ``stories`` and ``topics``.

        This takes three queries, one more on a site with several languages, and two more if ``dependencies`` is given.
        """
        record_dependencies(dependencies, STORIES)
        latest = list(_LATEST(at=at, **language_arguments(list_languages("story"))))
        frequencies = Counter(key for keys in load_topic_keys(latest).values() for key in keys)
        frequent = [key for key, _ in frequencies.most_common(topics)]
        topics_by_key = load_topics_by_key(frequent)
        cards = [Card(edition, "") for edition in latest[:stories]]
        if dependencies:
            expire_at_midnight(latest[:stories], dependencies)
        return cls(cards, [topics_by_key[key] for key in frequent])


def _list_latest(at: datetime, languages: Collection[str] | None = None) -> QuerySet[Edition]:
    branches = split_stories_by_language(at, languages)
    return select_newest(live_stories(at), limit=STORIES_COUNTED, branches=branches)


_LATEST = PreparedQuery(_list_latest)
