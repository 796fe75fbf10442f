"""The errors that publishing verbs raise, with messages for an editor."""

from collections.abc import Sequence

from newsroom.desk.local_time import format_local
from newsroom.errors import RefusedError as RefusedError
from stories.checks import Findings
from stories.models import Edition, Work


class NotReadyError(RefusedError):
    """Raised when blockers keep works from being published; ``findings`` maps each work to its blockers."""

    def __init__(self, findings: dict[Work, Findings]) -> None:
        self.findings = findings
        super().__init__(" ".join(finding.message for blockers in findings.values() for finding in blockers))


class NothingNewError(RefusedError):
    """Raised when the editions to be replaced already show everything that was to be published.

    ``pending`` are those of them that are scheduled.
    """

    def __init__(self, pending: Sequence[Edition] = ()) -> None:
        self.pending = tuple(pending)
        scheduled = " and ".join(
            f"edition {edition.label}, which is scheduled for {format_local(edition.live_from)}" for edition in pending
        )
        super().__init__(f"Nothing has changed since {scheduled or 'the live edition'}.")


class InvalidStateError(RefusedError):
    """Raised when a work is not in the state that the verb requires.

    For example, the work is in the trash, it is not live, or its schedule is no longer pending. The error is also
    raised if a required text is missing, such as the text of a notice.
    """


class TimeError(RefusedError):
    """Raised when no edition can begin at the requested time, for example because it has passed or is taken."""


class PendingScheduleError(RefusedError):
    """Raised when pending schedules have no schedule resolution; ``pending`` maps each work to these schedules."""

    def __init__(self, pending: dict[Work, Sequence[Edition]]) -> None:
        self.pending = pending
        number = sum(len(editions) for editions in pending.values())
        subject = "An edition is" if number == 1 else f"{number} editions are"
        labels = ", ".join(edition.label for editions in pending.values() for edition in editions)
        each = "Include" if number == 1 else "For each, include"
        super().__init__(f"{subject} already scheduled (edition {labels}). {each} this change or cancel the schedule.")


class ScheduleConflictError(RefusedError):
    """Raised when a change to one edition would make a later pending schedule fail its checks."""

    def __init__(self, edition: Edition, refusal: NotReadyError) -> None:
        self.edition = edition
        super().__init__(
            f"Edition {edition.label} is scheduled and would have blocking issues: {refusal} Cancel it first."
        )


class MergeConflictError(RefusedError):
    """Raised when a change cannot be carried over because a pending schedule changes the same places."""

    def __init__(self, edition: Edition, places: Sequence[str]) -> None:
        self.edition = edition
        self.places = tuple(places)
        super().__init__(
            f"Edition {edition.label} changes the same text: {', '.join(places)}. "
            "Cancel that schedule and schedule it again."
        )
