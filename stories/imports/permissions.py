"""Restrict an imported document to the permissions of the user who imports it."""

from newsroom.accounts.models import Contributor, User
from stories.documents import AnyDocument, Explainer, QuestionPage
from stories.documents.parse import UnreadableDocumentError
from stories.publishing.pipeline import PUBLISH_PERMISSION as TO_PUBLISH

ADD_CONTRIBUTOR_PERMISSION = "accounts.add_contributor"


def restrict_to_permissions(document: AnyDocument, *, before: AnyDocument | None, by: User | None) -> AnyDocument:
    """Return the document with only those changes that ``by`` may make.

    ``by`` is None for a management command, which may make all changes. The headline or question remains confirmed only
    if ``by`` may publish, or if it is confirmed with the same wording in ``before``, the draft. Raise
    UnreadableDocumentError for a byline with a name that ``by`` may not add.
    """
    if by is None:
        return document
    if isinstance(document, Explainer) and not by.has_perm(ADD_CONTRIBUTOR_PERMISSION):
        _refuse_new_contributors(document)
    if by.has_perm(TO_PUBLISH):
        return document
    if isinstance(document, Explainer) and document.headline_confirmed:
        is_confirmed = (
            isinstance(before, Explainer) and before.headline_confirmed and before.headline == document.headline
        )
        return document if is_confirmed else document.changed(headline_confirmed=False)
    if isinstance(document, QuestionPage) and document.question_confirmed:
        is_confirmed = (
            isinstance(before, QuestionPage) and before.question_confirmed and before.question == document.question
        )
        return document if is_confirmed else document.changed(question_confirmed=False)
    return document


def _refuse_new_contributors(document: Explainer) -> None:
    known = Contributor.objects.filter(uid__in=[name.uid for name in document.byline]).values_list("uid", flat=True)
    unknown_names = {name.name for name in document.byline if name.uid not in set(known)}
    unknown_names -= set(Contributor.objects.filter(name__in=unknown_names).values_list("name", flat=True))
    if unknown_names:
        raise UnreadableDocumentError(
            1, f"There is no byline “{min(unknown_names)}”. An editor can add it under Bylines."
        )
