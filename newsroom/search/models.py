"""What can be found, who names whom, and how words are spelt. The index of words beside it is each database's own."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models


class SearchDocumentQuerySet(models.QuerySet["SearchDocument"]):
    """Questions about what can be found."""

    def of_edition(self, edition: int) -> Self:
        """Keep the row of this edition."""
        return self.filter(edition=edition)

    def of(self, kind: str, uid: object) -> Self:
        """Keep every row of this thing."""
        return self.filter(kind=kind, uid=uid)

    def over(self, at: datetime) -> Self:
        """Keep what readers do not see any more at ``at``, nor later."""
        return self.filter(live_until__lte=at)


class SearchDocument(models.Model):
    """Something that can be found from ``live_from`` until just before ``live_until``.

    That is an edition, or a topic or an outlet, which can be found as long as an edition names it. The key says when it
    was updated, in microseconds since 1970: the newest are found first by the order of keys alone. Names have small
    keys. A row is a few bytes: many are looked at where a word is frequent.
    """

    # Always given. Of this type it is the number of the row on SQLite; of any other there would be an index more to go by.
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
    """What of a document is read once it was found: the words by which it is ranked, and those that excerpts are taken from.

    The ``…_words`` are stems, each between spaces; in names stand those of which the texts say nothing. A title stands in
    a line of its own, ``title_size`` counts the different words of the first. ``topics`` and ``outlets`` are the uids of
    those that it names. ``text`` holds a line for each passage: the kind of its section, a tab, its words.
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
    """A topic or an outlet that an edition names, with the edition's span and its kind of page."""

    # Taken away before its document, all of many at once: to collect them one by one would ask for each.
    document = models.ForeignKey(SearchDocument, on_delete=models.DO_NOTHING, related_name="mentions")
    kind = models.CharField(max_length=10)
    uid = models.UUIDField()
    page_kind = models.CharField(max_length=10)
    live_from = models.DateTimeField()
    live_until = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            # Holds all that is asked: whether a page names it, and how many do.
            models.Index(fields=["uid", "page_kind", "-live_from", "live_until"], name="search_mention_span")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "kind", "uid"], name="search_mention_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class SpeltWord(models.Model):
    """A word that stands somewhere, as it is spelt, with the key of one document that holds it.

    When this document goes another one is looked for: nothing is to be counted, and no word that others hold is asked for.
    """

    word = models.CharField(max_length=40, primary_key=True)
    document = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return self.word


class Spelling(models.Model):
    """A word that stands somewhere, under what is left of it when one letter goes, and under itself.

    Two words that differ by one letter more, less or other, or by two that changed places, share such a key.
    """

    key = models.CharField(max_length=40)
    word = models.CharField(max_length=40)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["word"], name="search_spelling_word")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["key", "word"], name="search_spelling_once")]

    def __str__(self) -> str:
        return self.word
