"""Restrict an imported document to what its importer may do by hand."""

from newsroom.accounts.models import Contributor, User
from stories.documents import AnyDocument, Explainer, QuestionPage
from stories.documents.parse import UnreadableDocumentError
from stories.publishing.pipeline import PUBLISH_PERMISSION as TO_PUBLISH

ADD_CONTRIBUTOR_PERMISSION = "accounts.add_contributor"


def restrict_to_permissions(document: AnyDocument, *, before: AnyDocument | None, by: User | None) -> AnyDocument:
    """Return the document as ``by`` may import it; a command without a user may import everything.

    The headline or question stays confirmed only if ``by`` may publish, or if ``before``, the draft, has the same words
    confirmed. Raise UnreadableDocumentError for a byline with a name that ``by`` may not add.
    """
    if by is None:
        return document
    if isinstance(document, Explainer) and not by.has_perm(ADD_CONTRIBUTOR_PERMISSION):
        _refuse_new_people(document)
    if by.has_perm(TO_PUBLISH):
        return document
    if isinstance(document, Explainer) and document.headline_confirmed:
        stands = isinstance(before, Explainer) and before.headline_confirmed and before.headline == document.headline
        return document if stands else document.changed(headline_confirmed=False)
    if isinstance(document, QuestionPage) and document.question_confirmed:
        stands = isinstance(before, QuestionPage) and before.question_confirmed and before.question == document.question
        return document if stands else document.changed(question_confirmed=False)
    return document


def _refuse_new_people(document: Explainer) -> None:
    known = Contributor.objects.filter(uid__in=[name.uid for name in document.byline]).values_list("uid", flat=True)
    rest = {name.name for name in document.byline if name.uid not in set(known)}
    rest -= set(Contributor.objects.filter(name__in=rest).values_list("name", flat=True))
    if rest:
        raise UnreadableDocumentError(
            1, f"“{min(rest)}” is not among the contributors. An editor can add the name under Contributors."
        )
