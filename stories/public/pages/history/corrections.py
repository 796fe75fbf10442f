"""Corrections of all live pages, newest first, for their list and the feeds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from newsroom.db.keyset import Cursor, paginate, select_newest
from newsroom.http.languages import in_active_language
from newsroom.page_cache.dependencies import QUESTIONS, STORIES, PageDependencies
from stories.public.pages.history.recent_changes import AnnouncedChange, corrections_until, with_live_pages
from topics.pages import record_dependencies

IN_FEED = 40


@dataclass(frozen=True, slots=True)
class CorrectionList:
    """A page of the list of corrections, newest first."""

    corrections: list[AnnouncedChange]
    next_cursor: Cursor | None
    is_first: bool
    at: datetime

    @classmethod
    def load(cls, *, before: str, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the corrections from the cursor ``before`` on, in two queries, and two more for ``dependencies``."""
        record_dependencies(dependencies, STORIES, QUESTIONS)
        found = paginate(corrections_until(at), before=before, field="live_from")
        return cls(with_live_pages(found.rows, at=at), found.next_cursor, found.is_first, at)


def newest_corrections(*, at: datetime, dependencies: PageDependencies | None = None) -> list[AnnouncedChange]:
    """Return the newest corrections for the feed in the active language.

    It takes two queries, and two more for ``dependencies``.
    """
    record_dependencies(dependencies, STORIES, QUESTIONS)
    return with_live_pages(
        select_newest(corrections_until(at).filter(in_active_language()), limit=IN_FEED, field="live_from"), at=at
    )


def corrections_of(works: Collection[UUID], *, at: datetime) -> dict[UUID, list[AnnouncedChange]]:
    """Return the corrections of these works by the uid of the work, newest first. Two queries."""
    found: dict[UUID, list[AnnouncedChange]] = {}
    for told in with_live_pages(corrections_until(at).filter(uid__in=works).order_by("-live_from", "-pk"), at=at):
        found.setdefault(told.edition.uid, []).append(told)
    return found
