"""Why a verb refuses, in words for an editor."""

from collections.abc import Sequence

from newsroom.errors import RefusedError as RefusedError
from stories.checks import Findings
from stories.models import Edition, Work


class NotReadyError(RefusedError):
    """Checks found what keeps the page from going out; ``findings`` are the blockers, by work."""

    def __init__(self, findings: dict[Work, Findings]) -> None:
        self.findings = findings
        sentences = [finding.message for found in findings.values() for finding in found]
        super().__init__(" ".join(sentences))


class NothingNewError(RefusedError):
    """Readers see exactly this already."""

    def __init__(self) -> None:
        super().__init__("Readers see exactly this already; there is nothing new to publish.")


class InvalidStateError(RefusedError):
    """The work is not where the verb needs it: in the bin, not public, or its schedule is no longer waiting."""


class TimeError(RefusedError):
    """The time is past, or another edition has it."""


class PendingScheduleError(RefusedError):
    """Later editions wait, and nobody said what becomes of them; ``waiting`` are those, by work."""

    def __init__(self, waiting: dict[Work, Sequence[Edition]]) -> None:
        self.waiting = waiting
        number = sum(len(editions) for editions in waiting.values())
        what = "A scheduled edition waits" if number == 1 else f"{number} scheduled editions wait"
        which = ", ".join(edition.label for editions in waiting.values() for edition in editions)
        super().__init__(
            f"{what} for a later time (edition {which}). Say for each whether it is cancelled or carries this change over."
        )


class ScheduleConflictError(RefusedError):
    """What waits still longer cannot stay as it is, since what comes before it would be another text."""

    def __init__(self, edition: Edition, refusal: NotReadyError) -> None:
        self.edition = edition
        super().__init__(
            f"Edition {edition.label}, which waits for a later time, could not stay as it is. {refusal} Cancel that one first."
        )


class MergeConflictError(RefusedError):
    """A change cannot be carried over into a waiting edition: both say something of their own in the same place."""

    def __init__(self, edition: Edition, places: Sequence[str]) -> None:
        self.edition = edition
        self.places = tuple(places)
        super().__init__(
            f"The change cannot be carried over into edition {edition.label}: both change {', '.join(places)}. "
            "Cancel that schedule, and schedule it anew."
        )
