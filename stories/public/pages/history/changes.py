"""Changes of one page: the editions that readers saw, and what each told readers about its change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID, uuid5

from django.db import models
from django.urls import reverse

from newsroom.text.diff.words import Run, compare_source
from stories.editions.models import Change, Edition, EditionKind
from stories.public.pages.resolve import get_page_under

RECENTLY = timedelta(days=30)
# Below this ratio of shared text, two sentences are shown whole instead of as one sentence with deletions.
ALIKE = 0.6
_COLUMNS = (
    "uid", "work_kind", "kind", "major", "minor", "slug", "language", "direction", "title", "live_from", "live_until",
    "updated_at", "change", "note", "was_wrong", "is_right", "notice",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """An edition in the history of its page, or a notice that took its place.

    ``number`` counts the public pages from 1 in order of time; a notice has the number 0 and no ``url``. ``until`` is
    when another edition or notice followed, None while this one is in force. A planned end is not public before its
    time.
    """

    edition: Edition
    number: int
    url: str
    until: datetime | None

    @property
    def is_page(self) -> bool:
        """Return whether it is a page and not a notice."""
        return self.edition.kind == EditionKind.PAGE

    @property
    def is_correction(self) -> bool:
        """Return whether it is a correction."""
        return self.edition.change == Change.CORRECTION

    @property
    def is_announced(self) -> bool:
        """Return whether it tells readers of a change; first editions and minor changes do not."""
        words = self.edition.note or self.is_correction
        return self.is_page and bool(words) and self.edition.change not in {Change.FIRST, Change.MINOR}

    @property
    def change_text(self) -> str:
        """The change note, or for a correction without one what is right."""
        return self.edition.note or self.edition.is_right

    @property
    def correction_runs(self) -> list[Run]:
        """The wrong and the right sentence, compared by ``struck``."""
        return compare_sentences(self.edition.was_wrong, self.edition.is_right)

    @property
    def entry_uid(self) -> UUID:
        """An id that survives every change of address, derived from the work's uid and the time of publication."""
        return uuid5(self.edition.uid, self.edition.live_from.isoformat())


@dataclass(frozen=True, slots=True)
class AnnouncedChanges:
    """What the editions of one story told readers, newest first, for feeds; ``edition`` is today's."""

    edition: Edition
    told: list[Stage]

    @classmethod
    def load(cls, slug: str, *, under: str, at: datetime) -> Self:
        """Return the changes of the story at this address, for a request of an address ``under`` it.

        It takes two queries. Raise as ``standing_under`` does.
        """
        edition = get_page_under("story", slug, at=at, under=under)
        return cls(edition, [stage for stage in reversed(stages_of(edition.uid, at=at)) if stage.is_announced])


@dataclass(frozen=True, slots=True)
class Changes:
    """What the editions of one page told readers, newest first.

    ``editions`` counts the pages that were ever public. ``latest`` is the change of the last update, or None if that
    told nothing.
    """

    announced: list[Stage]
    latest: Stage | None
    editions: int
    url: str
    at: datetime

    def __bool__(self) -> bool:
        return self.editions > 1

    @property
    def last_correction(self) -> Stage | None:
        """The last correction at any time, whose day the head of the page names."""
        return next((stage for stage in self.announced if stage.is_correction), None)

    @property
    def next_correction_expires_at(self) -> datetime | None:
        """The time at which the oldest recent correction leaves the top of the page."""
        return min((stage.edition.live_from + RECENTLY for stage in self.recent_corrections), default=None)

    @property
    def recent_corrections(self) -> list[Stage]:
        """The corrections of the last thirty days, which are shown near the top of the page."""
        return [
            stage for stage in self.announced if stage.is_correction and self.at - stage.edition.live_from < RECENTLY
        ]


def stages_of(uid: UUID, *, at: datetime) -> list[Stage]:
    """Return the stages of the work up to ``at``, oldest first. One query.

    Pending and cancelled schedules are not included.
    """
    rows = Edition.objects.without_cancelled().filter(uid=uid, live_from__lte=at).order_by("live_from", "pk")
    return build_stages(list(rows.only(*_COLUMNS).fetch_mode(models.FETCH_RAISE)), at=at)


def build_stages(editions: Sequence[Edition], *, at: datetime) -> list[Stage]:
    """Return the editions and notices of one page up to ``at`` as stages, oldest first."""
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
    """Return what the editions of this page told readers; ``past`` are its editions and notices up to ``at``."""
    stages = build_stages(past, at=at)
    pages = [stage for stage in stages if stage.is_page]
    slug = stages[-1].edition.slug if stages else edition.slug
    told = [stage for stage in reversed(pages) if stage.is_announced]
    return Changes(
        announced=told,
        latest=next((stage for stage in told if stage.edition.live_from == edition.updated_at), None),
        editions=len(pages),
        url=reverse(f"{edition.work_kind}_history", args=[slug]),
        at=at,
    )


def edition_url(kind: str, slug: str, number: int) -> str:
    """Return the address of the ``number``-th public edition of the page at ``slug``."""
    return reverse(f"{kind}_edition", args=[slug, number])


def compare_sentences(was_wrong: str, is_right: str) -> list[Run]:
    """Return the wrong and the right sentence as runs of one sentence, with what differs marked.

    Sentences with too little in common are returned whole, the wrong one first. Runs that differ have no space at
    either end.
    """
    wrong, right = " ".join(was_wrong.split()), " ".join(is_right.split())
    runs = compare_source(wrong, right)
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
