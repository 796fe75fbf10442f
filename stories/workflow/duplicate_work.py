"""Duplicate a story or a question: a new draft with its texts, rows and pictures, and with nothing that dates or signs it."""

import uuid

from django.db import transaction

from newsroom.accounts.models import Contributor, User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from stories import drafts
from stories.documents import AnyDocument, Claim, Explainer, NamedContributor, QuestionPage
from stories.documents.fields import row_specs, title_field
from stories.drafts import revisions
from stories.drafts.publication_status import get_title
from stories.models import Work, WorkKind
from stories.publishing.errors import InvalidStateError

MAX_TITLE_LENGTH = 300


def get_duplicate_permission(work: Work) -> str:
    """Return the permission that is needed to duplicate works of this kind."""
    return f"stories.add_{WorkKind(work.kind).model}"


@transaction.atomic
def duplicate_work(work: Work, *, by: User) -> Work:
    """Return a new draft, owned and signed by ``by``, with the texts of the newest revision of ``work``.

    The new work remembers the uid of ``work``, which does not change. Slug, byline, owner, dates “as of”, comments,
    approvals, schedules, translations, forecasts and change notes are not copied, and the title is not confirmed.

    Raise NotAllowedError if the user may not add works of this kind. Raise InvalidStateError if the work is in the
    trash or has no revision. Raise WorkErasedError if the work has been erased. Raise UnknownImageError if an image is
    no longer in the library.
    """
    require_permission(by, get_duplicate_permission(work), "You don’t have permission to add pages of this kind.")
    original = Work.objects.lock_existing(work.pk)
    newest = revisions.get_newest_revision(original)
    if original.binned_at or newest is None:
        raise InvalidStateError("Only a saved page that is not in the bin can be duplicated.")
    document = _copy(newest.document.value(), by=by)
    (duplicate,) = drafts.create_works([document], owner=by, by=by).works
    duplicate.duplicated_from = original.uid
    duplicate.save(update_fields=["duplicated_from"])
    title = get_title(original)
    revisions.record_revision(duplicate, by=by, reason=f"Duplicated from “{title}”", is_locked=True)
    Event.objects.write(duplicate.kind, duplicate.uid, "duplicated", by=by, after={"of": title})
    return duplicate


def _copy(document: AnyDocument, *, by: User) -> AnyDocument:
    """Return the document under a new uid, with new uids for its rows, unsigned and without dates."""
    text = document.canonical()
    for uid in (document.uid, *_list_row_uids(document)):
        # Texts mention pictures by these uids.
        text = text.replace(str(uid), str(uuid.uuid4()))
    copy = type(document).model_validate_json(text)
    title = title_field(type(copy))
    fields: dict[str, object] = {
        title: f"Copy of {getattr(copy, title)}"[:MAX_TITLE_LENGTH],
        f"{title}_confirmed": False,
        "slug": "",
    }
    if isinstance(copy, Explainer):
        person = Contributor.objects.filter(user=by).first()
        fields["byline"] = (NamedContributor(uid=person.uid, name=person.name),) if person else ()
        fields["figures"] = tuple(figure.model_copy(update={"as_of": None}) for figure in copy.figures)
        fields["claims"] = tuple(_remove_days(claim) for claim in copy.claims)
        # Who expected what on which day belongs to the original, where the forecast is decided and counted.
        fields["forecasts"] = ()
    if isinstance(copy, QuestionPage):
        fields["answers"] = tuple(
            answer.model_copy(update={"as_of": None, "expires_on": None}) for answer in copy.answers
        )
        fields |= dict.fromkeys(("open_since", "short_answer_as_of", "short_answer_expires_on"))
    return copy.changed(**fields)


def _remove_days(claim: Claim) -> Claim:
    cells = tuple(cell.model_copy(update={"as_of": None}) for cell in claim.cells)
    return claim.model_copy(update={"as_of": None, "cells": cells})


def _list_row_uids(document: AnyDocument) -> list[uuid.UUID]:
    """Return the uids of the rows that belong to the document alone, unlike questions and contributors."""
    rows = [getattr(document, name) for name in row_specs(type(document)) if name not in {"questions", "byline"}]
    if isinstance(document, Explainer):
        rows += [claim.cells for claim in document.claims]
    return [row.uid for each in rows if isinstance(each, tuple) for row in each if hasattr(row, "uid")]
