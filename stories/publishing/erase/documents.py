"""Find the documents of a work, and delete those that nothing needs."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from stories.documents import AnyDocument, Explainer
from stories.models import Document, Edition, Import, Revision, Work


def list_documents(work: Work) -> list[Document]:
    """Return every document of an edition, a revision or an import of ``work``, oldest first."""
    # One union of primary keys: with joins, the database would read all documents.
    editions, revisions, imports = (
        model._default_manager.filter(work=work).order_by().values("document") for model in (Edition, Revision, Import)
    )
    held: QuerySet[Any] = editions.union(revisions, imports)
    return list(Document.objects.filter(pk__in=held).order_by("pk"))


def remove_unneeded(documents: Iterable[Document]) -> None:
    """Delete those documents that no edition, revision or import refers to."""
    keys = [document.pk for document in documents]
    Document.objects.filter(pk__in=keys, editions=None, revisions=None, imports=None).delete()


def find_documents_containing(uid: UUID) -> QuerySet[Document]:
    """Return the documents of all works that contain the uid anywhere; the database reads every document for it."""
    bodies = Document.objects.annotate(written=Cast("body", TextField()))
    return bodies.filter(written__contains=str(uid))


def get_title(document: AnyDocument) -> str:
    """Return the headline of a story, or the wording of a question."""
    return document.headline if isinstance(document, Explainer) else document.question
