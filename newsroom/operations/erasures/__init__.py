"""The file of erasures, which lists erasures apart from the database, so that a restore can repeat them."""

from newsroom.operations.erasures.file import (
    NotRecordedError,
    add_missing,
    append,
    path,
    read,
    read_bytes,
    replace_names,
)
from newsroom.operations.erasures.lines import (
    DamagedFileError,
    Line,
    LineState,
    decode_all,
    list_effective,
    list_erased_files,
)
from newsroom.operations.erasures.replay import Outcome, Report, register, replay_all

__all__ = [
    "DamagedFileError",
    "Line",
    "LineState",
    "NotRecordedError",
    "Outcome",
    "Report",
    "add_missing",
    "append",
    "decode_all",
    "list_effective",
    "list_erased_files",
    "path",
    "read",
    "read_bytes",
    "register",
    "replace_names",
    "replay_all",
]
