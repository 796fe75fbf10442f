"""Stored documents. Equal documents are stored only once."""

from collections.abc import Iterable
from typing import ClassVar

from django.db import connection, models

from stories.documents import AnyDocument, upgrade


class DocumentQuerySet(models.QuerySet["Document"]):
    def store(self, document: AnyDocument) -> "Document":
        """Return the row that stores ``document``; insert it if it is new."""
        return self.store_many([document])[document.digest()]

    def store_many(self, documents: Iterable[AnyDocument]) -> dict[str, "Document"]:
        """Return the rows that store ``documents``, keyed by digest; insert those that are new.

        This takes at most two queries, or three if another transaction inserts one of the documents at the same time.
        """
        by_digest = {document.digest(): document for document in documents}
        rows = self._load(by_digest)
        rows |= self._insert({digest: each for digest, each in by_digest.items() if digest not in rows})
        # Load rows that another transaction has inserted since the first query.
        if missing := by_digest.keys() - rows:
            rows |= self._load(missing)
        for digest, row in rows.items():
            row.body = by_digest[digest].body()
        return rows

    def _load(self, digests: Iterable[str]) -> dict[str, "Document"]:
        return {row.digest: row for row in self.filter(digest__in=list(digests)).defer("body")}

    def _insert(self, new: dict[str, AnyDocument]) -> dict[str, "Document"]:
        """Insert these documents, except those that another transaction has inserted, and return the new rows."""
        if not new:
            return {}
        field = self.model._meta.get_field("body")
        bodies = {digest: each.body() for digest, each in sorted(new.items())}
        values = [
            value
            for digest, body in bodies.items()
            for value in (digest, body["kind"], body["schema"], field.get_db_prep_save(body, connection))
        ]
        # This is raw SQL, because bulk_create(ignore_conflicts=True) returns no primary keys, and a savepoint for each
        # row would cost more.
        placeholders = ", ".join(["(%s, %s, %s, %s)"] * len(new))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO stories_document (digest, kind, schema, body) VALUES {placeholders}"  # noqa: S608  # no user input
                " ON CONFLICT (digest) DO NOTHING RETURNING id, digest",
                values,
            )
            inserted = cursor.fetchall()
        rows = [
            self.model(id=key, digest=digest, kind=bodies[digest]["kind"], schema=bodies[digest]["schema"])
            for key, digest in inserted
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
