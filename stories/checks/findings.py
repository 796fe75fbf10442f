"""What a check finds: one sentence for an editor, with the place that it is about."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding weighs: a blocker keeps a document from going out."""

    BLOCKER = "blocker"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Fix:
    """What puts a finding right at once: the entry of the house dictionary by its key, and what it wants written."""

    entry: int
    instead: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    ``anchor`` names the field: the name of a field of the work (``headline``), or a kind of row with the row's uid
    and field (``passages.UID.outlets``, ``answers.UID.text``, ``topics.UID.name``, ``pictures.UID.alt``).
    ``is_overridable`` says whether an editor with the right may publish against it, with a reason. ``place`` names the
    part of the page in words, empty where the message does. ``fix`` is there where a machine can put it right.
    """

    code: str
    level: Level
    message: str
    anchor: str
    is_overridable: bool = True
    place: str = ""
    fix: Fix | None = None

    @property
    def key(self) -> str:
        """Return what stays the same while the same is found in the same field, however it is worded.

        Two sentences of one check about one field have one key: who overrides it answers for both.
        """
        return f"{self.code} {self.anchor}"

    @property
    def mark(self) -> str:
        """Return by what the same finding is known again later, without its words: a digest of check, field and words."""
        return hashlib.sha256(f"{self.key} {self.message}".encode()).hexdigest()[:16]


class Findings(tuple[Finding, ...]):
    """All findings on a document, blockers first."""

    __slots__ = ()

    def known(self, keys: Collection[str]) -> "Findings":
        """Return only those whose key is among these."""
        return Findings(finding for finding in self if finding.key in keys)

    def blocking(self) -> "Findings":
        """Return only those that keep the document from going out."""
        return self.of(Level.BLOCKER)

    def of(self, level: Level) -> "Findings":
        """Return only those of one level."""
        return Findings(finding for finding in self if finding.level is level)

    def by_level(self) -> list[tuple[Level, "Findings"]]:
        """Return the findings of each level that has some, the heaviest level first."""
        return [(level, found) for level in Level if (found := self.of(level))]
