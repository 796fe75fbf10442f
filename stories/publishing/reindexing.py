"""Indexes all that readers can find again, after a change of how words are read, or where nothing is indexed yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from django.db import transaction
from django.db.models import QuerySet

from newsroom.http import clock
from newsroom.search import index
from stories.drafts.references import Names
from stories.models import Document, Edition, EditionKind, Outlet, Work
from stories.publishing.finding import let_be_found
from topics.models import Topic

BATCH = 25


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: editions and names that are done, of all there are."""

    done: int
    total: int


def reindex() -> Iterator[Progress]:
    """Index every page that is live or waits for its time, then topics and outlets; yield after each batch how far it is.

    Readers go on finding what is indexed meanwhile, and may be begun anew at any time. Whatever is over is forgotten.
    """
    now = clock.now()
    index.tidy_all(at=now)
    editions = list(_pages().filter(live_until__gt=now).order_by("pk").values_list("pk", flat=True))
    done, total = 0, len(editions)
    yield Progress(done, total)
    for begin in range(0, len(editions), BATCH):
        batch = editions[begin : begin + BATCH]
        _index(batch)
        done += len(batch)
        yield Progress(done, total)
    names = [
        *Topic.objects.standing().filter(uid__in=index.known("topic")),
        *Outlet.objects.standing().filter(uid__in=index.known("source")),
    ]
    total += len(names)
    for name in names:
        name.be_found()
        done += 1
        yield Progress(done, total)


def is_needed() -> bool:
    """Say whether nothing is indexed, though there is something that readers might find."""
    return not index.is_begun() and _pages().filter(live_until__gt=clock.now()).exists()


def _pages() -> QuerySet[Edition]:
    return Edition.objects.spanning().filter(kind=EditionKind.PAGE)


@transaction.atomic
def _index(keys: list[int]) -> None:
    # Every verb locks the work first: no span moves between what is read here and what is written.
    list(Work.objects.select_for_update().filter(editions__in=keys).order_by("pk").values_list("pk", flat=True))
    pages = _pages().filter(pk__in=keys).select_related("document").order_by("pk")
    # A page always has a document.
    frozen = [(edition, cast("Document", edition.document).value()) for edition in pages]
    let_be_found(frozen, names=Names.held(document for _, document in frozen))
