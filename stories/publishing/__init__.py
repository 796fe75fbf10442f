"""THE verbs that decide what readers see. Admin, commands and imports call them, and nothing else does."""

from stories.publishing.bundles import gather, publish_bundle, undo
from stories.publishing.errors import (
    CarryError,
    LaidAnewError,
    NotHereError,
    NothingNewError,
    NotReadyError,
    RefusedError,
    TimeError,
    WaitingError,
)
from stories.publishing.pipeline import Answer
from stories.publishing.publish import changed_questions, correct, publish, publish_many, republish, schedule
from stories.publishing.request import Going
from stories.publishing.reschedule import PassedError, move
from stories.publishing.schedule import cancel, cancel_all, use_newest
from stories.publishing.withdraw import expire, withdraw

__all__ = [
    "Answer",
    "CarryError",
    "Going",
    "LaidAnewError",
    "NotHereError",
    "NotReadyError",
    "NothingNewError",
    "PassedError",
    "RefusedError",
    "TimeError",
    "WaitingError",
    "cancel",
    "cancel_all",
    "changed_questions",
    "correct",
    "expire",
    "gather",
    "move",
    "publish",
    "publish_bundle",
    "publish_many",
    "republish",
    "schedule",
    "undo",
    "use_newest",
    "withdraw",
]
