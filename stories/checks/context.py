"""The context of a check: plain values, so that the result of a check depends on its arguments alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from stories.checks.findings import Level
from stories.checks.house_style import Entry
from stories.documents import AnyDocument, title_of
from stories.drafts.frozen_forecasts import FrozenForecasts
from stories.models import ChangeNote

MINIMUM_OUTLETS = 2

# The permissions that settle findings.
CONFIRM_TITLES = "stories.publish_work"
CONFIRM_NAMES = "stories.confirm_names"


@dataclass(frozen=True, slots=True)
class CheckContext:
    """The data that checks need besides the document, for publication at ``at``.

    The defaults are for a document that is checked on its own.

    ``previous`` is the document that readers saw last, or None. ``change`` is the change note of the new edition. It is
    required only if ``asks_for_change`` is true. ``levels`` maps codes of checks to the levels that administrators have
    set.

    ``live_headlines`` holds the folded headlines of other stories that are live at ``at`` or published together with
    this one. ``other_questions`` maps the wordings of other questions to their folded stems. Both hold at least the
    texts that might equal or resemble a text of this document.

    ``reachable`` holds at least the uids of those linked works and topics, and of those questions of a story, that
    readers can open at ``at``. If it is None, neither the targets of links nor these questions are checked. ``retired``
    holds the uids of retired outlets. ``merged`` maps the uids of merged topics and outlets to the names of the
    entities into which they were merged. ``house_words`` holds the house style entries. ``is_title_confirmed`` is true
    if an approval confirmed this headline or question. ``lacking`` holds the permissions to settle findings that the
    user lacks to whom the findings are shown; it is empty for verbs. ``copied_passages`` holds the passages with which a
    duplicated story began, as one line each. ``frozen_forecasts`` maps the uids of the forecasts that readers have seen
    to the digests of what must not change in them.
    """

    at: datetime | None = None
    previous: AnyDocument | None = None
    change: ChangeNote | None = None
    asks_for_change: bool = False
    minimum_outlets: int = MINIMUM_OUTLETS
    levels: Mapping[str, Level] = field(default_factory=dict)
    live_headlines: frozenset[str] = frozenset()
    other_questions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    reachable: frozenset[UUID] | None = None
    retired: frozenset[UUID] = frozenset()
    merged: Mapping[UUID, str] = field(default_factory=dict)
    house_words: tuple[Entry, ...] = ()
    lacking: frozenset[str] = frozenset()
    is_title_confirmed: bool = False
    copied_passages: frozenset[str] = frozenset()
    frozen_forecasts: FrozenForecasts = field(default_factory=dict)

    def needs_confirmation(self, title: str, *, is_ticked: bool) -> bool:
        """Return whether an editor still has to confirm this headline or question.

        An approval confirms it, and so does the tick on the form. Readers have seen a title that has not changed since.
        """
        is_seen = self.previous is not None and title_of(self.previous) == title
        return bool(title.strip()) and not (is_ticked or self.is_title_confirmed or is_seen)
