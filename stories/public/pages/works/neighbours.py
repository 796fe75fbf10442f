"""Editions that a page needs beside its own: those it links to, its past editions, and its other languages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Case, F, JSONField, When

from newsroom.db.statements import PreparedQuery
from newsroom.http.clock import FOREVER
from newsroom.http.languages import LanguageAlternate, native_name
from newsroom.page_cache.dependencies import PageDependencies
from stories.editions.models import Edition, EditionKind, EditionQuerySet

# The columns that cards, links and lists of changes need.
_COLUMNS = (
    "uid", "work_kind", "kind", "major", "minor", "slug", "language", "direction", "translation_group", "title",
    "summary", "live_from", "live_until", "first_published_at", "updated_at", "change", "note", "was_wrong", "is_right",
    "notice", "outlet_count", "minutes",
)  # fmt: skip


def _beside(own: UUID, others: Iterable[UUID], group: UUID, at: datetime) -> EditionQuerySet:
    answers = Case(When(work_kind="question", then=F("fragments__answers")), default=None, output_field=JSONField())
    rows = Edition.objects.of_page_and_neighbours(own, others, group, at=at).annotate(answers=answers)
    return rows.only(*_COLUMNS).order_by("live_from", "pk").fetch_mode(models.FETCH_RAISE)


_BESIDE = PreparedQuery(_beside)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The editions around one page: ``live`` are other live pages by uid, ``past`` its own editions, oldest first."""

    live: dict[UUID, Edition]
    past: list[Edition]

    @classmethod
    def load(cls, edition: Edition, others: Iterable[UUID], *, dependencies: PageDependencies) -> Self:
        """Return the works with the uids ``others``, the translations and the past of ``edition``, in one query.

        ``dependencies`` records when time alone changes one of them.
        """
        at, group = dependencies.at, edition.translation_group or edition.uid
        found = _BESIDE(own=edition.uid, others={*others, group}, group=group, at=at)
        around = [row for row in found if row.uid != edition.uid]
        for row in around:
            dependencies.limit_validity(
                row.live_from if row.live_from > at else row.live_until if row.live_until < FOREVER else None
            )
        live = [row for row in around if row.live_from <= at and row.kind == EditionKind.PAGE]
        return cls({row.uid: row for row in live}, [row for row in found if row.uid == edition.uid])

    def in_order(self, uids: Iterable[UUID]) -> Sequence[Edition]:
        """Return the live pages of these works in the order of ``uids``."""
        return [self.live[uid] for uid in uids if uid in self.live]

    def unused_after(self, uids: Sequence[UUID], most: int) -> Sequence[UUID]:
        """Return those of ``uids`` that come after the first ``most`` with a live page."""
        places = [place for place, uid in enumerate(uids) if uid in self.live]
        return uids[places[most - 1] + 1 :] if len(places) >= most > 0 else ()

    def in_group(self, group: UUID) -> list[Edition]:
        """Return the live pages of a translation group: the original, whose uid ``group`` is, and its translations."""
        return [row for row in self.live.values() if group in (row.uid, row.translation_group)]


def versions_of(edition: Edition, neighbours: Neighbours) -> list[LanguageAlternate]:
    """Return the page in all its languages, itself included and the original first.

    Return an empty list if it has no other language.
    """
    group = edition.translation_group or edition.uid
    found = [each for each in neighbours.in_group(group) if each.work_kind == edition.work_kind]
    return [
        LanguageAlternate(each.language, native_name(each.language), each.get_absolute_url(), each is edition)
        for each in sorted([edition, *found], key=lambda each: (each.uid != group, each.language))
        if found
    ]
