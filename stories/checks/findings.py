"""The findings of checks, each with a message for the editor and the field that it concerns."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """The severity of a finding. A blocker prevents publication.

    A note is a blocker that somebody else settles. It is shown to users who may not settle it themselves.
    """

    BLOCKER = "blocker"
    WARNING = "warning"
    HINT = "hint"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Fix:
    """An automatic correction: the primary key of a house style entry, and the preferred form."""

    entry: int
    replacement: str


@dataclass(frozen=True, slots=True)
class NewSection:
    """A kind of section that the form can add to settle a finding, and its heading."""

    kind: str
    heading: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of a check.

    ``anchor`` identifies a field of the work or of its change note (``headline``), all rows of a kind (``topics``), a
    field of a row (``passages.UID.outlets``, ``citations.NUMBER.url``) or a missing section (``sections.CODE``).
    ``is_overridable`` is true if a user with the permission may override the finding with a reason. ``place`` describes
    the part of the page to the editor, or is empty if the message needs no such description. ``fix`` is set if the
    finding can be corrected automatically, or ``new_section`` if a section is missing that the form can add.
    """

    code: str
    level: Level
    message: str
    anchor: str
    is_overridable: bool = True
    place: str = ""
    fix: Fix | None = None
    new_section: NewSection | None = None

    @property
    def key(self) -> str:
        """The key of the finding in overrides: its check and its field, without the message.

        Several findings of one check on one field have the same key, so one override covers all of them.
        """
        return f"{self.code} {self.anchor}"

    @property
    def mark(self) -> str:
        """The digest of the check, the field and the message, by which the same finding is recognised later."""
        return hashlib.sha256(f"{self.key} {self.message}".encode()).hexdigest()[:16]


class Findings(tuple[Finding, ...]):
    """Findings on a document, blockers first."""

    __slots__ = ()

    def blocking(self) -> "Findings":
        """Return the blockers."""
        return self.with_level(Level.BLOCKER)

    def with_level(self, level: Level) -> "Findings":
        return Findings(finding for finding in self if finding.level is level)

    def by_level(self) -> list[tuple[Level, "Findings"]]:
        """Return the levels that have findings, blockers first, each with its findings."""
        return [(level, findings) for level in Level if (findings := self.with_level(level))]
