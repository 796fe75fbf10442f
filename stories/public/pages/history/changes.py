"""The changes to a page: the editions that readers saw, and their change notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID, uuid5

from django.db import models
from django.utils import translation

from newsroom.http.reverse import reverse_slug
from newsroom.text.diff.words import Run
from stories.editions.models import Change, Edition, EditionKind
from stories.public.pages.history.claim_changes import ClaimChange, load_claim_changes
from stories.public.pages.history.sentences import compare_sentences
from stories.public.pages.resolve import get_page_under

_COLUMNS = (
    "uid", "work_kind", "kind", "slug", "language", "direction", "title", "live_from", "live_until",
    "updated_at", "change", "note", "was_wrong", "is_right", "corrected_section", "corrected_paragraph", "wrong_since",
    "notice",
)  # fmt: skip


class EditionChange:
    """Base class for the change that an edition made."""

    __slots__ = ()
    edition: Edition

    @property
    def is_correction(self) -> bool:
        """Whether the change is a correction."""
        return self.edition.change == Change.CORRECTION

    @property
    def change_text(self) -> str:
        """The change note or, for a correction without a note, the right sentence."""
        return self.edition.note or self.edition.is_right

    @property
    def correction_runs(self) -> list[Run]:
        """The wrong and the right sentence of a correction, compared by ``compare_sentences``."""
        return compare_sentences(self.edition.was_wrong, self.edition.is_right)

    @property
    def entry_uid(self) -> UUID:
        """A stable id, derived from the work's uid and the time of publication. It does not depend on the address."""
        return uuid5(self.edition.uid, self.edition.live_from.isoformat())


@dataclass(frozen=True, slots=True)
class Stage(EditionChange):
    """An edition or a notice in the history of a page.

    ``number`` counts the public editions of the page from 1, oldest first. A notice has the number 0 and an empty
    ``url``. ``until`` is the time at which the next edition or notice replaced this one. It is None while this one is
    in force, because a planned end is not public before its time.
    """

    edition: Edition
    number: int
    url: str
    until: datetime | None

    @property
    def is_page(self) -> bool:
        """Whether this is a page and not a notice."""
        return self.edition.kind == EditionKind.PAGE

    @property
    def is_announced(self) -> bool:
        """Whether readers are told of the change.

        They are not told of notices, first editions or minor changes, nor of changes without a note unless they are
        corrections.
        """
        has_note = bool(self.edition.note) or self.is_correction
        return self.is_page and has_note and self.edition.change not in {Change.FIRST, Change.MINOR}

    @property
    def anchor(self) -> str:
        """The id of a correction that has a place in the text of the page."""
        return f"correction-{self.number}"


@dataclass(frozen=True, slots=True)
class AnnouncedChanges:
    """The announced changes to a story, newest first, for feeds. ``edition`` is the live edition.

    ``claims`` holds the changes that an edition made to the points on which outlets are compared, keyed by its number.
    """

    edition: Edition
    stages: list[Stage]
    claims: dict[int, tuple[ClaimChange, ...]]

    @classmethod
    def load(cls, slug: str, *, under: str, at: datetime) -> Self:
        """Return the changes to the story at this address, for a request to the longer address that ends in ``under``.

        This takes three queries. Raise the same exceptions as ``get_page_under``.
        """
        edition = get_page_under("story", slug, at=at, under=under)
        pages = [stage for stage in load_stages(edition.uid, at=at) if stage.is_page]
        announced = [stage for stage in reversed(pages) if stage.is_announced]
        pairs = {
            stage.number: (pages[stage.number - 2].edition.pk, stage.edition.pk)
            for stage in announced
            if stage.number > 1
        }
        with translation.override(edition.language):
            return cls(edition, announced, load_claim_changes(pairs))


@dataclass(frozen=True, slots=True)
class Changes:
    """The announced changes to a page, newest first.

    ``editions`` is the number of editions that have been public. ``latest`` is the change made by the last update, or
    None if that change was not announced. An instance is true if there has been more than one edition.
    """

    announced: list[Stage]
    latest: Stage | None
    editions: int
    url: str

    def __bool__(self) -> bool:
        return self.editions > 1

    @property
    def corrections(self) -> list[Stage]:
        """The corrections, newest first."""
        return [stage for stage in self.announced if stage.is_correction]


def load_stages(uid: UUID, *, at: datetime) -> list[Stage]:
    """Return the stages of a work up to ``at``, oldest first, in one query.

    Pending and cancelled schedules are left out.
    """
    rows = Edition.objects.without_cancelled().filter(uid=uid, live_from__lte=at).order_by("live_from", "pk")
    return build_stages(list(rows.only(*_COLUMNS).fetch_mode(models.FETCH_RAISE)), at=at)


def build_stages(editions: Sequence[Edition], *, at: datetime) -> list[Stage]:
    """Return ``editions``, the editions and notices of one page up to ``at``, oldest first, as stages."""
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


def build_changes(edition: Edition, past: Sequence[Edition], *, at: datetime) -> Changes:
    """Return the announced changes to a page. ``past`` holds its editions and notices up to ``at``, oldest first."""
    stages = build_stages(past, at=at)
    pages = [stage for stage in stages if stage.is_page]
    slug = stages[-1].edition.slug if stages else edition.slug
    announced = [stage for stage in reversed(pages) if stage.is_announced]
    return Changes(
        announced=announced,
        latest=next((stage for stage in announced if stage.edition.live_from == edition.updated_at), None),
        editions=len(pages),
        url=reverse_slug(f"{edition.work_kind}_history", slug),
    )


def edition_url(kind: str, slug: str, number: int) -> str:
    """Return the address of the ``number``-th public edition of the page at ``slug``."""
    return reverse_slug(f"{kind}_edition", slug, number)
