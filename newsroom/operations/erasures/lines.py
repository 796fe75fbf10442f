"""The lines of the file of erasures as JSON objects, each with a digest that depends on all lines before it."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from newsroom.errors import RefusedError

# The digest is the last value of a line. It covers the bytes before it, and thus fields that a later release may add.
_DIGEST = re.compile(rb',"digest":"([0-9a-f]{64})"\}$')


class LineState(StrEnum):
    """The state of an erasure.

    If the last line of an erasure is ``BEGUN``, it is unknown whether the erasure was committed.
    """

    BEGUN = "begun"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: an erasure that has begun or ended. It contains none of the erased words.

    All lines of one erasure have the same ``id`` and differ only in ``time`` and ``state``. ``scope`` is the name under
    which the replay of the erasure is registered. ``uid`` identifies the erased object: it is the uid of a work, or a
    keyed digest of an e-mail address. ``part`` is the uid of an erased passage. ``document`` is the digest of the
    document of an erased edition. ``files`` are the SHA-256 digests of the originals that were deleted. ``by`` is the
    name of the person who ordered the erasure, or ``FORMER_MEMBER`` once that person has been forgotten.
    """

    id: UUID
    time: datetime
    state: LineState = LineState.BEGUN
    scope: str
    kind: str
    uid: str
    edition: int | None = None
    part: UUID | None = None
    document: str = ""
    files: tuple[str, ...] = ()
    reason: str = ""
    by: str = ""


class DamagedFileError(RefusedError):
    """Raised for a line that was changed, removed or cut off, or that this release cannot read.

    The message names the file and the line.
    """

    def __init__(self, path: Path, number: int, fault: str) -> None:
        super().__init__(f"{path}, line {number}: {fault}")


def encode(line: Line, previous_digest: bytes) -> tuple[bytes, bytes]:
    """Return the line as bytes with a line break, and its digest, which depends on the digest of the previous line."""
    values: dict[str, Any] = {field.name: getattr(line, field.name) for field in fields(line)}
    values |= {"id": str(line.id), "time": line.time.isoformat(), "part": str(line.part) if line.part else None}
    body = _encode_values(values)
    digest = _chain(previous_digest, body)
    return _end_line(body, digest), digest


def decode_all(content: bytes, path: Path) -> list[Line]:
    """Return the lines of a file.

    Raise DamagedFileError for a line that is cut off or cannot be read, or whose digest does not match its content or
    the lines before it.
    """
    lines: list[Line] = []
    digest = b""
    for number, raw in enumerate(content.splitlines(keepends=True), start=1):
        if not raw.endswith(b"\n"):
            raise DamagedFileError(path, number, "it is cut off.")
        found = get_digest(raw)
        if found is None:
            raise DamagedFileError(path, number, "it was changed, or never was a line of this file.")
        if found != _chain(digest, _DIGEST.sub(b"", raw.rstrip(b"\n"))):
            raise DamagedFileError(path, number, "it was changed, or lines before it were changed or removed.")
        try:
            lines.append(_decode(raw))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedFileError(path, number, "this release cannot read it.") from error
        digest = found
    return lines


def replace_names(content: bytes, path: Path, get_name: Callable[[Line], str]) -> bytes:
    """Return the content of a file with ``get_name(line)`` as the value of ``by`` in each line.

    The digests of the first line that changes and of all later ones are new. Each line that changes becomes longer, so
    two versions of a file never have the same size. Raise DamagedFileError if the file is damaged.
    """
    new: list[bytes] = []
    digest = b""
    for raw, line in zip(content.splitlines(), decode_all(content, path), strict=True):
        body = _DIGEST.sub(b"", raw)
        if (name := get_name(line)) != line.by:
            # Fields that a later release has added remain as they are.
            values = {key: value for key, value in json.loads(raw).items() if key != "digest"} | {"by": name}
            body = _encode_values(values).ljust(len(body) + 1)
        digest = _chain(digest, body)
        new.append(_end_line(body, digest))
    return b"".join(new)


def get_digest(raw: bytes) -> bytes | None:
    """Return the digest at the end of a line, or None if there is none."""
    found = _DIGEST.search(raw.rstrip(b"\n"))
    return found[1] if found else None


def list_effective(lines: Iterable[Line]) -> list[Line]:
    """Return one line, in its last state, for each erasure that has not failed, in the order in which they began.

    An erasure that has only begun counts, because its process may have been killed after the commit.
    """
    states: dict[UUID, LineState] = {}
    first: dict[UUID, Line] = {}
    for line in lines:
        states[line.id] = line.state
        first.setdefault(line.id, line)
    return [replace(line, state=states[key]) for key, line in first.items() if states[key] != LineState.FAILED]


def list_erased_files(lines: Iterable[Line]) -> set[str]:
    """Return the SHA-256 digests of the originals that erasures have deleted.

    Erasures that have only begun do not count: if they were rolled back, their files are still in use. A file with the
    same content may have been added again since, so the caller must leave out files to which the database refers.
    """
    return {digest for line in list_effective(lines) if line.state == LineState.DONE for digest in line.files}


def _encode_values(values: dict[str, Any]) -> bytes:
    """Return the values as JSON without the last brace, as they are before the digest."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode().removesuffix(b"}")


def _end_line(body: bytes, digest: bytes) -> bytes:
    return body + b',"digest":"' + digest + b'"}\n'


def _chain(previous_digest: bytes, body: bytes) -> bytes:
    return hashlib.sha256(previous_digest + body).hexdigest().encode()


def _decode(raw: bytes) -> Line:
    values = json.loads(raw)
    known = {field.name: values[field.name] for field in fields(Line) if field.name in values}
    known |= {
        "id": UUID(values["id"]),
        "time": datetime.fromisoformat(values["time"]),
        "state": LineState(values["state"]),
        "part": UUID(values["part"]) if values["part"] else None,
        "files": tuple(values["files"]),
    }
    return Line(**known)
