"""The corrections to all live pages, newest first, for the list of corrections and the feeds."""

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

MAX_IN_FEED = 40


@dataclass(frozen=True, slots=True)
class CorrectionList:
    """A page of the list of corrections, newest first."""

    corrections: list[AnnouncedChange]
    next_cursor: Cursor | None
    is_first: bool
    at: datetime

    @classmethod
    def load(cls, *, before: str, at: datetime, dependencies: PageDependencies | None = None) -> Self:
        """Return the page of the list that starts at the cursor ``before``.

        This takes at most two queries, and two more if ``dependencies`` is given. Raise Http404 if the cursor is
        invalid.
        """
        record_dependencies(dependencies, STORIES, QUESTIONS)
        rows_page = paginate(corrections_until(at), before=before, field="live_from")
        return cls(with_live_pages(rows_page.rows, at=at), rows_page.next_cursor, rows_page.is_first, at)


def newest_corrections(*, at: datetime, dependencies: PageDependencies | None = None) -> list[AnnouncedChange]:
    """Return the newest corrections for the feed in the active language.

    This takes at most two queries, and two more if ``dependencies`` is given.
    """
    record_dependencies(dependencies, STORIES, QUESTIONS)
    return with_live_pages(
        select_newest(corrections_until(at).filter(in_active_language()), limit=MAX_IN_FEED, field="live_from"), at=at
    )


def list_corrections(works: Collection[UUID], *, at: datetime) -> list[AnnouncedChange]:
    """Return the corrections to those of these works that are live, newest first, in at most two queries."""
    return with_live_pages(corrections_until(at).filter(uid__in=works).order_by("-live_from", "-pk"), at=at)


def load_corrections(works: Collection[UUID], *, at: datetime) -> dict[UUID, list[AnnouncedChange]]:
    """Return the corrections to these works, keyed by uid, newest first, in at most two queries."""
    by_work: dict[UUID, list[AnnouncedChange]] = {}
    for correction in list_corrections(works, at=at):
        by_work.setdefault(correction.edition.uid, []).append(correction)
    return by_work
