"""Pages as they were last built, and the versions of what they were built from."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import batched
from typing import ClassVar, Self

from django.db import connection, models
from django.db.models.functions import Now

from newsroom.db.statements import PreparedQuery
from newsroom.http.clock import FOREVER
from newsroom.page_cache.fetch.statements import LATEST

# No address of ours is longer: a slug has 200 characters at most.
LONGEST_ADDRESS = 500
# SQLite takes no longer condition than a thousand.
_AT_ONCE = 500


class PageKeyQuerySet(models.QuerySet["PageKey"]):
    """What is asked of keys, and how they change."""

    def versions(self, names: Iterable[str]) -> dict[str, int]:
        """Return the versions of those of ``names`` that have one. One query, or none."""
        wanted = set(names)
        return dict(_VERSIONS(names=wanted)) if wanted else {}

    def bump(self, names: Iterable[str], *, at: datetime) -> None:
        """Give each of ``names``, and ``LATEST``, a version that it never had: all pages built with another are invalid.

        One statement. The names are sorted and ``LATEST`` is the last, so that two transactions never wait for each
        other. A version is the number of microseconds since 1970 at ``at``, or the one after the last: it does not come
        again where a database is put back to what it was.
        """
        ordered = sorted(set(names))
        self._insert(
            [*ordered, LATEST] if ordered else [],
            at=at,
            conflict="DO UPDATE SET version = CASE WHEN pages_pagekey.version < excluded.version "
            "THEN excluded.version ELSE pages_pagekey.version + 1 END",
        )

    def begin(self, names: Iterable[str], *, at: datetime) -> None:
        """Give those of ``names`` their first version that have none. One statement."""
        self._insert(sorted(set(names)), at=at, conflict="DO NOTHING")

    def _insert(self, ordered: Sequence[str], *, at: datetime, conflict: str) -> None:
        if not ordered:
            return
        version = int(at.timestamp() * 1_000_000)
        rows = ", ".join(["(%s, %s)"] * len(ordered))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO pages_pagekey (name, version) VALUES {rows} ON CONFLICT (name) {conflict}",  # noqa: S608  # no word of it came in
                [value for name in ordered for value in (name, version)],
            )


_VERSIONS = PreparedQuery(lambda names: PageKey.objects.filter(name__in=names).values_list("name", "version"))


class PageKey(models.Model):
    """Something that pages show: ``version`` changes in each transaction that changes it."""

    name = models.CharField(max_length=100, primary_key=True)
    version = models.BigIntegerField()

    objects = PageKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class StoredPageQuerySet(models.QuerySet["StoredPage"]):
    """What is asked of stored pages."""

    def stored_before(self, moment: datetime, *, after: "StoredPage | None" = None) -> Self:
        """Keep what was stored before a moment, the oldest first, from the page that comes ``after`` this one on."""
        pages = self.filter(stored_at__lt=moment).order_by("stored_at", "release", "address")
        if after is None:
            return pages
        return pages.filter(stored_at__gte=after.stored_at).exclude(stored_at=after.stored_at, pk__lte=after.pk)

    def forget(self, names: Collection[str]) -> None:
        """Delete the pages that are built from one of these keys; all pages are looked through, once for some names each."""
        for some in batched(sorted(names), _AT_ONCE):
            self.filter(keys__has_any_keys=list(some)).delete()


class StoredPage(models.Model):
    """The answer at one address as one release built it, packed.

    It holds while each of ``keys`` (name to version) has that version still, from ``valid_from``, the moment for which
    it was built, until ``valid_until``, when time alone changes it. ``tag`` is the ETag of the content as it is unpacked, without quotation marks; ``headers`` are the pairs
    of the others, as JSON.
    """

    pk = models.CompositePrimaryKey("release", "address")
    release = models.CharField(max_length=16)
    address = models.CharField(max_length=LONGEST_ADDRESS)
    status = models.PositiveSmallIntegerField()
    tag = models.CharField(max_length=64)
    headers = models.TextField()
    content = models.BinaryField()
    keys = models.JSONField()
    valid_from = models.DateTimeField(db_default=Now())
    valid_until = models.DateTimeField(default=FOREVER)
    stored_at = models.DateTimeField(db_default=Now())

    objects = StoredPageQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["stored_at"], name="stored_page_by_age")]

    def __str__(self) -> str:
        return self.address
