"""The models of search: documents, their words, mentions and spellings; the full-text index differs by database."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models


class SearchDocumentQuerySet(models.QuerySet["SearchDocument"]):
    """Queries for indexed documents."""

    def of_edition(self, edition: int) -> Self:
        """Filter the document of this edition."""
        return self.filter(edition=edition)

    def of_object(self, kind: str, uid: object) -> Self:
        """Filter all documents of this object."""
        return self.filter(kind=kind, uid=uid)

    def expired(self, at: datetime) -> Self:
        """Filter the documents whose span is over at ``at``."""
        return self.filter(live_until__lte=at)


class SearchDocument(models.Model):
    """A document that can be found from ``live_from`` until just before ``live_until``.

    It is an edition, or a topic or an outlet, which can be found while an edition names it. The key is the time of the
    update in microseconds since 1970: the order of the keys alone finds the newest first. Topics and outlets have small
    keys. A row has a few bytes, because many are read for a frequent word.
    """

    # Always assigned. A column of this type is the rowid on SQLite; any other type would need one more index.
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
    """What is read of a document that was found: the words by which it is ranked, and the text for excerpts.

    The fields ``…_words`` hold stems, each between spaces; ``name_words`` only those that the texts do not contain.
    Each title is on a line of its own, and ``title_size`` is the number of different words in the first. ``topics`` and
    ``outlets`` are the uids of those that it names. ``text`` has a line for each passage: the kind of its section, a
    tab, its words.
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
    """A topic or an outlet that an edition names, with the span of the edition and its kind of page."""

    # Deleted before its document, those of many documents at once: a cascade would query each of them.
    document = models.ForeignKey(SearchDocument, on_delete=models.DO_NOTHING, related_name="mentions")
    kind = models.CharField(max_length=10)
    uid = models.UUIDField()
    page_kind = models.CharField(max_length=10)
    live_from = models.DateTimeField()
    live_until = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            # Covers both queries: whether a page names it, and how many do.
            models.Index(fields=["uid", "page_kind", "-live_from", "live_until"], name="search_mention_span")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "kind", "uid"], name="search_mention_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class SpeltWord(models.Model):
    """A word of a document as it is spelt, with the key of one document that contains it.

    When this document is removed, another one is looked for. So nothing is counted, and no query is made for a word
    whose document remains.
    """

    word = models.CharField(max_length=40, primary_key=True)
    document = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.word


class Spelling(models.Model):
    """A word of a document, under itself and under what is left when one of its letters is removed.

    Two words share such a key if they differ by one letter that is added, missing or replaced, or by two that changed
    places.
    """

    key = models.CharField(max_length=40)
    word = models.CharField(max_length=40)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["word"], name="search_spelling_word")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "word"], name="search_spelling_once")]

    def __str__(self) -> str:
        return self.word
