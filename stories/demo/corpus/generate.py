"""Publish the corpus in batches, with the same functions as the product itself."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Literal

from django.db import connection, transaction

from newsroom.accounts.models import User
from newsroom.page_cache.invalidation import invalidation
from newsroom.process import set_up_django_in_child
from newsroom.redirects.models import Address
from newsroom.text.fold import fold
from stories import drafts, publishing
from stories.demo.corpus import documents
from stories.drafts import revisions
from stories.models import Outlet, Work
from stories.publishing import PublishRequest
from topics.models import Topic

BATCH_SIZE = 50  # the number of works that are published together

type Kind = Literal["question", "story"]


@dataclass(frozen=True, slots=True)
class Progress:
    """The number of stories published so far, including those that existed before, and the requested number."""

    done: int
    total: int


def publish_corpus(stories: int, *, by: User, processes: int = 1) -> Iterator[Progress]:
    """Publish, as ``by``, the missing stories among the first ``stories`` stories, and yield the progress.

    Up to ``processes`` batches are published at a time, each over its own connection. SQLite allows only one writer, so
    more than one process is useless there. The function may be stopped and run again at any time, because each batch is
    published completely or not at all. Raise the same exceptions as ``publishing.publish_many``.
    """
    _create_names()
    yield Progress(0, stories)
    # A story may ask older questions too, so all questions are published first.
    for _ in _publish_batches("question", documents.count_questions_before(stories), by=by, processes=processes):
        yield Progress(0, stories)
    done = 0
    for batch in _publish_batches("story", stories, by=by, processes=processes):
        done += len(batch)
        yield Progress(done, stories)


def update_statistics() -> None:
    """Update the statistics of the query planner on PostgreSQL. Do nothing on other databases."""
    # After many new rows, queries are planned badly until PostgreSQL updates the statistics itself.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _publish_batches(kind: Kind, number: int, *, by: User, processes: int) -> Iterator[range]:
    """Publish the first ``number`` works of a kind, and yield their numbers batch by batch.

    Raise the errors of ``publish_batch``.
    """
    batches = [range(first, min(first + BATCH_SIZE, number)) for first in range(0, number, BATCH_SIZE)]
    if processes == 1:
        for batch in batches:
            publish_batch(kind, batch, by=by)
            yield batch
        return
    # Spawn processes rather than fork them, because no two processes may share a connection.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=set_up_django_in_child) as pool:
        futures = {pool.submit(_publish_batch_in_process, kind, batch, by.pk): batch for batch in batches}
        try:
            for future in as_completed(futures):
                future.result()
                yield futures[future]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _publish_batch_in_process(kind: Kind, numbers: range, by: int) -> None:
    publish_batch(kind, numbers, by=User.objects.get(pk=by))


@transaction.atomic
def _create_names() -> None:
    _create_missing(Topic, documents.build_topics())
    _create_missing(Outlet, documents.build_outlets())


def _create_missing[Entity: (Topic, Outlet)](model: type[Entity], names: Sequence[documents.NamedRow]) -> None:
    manager = model._default_manager
    existing = set(manager.filter(uid__in=[row.uid for row in names]).values_list("uid", flat=True))
    new = [row for row in names if row.uid not in existing]
    used_slugs = set(manager.filter(slug__in=[row.slug for row in new]).values_list("slug", flat=True))
    used_slugs |= set(Address.objects.filter(kind=model.address_kind).values_list("slug", flat=True)) if new else set()
    manager.bulk_create(
        model(
            uid=row.uid,
            name=row.name,
            folded_name=fold(row.name),
            slug=row.slug if row.slug not in used_slugs else f"{row.slug}-{row.uid.hex[:8]}",
        )
        for row in new
    )


@invalidation()
def publish_batch(kind: Kind, numbers: range, *, by: User) -> None:
    """Publish the missing stories or questions with these numbers, all of them or none.

    Raise the errors of ``publish_many``.
    """
    uids = [documents.uid_of(kind, number) for number in numbers]
    existing = set(Work.objects.filter(uid__in=uids).values_list("uid", flat=True))
    new = [number for number, uid in zip(numbers, uids, strict=True) if uid not in existing]
    if not new:
        return
    build = documents.build_story if kind == "story" else documents.build_question
    created = drafts.create_works([build(number) for number in new], owner=by, by=by)
    recorded = revisions.record_revisions(created.works, by=by, reason="Corpus")
    publishing.publish_many([PublishRequest(work, recorded=recorded[work.pk]) for work in created.works], by=by)
