"""Compare the table of erasures with the file of erasures, from which erasures are repeated after a restore."""

import logging
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID, uuid5

from newsroom.audit.models import Erasure
from newsroom.errors import RefusedError
from newsroom.operations import erasures
from newsroom.operations.erasures import Line, LineState
from newsroom.operations.personal_data import FORMER_MEMBER

_NAMESPACE = UUID("1c9b3a70-6a3e-5c55-9b0e-3f1f5c8d2e44")
# Releases without a file of erasures stored a phrase as the scope. For an edition, the phrase ends with its number.
_EDITION = "edition "
_FORMER_SCOPES = {"the whole page": "work", "a passage": "passage"}

logger = logging.getLogger(__name__)


def add_missing_lines(at: datetime) -> None:
    """Add the lines that the file of erasures lacks, and log an error if it is damaged or cannot be written.

    Lines may be missing because a process was killed after a commit, the file was lost, or the erasures are older than
    the file. Also remove the names that the table no longer has: the person may have been forgotten on another machine,
    or by a process that was killed.
    """
    recorded = [to_line(row) for row in Erasure.objects.closed().order_by("pk")]
    try:
        if added := erasures.add_missing(recorded):
            logger.warning("Lines were missing in %s, and were added: %s.", erasures.path(), added)
        if renamed := remove_names(recorded):
            logger.info("Names were removed from %s: %s.", erasures.path(), renamed)
    except RefusedError as error:
        logger.error("%s", error)


def remove_names(recorded: Iterable[Line], names: Collection[str] = ()) -> int:
    """Remove the names of forgotten people from the file of erasures, and return how many lines have changed.

    ``recorded`` are the lines of all finished erasures in the table. A line loses its name if the table has lost it or,
    for an erasure that the table lacks, if the name is one of ``names``. No line gets a name back, because the table may
    be that of an older backup, or may have been read just before a person was forgotten. Raise DamagedFileError if the
    file is damaged, and NotRecordedError if it cannot be written.
    """
    names_in_table = {line.id: line.by for line in recorded}

    def get_name(line: Line) -> str:
        name = names_in_table.get(line.id)
        is_removed = line.by in names if name is None else name == FORMER_MEMBER
        return FORMER_MEMBER if is_removed else line.by

    return erasures.replace_names(get_name)


def to_line(erasure: Erasure) -> Line:
    """Return the line of a finished erasure."""
    scope, edition = erasure.scope, erasure.edition
    if scope.startswith(_EDITION):
        scope, edition = "edition", int(scope.removeprefix(_EDITION))
    return Line(
        id=erasure.line_id or _derive_id(erasure),
        time=erasure.opened_at,
        state=LineState.DONE,
        scope=_FORMER_SCOPES.get(scope, scope),
        kind=erasure.kind,
        uid=str(erasure.uid),
        edition=edition,
        part=erasure.part,
        document=erasure.document,
        files=tuple(erasure.files),
        reason=erasure.reason,
        by=erasure.by_name,
    )


def is_recorded(line: Line) -> bool:
    """Return whether the table contains the erasure that this line records."""
    if Erasure.objects.filter(line_id=line.id).exists():
        return True
    return line.id in map(_derive_id, Erasure.objects.without_line_id().filter(uid=UUID(line.uid)))


def _derive_id(erasure: Erasure) -> UUID:
    """Return an id for a row without one. It is the same in every copy of the database."""
    return uuid5(_NAMESPACE, f"{erasure.uid} {erasure.scope} {erasure.opened_at.isoformat()}")
