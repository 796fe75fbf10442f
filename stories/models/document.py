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
        """Return the stored rows of these contents by their digests, made now where they are new. Three queries at most."""
        wanted = {document.digest(): document for document in documents}
        known = self._known(wanted)
        if new := sorted(wanted.keys() - known):
            # Somebody else may keep the same words at this moment: theirs stay, and no savepoint is needed.
            rows = (
                self.model(digest=digest, kind=each.kind, schema=each.schema_number, body=each.body())
                for digest in new
                for each in (wanted[digest],)
            )
            self.bulk_create(rows, ignore_conflicts=True)
            known |= self._known(new)
        for digest, row in known.items():
            row.body = wanted[digest].body()
        return known

    def _known(self, digests: Iterable[str]) -> dict[str, "Document"]:
        return {row.digest: row for row in self.filter(digest__in=list(digests)).defer("body")}


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
