"""Find the documents of a work, and delete those that are no longer used."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from stories.models import Document, Edition, Import, Revision, Work


def list_documents(work: Work) -> list[Document]:
    """Return all documents of the editions, revisions and imports of ``work``, oldest first."""
    return list(_find_documents_of(work.uid, DEFAULT_DB_ALIAS).order_by("pk"))


def _find_documents_of(uid: UUID, alias: str) -> QuerySet[Document]:
    # A union of primary keys, because with joins, the database would read all documents.
    editions, revisions, imports = (
        model._default_manager.using(alias).filter(work__uid=uid).order_by().values("document")
        for model in (Edition, Revision, Import)
    )
    document_ids: QuerySet[Any] = editions.union(revisions, imports)
    return Document.objects.using(alias).filter(pk__in=document_ids)


def delete_unused_documents(documents: Iterable[Document]) -> None:
    """Delete those of the given documents to which no edition, revision or import refers."""
    keys = [document.pk for document in documents]
    Document.objects.filter(pk__in=keys, editions=None, revisions=None, imports=None).delete()


def contains_part(work: UUID, part: UUID, *, alias: str = DEFAULT_DB_ALIAS) -> bool:
    """Return whether a document of the work with this uid has the uid of the part anywhere."""
    return _select_containing(part, _find_documents_of(work, alias)).exists()


def find_documents_containing(uid: UUID) -> QuerySet[Document]:
    """Return the documents, of any work, that contain the uid anywhere. The database has to read every document."""
    return _select_containing(uid, Document.objects.all())


def _select_containing(uid: UUID, documents: QuerySet[Document]) -> QuerySet[Document]:
    return documents.annotate(body_text=Cast("body", TextField())).filter(body_text__contains=str(uid))
