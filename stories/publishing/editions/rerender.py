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

BATCH_SIZE = 25
KIND = "rerendering"


class UnrenderableError(Exception):
    """Raised when a document cannot be rendered.

    The run stops before the batch that contains it, and can be continued from there.
    """


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a run: the number of editions done, the total, and the number of changed editions."""

    done: int
    total: int
    changed: int


@dataclass(frozen=True, slots=True)
class _RenderedEdition:
    """A rendered edition: its primary key, its work's primary key, the document's digest, and the changed columns."""

    edition: int
    work: int
    digest: str
    columns: dict[str, object]


def rerender() -> Iterator[Progress]:
    """Render every page again, even past and cancelled ones; yield the progress at the start and after each batch.

    Continue an unfinished run if there is one, otherwise begin one. While a run is unfinished, even after it
    was killed, the triggers allow changes to the rendered columns. Only editions whose columns have changed are
    written. Several processes can share one run. Raise UnrenderableError if a document cannot be rendered.
    """
    run = _get_or_begin_run()
    total = _pages().count()
    done = _pages().filter(pk__lte=run.last_edition).count()
    yield Progress(done, total, run.changed)
    while run.finished_at is None and (batch := list(_pages().filter(pk__gt=run.last_edition)[:BATCH_SIZE])):
        run = _store_batch(run, [_render(edition) for edition in batch])
        done += len(batch)
        yield Progress(min(done, total), total, run.changed)
    _finish(run)


def _pages() -> QuerySet[Edition]:
    return Edition.objects.filter(kind=EditionKind.PAGE).select_related("document").order_by("pk")


@invalidation()
def _get_or_begin_run() -> Rerendering:
    run, is_new = Rerendering.objects.get_or_create(finished_at=None)
    if is_new:
        Event.objects.write(KIND, run.uid, "rerendering begun", by=None)
    return run


def _render(edition: Edition) -> _RenderedEdition:
    document = cast("Document", edition.document)  # a page always has one
    try:
        columns = render_for_edition(document.value()).columns()
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise UnrenderableError(f"Edition {edition.number} of “{edition.title}” cannot be rendered: {error}") from error
    changed = {name: value for name, value in columns.items() if getattr(edition, name) != value}
    return _RenderedEdition(edition.pk, edition.work_id, document.digest, changed)


@invalidation()
def _store_batch(run: Rerendering, batch: Sequence[_RenderedEdition]) -> Rerendering:
    """Write the changed columns and the progress, invalidate the changed pages, and return the stored run.

    Write nothing if another process has already stored this batch.
    """
    stored_run = Rerendering.objects.select_for_update().get(pk=run.pk)
    if stored_run.finished_at is not None or stored_run.last_edition != run.last_edition:
        return stored_run
    changed = {rendered.edition: rendered for rendered in batch if rendered.columns}
    # Every verb locks the work first, so nothing is erased between the query below and the update.
    works = {rendered.work for rendered in changed.values()}
    list(Work.objects.select_for_update().filter(pk__in=works).order_by("pk"))
    rows = Edition.objects.filter(pk__in=changed).select_related("document").defer("fragments", "document__body")
    for edition in rows:
        rendered = changed[edition.pk]
        if edition.document and edition.document.digest == rendered.digest:
            Edition.objects.filter(pk=edition.pk).update(**rendered.columns)
            invalidate_pages_of([edition])
            stored_run.changed += 1
    stored_run.last_edition = batch[-1].edition
    stored_run.save()
    return stored_run


@invalidation()
def _finish(run: Rerendering) -> None:
    if Rerendering.objects.filter(pk=run.pk, finished_at=None).update(finished_at=clock.now()):
        Event.objects.write(KIND, run.uid, "rerendered", by=None, after={"changed": run.changed})
