"""The verbs that decide what readers see. Only the admin, commands and imports call them."""

from stories.publishing.bundles import publish_bundle, save_bundle, undo
from stories.publishing.errors import (
    InvalidStateError,
    MergeConflictError,
    NothingNewError,
    NotReadyError,
    PendingScheduleError,
    RefusedError,
    ScheduleConflictError,
    TimeError,
)
from stories.publishing.pipeline import ScheduleResolution
from stories.publishing.publish import changed_questions, correct, publish, publish_many, republish, schedule
from stories.publishing.request import PublishRequest
from stories.publishing.reschedule import PassedError, reschedule
from stories.publishing.schedules import cancel, cancel_all, replace_revision
from stories.publishing.withdraw import expire, withdraw

__all__ = [
    "InvalidStateError",
    "MergeConflictError",
    "NotReadyError",
    "NothingNewError",
    "PassedError",
    "PendingScheduleError",
    "PublishRequest",
    "RefusedError",
    "ScheduleConflictError",
    "ScheduleResolution",
    "TimeError",
    "cancel",
    "cancel_all",
    "changed_questions",
    "correct",
    "expire",
    "publish",
    "publish_bundle",
    "publish_many",
    "replace_revision",
    "republish",
    "reschedule",
    "save_bundle",
    "schedule",
    "undo",
    "withdraw",
]
