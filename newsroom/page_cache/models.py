"""Stored pages, and the versions of the page keys that they depend on."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from itertools import batched
from typing import Any, ClassVar, Self

from django.db import connection, models
from django.db.models.functions import Cast, Now, Substr

from newsroom.db.statements import PreparedQuery, prepared_cursor
from newsroom.http.clock import FOREVER
from newsroom.page_cache.fetch.validity import LATEST

# Longer than any address of the site, because a slug has at most 200 characters.
MAX_ADDRESS_LENGTH = 500
# SQLite accepts at most a thousand terms in a condition.
_MAX_KEYS_PER_QUERY = 500


class PageKeyQuerySet(models.QuerySet["PageKey"]):
    """Queries for page keys, and methods that change their versions."""

    def versions(self, names: Iterable[str]) -> dict[str, int]:
        """Return the version of each of ``names`` that has one. This takes at most one query."""
        wanted = set(names)
        return dict(_VERSIONS(names=wanted)) if wanted else {}

    def bump_versions(self, names: Iterable[str], *, at: datetime, missing: Iterable[str] = ()) -> None:
        """Give each of ``names`` a version that it has never had, to invalidate the pages that depend on it.

        If ``names`` is not empty, do the same for ``LATEST``. Also give each of ``missing`` a first version if it has
        none. This takes one statement. The version is ``at`` in microseconds since 1970, or the previous version plus
        one if that is greater.
        """
        changed = set(names)
        # Sorted, with LATEST last, so that two transactions never wait for each other.
        ordered = [*sorted(changed.union(missing)), *([LATEST] if changed else [])]
        self._insert_names(ordered, changed | {LATEST}, at=at, conflict=_BUMP)

    def create_missing(self, names: Iterable[str], *, at: datetime) -> None:
        """Create a first version for each of ``names`` that has none. This takes one statement."""
        ordered = sorted(set(names))
        self._insert_names(ordered, ordered, at=at, conflict="DO NOTHING")

    def unchanged_since(self, moment: datetime) -> Self:
        """Filter to the keys whose version is older than ``moment``."""
        return self.filter(version__lt=_version_at(moment))

    def without_object(self, prefix: str, objects: Iterable[models.QuerySet[Any]]) -> Self:
        """Filter to the keys that begin with ``prefix`` and end with a uid that no row of ``objects`` has."""
        uid = Cast(Substr("name", len(prefix) + 1), models.UUIDField())
        keys = self.filter(name__startswith=prefix).annotate(object_uid=uid)
        for each in objects:
            keys = keys.exclude(models.Exists(each.filter(uid=models.OuterRef("object_uid"))))
        return keys

    def _insert_names(self, ordered: Sequence[str], changed: Collection[str], *, at: datetime, conflict: str) -> None:
        """Insert the names in this order. Existing names that are not in ``changed`` are left alone."""
        if not ordered:
            return
        # The version is based on the time, so that none is repeated after the database is restored to an earlier state.
        version, flags = _version_at(at), [name in changed for name in ordered]
        with prepared_cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    _INSERT.format(named=_NAMED_ON_POSTGRESQL, conflict=conflict), [version, list(ordered), flags]
                )
            else:
                named = json.dumps(list(zip(ordered, flags, strict=True)))
                cursor.execute(_INSERT.format(named=_NAMED_ON_SQLITE, conflict=conflict), [version, named])


# Existing names that are not changed are left out, because ON CONFLICT would lock them.
_INSERT = """
INSERT INTO pages_pagekey (name, version) SELECT named.name, CAST(%s AS bigint) FROM {named}
WHERE named.is_changed OR (SELECT version FROM pages_pagekey WHERE name = named.name) IS NULL ORDER BY named.place
ON CONFLICT (name) {conflict}
"""
_NAMED_ON_POSTGRESQL = "unnest(%s::text[], %s::boolean[]) WITH ORDINALITY AS named(name, is_changed, place)"
_NAMED_ON_SQLITE = (
    "(SELECT json_extract(value, '$[0]') AS name, json_extract(value, '$[1]') AS is_changed, key AS place"
    " FROM json_each(%s)) AS named"
)
_BUMP = """DO UPDATE SET version = CASE
    WHEN pages_pagekey.version < excluded.version THEN excluded.version ELSE pages_pagekey.version + 1
END"""


def _version_at(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


_VERSIONS = PreparedQuery(lambda names: PageKey.objects.filter(name__in=names).values_list("name", "version"))


class PageKey(models.Model):
    """The key of data that pages show. Each transaction that changes the data gives the key a new ``version``."""

    name = models.CharField(max_length=100, primary_key=True)
    version = models.BigIntegerField()

    objects = PageKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class StoredPageQuerySet(models.QuerySet["StoredPage"]):
    """Queries for stored pages, and a method that deletes them."""

    def stored_before(self, moment: datetime, *, after: "StoredPage | None" = None) -> Self:
        """Filter to the pages stored before ``moment``, oldest first.

        With ``after``, include only pages that follow that page.
        """
        pages = self.filter(stored_at__lt=moment).order_by("stored_at", "release", "address")
        if after is None:
            return pages
        return pages.filter(stored_at__gte=after.stored_at).exclude(stored_at=after.stored_at, pk__lte=after.pk)

    def used_keys(self, names: Collection[str]) -> set[str]:
        """Return the page keys among ``names`` on which any stored page depends. This searches all stored pages."""
        pages = self.filter(keys__has_any_keys=list(names)) if names else self.none()
        return {name for keys in pages.values_list("keys", flat=True).iterator() for name in keys}.intersection(names)

    def delete_built_from(self, names: Collection[str]) -> None:
        """Delete the pages that depend on any of these keys.

        This searches all stored pages, once for every ``_MAX_KEYS_PER_QUERY`` keys.
        """
        for batch in batched(sorted(names), _MAX_KEYS_PER_QUERY):
            self.filter(keys__has_any_keys=list(batch)).delete()


class StoredPage(models.Model):
    """The compressed response at one address, as one release built it.

    It is valid while each of ``keys`` (name to version) still has that version, but only from ``valid_from``, the time
    for which it was built, until ``valid_until``. At that time, its content changes even if nothing is written. ``tag``
    is the ETag of the uncompressed content, without quotation marks. ``headers`` contains the other headers as pairs,
    in JSON.
    """

    pk = models.CompositePrimaryKey("release", "address")
    release = models.CharField(max_length=16)
    address = models.CharField(max_length=MAX_ADDRESS_LENGTH)
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
