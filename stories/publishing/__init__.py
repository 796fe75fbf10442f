"""THE verbs that decide what readers see. Admin, commands and imports call them, and nothing else does."""

from stories.publishing.bundling import gather, publish_bundle, undo
from stories.publishing.ending import expire, withdraw
from stories.publishing.going import changed_questions, correct, publish, publish_many, republish, schedule
from stories.publishing.moving import PassedError, move
from stories.publishing.ready import Going
from stories.publishing.refusals import (
    CarryError,
    LaidAnewError,
    NotHereError,
    NothingNewError,
    NotReadyError,
    RefusedError,
    TimeError,
    WaitingError,
)
from stories.publishing.scheduling import cancel, cancel_all, use_newest
from stories.publishing.sending import Answer

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
