"""Why a verb refuses, in words for an editor."""

from stories.checks import Findings
from stories.models import Work


class RefusedError(Exception):
    """A verb changed nothing; the message says why."""


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


class NotHereError(RefusedError):
    """The work is not where the verb needs it: in the bin, or not public."""
