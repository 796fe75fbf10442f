"""Choose related stories: when a story is published, and again when a related story is published."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import batched
from math import log2
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.tasks import task

from newsroom.db.keyset import select_first
from newsroom.db.statements import PreparedQuery, prepared_cursor
from newsroom.http import clock
from newsroom.http.languages import primary_subtag
from newsroom.page_cache.dependencies import page_key
from newsroom.page_cache.invalidation import invalidate, invalidation
from newsroom.task_queue import enqueue
from stories.models import Edition, EditionTopic, RelatedStories

# More than a page shows, because some of them may be withdrawn later.
MAX_STORED = 12
# Only the newest stories of each topic are considered, so that the cost does not depend on how many there are.
NEWEST_OF_TOPIC = 60
# Rarity is computed as if there were at most this many stories, because counting those of a large site takes too long.
_RARITY_SAMPLE_SIZE = 4 * NEWEST_OF_TOPIC
# The minimum total rarity of the shared topics, in bits: the rarity of a topic that one story in five names.
_MIN_RARITY = log2(5)
# On SQLite, topics are looked up by a compound SELECT, which can have at most 500 terms.
_TOPICS_PER_QUERY = 256
# How far back the worker searches for new editions. The search runs every minute, but may be late.
_RECENT = timedelta(minutes=15)
_MAX_RECENT = 50
_BATCH_SIZE = 100

# For each topic, the stories that name it: uid, time of the last update (seconds since the epoch) and language.
type StoriesByTopic = dict[int, list[tuple[str, float, str]]]


_TOPICS = PreparedQuery(
    lambda editions: EditionTopic.objects.filter(edition__id__in=editions).order_by().values_list("edition", "topic")
)
_SAMPLE = PreparedQuery(
    lambda at: (
        Edition.objects.live(at).stories().order_by("-updated_at", "-uid").values_list("pk")[:_RARITY_SAMPLE_SIZE]
    )
)


def choose_related(
    editions: Iterable[Edition], *, at: datetime, topics: Mapping[int, Sequence[int]] | None = None
) -> list[UUID]:
    """Store the related stories of each story: the stories in its language that share the rarest topics with it.

    Among equally related stories, the most recently updated comes first. Return the uids of the stories whose related
    stories changed. The projections of the editions must already be written. ``topics`` are the keys of the topics of
    each edition, if the caller knows them. The number of queries does not depend on the number of editions, except that
    topics are looked up in batches on SQLite.
    """
    stories = {edition.pk: edition for edition in editions if edition.work_kind == "story"}
    if not stories:
        return []
    named = _load_topics(stories) if topics is None else topics
    newest = _load_newest_stories({topic for key in stories for topic in named[key]}, at=at)
    sample_size = len(_SAMPLE(at=at))
    rarity = {topic: log2(max(sample_size, len(newest[topic])) / len(newest[topic])) for topic in newest}
    return RelatedStories.objects.store(
        {story.uid: _rank_related(story, named[pk], newest, rarity) for pk, story in stories.items()}
    )


def _load_topics(editions: Collection[int]) -> Mapping[int, Sequence[int]]:
    topics: dict[int, list[int]] = defaultdict(list)
    for edition, topic in _TOPICS(editions=list(editions)):
        topics[edition].append(topic)
    return topics


def choose_related_of_recent(at: datetime) -> int:
    """Update the related stories of each story that is related to one published shortly before ``at``.

    At most ``_MAX_RECENT`` such publications are considered, the newest first. Return the number of stories whose
    related stories changed. Only their pages are invalidated. This is idempotent, and safe to run in several workers at
    the same time.
    """
    recent = Edition.objects.live(at).stories().filter(live_from__gt=at - _RECENT).order_by("-live_from", "-pk")
    related = _load_related(recent.values_list("uid", flat=True)[:_MAX_RECENT])
    return _update_related(related, at=at) if related else 0


def enqueue_choosing(editions: Iterable[Edition]) -> None:
    """Enqueue tasks that choose related stories when scheduled editions go live, one task for each time.

    The tasks are written in the open transaction.
    """
    ids_by_time: dict[datetime, list[int]] = defaultdict(list)
    for edition in editions:
        if edition.work_kind == "story":
            ids_by_time[edition.live_from].append(edition.pk)
    for live_from, ids in ids_by_time.items():
        enqueue(update_related_stories.using(run_after=live_from), ids)


@task
def update_related_stories(editions: list[int]) -> int:
    """Update the related stories of the given editions that are live, and of the stories related to them.

    The latter include the stories that were related before the update and the stories that are related after it. Return
    the number of stories whose related stories changed. The task is idempotent.
    """
    at = clock.now()
    uids = set(Edition.objects.live(at).stories().filter(pk__in=editions).values_list("uid", flat=True))
    if not uids:
        return 0
    related_before = _load_related(uids)
    changed = _update_related(uids, at=at)
    return changed + _update_related(related_before | _load_related(uids), at=at)


def _load_related(uids: Iterable[UUID]) -> set[UUID]:
    """Return the uids of the stories that are stored as related to the given ones."""
    rows = RelatedStories.objects.filter(uid__in=list(uids)).values_list("others", flat=True)
    return {UUID(uid) for others in rows for uid in others}


def choose_all_related(at: datetime) -> Iterator[int]:
    """Update the related stories of every story that is live at ``at``; yield the number of stories done so far."""
    live = Edition.objects.live(at).stories().order_by("pk")
    done = last = 0
    while batch := list(live.filter(pk__gt=last).values_list("pk", "uid")[:_BATCH_SIZE]):
        last = batch[-1][0]
        _update_related({uid for _, uid in batch}, at=at)
        done += len(batch)
        yield done


def is_empty(at: datetime) -> bool:
    """Return whether no related stories have been chosen yet, although there are live stories."""
    return not RelatedStories.objects.exists() and Edition.objects.live(at).stories().exists()


@invalidation()
def _update_related(uids: Collection[UUID], *, at: datetime) -> int:
    changed = choose_related(Edition.objects.live(at).stories().filter(uid__in=uids).defer("fragments"), at=at)
    invalidate(*(page_key("story", each) for each in changed))
    return len(changed)


def _load_newest_stories(topics: Iterable[int], *, at: datetime) -> StoriesByTopic:
    """Return, for each topic, the newest stories that name it and are live at ``at``."""
    stories: StoriesByTopic = defaultdict(list)
    for topic, uid, updated_at, language in _iter_newest(sorted(topics), at=at):
        stories[topic].append((str(uid), updated_at.timestamp(), language))
    return stories


def _iter_newest(topics: list[int], *, at: datetime) -> Iterator[tuple[int, UUID, datetime, str]]:
    if connection.vendor == "postgresql":
        with prepared_cursor() as cursor:
            cursor.execute(_NEWEST_ON_POSTGRESQL, [topics, at, at, NEWEST_OF_TOPIC])
            yield from cursor.fetchall()
    else:
        for batch in batched(topics, _TOPICS_PER_QUERY):
            yield from _NEWEST(topics=batch, at=at)


# One statement for any number of topics; a union would have to be compiled and planned for each number.
_NEWEST_ON_POSTGRESQL = """SELECT named.topic, story."uid", story."updated_at", story."language"
FROM unnest(%s::bigint[]) AS named(topic) CROSS JOIN LATERAL (
    SELECT "uid", "updated_at", "language" FROM "stories_editiontopic"
    WHERE "topic_id" = named.topic AND "work_kind" = 'story' AND "live_from" <= %s AND "live_until" > %s
    ORDER BY "updated_at" DESC, "uid" DESC LIMIT %s
) AS story"""


def _query_newest(topics: Sequence[int], at: datetime) -> QuerySet[EditionTopic, tuple[int, UUID, datetime, str]]:
    querysets = [
        EditionTopic.objects.filter(topic__id=topic, work_kind="story", live_from__lte=at, live_until__gt=at)
        for topic in topics
    ]
    columns = ("topic", "uid", "updated_at", "language")
    # A prepared statement pads its lists of parameters, so a topic may occur twice.
    return select_first(querysets, order=("-updated_at", "-uid"), limit=NEWEST_OF_TOPIC, columns=columns, repeats=False)


_NEWEST = PreparedQuery(_query_newest)


def _rank_related(
    story: Edition, topics: Sequence[int], newest: StoriesByTopic, rarity: Mapping[int, float]
) -> list[str]:
    """Return the uids of the stories in the language of ``story`` that are most closely related to it, closest first.

    At most ``MAX_STORED`` uids are returned. The score of a story is the sum of the rarities of the shared topics, in
    bits (inverse document frequency). Stories with a score below ``_MIN_RARITY`` are left out. If all topics of
    ``story`` are common, the minimum is the rarity of its rarest topic.
    """
    language = primary_subtag(story.language)
    score: defaultdict[str, float] = defaultdict(float)
    updated: dict[str, float] = {}
    known_topics = [topic for topic in topics if topic in newest]
    for topic in known_topics:
        for uid, updated_at, other_language in newest[topic]:
            if other_language == language:
                score[uid] += rarity[topic]
                updated[uid] = updated_at
    score.pop(str(story.uid), None)
    minimum = min(_MIN_RARITY, max((rarity[topic] for topic in known_topics), default=0))
    related = (uid for uid in score if score[uid] >= minimum)
    return sorted(related, key=lambda uid: (-score[uid], -updated[uid], uid))[:MAX_STORED]
