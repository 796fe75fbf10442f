"""Documents as they are stored: once for each content."""

from collections.abc import Iterable
from typing import ClassVar

from django.db import models

from stories.documents import AnyDocument, read


class DocumentQuerySet(models.QuerySet["Document"]):
    """Keeping documents."""

    def keep(self, document: AnyDocument) -> "Document":
        """Return the stored row of this content, made now if it is new."""
        return self.keep_all([document])[document.digest()]

    def keep_all(self, documents: Iterable[AnyDocument]) -> dict[str, "Document"]:
        """Return the stored rows of these contents by their digests, made now where they are new. Two queries."""
        wanted = {document.digest(): document for document in documents}
        # Most are new. What is there stays, and so does what somebody else keeps at this moment: no savepoint is needed.
        rows = (
            self.model(digest=digest, kind=each.kind, schema=each.schema_number, body=each.body())
            for digest, each in sorted(wanted.items())
        )
        self.bulk_create(rows, ignore_conflicts=True)
        known = {row.digest: row for row in self.filter(digest__in=list(wanted)).defer("body")}
        for digest, row in known.items():
            row.body = wanted[digest].body()
        return known


class Document(models.Model):
    """The body of an explainer or a question page, known by the digest of its canonical JSON."""

    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=10)
    schema = models.PositiveSmallIntegerField()
    body = models.JSONField()

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:12]}"

    def value(self) -> AnyDocument:
        """Return the document as a value of today's schema."""
        return read(self.body)
