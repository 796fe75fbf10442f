"""The models for search: search documents, their words, mentions and spellings.

The full-text index itself depends on the database.
"""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models


class SearchDocumentQuerySet(models.QuerySet["SearchDocument"]):
    """Queries for indexed documents."""

    def of_edition(self, edition: int) -> Self:
        """Filter to the document of this edition."""
        return self.filter(edition=edition)

    def of_object(self, kind: str, uid: object) -> Self:
        """Filter to all documents of this object."""
        return self.filter(kind=kind, uid=uid)

    def expired(self, at: datetime) -> Self:
        """Filter to the documents whose span has ended by ``at``."""
        return self.filter(live_until__lte=at)


class SearchDocument(models.Model):
    """A document that can be found from ``live_from`` until just before ``live_until``.

    The document is an edition, a topic or an outlet. A topic or an outlet can be found only while a live edition names
    it. The key of an edition is the time of its update in microseconds since 1970, or slightly higher if that
    key is in use, so that the order of keys is chronological. Topics and outlets have small keys. Rows are small,
    because many are read for a frequent word.
    """

    # Always assigned explicitly. On SQLite, a column of this type is the rowid; a column of any other type would need
    # an additional index.
    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=10)
    uid = models.UUIDField()
    edition = models.BigIntegerField(null=True, unique=True, help_text="The key of the edition; none for names.")
    language = models.CharField(max_length=8, blank=True)
    live_from = models.DateTimeField()
    live_until = models.DateTimeField()

    objects = SearchDocumentQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["uid", "kind"], name="search_document_by_uid"),
            models.Index(fields=["language", "live_from"], name="search_document_by_language"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class Wording(models.Model):
    """The words of a document that are used for ranking, and its text for excerpts.

    The fields ``…_words`` contain stems with a space before and after each. ``name_words`` contains only stems that
    occur nowhere else in the document. Each title is on a separate line; ``title_size`` is the number of distinct stems
    in the first, but at least 1. ``topics`` and ``outlets`` are the uids of the topics and outlets that the document
    names. ``heading_words`` contains a line for each heading, and ``text`` one for each text: the kind of its section,
    a tab, and its words.
    """

    id = models.BigAutoField(primary_key=True, help_text="The key of the document.")
    title_words = models.TextField(blank=True)
    title_size = models.PositiveSmallIntegerField(default=1)
    summary_words = models.TextField(blank=True)
    heading_words = models.TextField(blank=True)
    name_words = models.TextField(blank=True)
    topics = models.TextField(blank=True)
    outlets = models.TextField(blank=True)
    text = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.title_words.strip()


class Mention(models.Model):
    """A topic or an outlet that an edition names, with the span and the page kind of the edition."""

    # Mentions are deleted explicitly before their documents, many at a time.
    document = models.ForeignKey(SearchDocument, on_delete=models.DO_NOTHING, related_name="mentions")
    kind = models.CharField(max_length=10)
    uid = models.UUIDField()
    page_kind = models.CharField(max_length=10)
    live_from = models.DateTimeField()
    live_until = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            # Covers both queries: whether any page names an object, and how many do.
            models.Index(fields=["uid", "page_kind", "-live_from", "live_until"], name="search_mention_span")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "kind", "uid"], name="search_mention_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class SpeltWord(models.Model):
    """A word as it is spelt, but in lower case, with the key of one document that contains it.

    If this document is removed, a different document with the word is looked up. Occurrences therefore need not be
    counted, and no query is needed for words whose document remains.
    """

    word = models.CharField(max_length=40, primary_key=True)
    document = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.word


class Spelling(models.Model):
    """A word of a document, with one of its keys: its folded form, or that form without one of its letters.

    Two words share a key if they differ by one letter that is added, missing or replaced, or by two adjacent letters
    that are transposed.
    """

    key = models.CharField(max_length=40)
    word = models.CharField(max_length=40)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["word"], name="search_spelling_word")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "word"], name="search_spelling_once")]

    def __str__(self) -> str:
        return self.word
