"""What was put right, on all pages that can be read: newest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from newsroom.db.keyset import Cursor, newest, paginate
from newsroom.http.languages import listed
from newsroom.page_cache.dependencies import QUESTIONS, STORIES, PageDependencies
from stories.public.pages.history.recent_changes import Told, corrections_until, with_pages
from topics.pages import watch

IN_FEED = 40


@dataclass(frozen=True, slots=True)
class CorrectionList:
    """Some corrections, newest first, and where the earlier ones begin."""

    corrections: list[Told]
    earlier: Cursor | None
    is_first: bool
    at: datetime

    @classmethod
    def load(cls, *, before: str, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the corrections from the place named ``before`` on. Two queries, two more for ``dependencies``."""
        watch(dependencies, STORIES, QUESTIONS)
        found = paginate(corrections_until(at), before=before, field="live_from")
        return cls(with_pages(found.rows, at=at), found.earlier, found.is_first, at)


def newest_corrections(*, at: datetime, dependencies: PageDependencies | None = None) -> list[Told]:
    """Return the newest corrections, as the feed in the language that is active holds them.

    Two queries, two more for ``dependencies``.
    """
    watch(dependencies, STORIES, QUESTIONS)
    return with_pages(newest(corrections_until(at).filter(listed()), limit=IN_FEED, field="live_from"), at=at)


def corrections_of(works: Collection[UUID], *, at: datetime) -> dict[UUID, list[Told]]:
    """Return the corrections of these works by the work's uid, newest first. Two queries."""
    found: dict[UUID, list[Told]] = {}
    for told in with_pages(corrections_until(at).filter(uid__in=works).order_by("-live_from", "-pk"), at=at):
        found.setdefault(told.edition.uid, []).append(told)
    return found
