"""Erase one part, such as a passage or an answer, from a work: from its draft and from all stored documents."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import Q
from django.utils.text import Truncator

from newsroom.accounts.models import User
from newsroom.text.plain import plain_text
from stories.documents import AnyDocument, Explainer
from stories.documents.render import render_for_edition
from stories.documents.walk import list_texts
from stories.drafts import search
from stories.drafts.references import NamedEntities, list_reporting_outlet_uids
from stories.models import (
    PROJECTIONS,
    Answer,
    BulkItem,
    ClaimCell,
    DismissedProposal,
    Document,
    Edition,
    Import,
    KeyFigure,
    Override,
    Revision,
    Section,
    SourceSummary,
    Story,
    StoryClaim,
    StoryForecast,
    StoryQuestion,
    Work,
)
from stories.publishing.editions.invalidation import invalidate_pages_of
from stories.publishing.editions.projections import load_images, write_projections, write_withdrawn_forecasts
from stories.publishing.editions.search_index import reindex_editions
from stories.publishing.erase.authorize import Order, Scope, open_erasure
from stories.publishing.erase.comments import delete_comments_on_part
from stories.publishing.erase.documents import delete_unused_documents, list_documents
from stories.publishing.erase.traces import ERASED
from stories.publishing.errors import InvalidStateError


def erase_passage(work: Work, uid: UUID, *, by: User, reason: str) -> None:
    """Erase the part with this uid from every edition, revision and import, and from the draft.

    A part is a section, passage, claim, cell, figure, forecast, origin or answer.
    The HTML of the editions is rendered again. A question that a story asks is erased from the story in the same way.
    Editors' remarks elsewhere, such as change notes, remain.

    Raise NotAllowedError if the user may not erase. Raise InvalidStateError if the reason is missing or too long, or if
    the work has no such part. Raise the errors of ``open_erasure``.
    """
    with open_erasure(work, Scope.PASSAGE, Order.from_user(by, reason), part=uid) as opened:
        if not remove_part(opened.work, uid):
            raise InvalidStateError("This page has never contained this passage.")


def remove_part(work: Work, uid: UUID) -> bool:
    """Remove the part from every document and from the draft of ``work``, and return whether the part existed.

    Comments, import notes, override messages and results of bulk actions that may quote it are removed too. An erasure
    must be open, and the work must be locked.
    """
    affected = [(row, document) for row in list_documents(work) if _has_part(document := row.value(), uid)]
    texts = {each.text for _, document in affected for each in list_texts(document) if str(uid) in each.key}
    for row, document in affected:
        new = _remove_from_document(document, uid)
        _replace(row, Document.objects.store(new), new)
    delete_unused_documents(row for row, _ in affected)
    count, _ = StoryQuestion.objects.filter(story=work.pk, faq__uid=uid).delete()
    for rows in (
        Section.objects.filter(story=work.pk),
        SourceSummary.objects.filter(story=work.pk),
        ClaimCell.objects.filter(claim__story=work.pk),
        StoryClaim.objects.filter(story=work.pk),
        KeyFigure.objects.filter(story=work.pk),
        StoryForecast.objects.filter(story=work.pk),
        Answer.objects.filter(faq=work.pk),
    ):
        count += rows.filter(uid=uid).delete()[0]
    count += _remove_origin(work, uid)
    if not affected and not count:
        return False
    # Short words could be guessed from a digest.
    DismissedProposal.objects.filter(story=work.pk).delete()
    # Notes on imports, messages of checks and results of bulk actions may quote the part.
    Import.objects.filter(work=work).update(notes=[])
    BulkItem.objects.filter(work=work).exclude(words="").update(words=ERASED)
    delete_comments_on_part(work, uid, texts)
    Override.objects.filter(edition__work=work, anchor__contains=str(uid)).update(message=ERASED, reason=ERASED)
    return True


def _remove_origin(work: Work, uid: UUID) -> int:
    """Remove an origin from the row of a story, and return how many were removed."""
    removed = 0
    for story in Story.objects.filter(pk=work.pk):
        remaining = [origin for origin in story.origins if origin["uid"] != str(uid)]
        removed += len(story.origins) - len(remaining)
        if removed:
            story.origins = remaining
            story.save(update_fields=["origins"])
    return removed


def list_parts(work: Work) -> dict[UUID, str]:
    """Return the beginning of the newest text of each part that can be erased on its own, keyed by uid."""
    previews: dict[UUID, str] = {}
    for row in list_documents(work):
        previews |= {
            uid: Truncator(" ".join(plain_text(text).split())).chars(80) for uid, text in _iter_parts(row.value())
        }
    return previews


def _iter_parts(document: AnyDocument) -> Iterator[tuple[UUID, str]]:
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


def _has_part(document: AnyDocument, uid: UUID) -> bool:
    return any(part == uid for part, _ in _iter_parts(document))


def _remove_from_document(document: AnyDocument, uid: UUID) -> AnyDocument:
    if isinstance(document, Explainer):
        return document.changed(
            sections=tuple(section for section in document.sections if section.uid != uid),
            passages=tuple(passage for passage in document.passages if passage.uid != uid),
            claims=tuple(
                claim.model_copy(update={"cells": tuple(cell for cell in claim.cells if cell.uid != uid)})
                for claim in document.claims
                if claim.uid != uid
            ),
            forecasts=tuple(forecast for forecast in document.forecasts if forecast.uid != uid),
            origins=tuple(origin for origin in document.origins if origin.uid != uid),
            figures=tuple(figure for figure in document.figures if figure.uid != uid),
            questions=tuple(question for question in document.questions if question.uid != uid),
        )
    return document.changed(answers=tuple(answer for answer in document.answers if answer.uid != uid))


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
