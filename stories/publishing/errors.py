"""The errors that publishing verbs raise when they refuse, with messages for an editor."""

from collections.abc import Sequence

from newsroom.errors import RefusedError as RefusedError
from stories.checks import Findings
from stories.models import Edition, Work


class NotReadyError(RefusedError):
    """Raised when blockers keep works from being published; ``findings`` holds these blockers by work."""

    def __init__(self, findings: dict[Work, Findings]) -> None:
        self.findings = findings
        sentences = [finding.message for found in findings.values() for finding in found]
        super().__init__(" ".join(sentences))


class NothingNewError(RefusedError):
    """Raised when the live edition already shows what was to be published."""

    def __init__(self) -> None:
        super().__init__("Readers see exactly this already; there is nothing new to publish.")


class InvalidStateError(RefusedError):
    """Raised when a work is not in the state that the verb needs.

    For example, it is in the trash, readers do not see it, or its schedule is no longer pending. Missing words, such as
    the text of a notice, raise it too.
    """


class TimeError(RefusedError):
    """Raised when a time has passed, or when another edition begins at it."""


class PendingScheduleError(RefusedError):
    """Raised when a pending schedule has no schedule resolution; ``waiting`` holds these editions by work."""

    def __init__(self, waiting: dict[Work, Sequence[Edition]]) -> None:
        self.pending = waiting
        number = sum(len(editions) for editions in waiting.values())
        what = "A scheduled edition waits" if number == 1 else f"{number} scheduled editions wait"
        which = ", ".join(edition.label for editions in waiting.values() for edition in editions)
        super().__init__(
            f"{what} for a later time (edition {which}). Say for each whether it is cancelled or carries this change over."
        )


class ScheduleConflictError(RefusedError):
    """Raised when checks refuse a later pending schedule, because the edition before it would change."""

    def __init__(self, edition: Edition, refusal: NotReadyError) -> None:
        self.edition = edition
        super().__init__(
            f"Edition {edition.label}, which waits for a later time, could not stay as it is. {refusal} Cancel that one first."
        )


class MergeConflictError(RefusedError):
    """Raised when a change cannot be carried over, because the pending schedule changes the same places."""

    def __init__(self, edition: Edition, places: Sequence[str]) -> None:
        self.edition = edition
        self.places = tuple(places)
        super().__init__(
            f"The change cannot be carried over into edition {edition.label}: both change {', '.join(places)}. "
            "Cancel that schedule, and schedule it anew."
        )
