"""What a check knows besides the document: plain values, so that a check stays a function of what it is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from stories.checks.findings import Level
from stories.checks.house_style import Entry
from stories.documents import AnyDocument
from stories.models import ChangeNote

FEWEST_OUTLETS = 2


@dataclass(frozen=True, slots=True)
class Context:
    """The world around a document at the moment ``at``; with nothing said, the document is looked at by itself.

    ``previous`` is what readers saw last, None when nothing was public yet. ``change`` is what the editor says of the
    new edition; it is missed only where ``asks_for_change``. ``levels`` are those that administrators set, by the id
    of the check.

    ``live_headlines`` (folded) are those of other stories live at ``at`` or going out together, at least those that
    this headline could be. ``other_questions`` are the folded stems of other questions by their wording, at least
    those near this one. ``reachable`` are the uids of works and topics that readers find at ``at``; None says that it
    was not asked, and then every link leads somewhere. ``retired``, and ``merged`` with today's name, are outlets and
    topics by uid. ``house_words`` are the house dictionary.
    """

    at: datetime | None = None
    previous: AnyDocument | None = None
    change: ChangeNote | None = None
    asks_for_change: bool = False
    minimum_outlets: int = FEWEST_OUTLETS
    levels: Mapping[str, Level] = field(default_factory=dict)
    live_headlines: frozenset[str] = frozenset()
    other_questions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    reachable: frozenset[UUID] | None = None
    retired: frozenset[UUID] = frozenset()
    merged: Mapping[UUID, str] = field(default_factory=dict)
    house_words: tuple[Entry, ...] = ()
