"""Find the documents of a work, and delete those that are no longer used."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from stories.models import Document, Edition, Import, Revision, Work


def list_documents(work: Work) -> list[Document]:
    """Return all documents of the editions, revisions and imports of ``work``, oldest first."""
    # A union of primary keys, because with joins, the database would read all documents.
    editions, revisions, imports = (
        model._default_manager.filter(work=work).order_by().values("document") for model in (Edition, Revision, Import)
    )
    document_ids: QuerySet[Any] = editions.union(revisions, imports)
    return list(Document.objects.filter(pk__in=document_ids).order_by("pk"))


def delete_unused_documents(documents: Iterable[Document]) -> None:
    """Delete those of the given documents to which no edition, revision or import refers."""
    keys = [document.pk for document in documents]
    Document.objects.filter(pk__in=keys, editions=None, revisions=None, imports=None).delete()


def find_documents_containing(uid: UUID) -> QuerySet[Document]:
    """Return the documents, of any work, that contain the uid anywhere. The database has to read every document."""
    bodies = Document.objects.annotate(body_text=Cast("body", TextField()))
    return bodies.filter(body_text__contains=str(uid))
