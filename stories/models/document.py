"""Stored documents, one row for each content."""

from collections.abc import Iterable
from typing import ClassVar

from django.db import connection, models

from stories.documents import AnyDocument, upgrade


class DocumentQuerySet(models.QuerySet["Document"]):
    def store(self, document: AnyDocument) -> "Document":
        """Return the row that stores ``document``, inserted now if it is new."""
        return self.store_many([document])[document.digest()]

    def store_many(self, documents: Iterable[AnyDocument]) -> dict[str, "Document"]:
        """Return the rows that store ``documents`` by their digests, inserted now where they are new.

        This takes two queries, or three where another transaction inserts the same content at the same time.
        """
        wanted = {document.digest(): document for document in documents}
        known = self._known(wanted)
        known |= self._inserted({digest: each for digest, each in wanted.items() if digest not in known})
        # Rows that another transaction inserted in between stay, and are read.
        if left := wanted.keys() - known:
            known |= self._known(left)
        for digest, row in known.items():
            row.body = wanted[digest].body()
        return known

    def _known(self, digests: Iterable[str]) -> dict[str, "Document"]:
        return {row.digest: row for row in self.filter(digest__in=list(digests)).defer("body")}

    def _inserted(self, new: dict[str, AnyDocument]) -> dict[str, "Document"]:
        """Insert these documents and return the new rows, without those that exist by now."""
        if not new:
            return {}
        field = self.model._meta.get_field("body")
        values = [
            value
            for digest, each in sorted(new.items())
            for value in (digest, each.kind, each.schema_number, field.get_db_prep_save(each.body(), connection))
        ]
        # Raw SQL: bulk_create(ignore_conflicts=True) returns no primary keys, and a savepoint for each row costs more.
        places = ", ".join(["(%s, %s, %s, %s)"] * len(new))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO stories_document (digest, kind, schema, body) VALUES {places}"  # noqa: S608  # only placeholders are formatted in
                " ON CONFLICT (digest) DO NOTHING RETURNING id, digest",
                values,
            )
            keys = cursor.fetchall()
        made = ((key, digest, new[digest]) for key, digest in keys)
        rows = [
            self.model(id=key, digest=digest, kind=each.kind, schema=each.schema_number) for key, digest, each in made
        ]
        for row in rows:
            row._state.adding, row._state.db = False, self.db
        return {row.digest: row for row in rows}


class Document(models.Model):
    """The body of an explainer or a question page, identified by the SHA-256 digest of its canonical JSON."""

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
        """Return the document, upgraded to the current schema."""
        return upgrade(self.body)
