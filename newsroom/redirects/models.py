"""Addresses that were once public. Each is reserved for ever for the first page that had it."""

from collections.abc import Iterable, Mapping
from typing import ClassVar
from uuid import UUID

from django.db import IntegrityError, connection, models
from django.db.models.functions import Now

from newsroom import digests
from newsroom.db.statements import PreparedQuery, prepared_cursor
from newsroom.text.slugs import generate_slugs

ERASED_PREFIX = "#"  # the prefix for the digest of an erased slug; no slug begins with it
_SLUG_SALT = "newsroom.addresses.forgotten"


class AddressQuerySet(models.QuerySet["Address"]):
    """Queries for addresses, and methods that claim and erase them."""

    def owner_uid(self, kind: str, slug: str) -> UUID | None:
        """Return the uid of the page to which this address belongs, or None if it belongs to no page."""
        return next(iter(self._find_owners([(kind, slug)]).values()), None)

    def slugs_of(self, kind: str, uid: UUID) -> models.QuerySet["Address", str]:
        """Return all slugs under which a page was ever public, oldest first, without erased slugs."""
        addresses = self.filter(kind=kind, uid=uid).exclude(slug__startswith=ERASED_PREFIX)
        return addresses.order_by("pk").values_list("slug", flat=True)

    def erase(self, uid: UUID, slug: str = "") -> None:
        """Replace the slugs of all addresses of ``uid``, or only ``slug`` if it is given, with digests.

        The addresses remain reserved. The digests depend on ``DIGEST_KEY``, so changing it may make the
        addresses available again.
        """
        addresses = self.filter(uid=uid, slug=slug) if slug else self.filter(uid=uid)
        for address in addresses.exclude(slug__startswith=ERASED_PREFIX):
            self.filter(pk=address.pk).update(slug=digest_slug(address.slug))

    def claim(self, kind: str, slug: str, uid: UUID) -> None:
        """Reserve the address for ``uid`` for ever. Raise AddressTakenError if it belongs to another page."""
        self.claim_all([(kind, slug, uid)])

    def claim_all(self, claims: Iterable[tuple[str, str, UUID]]) -> None:
        """Reserve each address for its page for ever. Each of ``claims`` is a kind, a slug and a uid.

        Raise AddressTakenError if an address belongs to another page, or if two pages claim it.
        """
        wanted: dict[tuple[str, str], UUID] = {}
        for kind, slug, uid in claims:
            if wanted.setdefault((kind, slug), uid) != uid:
                raise AddressTakenError(slug)
        owners = self._find_owners(wanted)
        if not _list_taken_slugs(wanted, owners) and (unclaimed := sorted(wanted.keys() - owners)):
            # If another transaction has just claimed the address, its row remains, and no savepoint is needed.
            rows = (Address(kind=kind, slug=slug, uid=wanted[kind, slug]) for kind, slug in unclaimed)
            self.bulk_create(rows, ignore_conflicts=True)
            owners = self._find_owners(unclaimed)
        if taken_slugs := _list_taken_slugs(wanted, owners):
            raise AddressTakenError(taken_slugs[0])

    def _find_owners(self, addresses: Iterable[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
        """Return the owners of these addresses, keyed by kind and slug, or by kind and digest for erased slugs."""
        pairs = {(kind, each) for kind, slug in addresses for each in (slug, *_list_slug_digests(slug))}
        if not pairs:
            return {}
        kinds, slugs = zip(*pairs, strict=True)
        if connection.vendor == "postgresql":
            with prepared_cursor() as cursor:
                cursor.execute(_OWNERS_ON_POSTGRESQL, [list(kinds), list(slugs)])
                rows = cursor.fetchall()
        else:
            rows = _OWNERS(kinds=set(kinds), slugs=slugs)
        return {(kind, slug): uid for kind, slug, uid in rows}

    def find_free_slug(self, kind: str, wanted: str, *, uid: UUID, taken: models.QuerySet[models.Model]) -> str:
        """Return the first slug derived from ``wanted`` that no other page has or ever had.

        ``taken`` are the current rows of that kind, with the fields ``slug`` and ``uid``.
        """
        for slug in generate_slugs(wanted):
            if (self.owner_uid(kind, slug) or uid) == uid and not taken.filter(slug=slug).exclude(uid=uid).exists():
                return slug
        raise AssertionError("candidates never end")

    def find_free_slugs(
        self, wanted: Mapping[UUID, tuple[str, str]], *, taken: models.QuerySet[models.Model]
    ) -> dict[UUID, str]:
        """Return, for each uid, the first slug derived from the wanted words that no other page has or ever had.

        Two pages of a kind never get the same slug. ``wanted`` maps each uid to a kind and the wanted words. ``taken``
        are the current rows of those kinds, with the fields ``kind``, ``slug`` and ``uid``.
        """
        candidates = {uid: (kind, next(generate_slugs(words))) for uid, (kind, words) in wanted.items()}
        owners = self._find_owners(candidates.values())
        kinds, slugs = {kind for kind, _ in candidates.values()}, {slug for _, slug in candidates.values()}
        rows = taken.filter(kind__in=kinds, slug__in=slugs).values_list("kind", "slug", "uid")
        current_owners = {(kind, slug): uid for kind, slug, uid in rows}
        slugs_by_uid: dict[UUID, str] = {}
        assigned: set[tuple[str, str]] = set()
        for uid, (kind, slug) in candidates.items():
            is_free = (
                not _list_taken_slugs({(kind, slug): uid}, owners) and current_owners.get((kind, slug), uid) == uid
            )
            while (kind, slug) in assigned or not is_free:
                others = taken.filter(kind=kind)
                slug = next(
                    each
                    for each in generate_slugs(wanted[uid][1])
                    if (kind, each) not in assigned and self.find_free_slug(kind, each, uid=uid, taken=others) == each
                )
                is_free = True
            assigned.add((kind, slug))
            slugs_by_uid[uid] = slug
        return slugs_by_uid


_OWNERS = PreparedQuery(
    lambda kinds, slugs: Address.objects.filter(kind__in=kinds, slug__in=slugs).values_list("kind", "slug", "uid")
)
# For ``_OWNERS``, PostgreSQL would look up every kind with every slug. This statement looks up each pair once, through
# the index.
_OWNERS_ON_POSTGRESQL = (
    'SELECT address."kind", address."slug", address."uid" FROM unnest(%s::text[], %s::text[]) AS wanted(kind, slug)'
    ' CROSS JOIN LATERAL (SELECT * FROM "addresses_address" WHERE "kind" = wanted.kind AND "slug" = wanted.slug LIMIT 1)'
    " AS address"
)


class Address(models.Model):
    """An address that was once public: the kind, slug and uid of its page."""

    kind = models.CharField(max_length=20)
    slug = models.CharField(max_length=200)
    uid = models.UUIDField(db_index=True)
    since = models.DateTimeField(db_default=Now(), editable=False)

    objects = AddressQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "slug"],
                name="address_given_once",
                violation_error_message="This address permanently belongs to another page.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"


def digest_slug(slug: str) -> str:
    """Return the replacement for an erased slug: ``ERASED_PREFIX`` and a keyed digest."""
    return ERASED_PREFIX + digests.make_digest(_SLUG_SALT, slug)


def _list_slug_digests(slug: str) -> list[str]:
    """Return every replacement under which this slug may have been erased."""
    return [ERASED_PREFIX + digest for digest in digests.list_digests(_SLUG_SALT, slug)]


def _list_taken_slugs(wanted: Mapping[tuple[str, str], UUID], owners: Mapping[tuple[str, str], UUID]) -> list[str]:
    """Return the wanted slugs that belong to another page."""
    return [
        slug
        for (kind, slug), uid in wanted.items()
        if any(owners.get((kind, each), uid) != uid for each in (slug, *_list_slug_digests(slug)))
    ]


class AddressTakenError(IntegrityError):
    """Raised if an address belongs to another page."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"The address “{slug}” permanently belongs to another page. Choose another one.")
