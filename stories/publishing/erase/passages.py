"""Erase one part, such as a passage, an answer or a source, from a work: from its draft and from all stored documents."""

from collections.abc import Collection, Iterable, Iterator
from typing import Protocol
from uuid import UUID

from django.db.models import Q
from django.utils.text import Truncator

from newsroom.accounts.models import User
from newsroom.audit.models import Event
from newsroom.text.fold import fold_wording
from newsroom.text.plain import plain_text
from stories import drafts
from stories.documents import AnyDocument, Cell, Explainer, Forecast
from stories.documents.merge.citations import remove_source
from stories.documents.render import render_for_edition
from stories.documents.schema.values import outlet_key
from stories.documents.walk import list_texts, walk
from stories.drafts import search
from stories.drafts.references import NamedEntities, list_reporting_outlet_uids
from stories.models import (
    PROJECTIONS,
    Article,
    BulkItem,
    DismissedProposal,
    Document,
    Edition,
    Import,
    Override,
    Revision,
    Work,
)
from stories.publishing.editions.invalidation import invalidate_pages_of
from stories.publishing.editions.projections import load_images, write_projections, write_withdrawn_forecasts
from stories.publishing.editions.search_index import reindex_editions
from stories.publishing.erase import traces
from stories.publishing.erase.authorize import Order, Scope, open_erasure
from stories.publishing.erase.comments import delete_comments_at, is_at
from stories.publishing.erase.documents import delete_unused_documents, list_documents
from stories.publishing.erase.shared import delete_unused_rows
from stories.publishing.erase.traces import ERASED
from stories.publishing.errors import InvalidStateError


class _HasUid(Protocol):
    @property
    def uid(self) -> UUID: ...


def erase_passage(work: Work, uid: UUID, *, by: User, reason: str) -> None:
    """Erase the part with this uid from every edition, revision and import, and from the draft.

    A part is a section, passage, claim, cell, figure, forecast, origin or answer, or a source, whose uid is that of the
    article. With a passage, the cells and forecasts that repeat it are removed. With a source, its citations and what
    comes from it are removed, as in ``remove_source``. A claim goes with its last cell. The HTML of the editions is
    rendered again. A question that a story asks is erased from the story in the same way.
    Editors' remarks elsewhere, such as change notes, remain.

    Raise NotAllowedError if the user may not erase. Raise InvalidStateError if the reason is missing or too long, or if
    the work has no such part. Raise the errors of ``open_erasure``.
    """
    with open_erasure(work, Scope.PASSAGE, Order.from_user(by, reason), part=uid) as opened:
        if not remove_part(opened.work, uid):
            raise InvalidStateError("This page has never contained this passage.")


def remove_part(work: Work, uid: UUID) -> bool:
    """Remove the part from every document and from the draft of ``work``, and return whether the part existed.

    Comments, dismissed points, import notes, override messages and reasons, and results of bulk actions that may quote it
    are removed too, and so is the article of a source if nothing else uses it. An erasure must be open, and the work must
    be locked.
    """
    documents = [(row, row.value()) for row in list_documents(work)]
    draft = drafts.build_document(work)
    erased = {uid, *_find_repeating([*(document for _, document in documents), draft], uid)}
    affected = [(row, document) for row, document in documents if _has_part(document, erased)]
    is_in_draft = _has_part(draft, erased)
    if not affected and not is_in_draft:
        # A restored database may have the article of a source that the work cited only later.
        return _delete_unused_article(uid)
    texts: set[str] = set()
    places: set[str] = set()
    numbered = set(Revision.objects.filter(work=work).values_list("document", flat=True))
    for row, document in affected:
        new = _remove_from_document(document, erased)
        removed = _list_places(document) - _list_places(new)
        texts |= {each.text for each in list_texts(document) if is_at(each.key, removed)}
        # A source may have another number in an import.
        places |= removed if row.pk in numbered else set()
        _replace(row, Document.objects.store(new), new)
    delete_unused_documents(row for row, _ in affected)
    if is_in_draft:
        drafts.restore(work, _remove_from_document(draft, erased))
    _delete_unused_article(uid)
    # Short words could be guessed from a digest.
    DismissedProposal.objects.filter(story=work.pk).delete()
    # Notes on imports, messages of checks and results of bulk actions may quote the part.
    Import.objects.filter(work=work).update(notes=[])
    BulkItem.objects.filter(work=work).exclude(words="").update(words=ERASED)
    delete_comments_at(work, places, texts)
    overrides = Override.objects.filter(edition__work=work).values_list("pk", "anchor")
    matching = [key for key, anchor in overrides if is_at(anchor, places)]
    Override.objects.filter(pk__in=matching).update(message=ERASED, reason=ERASED)
    return True


def _delete_unused_article(uid: UUID) -> bool:
    """Delete the article with this uid, and the words about it, if nothing uses it. Return whether it was deleted."""
    deleted = delete_unused_rows(Article.objects.filter(uid=uid), delete_files=False)
    for article in deleted:
        traces.clear_admin_log(Article, [article.pk])
        traces.strip_entries(Event.objects.filter(uid=uid))
    return bool(deleted)


