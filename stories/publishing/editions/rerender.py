"""Render the HTML of all editions again after a change of the renderer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from django.db.models import QuerySet

from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from stories.documents.render import render_for_edition
from stories.models import Document, Edition, EditionKind, Rerendering, Work
from stories.publishing.editions.invalidation import invalidate_pages_of

BATCH = 25
KIND = "rerendering"


class UnrenderableError(Exception):
    """Raised when a document cannot be rendered; the run stops before its edition and continues there the next time."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a run: editions done, editions in total, and how many of them changed."""

    done: int
    total: int
    changed: int


@dataclass(frozen=True, slots=True)
class _RenderedEdition:
    """A rendered edition: primary keys of edition and work, digest of the document, and the columns that differ."""

    edition: int
    work: int
    digest: str
    columns: dict[str, object]


def rerender() -> Iterator[Progress]:
    """Render every page that readers see, saw or will see, and yield the progress after each batch.

    Continue an unfinished run, or begin one. A run that is interrupted or killed can be continued. Until a run is
    finished, the triggers allow changes to rendered columns and to no others. Only editions whose columns differ are
    written. Several processes share one run. Raise UnrenderableError if a document cannot be rendered.
    """
    run = _begun()
    total = _pages().count()
    done = _pages().filter(pk__lte=run.last_edition).count()
    yield Progress(done, total, run.changed)
    while run.finished_at is None and (batch := list(_pages().filter(pk__gt=run.last_edition)[:BATCH])):
        run = _store_batch(run, [_made(edition) for edition in batch])
        done += len(batch)
        yield Progress(min(done, total), total, run.changed)
    _finish(run)


def _pages() -> QuerySet[Edition]:
    return Edition.objects.filter(kind=EditionKind.PAGE).select_related("document").order_by("pk")


@invalidation()
def _begun() -> Rerendering:
    run, is_new = Rerendering.objects.get_or_create(finished_at=None)
    if is_new:
        Event.objects.write(KIND, run.uid, "rerendering begun", by=None)
    return run


def _made(edition: Edition) -> _RenderedEdition:
    document = cast("Document", edition.document)  # a page always has one
    try:
        columns = render_for_edition(document.value()).columns()
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise UnrenderableError(f"Edition {edition.number} of “{edition.title}” cannot be rendered: {error}") from error
    different = {name: value for name, value in columns.items() if getattr(edition, name) != value}
    return _RenderedEdition(edition.pk, edition.work_id, document.digest, different)


@invalidation()
def _store_batch(run: Rerendering, batch: Sequence[_RenderedEdition]) -> Rerendering:
    """Write what differs together with the progress, and return the run as stored.

    Another process may have moved the run on.
    """
    standing = Rerendering.objects.select_for_update().get(pk=run.pk)
    if standing.finished_at is not None or standing.last_edition != run.last_edition:
        return standing
    different = {made.edition: made for made in batch if made.columns}
    # Every verb locks the work first, so nothing is erased between the query below and the update.
    works = {made.work for made in different.values()}
    list(Work.objects.select_for_update().filter(pk__in=works).order_by("pk"))
    rows = Edition.objects.filter(pk__in=different).select_related("document").defer("fragments", "document__body")
    for edition in rows:
        made = different[edition.pk]
        if edition.document and edition.document.digest == made.digest:
            Edition.objects.filter(pk=edition.pk).update(**made.columns)
            invalidate_pages_of([edition])
            standing.changed += 1
    standing.last_edition = batch[-1].edition
    standing.save()
    return standing


@invalidation()
def _finish(run: Rerendering) -> None:
    if Rerendering.objects.filter(pk=run.pk, finished_at=None).update(finished_at=clock.now()):
        Event.objects.write(KIND, run.uid, "rerendered", by=None, after={"changed": run.changed})
