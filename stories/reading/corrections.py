"""What was put right, on all pages that can be read: newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID, uuid5

from django.db.models import Count, Exists, OuterRef, Subquery

from newsroom.pages.paging import Place, cut
from newsroom.text.differ import Run
from stories.models.edition import Edition, EditionQuerySet
from stories.reading.changes import edition_url, struck

IN_FEED = 40


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction: ``edition`` made it, ``page`` is what can be read today, ``url`` the edition in its history."""

    edition: Edition
    page: Edition
    url: str

    @property
    def runs(self) -> list[Run]:
        """What was wrong and what is right, as ``stories.reading.changes.struck`` writes them."""
        return struck(self.edition.was_wrong, self.edition.is_right)

    @property
    def key(self) -> UUID:
        """A name that stays the same wherever the page moves: made of the work's own and the moment it was out."""
        return uuid5(self.edition.uid, self.edition.live_from.isoformat())


@dataclass(frozen=True, slots=True)
class CorrectionList:
    """Some corrections, newest first, and where the earlier ones begin."""

    corrections: list[Correction]
    earlier: Place | None
    is_first: bool
    at: datetime

    @classmethod
    def load(cls, *, before: str, at: datetime) -> Self:
        """Return the corrections from the place named ``before`` on. Two queries."""
        found = cut(corrections_until(at), before=before, field="live_from")
        return cls(_with_pages(found.rows, at=at), found.earlier, found.is_first, at)


def newest_corrections(*, at: datetime) -> list[Correction]:
    """Return the newest corrections, as the feed holds them. Two queries."""
    return _with_pages(corrections_until(at).order_by("-live_from", "-pk")[:IN_FEED], at=at)


def corrections_until(at: datetime) -> EditionQuerySet:
    """Return the corrections that were out by ``at``, of works whose page can be read then.

    Each says in ``ordinal`` how many editions of its work were public by then.
    """
    once = Edition.objects.once_public(at).filter(uid=OuterRef("uid"), live_from__lte=OuterRef("live_from"))
    ordinal = once.order_by().values("uid").annotate(number=Count("pk")).values("number")
    readable = Edition.objects.live(at).filter(uid=OuterRef("uid"))
    corrections = Edition.objects.once_public(at).corrections().filter(Exists(readable))
    return corrections.annotate(ordinal=Subquery(ordinal)).defer("fragments", "search_text")


def _with_pages(corrections: Iterable[Edition], *, at: datetime) -> list[Correction]:
    found = list(corrections)
    live = Edition.objects.live(at).filter(uid__in={edition.uid for edition in found})
    pages = {page.uid: page for page in live.defer("fragments", "search_text")}
    return [
        Correction(
            edition,
            pages[edition.uid],
            edition_url(edition.work_kind, pages[edition.uid].slug, getattr(edition, "ordinal", 0)),
        )
        for edition in found
    ]
