"""Chooses the stories that a story leads on to: when it goes out, and again when one near to it does."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import batched
from math import log2
from uuid import UUID

from django.db.models import QuerySet
from django.tasks import task

from newsroom.db.keyset import first_of
from newsroom.db.statements import PreparedQuery
from newsroom.http import clock
from newsroom.http.languages import primary
from newsroom.page_cache.dependencies import page_key
from newsroom.page_cache.invalidation import invalidate, invalidation
from newsroom.task_queue import enqueue
from stories.models import Edition, EditionTopic, RelatedStories

# More are kept than a page shows, as some may be withdrawn by then.
MOST_KEPT = 12
# Of each topic only the newest stories are near: what is looked at does not grow with the topic.
LOOKED_AT = 60
# How often a topic is named is told beside so many of the newest stories: counting all of a large site takes too long.
_COUNTED = 4 * LOOKED_AT
# Stories are related when what they share is as rare as one story in five, in bits.
_RARE = log2(5)
# SQLite joins no more selects than 500 in one statement.
_AT_ONCE = 256
# How far back the worker looks for what went out; it looks each minute, and may be late.
_LATELY = timedelta(minutes=15)
_MOST_LATELY = 50
_BATCH = 100

# Of each topic: uid, update (seconds since 1970) and language of the stories near to it.
type Near = dict[int, list[tuple[str, float, str]]]


_NAMED = PreparedQuery(
    lambda editions: EditionTopic.objects.filter(edition__id__in=editions).order_by().values_list("edition", "topic")
)
_LIVE = PreparedQuery(
    lambda at: Edition.objects.live(at).stories().order_by("-updated_at", "-uid").values_list("pk")[:_COUNTED]
)
_CHOSEN = PreparedQuery(lambda uids: RelatedStories.objects.filter(uid__in=uids).values_list("uid", "others"))


def choose_related(editions: Iterable[Edition], *, at: datetime) -> list[UUID]:
    """Keep for each story those in its language that share the rarest topics with it, the newest first among equals.

    Return the uids of those for which others are kept than before. Five queries for any number of editions, whose
    projections are written already; none of questions.
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
    # In one order, so that two who choose for the same stories do not wait for each other.
    rows = [RelatedStories(uid=uid, others=chosen[uid]) for uid in sorted(chosen) if before.get(uid) != chosen[uid]]
    RelatedStories.objects.bulk_create(rows, update_conflicts=True, unique_fields=["uid"], update_fields=["others"])
    return [row.uid for row in rows]


def choose_related_lately(at: datetime) -> int:
    """Choose anew for the stories near to those that went out lately until ``at``; return for how many it made a difference.

    Their pages change only where it did. Safe to call again, and from several workers at once.
    """
    gone_out = Edition.objects.live(at).stories().filter(live_from__gt=at - _LATELY).order_by("-live_from", "-pk")
    near = _kept_for(gone_out.values_list("uid", flat=True)[:_MOST_LATELY])
    return _relate_again(near, at=at) if near else 0


def choose_related_in_time(editions: Iterable[Edition]) -> None:
    """Have the worker choose for stories once their scheduled editions are there, those of one moment together.

    The tasks are written in the transaction that is open.
    """
    waiting: dict[datetime, list[int]] = defaultdict(list)
    for edition in editions:
        if edition.work_kind == "story":
            waiting[edition.live_from].append(edition.pk)
    for begin, keys in waiting.items():
        enqueue(update_related_stories.using(run_after=begin), keys)


@task
def update_related_stories(editions: list[int]) -> int:
    """Choose for the stories of these editions, as far as readers see them by now, and for those near to them, before and since.

    Return for how many it made a difference. Safe to run again.
    """
    at = clock.now()
    uids = set(Edition.objects.live(at).stories().filter(pk__in=editions).values_list("uid", flat=True))
    if not uids:
        return 0
    were_near = _kept_for(uids)
    changed = _relate_again(uids, at=at)
    return changed + _relate_again(were_near | _kept_for(uids), at=at)


def _kept_for(uids: Iterable[UUID]) -> set[UUID]:
    kept = RelatedStories.objects.filter(uid__in=list(uids)).values_list("others", flat=True)
    return {UUID(uid) for others in kept for uid in others}


def choose_related_of_all(at: datetime) -> Iterator[int]:
    """Choose for every story that can be read at ``at``; yield after each batch for how many that is done."""
    live = Edition.objects.live(at).stories().order_by("pk")
    done = last = 0
    while batch := list(live.filter(pk__gt=last).values_list("pk", "uid")[:_BATCH]):
        last = batch[-1][0]
        _relate_again({uid for _, uid in batch}, at=at)
        done += len(batch)
        yield done


def is_needed(at: datetime) -> bool:
    """Say whether nothing was ever chosen, though there are stories to choose for."""
    return not RelatedStories.objects.exists() and Edition.objects.live(at).stories().exists()


@invalidation()
def _relate_again(uids: Collection[UUID], *, at: datetime) -> int:
    changed = choose_related(Edition.objects.live(at).stories().filter(uid__in=uids).defer("fragments"), at=at)
    invalidate(*(page_key("story", each) for each in changed))
    return len(changed)


def _near(topics: Iterable[int], *, at: datetime) -> Near:
    """Return the newest stories that name each topic and can be read at ``at``."""
    found: Near = defaultdict(list)
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
    # Some topics may stand there twice.
    return first_of(walks, order=("-updated_at", "-uid"), limit=LOOKED_AT, columns=columns, repeats=False)


_NEWEST = PreparedQuery(_newest)


def _nearest(story: Edition, topics: Sequence[int], near: Near, rarity: Mapping[int, float]) -> list[str]:
    """Return the uids of the stories nearest to ``story``, nearest first.

    Each topic that both name counts with its rarity in bits (inverse document frequency). Stories that share less than
    ``_RARE`` are left out, or less than the rarest topic of a story that has only common ones.
    """
    language = primary(story.language)
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
    return sorted(related, key=lambda uid: (-shared[uid], -updated[uid], uid))[:MOST_KEPT]
