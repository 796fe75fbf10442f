"""Make lines for tests."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from newsroom.operations.erasures import Line

WORK = UUID("5d1ff8de-8c0b-4c43-8d8a-7d0a6f2a4c11")
AT = datetime(2026, 11, 28, 3, 15, 0, 123456, tzinfo=UTC)


def make_line(**values: Any) -> Line:
    """Return a line for an erased passage, with ``values`` in place of the usual ones."""
    usual: dict[str, Any] = {
        "id": uuid4(),
        "time": AT,
        "scope": "passage",
        "kind": "story",
        "uid": str(WORK),
        "part": uuid4(),
    }
    return Line(**usual | {"reason": "File 12.\nRegional court of Lisle – “urgent”.", "by": "Ana Kestrel"} | values)
