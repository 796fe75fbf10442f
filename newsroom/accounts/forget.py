"""Forget a person: remove the data about the owner of an e-mail address, and record this in the file of erasures.

The file contains a keyed digest of the address. After a restore, the digest identifies the person, whose data is
removed again. The name is also removed from the lines about erasures that the person ordered.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from django.db import Error, OperationalError, connection, connections, transaction
from django.db.models.functions import Now

from newsroom import digests
from newsroom.audit.erasure_lines import is_recorded, remove_names, to_line
from newsroom.audit.models import Erasure
from newsroom.db.outages import Outage, classify_error
from newsroom.db.sqlite_file import rewrite_file
from newsroom.errors import RefusedError
from newsroom.http import clock
from newsroom.operations import erasures, personal_data
from newsroom.operations.alerts import addresses
from newsroom.operations.backup import registry
from newsroom.operations.backup.targets import default_database
from newsroom.operations.erasures import Line, LineState, Outcome
from newsroom.operations.personal_data import Forgotten, Person
from newsroom.page_cache.invalidation import invalidation

SCOPE = "person"
REASON = "The person asked to be forgotten."

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ForgetResult:
    """What was removed from each part, and sentences about data that remains."""

    parts: dict[str, Forgotten]
    stays: list[str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was removed."""
        return not any(part.deleted or part.changed for part in self.parts.values())


class _RollBackError(Exception):
    """Raised to undo the transaction. Invalidation writes page keys at its end, so it cannot be marked for a rollback."""

    def __init__(self, result: ForgetResult) -> None:
        super().__init__()
        self.result = result


def forget_person(
    person: Person,
    *,
    is_dry_run: bool = False,
    on_progress: Callable[[int, int], object] = lambda done, total: None,
) -> ForgetResult:
    """Remove the data about the person in one transaction, which is rolled back in a dry run or if there is no data.

    The caller must call ``wipe`` afterwards. Raise ValidationError if the person is the last administrator. Raise
    NotRecordedError or DamagedFileError if the file of erasures cannot be written.
    """
    begun: Line | None = None
    try:
        with invalidation():
            row = _open_row(_list_uids(person.address)[0])
            parts = personal_data.forget(person)
            remaining = personal_data.find_remaining(person, on_progress=on_progress)
            result = ForgetResult(parts, [*(words for part in parts.values() for words in part.stays), *remaining])
            if is_dry_run or result.is_empty:
                raise _RollBackError(result)
            _close_row(row)
            line = replace(to_line(row), state=LineState.BEGUN)
            erasures.append(line)
            begun = line
            remove_names(map(to_line, Erasure.objects.closed()), {*person.names, *person.usernames})
    except _RollBackError as undone:
        return undone.result
    except BaseException as error:
        if begun is not None and not (
            isinstance(error, Error) and classify_error(error) in (Outage.LOST, Outage.UNREACHABLE)
        ):
            _record_failure(begun)
        raise
    # If this fails, the worker adds the missing line.
    transaction.on_commit(partial(erasures.add_missing, [begun]), robust=True)
    transaction.on_commit(partial(addresses.write_addresses, clock.now()), robust=True)
    return result


def wipe() -> bool:
    """Remove deleted bytes from the file of a SQLite database; return whether none remain."""
    if connection.vendor != "sqlite":
        return True
    try:
        return rewrite_file()
    except OperationalError:
        return False


def replay(line: Line) -> tuple[Outcome, str]:
    """Forget a person again in a restored database, unless the database records that this was done."""
    if is_recorded(line):
        return Outcome.RECORDED, ""
    uid = UUID(line.uid)
    addresses = [address for address in personal_data.list_addresses() if uid in _list_uids(address)]
    stays: list[str] = []
    with invalidation():
        row = _open_row(uid, repeats=line)
        for address in addresses:
            parts = personal_data.forget(personal_data.find_person(address))
            stays += [words for part in parts.values() for words in part.stays]
        _close_row(row)
    return (Outcome.ERASED if addresses else Outcome.ABSENT), " ".join(stays)


def finish_replay() -> None:
    """Remove deleted bytes after all erasures have been repeated, and log an error if some may remain."""
    if not wipe():
        logger.error("The data is removed from all tables, but its bytes may still be in the database file.")


def find_remains(alias: str, restore_began_at: datetime) -> Iterator[str]:
    """Yield a sentence for each forgotten person whose address is in the restored database with this alias.

    Leave out people who were forgotten after the restore began: it may have read the file of erasures before. Leave out
    people who are recorded as forgotten in that database: their addresses were stored again afterwards.
    """
    lines = [to_line(row) for row in Erasure.objects.closed_before(restore_began_at).filter(scope=SCOPE).order_by("pk")]
    if not lines:
        return
    with default_database(connections[alias].settings_dict):
        stored = {uid for address in personal_data.list_addresses() for uid in _list_uids(address)}
        remaining = [line for line in lines if UUID(line.uid) in stored and not is_recorded(line)]
    for line in remaining:
        yield (
            f"The restored database contains the address of a person who was forgotten on {line.time:%-d %B %Y} "
            f"(person {line.uid}). The file of erasures does not list this erasure."
        )


def register() -> None:
    """Register the functions that repeat these erasures after a restore, and the one with which drills verify this."""
    erasures.register(SCOPE, replay, finish=finish_replay)
    registry.register_drill_check(find_remains)


def _list_uids(address: str) -> list[UUID]:
    """Return the uids under which an address may be recorded, one for each key in the settings.

    New rows have the first one.
    """
    return [UUID(hex=digest[:32]) for digest in digests.list_digests("newsroom.accounts.forget", address)]


def _open_row(uid: UUID, *, repeats: Line | None = None) -> Erasure:
    if repeats is None:
        return Erasure.objects.create(kind=SCOPE, uid=uid, scope=SCOPE, line_id=uuid4(), reason=REASON, by_name="")
    return Erasure.objects.create(
        kind=SCOPE,
        uid=uid,
        scope=SCOPE,
        line_id=repeats.id,
        reason=repeats.reason,
        by_name=repeats.by,
        opened_at=repeats.time,
    )


def _close_row(row: Erasure) -> None:
    Erasure.objects.filter(pk=row.pk).update(closed_at=Now())


def _record_failure(begun: Line) -> None:
    try:
        erasures.append(replace(begun, state=LineState.FAILED, time=clock.now()))
    except RefusedError as error:
        logger.error("Erasure %s was rolled back, but counts as begun: %s", begun.id, error)
