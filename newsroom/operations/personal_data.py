"""The registry of personal data, which ``manage.py person`` exports and removes."""

import json
import os
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

from django.db.models import QuerySet

from newsroom.operations.raw_search import Words, find_rows
from newsroom.text.fold import fold

# Its values are JSON values, or values that ``encode`` converts to text.
type Row = Mapping[str, object]
type Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Person:
    """A person with an e-mail address.

    ``accounts`` are the primary keys of the accounts with this address. ``names`` are the present and former names that
    the site shows for these accounts, and ``usernames`` are their login names. All three are empty for a person without
    an account.
    """

    address: str
    accounts: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    usernames: tuple[str, ...] = ()

    @property
    def words(self) -> Words:
        """The words by which the person is found in the database, and the folded names that search indexes contain."""
        folded = {fold(name) for name in self.names if " " in name}
        return Words(frozenset({self.address}), frozenset({*self.names, *self.usernames, *folded}))

    def anonymize(self, text: str) -> str:
        """Return a text with ``FORMER_MEMBER`` in place of the person's address, full names, and names after an @.

        Names of one word are replaced only after an @ or as the whole text, because they may be common words.
        """
        if text in self.names or text in self.usernames:
            return FORMER_MEMBER
        full_names = frozenset(name for name in self.names if " " in name)
        mentions = frozenset(f"@{name}" for name in (*self.names, *self.usernames))
        anonymous = Words(frozenset({self.address}), full_names | mentions).compile().sub(FORMER_MEMBER, text)
        starts_changed = anonymous.startswith(FORMER_MEMBER) and not text.startswith(FORMER_MEMBER)
        return anonymous[0].upper() + anonymous[1:] if starts_changed else anonymous

    def anonymize_values(self, value: object) -> object:
        """Return a JSON value with all its strings anonymized, except the names of fields."""
        if isinstance(value, dict):
            return {name: self.anonymize_values(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.anonymize_values(each) for each in value]
        return self.anonymize(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed from one part: the numbers of deleted and changed rows, and sentences about remaining data."""

    deleted: int = 0
    changed: int = 0
    stays: tuple[str, ...] = ()


type Find = Callable[[str], Person]
type Export = Callable[[Person], Iterable[Row]]
type Forget = Callable[[Person], Forgotten]
type ListAddresses = Callable[[], Iterable[str]]


@dataclass(frozen=True, slots=True)
class _Part:
    title: str
    export: Export | None
    forget: Forget | None
    addresses: ListAddresses | None


# Replaces the name of a forgotten person in texts that remain, such as comments and the audit log.
FORMER_MEMBER = "a former member"
_parts: dict[str, _Part] = {}
_reasons: dict[str, str] = {}
_DEFAULT_REASON = "Check whether it means this person, and change it at the desk."
_finders: list[Find] = []
# This part contains every row with the address, including rows that no other part lists, so that an export is complete.
OTHER_ROWS = "rows_with_the_address"
_OTHER_TITLE = "every row of the database that contains the address, with the text around it"


def register_accounts(find: Find) -> None:
    """Register the function that returns the person with an e-mail address, including any accounts and names."""
    _finders[:] = [find]


def register(
    name: str,
    title: str = "",
    *,
    export: Export | None = None,
    forget: Forget | None = None,
    addresses: ListAddresses | None = None,
) -> None:
    """Register personal data under ``name``. ``title`` describes the data to the person.

    ``export(person)`` returns the data as rows with JSON values, times and UUIDs. ``forget(person)`` removes it in the
    caller's transaction, in which an ``Erasure`` is open, so that the triggers allow text to be removed.
    ``addresses()`` returns all stored e-mail addresses of people, so that a person can be found by the digest of an
    address.
    """
    _parts[name] = _Part(title, export, forget, addresses)


def register_reason(prefix: str, reason: str) -> None:
    """Register the reason why personal data remains in tables whose names begin with ``prefix``.

    If several prefixes match, the longest applies.
    """
    _reasons[prefix] = reason


def find_person(address: str) -> Person:
    """Return the person with this e-mail address, regardless of case."""
    [find] = _finders
    return find(address.strip().lower())


def export(person: Person, *, on_progress: Progress = lambda done, total: None) -> dict[str, list[Row]]:
    """Return all data about the person, keyed by the names of the parts. Parts without data are included."""
    exported = {name: list(part.export(person)) for name, part in _parts.items() if part.export}
    found = find_rows(Words(addresses=frozenset({person.address})), on_progress=on_progress)
    exported[OTHER_ROWS] = [{"table": row.table, "key": row.key, "found": row.excerpts} for row in found]
    return exported


def forget(person: Person) -> dict[str, Forgotten]:
    """Remove the data about the person in the caller's transaction. Return what was removed, keyed by part."""
    return {name: part.forget(person) for name, part in _parts.items() if part.forget}


def find_remaining(person: Person, *, on_progress: Progress = lambda done, total: None) -> list[str]:
    """Return a sentence for each table in which a text still contains the address or a name of the person."""
    tables: dict[str, set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    for row in find_rows(person.words, on_progress=on_progress):
        tables[row.table] |= row.excerpts.keys()
        counts[row.table] += 1
    return [
        f"{table} ({', '.join(sorted(columns))}): {counts[table]:,} {'row' if counts[table] == 1 else 'rows'} with the "
        f"address or a name. {_get_reason(table)}"
        for table, columns in tables.items()
    ]


def list_addresses() -> set[str]:
    """Return all stored e-mail addresses of people in lower case."""
    return {address.lower() for part in _parts.values() if part.addresses for address in part.addresses() if address}


def _get_reason(table: str) -> str:
    prefixes = [prefix for prefix in _reasons if table.startswith(prefix)]
    return _reasons[max(prefixes, key=len)] if prefixes else _DEFAULT_REASON


def select(rows: QuerySet, **fields: str) -> Iterator[Row]:  # type: ignore[type-arg]  # of any model
    """Yield a row of an export for each row of a QuerySet.

    ``fields`` are the lookups of the values, keyed by name in the export.
    """
    for values in rows.values_list(*fields.values()).iterator():
        yield dict(zip(fields, values, strict=True))


def encode(value: object) -> str:
    """Return exported data as indented JSON."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_to_json)
    return text.encode("utf-8", "replace").decode()  # a stored text may contain half of a surrogate pair


def describe(exported: Mapping[str, list[Row]], *, address: str, site: str, at: datetime) -> str:
    """Return the README of an export, which describes each file."""
    titles = {name: part.title for name, part in _parts.items()} | {OTHER_ROWS: _OTHER_TITLE}
    lines = [f"* {name}.json: {titles[name]} ({len(rows)})" for name, rows in exported.items()]
    return (
        f"What {site} stores about {address}, on {at:%-d %B %Y at %H:%M} UTC.\n\n"
        "Each file is a list in JSON (RFC 8259), in UTF-8. Times are in UTC (RFC 3339). Passwords and the keys\n"
        "of second factors and sessions are left out: they are secret, and stored in a form that no one can read.\n\n"
        + "\n".join(lines)
        + "\n"
    )


def write_archive(file: IO[bytes], readme: str, exported: Mapping[str, list[Row]]) -> None:
    """Write a ZIP archive with the README and one JSON file for each part."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", readme)
        for name, rows in exported.items():
            archive.writestr(f"{name}.json", encode(rows) + "\n")


@contextmanager
def private_file(path: Path) -> Iterator[IO[bytes]]:
    """Yield a new file that only its owner may read. It gets its name after the block, or is deleted after an error.

    Raise FileExistsError if there is already a file with this name, and OSError if the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123  # a path could not be given this mode
            yield file
            file.flush()
            os.fsync(descriptor)
        os.link(temporary, path)  # a link, unlike renaming, never replaces a file
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _to_json(value: object) -> str:
    match value:
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
        case _:
            raise TypeError(f"{type(value).__name__} is no value of an export.")
