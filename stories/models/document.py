"""Documents as they are stored: once for each content."""

from typing import ClassVar

from django.db import models

from stories.documents import AnyDocument, read


class DocumentQuerySet(models.QuerySet["Document"]):
    """Keeping documents."""

    def keep(self, document: AnyDocument) -> "Document":
        """Return the stored row of this content, made now if it is new."""
        digest = document.digest()
        if known := self.filter(digest=digest).first():
            return known
        # Somebody else may keep the same words at this moment: theirs stay, and no savepoint is needed.
        made = self.model(digest=digest, kind=document.kind, schema=document.schema_number, body=document.body())
        self.bulk_create([made], ignore_conflicts=True)
        return self.get(digest=digest)


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
