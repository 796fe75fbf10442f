"""What a page says of its own changes: the editions that readers saw, and what each of them told them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID, uuid5

from django.db import models
from django.urls import reverse

from newsroom.text.diff.words import Run, differences
from stories.editions.models import Change, Edition, EditionKind
from stories.public.pages.resolve import standing_under

RECENTLY = timedelta(days=30)
# Two sentences that share less than this are no longer one sentence with some words struck.
ALIKE = 0.6
_COLUMNS = (
    "uid", "work_kind", "kind", "major", "minor", "slug", "language", "direction", "title", "live_from", "live_until",
    "updated_at", "change", "note", "was_wrong", "is_right", "notice",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """One edition in the life of its page, or the notice that stood in its place.

    ``number`` counts the pages that were once public, from 1 in the order of their time; a notice has none (0) and no
    ``url``. ``until`` is when something else took its place, None while it still stands: when that will end is nobody's
    business before it does.
    """

    edition: Edition
    number: int
    url: str
    until: datetime | None

    @property
    def is_page(self) -> bool:
        """Say whether readers could read a page, and not a notice."""
        return self.edition.kind == EditionKind.PAGE

    @property
    def is_correction(self) -> bool:
        """Say whether it put something right that was wrong."""
        return self.edition.change == Change.CORRECTION

    @property
    def tells(self) -> bool:
        """Say whether it tells readers what it changed: a first edition and a minor one change nothing to tell."""
        words = self.edition.note or self.is_correction
        return self.is_page and bool(words) and self.edition.change not in {Change.FIRST, Change.MINOR}

    @property
    def words(self) -> str:
        """What it tells in one text: the note, or for a correction without one what is right."""
        return self.edition.note or self.edition.is_right

    @property
    def runs(self) -> list[Run]:
        """What was wrong and what is right, as ``struck`` writes them."""
        return struck(self.edition.was_wrong, self.edition.is_right)

    @property
    def key(self) -> UUID:
        """A name that stays the same wherever the page moves: made of the work's own and the moment it was out."""
        return uuid5(self.edition.uid, self.edition.live_from.isoformat())


@dataclass(frozen=True, slots=True)
class ToldChanges:
    """What the editions of one story told readers, newest first, for those who follow it; ``edition`` is today's."""

    edition: Edition
    told: list[Stage]

    @classmethod
    def load(cls, slug: str, *, under: str, at: datetime) -> Self:
        """Return them for the story at this address, ``under`` which they are asked for.

        Two queries. Raises as ``standing_under`` does.
        """
        edition = standing_under("story", slug, at=at, under=under)
        return cls(edition, [stage for stage in reversed(stages_of(edition.uid, at=at)) if stage.tells])


@dataclass(frozen=True, slots=True)
class Changes:
    """What the editions of one page told readers, newest first; ``editions`` says how many were once public.

    ``latest`` is what was told when the page was last updated, None where nothing was.
    """

    told: list[Stage]
    latest: Stage | None
    editions: int
    url: str
    at: datetime

    def __bool__(self) -> bool:
        return self.editions > 1

    @property
    def corrected(self) -> Stage | None:
        """The last correction, however long ago: the head of the page names its day."""
        return next((stage for stage in self.told if stage.is_correction), None)

    @property
    def fades_at(self) -> datetime | None:
        """The moment at which the oldest of the recent corrections leaves the top of the page."""
        return min((stage.edition.live_from + RECENTLY for stage in self.recent_corrections), default=None)

    @property
    def recent_corrections(self) -> list[Stage]:
        """The corrections of the last thirty days, which stand near the top of the page."""
        return [stage for stage in self.told if stage.is_correction and self.at - stage.edition.live_from < RECENTLY]


def stages_of(uid: UUID, *, at: datetime) -> list[Stage]:
    """Return what stood at the page's address up to ``at``, oldest first. One query.

    What is still to come, and schedules that were cancelled, are not among it.
    """
    rows = Edition.objects.spanning().filter(uid=uid, live_from__lte=at).order_by("live_from", "pk")
    return staged(list(rows.only(*_COLUMNS).fetch_mode(models.FETCH_RAISE)), at=at)


def staged(editions: Sequence[Edition], *, at: datetime) -> list[Stage]:
    """Return what stood at one page's address up to ``at`` as its stages, oldest first."""
    slug = editions[-1].slug if editions else ""
    stages = []
    number = 0
    for edition in editions:
        is_page = edition.kind == EditionKind.PAGE
        number += is_page
        stages.append(
            Stage(
                edition,
                number if is_page else 0,
                edition_url(edition.work_kind, slug, number) if is_page else "",
                edition.live_until if edition.live_until <= at else None,
            )
        )
    return stages


def changes_of(edition: Edition, past: Sequence[Edition], *, at: datetime) -> Changes:
    """Return what the editions of this page, of which ``past`` stood there up to ``at``, told readers."""
    stages = staged(past, at=at)
    pages = [stage for stage in stages if stage.is_page]
    slug = stages[-1].edition.slug if stages else edition.slug
    told = [stage for stage in reversed(pages) if stage.tells]
    return Changes(
        told=told,
        latest=next((stage for stage in told if stage.edition.live_from == edition.updated_at), None),
        editions=len(pages),
        url=reverse(f"{edition.work_kind}_history", args=[slug]),
        at=at,
    )


def edition_url(kind: str, slug: str, number: int) -> str:
    """Return where the ``number``-th edition once public of the page at ``slug`` can be read."""
    return reverse(f"{kind}_edition", args=[slug, number])


def struck(was_wrong: str, is_right: str) -> list[Run]:
    """Return the wrong words beside the right ones, inside the sentence that both share.

    Sentences that have too little in common stand whole, the wrong one first. Runs that differ carry no space at
    either end.
    """
    wrong, right = " ".join(was_wrong.split()), " ".join(is_right.split())
    runs = differences(wrong, right)
    shared = sum(len(run.text) for run in runs if run.kind == "same")
    if shared < ALIKE * max(len(wrong), len(right)):
        runs = [Run("gone", f"{wrong} "), Run("new", right)]
    apart: list[Run] = []
    for run in runs:
        if run.kind == "same":
            apart.append(run)
            continue
        if apart and apart[-1].kind != "same":
            apart.append(Run("same", " "))
        if words := run.text.strip():
            apart.append(Run(run.kind, words))
        if run.text[-1:].isspace():
            apart.append(Run("same", " "))
    return apart
