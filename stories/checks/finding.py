"""What a check finds: one sentence for an editor, with the place that it is about."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding weighs: a blocker keeps a document from going out."""

    BLOCKER = "blocker"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    ``anchor`` names the field: the name of a field of the work (``headline``), or a kind of row with the row's uid
    and field (``passages.UID.outlets``, ``answers.UID.text``, ``topics.UID.name``, ``pictures.UID.alt``).
    """

    code: str
    level: Level
    message: str
    anchor: str


class Findings(tuple[Finding, ...]):
    """All findings on a document, blockers first."""

    __slots__ = ()

    def blocking(self) -> "Findings":
        """Return only those that keep the document from going out."""
        return Findings(finding for finding in self if finding.level is Level.BLOCKER)
