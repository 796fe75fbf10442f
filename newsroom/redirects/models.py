"""Addresses that were once public, each reserved for ever for the page that it first led to."""

from collections.abc import Iterable, Mapping
from typing import ClassVar
from uuid import UUID

from django.db import IntegrityError, models
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from newsroom.db.statements import PreparedQuery
from newsroom.text.slugs import generate_slugs

ERASED_PREFIX = "#"  # the prefix of an erased slug's digest; no slug begins with it


class AddressQuerySet(models.QuerySet["Address"]):
    """Claim, look up and erase addresses."""

    def owner_uid(self, kind: str, slug: str) -> UUID | None:
        """Return the uid of the page to which this address belongs, or None."""
        return next((uid for _, _, uid in _HOLDERS(kinds=[kind], slugs=[slug, digest_slug(slug)])), None)

    def slugs_of(self, kind: str, uid: UUID) -> models.QuerySet["Address", str]:
        """Return the slugs that ever led to a page, oldest first, without erased ones."""
        known = self.filter(kind=kind, uid=uid).exclude(slug__startswith=ERASED_PREFIX)
        return known.order_by("pk").values_list("slug", flat=True)

    def erase(self, uid: UUID, slug: str = "") -> None:
        """Erase the words of all addresses of ``uid``, or of the one with ``slug``, by storing digests in their place.

        The addresses stay taken. The digests depend on the site's secret key; after a change of the key they are free.
        """
        known = self.filter(uid=uid, slug=slug) if slug else self.filter(uid=uid)
        for address in known.exclude(slug__startswith=ERASED_PREFIX):
            self.filter(pk=address.pk).update(slug=digest_slug(address.slug))

    def claim(self, kind: str, slug: str, uid: UUID) -> None:
        """Give the address to ``uid`` for ever. Raise AddressTakenError if it belongs to another page."""
        self.claim_all([(kind, slug, uid)])

    def claim_all(self, claims: Iterable[tuple[str, str, UUID]]) -> None:
        """Give each address to a page for ever; ``claims`` yields kind, slug and uid.

        Raise AddressTakenError if an address belongs to another page. Make one query, and two more if any address is
        new, however many there are.
        """
        wanted: dict[tuple[str, str], UUID] = {}
        for kind, slug, uid in claims:
            if wanted.setdefault((kind, slug), uid) != uid:
                raise AddressTakenError(slug)
        held = self._holders(wanted)
        if not _theirs(wanted, held) and (new := sorted(wanted.keys() - held)):
            # Another transaction may claim the same address now: its row stays, and no savepoint is needed.
            rows = (Address(kind=kind, slug=slug, uid=wanted[kind, slug]) for kind, slug in new)
            self.bulk_create(rows, ignore_conflicts=True)
            held = self._holders(new)
        if theirs := _theirs(wanted, held):
            raise AddressTakenError(theirs[0])

    def _holders(self, addresses: Iterable[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
        """Return the uids of these addresses by kind and slug, or by kind and digest if the slug was erased."""
        known = {(kind, each) for kind, slug in addresses for each in (slug, digest_slug(slug))}
        kinds, slugs = {kind for kind, _ in known}, [slug for _, slug in known]
        rows = _HOLDERS(kinds=kinds, slugs=slugs) if slugs else []
        return {(kind, slug): uid for kind, slug, uid in rows}

    def claim_if_public(self, kind: str, slug: str, uid: UUID) -> None:
        """Give the address to a page that was public before, so that it redirects after the next change of the slug.

        A page that was never public claims nothing.
        """
        if self.filter(kind=kind, uid=uid).exists():
            self.claim(kind, slug, uid)

    def find_free_slug(self, kind: str, wanted: str, *, uid: UUID, taken: models.QuerySet[models.Model]) -> str:
        """Return the first slug derived from ``wanted`` that no other page has or had.

        ``taken`` are the current rows of that kind, with the fields ``slug`` and ``uid``.
        """
        for slug in generate_slugs(wanted):
            if (self.owner_uid(kind, slug) or uid) == uid and not taken.filter(slug=slug).exclude(uid=uid).exists():
                return slug
        raise AssertionError("candidates never end")

    def find_free_slugs(
        self, wanted: Mapping[UUID, tuple[str, str]], *, taken: models.QuerySet[models.Model]
    ) -> dict[UUID, str]:
        """Return by uid the first slug derived from each wanted one that no other page has or had.

        ``wanted`` holds kind and words by uid. ``taken`` are the current rows of those kinds, with the fields
        ``kind``, ``slug`` and ``uid``. Make two queries if all slugs are free, and a few more for each that is not.
        """
        first = {uid: (kind, next(generate_slugs(words))) for uid, (kind, words) in wanted.items()}
        held = self._holders(first.values())
        kinds, slugs = {kind for kind, _ in first.values()}, {slug for _, slug in first.values()}
        rows = taken.filter(kind__in=kinds, slug__in=slugs).values_list("kind", "slug", "uid")
        standing = {(kind, slug): uid for kind, slug, uid in rows}
        found: dict[UUID, str] = {}
        given: set[tuple[str, str]] = set()
        for uid, (kind, slug) in first.items():
            is_free = not _theirs({(kind, slug): uid}, held) and standing.get((kind, slug), uid) == uid
            while (kind, slug) in given or not is_free:
                others = taken.filter(kind=kind)
                slug = next(
                    each
                    for each in generate_slugs(wanted[uid][1])
                    if (kind, each) not in given and self.find_free_slug(kind, each, uid=uid, taken=others) == each
                )
                is_free = True
            given.add((kind, slug))
            found[uid] = slug
        return found


_HOLDERS = PreparedQuery(
    lambda kinds, slugs: Address.objects.filter(kind__in=kinds, slug__in=slugs).values_list("kind", "slug", "uid")
)


class Address(models.Model):
    """An address of a kind of page that was once public."""

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
                violation_error_message="This address belongs to another page for ever.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"


def digest_slug(slug: str) -> str:
    """Return what is stored for an erased slug: an HMAC-SHA-256 digest that only this site's secret key can produce."""
    return ERASED_PREFIX + salted_hmac("newsroom.addresses.forgotten", slug, algorithm="sha256").hexdigest()


def _theirs(wanted: Mapping[tuple[str, str], UUID], held: Mapping[tuple[str, str], UUID]) -> list[str]:
    """Return the wanted slugs that belong to another page."""
    return [
        slug
        for (kind, slug), uid in wanted.items()
        if held.get((kind, slug), uid) != uid or held.get((kind, digest_slug(slug)), uid) != uid
    ]


class AddressTakenError(IntegrityError):
    """The address belongs to another page for ever."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"The address “{slug}” belongs to another page for ever. Choose another one.")
