"""Erase an edition, and the revisions with exactly the same document."""

from typing import Any

from django.db.models import Q

from newsroom.accounts.models import User
from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.redirects.models import Address
from newsroom.search import index
from stories.drafts import revisions, status_index
from stories.models import (
    PROJECTIONS,
    Change,
    Document,
    Edition,
    EditionKind,
    Import,
    Override,
    Revision,
    RevisionLabel,
    SharedPreview,
    State,
    Work,
)
from stories.publishing.editions.invalidation import invalidate_pages_of
from stories.publishing.editions.projections import write_withdrawn_forecasts
from stories.publishing.erase import traces
from stories.publishing.erase.authorize import Order, Scope, open_erasure
from stories.publishing.erase.comments import delete_comments_on_revisions
from stories.publishing.erase.documents import delete_unused_documents
from stories.publishing.errors import InvalidStateError
from stories.publishing.schedules import cancel_all_schedules
from stories.publishing.timeline import Timeline

REMOVED = "This edition was removed."
ERASED_COLUMNS: dict[str, Any] = {
    "document": None, "revision": None, "title": REMOVED, "folded_title": "", "summary": "", "fragments": {},
    "note": "", "was_wrong": "", "is_right": "", "corrected_section": None, "corrected_paragraph": None,
    "wrong_since": None, "notice": REMOVED, "outlet_count": 0, "minutes": 1, "lead_image": None, "lead_alt": "",
    "known_findings": [],
}  # fmt: skip


def erase_edition(edition: Edition, *, by: User, reason: str) -> None:
    """Erase the content of an edition; only a note that it was removed remains.

    If the edition is in force or pending, all pending schedules are cancelled as in a withdrawal, because they may
    build on its text. Revisions with the same document are erased too, with their labels, their comments and the shared
    previews pinned to them. The same words in other editions and revisions remain.

    Raise NotAllowedError if the user may not erase. Raise InvalidStateError if the reason is missing or too long, or if
    the edition has already been erased. Also raise it if the draft or another edition has the same document, because
    the text would still exist. Raise the errors of ``open_erasure``.
    """
    order = Order.from_user(by, reason)
    with open_erasure(edition.work, Scope.EDITION, order, edition=edition.number) as opened:
        current = Edition.objects.get(pk=edition.pk)
        _require_unique_document(opened.work, current)
        document = current.document
        remove_edition(opened.work, current, by=by)
        if document is not None:
            opened.document = document.digest
            remove_revisions(opened.work, document)
        status_index.update_statuses([opened.work.pk])


def remove_edition(work: Work, edition: Edition, *, by: User | None) -> None:
    """Turn an edition of the locked work into a notice, and erase the edition's text.

    If it is in force or pending, cancel all pending schedules. An erasure must be open.
    """
    timeline = Timeline.load(work, now=clock.now())
    if edition in [timeline.in_force, *timeline.pending]:
        cancel_all_schedules(work, by=by, now=timeline.now, reason="An edition was erased")
    invalidate_pages_of([edition])
    Override.objects.filter(edition=edition).delete()
    for projection in PROJECTIONS:
        projection._default_manager.filter(Q(edition=edition)).delete()
    write_withdrawn_forecasts(edition, until=edition.live_until)
    index.remove_edition(edition.pk)
    change = Change.EXPIRY if edition.change == Change.EXPIRY else Change.WITHDRAWAL
    slug = _choose_slug(work, edition)
    Edition.objects.filter(pk=edition.pk).update(kind=EditionKind.NOTICE, change=change, slug=slug, **ERASED_COLUMNS)
    traces.strip_entries(Event.objects.filter(uid=work.uid, after__edition=edition.number))


def remove_revisions(work: Work, document: Document) -> None:
    """Delete the locked work's revisions and imports that have this document, and all that belongs to the revisions.

    An erasure must be open. The document remains if it is still in use.
    """
    revisions_with_document = Revision.objects.filter(work=work, document=document)
    numbers = list(revisions_with_document.values_list("number", flat=True))
    traces.strip_entries(Event.objects.filter(uid=work.uid, after__revision__in=numbers))
    delete_comments_on_revisions(work, numbers)
    SharedPreview.objects.filter(revision__in=revisions_with_document).delete()
    RevisionLabel.objects.filter(revision__in=revisions_with_document).delete()
    Work.objects.filter(pk=work.pk, reviewed_revision__in=revisions_with_document).update(
        reviewed_revision=None, state=State.DRAFT
    )
    Import.objects.filter(document=document).delete()
    revisions_with_document.delete()
    delete_unused_documents([document])


def _require_unique_document(work: Work, edition: Edition) -> None:
    """Raise InvalidStateError if the edition has already been erased, or if its document is in use elsewhere.

    If the draft or another edition uses the document, its text would still exist after the erasure.
    """
    document = edition.document_id
    if document is None and edition.notice == REMOVED:
        raise InvalidStateError(f"Edition {edition.number} has already been erased.")
    if document is None:
        return
    if other_edition := Edition.objects.filter(work=work, document=document).exclude(pk=edition.pk).first():
        raise InvalidStateError(
            f"Edition {other_edition.number} has exactly the same text. Erase a passage or the whole page."
        )
    newest = revisions.get_newest_revision(work)
    if newest is not None and newest.document_id == document:
        raise InvalidStateError(
            "The draft has exactly the same text as this edition. Change the draft first, or erase a passage or the "
            "whole page."
        )


def _choose_slug(work: Work, edition: Edition) -> str:
    """Return the slug for the erased edition: its own if the work or another edition has it, otherwise a neutral one.

    In the latter case, also erase the words of the address.
    """
    others = Edition.objects.filter(work=work, slug=edition.slug).exclude(pk=edition.pk)
    if edition.slug == work.slug or others.exists():
        return edition.slug
    Address.objects.erase(work.uid, edition.slug)
    return f"removed-{work.uid.hex}-{edition.number}"
