"""No code of the product leaves anything in a session of PostgreSQL, which a pooler gives to another client."""

import re
from pathlib import Path

import pytest

from tests.source_code import PACKAGES, ROOT

# Within a text, SQL that acts on the session and not on the transaction alone.
BELONGS_TO_SESSION = {
    "an advisory lock of the session": re.compile(r"\bpg_(?:try_)?advisory_(?!xact_)\w+"),
    "LISTEN or NOTIFY": re.compile(r"[\"'](?:UN)?LISTEN\b|[\"']NOTIFY\b|\bpg_notify\b"),
    "SET": re.compile(r"(?:[\"']|;\s*)SET\s+(?!LOCAL\b|TRANSACTION\b|CONSTRAINTS\b)"),
    "set_config": re.compile(r"\bset_config\((?![^)]*,\s*true\))"),
    "RESET or DISCARD": re.compile(r"(?:[\"']|;\s*)(?:RESET|DISCARD)\s+[A-Za-z]"),
    "a temporary table": re.compile(r"\bCREATE\s+(?:GLOBAL\s+|LOCAL\s+)?TEMP(?:ORARY)?\b", re.IGNORECASE),
    "a cursor of the session": re.compile(r"\bWITH\s+HOLD\b"),
    "PREPARE": re.compile(r"[\"'](?:PREPARE|DEALLOCATE)\s+\w"),
}


def python_files() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def test_nothing_belongs_to_a_session():
    found = [
        f"{path.relative_to(ROOT)}: {match[0]!r} is {name}"
        for path in python_files()
        for name, pattern in BELONGS_TO_SESSION.items()
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("an advisory lock of the session", '"SELECT pg_try_advisory_lock(1)"'),
        ("an advisory lock of the session", '"SELECT pg_advisory_unlock_all()"'),
        ("LISTEN or NOTIFY", '"LISTEN tasks"'),
        ("SET", "\"SET lock_timeout = '2s'\""),
        ("SET", 'f"SET statement_timeout = {limit}"'),
        ("SET", '"SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"'),
        ("set_config", "\"SELECT set_config('jit', 'off', false)\""),
        ("RESET or DISCARD", '"DISCARD ALL"'),
        ("a temporary table", '"CREATE TEMP TABLE found (key int)"'),
        ("a cursor of the session", '"DECLARE rows CURSOR WITH HOLD FOR SELECT 1"'),
        ("PREPARE", '"PREPARE page AS SELECT 1"'),
    ],
)
def test_a_statement_for_the_session_is_detected(name, statement):
    assert BELONGS_TO_SESSION[name].search(statement)


@pytest.mark.parametrize(
    "statement",
    [
        '"SELECT pg_try_advisory_xact_lock(1)"',
        '"SET LOCAL lock_timeout = 1"',
        '"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"',
        "\"SELECT set_config('jit', 'off', true)\"",
        '"UPDATE pages_pagekey"\n    " SET version = 2"',
        '"NOTIFY_SOCKET"',
    ],
)
def test_a_statement_for_the_transaction_is_permitted(statement):
    assert [name for name, pattern in BELONGS_TO_SESSION.items() if pattern.search(statement)] == []
