"""Addresses that were once public: what they led to, for ever."""

from collections.abc import Iterable, Mapping
from typing import ClassVar
from uuid import UUID

from django.db import IntegrityError, models
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from newsroom.db.statements import PreparedQuery
from newsroom.text.slugs import candidates

FORGOTTEN = "#"  # begins no slug


class AddressQuerySet(models.QuerySet["Address"]):
    """Questions about addresses."""

    def holder(self, kind: str, slug: str) -> UUID | None:
        """Return the uid of the thing that this address was first given to, or None."""
        return next((uid for _, _, uid in _HOLDERS(kinds=[kind], slugs=[slug, forgotten(slug)])), None)

    def leading_to(self, kind: str, uid: UUID) -> models.QuerySet["Address", str]:
        """Return the slugs by which readers ever reached a thing, but those whose words were erased."""
        known = self.filter(kind=kind, uid=uid).exclude(slug__startswith=FORGOTTEN)
        return known.order_by("pk").values_list("slug", flat=True)

    def forget(self, uid: UUID, slug: str = "") -> None:
        """Keep of the addresses of ``uid``, or of this one of them, no word: only what knows it when it is asked for again.

        They stay taken. That is known by the site's secret key; with another key they are free.
        """
        known = self.filter(uid=uid, slug=slug) if slug else self.filter(uid=uid)
        for address in known.exclude(slug__startswith=FORGOTTEN):
            self.filter(pk=address.pk).update(slug=forgotten(address.slug))

    def claim(self, kind: str, slug: str, uid: UUID) -> None:
        """Give the address to ``uid`` for ever; raise AddressTakenError when it is somebody else's."""
        self.claim_all([(kind, slug, uid)])

    def claim_all(self, claims: Iterable[tuple[str, str, UUID]]) -> None:
        """Give each address (kind, slug) to its uid for ever; raise AddressTakenError when one is somebody else's.

        One query, and two more where an address is new, however many they are.
        """
        wanted: dict[tuple[str, str], UUID] = {}
        for kind, slug, uid in claims:
            if wanted.setdefault((kind, slug), uid) != uid:
                raise AddressTakenError(slug)
        held = self._holders(wanted)
        if not _theirs(wanted, held) and (new := sorted(wanted.keys() - held)):
            # Somebody else may claim the same at this moment: theirs stay, and no savepoint is needed.
            rows = (Address(kind=kind, slug=slug, uid=wanted[kind, slug]) for kind, slug in new)
            self.bulk_create(rows, ignore_conflicts=True)
            held = self._holders(new)
        if theirs := _theirs(wanted, held):
            raise AddressTakenError(theirs[0])

    def _holders(self, addresses: Iterable[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
        """Return who holds which of these addresses, those of which only a digest is kept under that."""
        known = {(kind, each) for kind, slug in addresses for each in (slug, forgotten(slug))}
        kinds, slugs = {kind for kind, _ in known}, [slug for _, slug in known]
        rows = _HOLDERS(kinds=kinds, slugs=slugs) if slugs else []
        return {(kind, slug): uid for kind, slug, uid in rows}

    def follow(self, kind: str, slug: str, uid: UUID) -> None:
        """Give the address to a thing that is known to readers already, so that it leads on after the next move.

        Something that was never public claims nothing.
        """
        if self.filter(kind=kind, uid=uid).exists():
            self.claim(kind, slug, uid)

    def free_slug(self, kind: str, wanted: str, *, uid: UUID, taken: models.QuerySet[models.Model]) -> str:
        """Return the first slug like ``wanted`` that nobody else has or had.

        ``taken`` are the rows of that kind as they stand (with ``slug`` and ``uid`` fields).
        """
        for slug in candidates(wanted):
            if (self.holder(kind, slug) or uid) == uid and not taken.filter(slug=slug).exclude(uid=uid).exists():
                return slug
        raise AssertionError("candidates never end")

    def free_slugs(
        self, wanted: Mapping[UUID, tuple[str, str]], *, taken: models.QuerySet[models.Model]
    ) -> dict[UUID, str]:
        """Return by uid, for each thing with its kind, the first slug like the one that it wants that nobody has or had.

        ``taken`` are the rows of those kinds as they stand (with ``kind``, ``slug`` and ``uid`` fields). Two queries
        where all are free, and a few more for each that is not.
        """
        first = {uid: (kind, next(candidates(words))) for uid, (kind, words) in wanted.items()}
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
                    for each in candidates(wanted[uid][1])
                    if (kind, each) not in given and self.free_slug(kind, each, uid=uid, taken=others) == each
                )
                is_free = True
            given.add((kind, slug))
            found[uid] = slug
        return found


_HOLDERS = PreparedQuery(
    lambda kinds, slugs: Address.objects.filter(kind__in=kinds, slug__in=slugs).values_list("kind", "slug", "uid")
)


class Address(models.Model):
    """One address of one kind of page, once public."""

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


def forgotten(slug: str) -> str:
    """Return what is kept of a slug whose words were erased: a digest that only this site can make."""
    return FORGOTTEN + salted_hmac("newsroom.addresses.forgotten", slug, algorithm="sha256").hexdigest()


def _theirs(wanted: Mapping[tuple[str, str], UUID], held: Mapping[tuple[str, str], UUID]) -> list[str]:
    """Return the slugs that are wanted for one thing and held by another."""
    return [
        slug
        for (kind, slug), uid in wanted.items()
        if held.get((kind, slug), uid) != uid or held.get((kind, forgotten(slug)), uid) != uid
    ]


class AddressTakenError(IntegrityError):
    """The address was once another page's."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"The address “{slug}” belongs to another page for ever. Choose another one.")
