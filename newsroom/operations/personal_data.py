"""Personal data: the registry of what is stored about a person, by whom it is exported, for ``manage.py person``."""

import json
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO
from uuid import UUID, uuid4

from django.db.models import QuerySet

from newsroom.operations.raw_search import Words, find_rows

# Values as JSON has them, and those that ``encode`` turns into text.
type Row = Mapping[str, object]
type Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Person:
    """A person with an e-mail address.

    ``accounts`` are the primary keys of the accounts with this address, and ``names`` are their user names and full
    names. Readers have none of both.
    """

    address: str
    accounts: tuple[int, ...] = ()
    names: tuple[str, ...] = ()


type Find = Callable[[str], Person]
type Export = Callable[[Person], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class _Part:
    title: str
    export: Export


_parts: dict[str, _Part] = {}
_finders: list[Find] = []
# Rows that no other part lists are in this one, so that an export is complete.
OTHER_ROWS = "rows_with_the_address"
_OTHER_TITLE = "every row of the database that contains the address, with the text around it"


def register_accounts(find: Find) -> None:
    """Register the function that returns the person with an e-mail address, with accounts and names if there are any."""
    _finders[:] = [find]


def register(name: str, title: str, export: Export) -> None:
    """Register data about persons under ``name``, which names its file. ``title`` describes it to the person.

    ``export(person)`` returns the data as rows with JSON values, times and UUIDs.
    """
    _parts[name] = _Part(title, export)


def find_person(address: str) -> Person:
    """Return the person with this e-mail address, regardless of case."""
    [find] = _finders
    return find(address.strip().lower())


def export(person: Person, *, on_progress: Progress = lambda done, total: None) -> dict[str, list[Row]]:
    """Return all data about the person, keyed by the names of the parts. Parts without data are included."""
    exported = {name: list(part.export(person)) for name, part in _parts.items()}
    found = find_rows(Words(addresses=frozenset({person.address})), on_progress=on_progress)
    exported[OTHER_ROWS] = [{"table": row.table, "key": row.key, "found": row.excerpts} for row in found]
    return exported


def select(rows: QuerySet, **fields: str) -> Iterator[Row]:  # type: ignore[type-arg]  # of any model
    """Yield a row for each row of a QuerySet. ``fields`` are the lookups of the values, keyed by name in the export."""
    for values in rows.values_list(*fields.values()).iterator():
        yield dict(zip(fields, values, strict=True))


def encode(value: object) -> str:
    """Return exported data as indented JSON."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_to_json)
    return text.encode("utf-8", "replace").decode()  # a stored text may contain half of a surrogate pair


def describe(exported: Mapping[str, list[Row]], *, address: str, site: str, at: datetime) -> str:
    """Return the README of an export: what is in which file."""
    titles = {name: part.title for name, part in _parts.items()} | {OTHER_ROWS: _OTHER_TITLE}
    lines = [f"* {name}.json: {titles[name]} ({len(rows)})" for name, rows in exported.items()]
    return (
        f"What {site} stores about {address}, on {at:%-d %B %Y at %H:%M} UTC.\n\n"
        "Each file is a list in JSON (RFC 8259), in UTF-8. Times are in UTC (RFC 3339). Passwords, keys of second factors\n"
        "and of sessions are left out: they are secret even here, and stored in a form that nobody can read.\n\n"
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

    Raise FileExistsError if there is a file of this name, and OSError if the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123  # a path could not be given this mode
            os.fchmod(descriptor, 0o600)
            yield file
            file.flush()
            os.fsync(descriptor)
        os.link(temporary, path)  # which, unlike renaming, never replaces a file
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
