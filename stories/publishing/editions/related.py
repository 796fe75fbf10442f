"""Choose related stories: when a story is published, and again when one that is related to it is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import batched
from math import log2
from uuid import UUID

from django.db.models import QuerySet
from django.tasks import task

from newsroom.db.keyset import select_first
from newsroom.db.statements import PreparedQuery
from newsroom.http import clock
from newsroom.http.languages import primary_subtag
from newsroom.page_cache.dependencies import page_key
from newsroom.page_cache.invalidation import invalidate, invalidation
from newsroom.task_queue import enqueue
from stories.models import Edition, EditionTopic, RelatedStories

# More are stored than a page shows, because some may be withdrawn by then.
MOST_STORED = 12
# Only the newest stories of each topic are considered, so that the cost does not grow with the topic.
NEWEST_OF_TOPIC = 60
# Rarity is measured among this many of the newest stories: counting all stories of a large site takes too long.
_COUNTED = 4 * NEWEST_OF_TOPIC
# The least rarity, in bits, of what related stories share: one story in five.
_RARE = log2(5)
# SQLite allows at most 500 terms in a compound SELECT.
_AT_ONCE = 256
# How far back the worker searches for new editions. It does so each minute, and may be late.
_LATELY = timedelta(minutes=15)
_MOST_LATELY = 50
_BATCH = 100

# By topic: uid, time of update (seconds since 1970) and language of the stories that name it.
type StoriesByTopic = dict[int, list[tuple[str, float, str]]]


_NAMED = PreparedQuery(
    lambda editions: EditionTopic.objects.filter(edition__id__in=editions).order_by().values_list("edition", "topic")
)
_LIVE = PreparedQuery(
    lambda at: Edition.objects.live(at).stories().order_by("-updated_at", "-uid").values_list("pk")[:_COUNTED]
)
_CHOSEN = PreparedQuery(lambda uids: RelatedStories.objects.filter(uid__in=uids).values_list("uid", "others"))


def choose_related(editions: Iterable[Edition], *, at: datetime) -> list[UUID]:
    """Store for each story those in its language that share the rarest topics with it, the newest first among equals.

    Return the uids of the stories whose related stories changed. The projections of the editions must be written
    already. Take five queries for any number of editions, and none for questions.
    """
    stories = {edition.pk: edition for edition in editions if edition.work_kind == "story"}
    if not stories:
        return []
    topics: dict[int, list[int]] = defaultdict(list)
    for edition, topic in _NAMED(editions=list(stories)):
        topics[edition].append(topic)
    near = _near({topic for named in topics.values() for topic in named}, at=at)
    live = len(_LIVE(at=at))
    rarity = {topic: log2(max(live, len(near[topic])) / len(near[topic])) for topic in near}
    chosen = {story.uid: _nearest(story, topics[pk], near, rarity) for pk, story in stories.items()}
    before = dict(_CHOSEN(uids=list(chosen)))
    # In a fixed order, so that two transactions that choose for the same stories do not deadlock.
    rows = [RelatedStories(uid=uid, others=chosen[uid]) for uid in sorted(chosen) if before.get(uid) != chosen[uid]]
    RelatedStories.objects.bulk_create(rows, update_conflicts=True, unique_fields=["uid"], update_fields=["others"])
    return [row.uid for row in rows]


def choose_related_of_recent(at: datetime) -> int:
    """Choose again for stories related to those published shortly before ``at``, and return how many of them changed.

    Only the pages of stories that changed are invalidated. Idempotent, and safe in several workers at once.
    """
    gone_out = Edition.objects.live(at).stories().filter(live_from__gt=at - _LATELY).order_by("-live_from", "-pk")
    near = _load_related(gone_out.values_list("uid", flat=True)[:_MOST_LATELY])
    return _relate_again(near, at=at) if near else 0


def enqueue_choosing(editions: Iterable[Edition]) -> None:
    """Enqueue tasks that choose related stories when scheduled editions go live, one for each moment.

    The tasks are written in the open transaction.
    """
    waiting: dict[datetime, list[int]] = defaultdict(list)
    for edition in editions:
        if edition.work_kind == "story":
            waiting[edition.live_from].append(edition.pk)
    for begin, keys in waiting.items():
        enqueue(update_related_stories.using(run_after=begin), keys)


@task
def update_related_stories(editions: list[int]) -> int:
    """Choose for the stories of those editions that are live, and for the stories related to them before and since.

    Return the number of changes. The task is idempotent.
    """
    at = clock.now()
    uids = set(Edition.objects.live(at).stories().filter(pk__in=editions).values_list("uid", flat=True))
    if not uids:
        return 0
    were_near = _load_related(uids)
    changed = _relate_again(uids, at=at)
    return changed + _relate_again(were_near | _load_related(uids), at=at)


def _load_related(uids: Iterable[UUID]) -> set[UUID]:
    kept = RelatedStories.objects.filter(uid__in=list(uids)).values_list("others", flat=True)
    return {UUID(uid) for others in kept for uid in others}


def choose_all_related(at: datetime) -> Iterator[int]:
    """Choose for every story that is live at ``at``, and yield the number of stories done after each batch."""
    live = Edition.objects.live(at).stories().order_by("pk")
    done = last = 0
    while batch := list(live.filter(pk__gt=last).values_list("pk", "uid")[:_BATCH]):
        last = batch[-1][0]
        _relate_again({uid for _, uid in batch}, at=at)
        done += len(batch)
        yield done


def is_empty(at: datetime) -> bool:
    """Return whether nothing was chosen yet, although there are live stories."""
    return not RelatedStories.objects.exists() and Edition.objects.live(at).stories().exists()


@invalidation()
def _relate_again(uids: Collection[UUID], *, at: datetime) -> int:
    changed = choose_related(Edition.objects.live(at).stories().filter(uid__in=uids).defer("fragments"), at=at)
    invalidate(*(page_key("story", each) for each in changed))
    return len(changed)


def _near(topics: Iterable[int], *, at: datetime) -> StoriesByTopic:
    """Return the newest stories that name each topic and are live at ``at``."""
    found: StoriesByTopic = defaultdict(list)
    for some in batched(sorted(topics), _AT_ONCE):
        for topic, uid, updated_at, language in _NEWEST(topics=some, at=at):
            found[topic].append((str(uid), updated_at.timestamp(), language))
    return found


def _newest(topics: Sequence[int], at: datetime) -> QuerySet[EditionTopic, tuple[int, UUID, datetime, str]]:
    walks = [
        EditionTopic.objects.filter(topic__id=topic, work_kind="story", live_from__lte=at, live_until__gt=at)
        for topic in topics
    ]
    columns = ("topic", "uid", "updated_at", "language")
    # Prepared statements are padded, so a topic may occur twice.
    return select_first(walks, order=("-updated_at", "-uid"), limit=NEWEST_OF_TOPIC, columns=columns, repeats=False)


_NEWEST = PreparedQuery(_newest)


def _nearest(story: Edition, topics: Sequence[int], near: StoriesByTopic, rarity: Mapping[int, float]) -> list[str]:
    """Return the uids of the stories most closely related to ``story``, closest first.

    Each shared topic counts with its rarity in bits (inverse document frequency). Stories that share less than
    ``_RARE`` are left out. If all topics of the story are common, the limit is the rarity of its rarest topic.
    """
    language = primary_subtag(story.language)
    shared: defaultdict[str, float] = defaultdict(float)
    updated: dict[str, float] = {}
    named = [topic for topic in topics if topic in near]
    for topic in named:
        for uid, moment, written_in in near[topic]:
            if written_in == language:
                shared[uid] += rarity[topic]
                updated[uid] = moment
    shared.pop(str(story.uid), None)
    least = min(_RARE, max((rarity[topic] for topic in named), default=0))
    related = (uid for uid in shared if shared[uid] >= least)
    return sorted(related, key=lambda uid: (-shared[uid], -updated[uid], uid))[:MOST_STORED]
