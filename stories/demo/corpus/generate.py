"""Publish the corpus in batches, through the same verbs as everything else."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Literal

from django.db import connection, transaction

from newsroom.accounts.models import User
from newsroom.page_cache.invalidation import invalidation
from newsroom.process import set_up_child
from newsroom.redirects.models import Address
from newsroom.text.fold import fold
from stories import drafts, publishing
from stories.demo.corpus import documents
from stories.drafts import revisions
from stories.models import Outlet, Work
from stories.publishing import PublishRequest
from topics.models import Topic

BATCH = 50  # works that are published together

type Kind = Literal["question", "story"]


@dataclass(frozen=True, slots=True)
class Progress:
    """The number of stories that exist, and the number that was asked for."""

    done: int
    total: int


def publish_corpus(stories: int, *, by: User, processes: int = 1) -> Iterator[Progress]:
    """Publish as ``by`` what is missing of the first ``stories`` stories, and yield the progress.

    ``processes`` batches are made at a time, each on a connection of its own. SQLite allows only one writer, so more
    processes are of no use there. The work may be stopped at any time and started again: a batch exists as a whole or
    not at all. Raise what ``publishing.publish_many`` raises.
    """
    _make_names()
    yield Progress(0, stories)
    # Stories also ask older questions, so all questions come first.
    for _ in _made("question", documents.count_questions_before(stories), by=by, processes=processes):
        yield Progress(0, stories)
    done = 0
    for batch in _made("story", stories, by=by, processes=processes):
        done += len(batch)
        yield Progress(done, stories)


def update_statistics() -> None:
    """Update the planner's statistics of PostgreSQL."""
    # After so many new rows it plans badly until it does this by itself, a little later.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _made(kind: Kind, number: int, *, by: User, processes: int) -> Iterator[range]:
    """Make the first ``number`` works of a kind, and yield their numbers batch by batch."""
    batches = [range(first, min(first + BATCH, number)) for first in range(0, number, BATCH)]
    if processes == 1:
        for batch in batches:
            publish_batch(kind, batch, by=by)
            yield batch
        return
    # Spawned, not forked: no two processes may share a connection.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=set_up_child) as pool:
        waiting = {pool.submit(_make_batch_in_a_process, kind, batch, by.pk): batch for batch in batches}
        try:
            for future in as_completed(waiting):
                future.result()
                yield waiting[future]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _make_batch_in_a_process(kind: Kind, numbers: range, by: int) -> None:
    publish_batch(kind, numbers, by=User.objects.get(pk=by))


@transaction.atomic
def _make_names() -> None:
    _make_missing(Topic, documents.build_topics())
    _make_missing(Outlet, documents.build_outlets())


def _make_missing[Thing: (Topic, Outlet)](model: type[Thing], names: Sequence[documents.NamedRow]) -> None:
    things = model._default_manager
    known = set(things.filter(uid__in=[called.uid for called in names]).values_list("uid", flat=True))
    new = [called for called in names if called.uid not in known]
    taken = set(things.filter(slug__in=[called.slug for called in new]).values_list("slug", flat=True))
    taken |= set(Address.objects.filter(kind=model.address_kind).values_list("slug", flat=True)) if new else set()
    things.bulk_create(
        model(
            uid=called.uid,
            name=called.name,
            folded_name=fold(called.name),
            slug=called.slug if called.slug not in taken else f"{called.slug}-{called.uid.hex[:8]}",
        )
        for called in new
    )


@invalidation()
def publish_batch(kind: Kind, numbers: range, *, by: User) -> None:
    """Publish the missing stories or questions among these numbers, all of them or none."""
    uids = [documents.uid_of(kind, number) for number in numbers]
    known = set(Work.objects.filter(uid__in=uids).values_list("uid", flat=True))
    new = [number for number, uid in zip(numbers, uids, strict=True) if uid not in known]
    if not new:
        return
    write = documents.build_story if kind == "story" else documents.build_question
    begun = drafts.create_works([write(number) for number in new], owner=by, by=by)
    recorded = revisions.record_revisions(begun.works, by=by, reason="Corpus")
    publishing.publish_many([PublishRequest(work, recorded=recorded[work.pk]) for work in begun.works], by=by)
