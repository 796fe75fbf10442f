"""The editions that a page needs besides its own: linked works, its past editions, and its translations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models

from newsroom.db.statements import PreparedQuery
from newsroom.http.clock import FOREVER
from newsroom.http.languages import LanguageAlternate, native_name
from newsroom.page_cache.dependencies import PageDependencies
from stories.editions.models import Edition, EditionKind, EditionQuerySet

# The columns that cards, links and lists of changes need.
_DISPLAYED_COLUMNS = (
    "uid", "work_kind", "kind", "slug", "language", "direction", "translation_group", "title",
    "summary", "live_from", "live_until", "first_published_at", "updated_at", "change", "note", "was_wrong", "is_right",
    "corrected_section", "corrected_paragraph", "wrong_since", "notice", "outlet_count", "minutes",
)  # fmt: skip


def _build_query(uid: UUID, others: Iterable[UUID], group: UUID, at: datetime) -> EditionQuerySet:
    rows = Edition.objects.of_page_and_neighbours(uid, others, group, at=at).with_answer_days()
    return (
        rows.with_question_states().only(*_DISPLAYED_COLUMNS).order_by("live_from", "pk").fetch_mode(models.FETCH_RAISE)
    )


_EDITIONS = PreparedQuery(_build_query)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The editions that a page needs besides its own.

    ``live`` maps uids to other live pages. ``past`` holds the editions and notices of the page itself, oldest first.
    """

    live: dict[UUID, Edition]
    past: list[Edition]

    @classmethod
    def load(cls, edition: Edition, others: Iterable[UUID], *, dependencies: PageDependencies) -> Self:
        """Load the works with the uids ``others``, the translations of ``edition`` and its past editions, in one query.

        ``dependencies`` records the next time at which one of them changes without a write.
        """
        at, group = dependencies.at, edition.translation_group or edition.uid
        editions = _EDITIONS(uid=edition.uid, others={*others, group}, group=group, at=at)
        neighbours = [row for row in editions if row.uid != edition.uid]
        for row in neighbours:
            dependencies.limit_validity(
                row.live_from if row.live_from > at else row.live_until if row.live_until < FOREVER else None
            )
        live = [row for row in neighbours if row.live_from <= at and row.kind == EditionKind.PAGE]
        return cls({row.uid: row for row in live}, [row for row in editions if row.uid == edition.uid])

    def in_order(self, uids: Iterable[UUID]) -> Sequence[Edition]:
        """Return the live pages of these works in the order of ``uids``."""
        return [self.live[uid] for uid in uids if uid in self.live]

    def uids_after_limit(self, uids: Sequence[UUID], limit: int) -> Sequence[UUID]:
        """Return the uids after the first ``limit`` with a live page; () if fewer have one, or if ``limit`` is 0."""
        positions = [position for position, uid in enumerate(uids) if uid in self.live]
        return uids[positions[limit - 1] + 1 :] if len(positions) >= limit > 0 else ()

    def in_group(self, group: UUID) -> list[Edition]:
        """Return the other live pages of the translation group whose original has the uid ``group``."""
        return [row for row in self.live.values() if group in (row.uid, row.translation_group)]


def list_language_versions(edition: Edition, neighbours: Neighbours) -> list[LanguageAlternate]:
    """Return links to the page in all its languages, including ``edition`` itself. The original comes first.

    The list is empty if the page exists in one language only.
    """
    group = edition.translation_group or edition.uid
    translations = [each for each in neighbours.in_group(group) if each.work_kind == edition.work_kind]
    return [
        LanguageAlternate(each.language, native_name(each.language), each.get_absolute_url(), each is edition)
        for each in sorted([edition, *translations], key=lambda each: (each.uid != group, each.language))
        if translations
    ]
