"""The verbs that change what readers see, and the errors that they raise. Each change gets an audit entry."""

from stories.publishing.bundles import publish_bundle, save_bundle, undo_bundle
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
from stories.publishing.publish import (
    approve_and_publish,
    correct,
    list_changed_questions,
    publish,
    publish_many,
    republish,
    schedule,
)
from stories.publishing.request import PublishRequest
from stories.publishing.reschedule import InterveningEditionError, reschedule
from stories.publishing.schedules import cancel_all_schedules, cancel_schedule, replace_revision
from stories.publishing.withdraw import schedule_expiry, withdraw

__all__ = [
    "InterveningEditionError",
    "InvalidStateError",
    "MergeConflictError",
    "NotReadyError",
    "NothingNewError",
    "PendingScheduleError",
    "PublishRequest",
    "RefusedError",
    "ScheduleConflictError",
    "ScheduleResolution",
    "TimeError",
    "approve_and_publish",
    "cancel_all_schedules",
    "cancel_schedule",
    "correct",
    "list_changed_questions",
    "publish",
    "publish_bundle",
    "publish_many",
    "replace_revision",
    "republish",
    "reschedule",
    "save_bundle",
    "schedule",
    "schedule_expiry",
    "undo_bundle",
    "withdraw",
]