def list_parts(work: Work) -> dict[UUID, str]:
    """Return the beginning of the newest text of each part that can be erased on its own, keyed by uid."""
    previews: dict[UUID, str] = {}
    for row in list_documents(work):
        previews |= {
            uid: Truncator(" ".join(plain_text(text).split())).chars(80) for uid, text in _iter_parts(row.value())
        }
    return previews


def _iter_parts(document: AnyDocument) -> Iterator[tuple[UUID, str]]:
    yield from ((cited.article, f"{cited.outlet.name}: {cited.title or cited.url}") for cited in document.citations)
    if isinstance(document, Explainer):
        yield from ((section.uid, f"{section.heading}: {section.text}") for section in document.sections)
        yield from ((passage.uid, passage.text) for passage in document.passages)
        for claim in document.claims:
            yield claim.uid, f"{claim.claim} {claim.note}"
            yield from (
                (cell.uid, f"{claim.claim}: {cell.outlet.name} {cell.value} {cell.quotation}") for cell in claim.cells
            )
        yield from ((figure.uid, f"{figure.value} {figure.counts}") for figure in document.figures)
        yield from ((each.uid, f"{each.speaker}: {each.expected} {each.quotation}") for each in document.forecasts)
        yield from ((origin.uid, origin.name) for origin in document.origins)
        yield from ((question.uid, f"{question.question} {question.teaser}") for question in document.questions)
    else:
        yield from ((answer.uid, f"{answer.question} {answer.text}") for answer in document.answers)


def _find_repeating(documents: Iterable[AnyDocument], uid: UUID) -> set[UUID]:
    """Return the uids of cells and forecasts that repeat words of the passage with this uid, in any of its versions.

    A cell or forecast about another outlet than those of the passage repeats nothing.
    """
    stories = [document for document in documents if isinstance(document, Explainer)]
    passages = {passage for story in stories for passage in story.passages if passage.uid == uid}
    # Folded once, because there may be hundreds of versions.
    versions = [(set(map(outlet_key, each.outlets)), f" {fold_wording(plain_text(each.text))} ") for each in passages]
    rows: set[Cell | Forecast] = {forecast for story in stories for forecast in story.forecasts}
    rows |= {cell for story in stories for claim in story.claims for cell in claim.cells}
    repeating = set()
    for row in rows if versions else ():
        texts = (row.value, row.quotation) if isinstance(row, Cell) else (row.expected, row.quotation)
        phrases = [f" {folded} " for text in texts if (folded := fold_wording(text))]
        for outlets, words in versions:
            is_of_outlet = row.outlet is None or outlet_key(row.outlet) in outlets
            if is_of_outlet and any(phrase in words for phrase in phrases):
                repeating.add(row.uid)
    return repeating


def _has_part(document: AnyDocument, uids: Collection[UUID]) -> bool:
    return any(part in uids for part, _ in _iter_parts(document))


def _list_places(document: AnyDocument) -> set[str]:
    """Return the anchors of the rows of a document, such as ``passages.UID``."""
    return {field.anchor.rpartition(".")[0] for field in walk(document)}


def _remove_from_document(document: AnyDocument, uids: Collection[UUID]) -> AnyDocument:
    for cited in document.citations:
        if cited.article in uids:
            return remove_source(document, cited.number)
    if isinstance(document, Explainer):
        claims = (claim for claim in document.claims if claim.uid not in uids)
        remaining = ((claim, claim.model_copy(update={"cells": _without(claim.cells, uids)})) for claim in claims)
        return document.changed(
            sections=_without(document.sections, uids),
            passages=_without(document.passages, uids),
            claims=tuple(new for old, new in remaining if new.cells or not old.cells),
            forecasts=_without(document.forecasts, uids),
            origins=_without(document.origins, uids),
            figures=_without(document.figures, uids),
            questions=_without(document.questions, uids),
        )
    return document.changed(answers=_without(document.answers, uids))


def _without[Row: _HasUid](rows: Iterable[Row], uids: Collection[UUID]) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.uid not in uids)


def _replace(old: Document, new: Document, document: AnyDocument) -> None:
    """Replace a document wherever it is used.

    Editions get the HTML and the projections of the new one, and their pages are invalidated.
    """
    Revision.objects.filter(document=old).update(document=new)
    search.reindex_document(new)
    Import.objects.filter(document=old).update(document=new)
    outlet_count = len(list_reporting_outlet_uids(document))
    rendered_columns = render_for_edition(document).columns()
    editions = list(Edition.objects.filter(document=old))
    invalidate_pages_of(editions)
    for edition in editions:
        Edition.objects.filter(pk=edition.pk).update(document=new, outlet_count=outlet_count, **rendered_columns)
        for projection in PROJECTIONS:
            projection._default_manager.filter(Q(edition=edition)).delete()
        write_projections([(edition, document)], names=NamedEntities.load([document]), images=load_images([document]))
        write_withdrawn_forecasts(edition, until=edition.live_until)
        reindex_editions(edition, document)
