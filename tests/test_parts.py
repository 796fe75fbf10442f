"""Every test runs once on each of its databases in either ``make test`` or ``make audit``, or else in ``make soak``."""

import itertools
from pathlib import Path

import pytest
from _pytest.mark.expression import Expression

from tests.parts import FOLDER_MARKERS, PARTS, TESTS, Part, markers_of_folder

# Markers that a test or its module may have in addition to those of its folder.
OPTIONAL_MARKERS = ("audit", "database", "journey", "pages", "portable", "soak")
FOLDERS = sorted(path.name for path in TESTS.iterdir() if (path / "__init__.py").exists())
# A browser, proxies, Varnish, the Nu checker and a provider get the same on both databases.
ON_SQLITE_ONLY = {"browser", "edge", "machine", "markup", "single_sign_on", "sqlite"}
ON_POSTGRESQL_ONLY = {"monitoring", "postgresql"}


def selects(part: Part, folder: str, markers: set[str]) -> bool:
    """Return whether a part runs a test in this folder with these markers."""
    if part.command or part.folder not in {"", folder}:
        return False

    def matches(name: str, /, **_: object) -> bool:
        return name in markers

    return not part.markers or Expression.compile(part.markers).evaluate(matches)


def iter_kinds_of_tests():
    """Yield each folder and set of markers that a test can have, with the databases that it runs on."""
    for folder in ("", *FOLDERS):
        optional = {*OPTIONAL_MARKERS}
        optional -= set() if folder == "browser" else {"journey"}
        optional -= set() if {*FOLDER_MARKERS.get(folder, ())} <= {"audit"} else {"pages", "portable"}
        for number in range(len(optional) + 1):
            for extra in itertools.combinations(optional, number):
                markers = {*extra, *FOLDER_MARKERS.get(folder, ())}
                if {"database", "portable"} <= markers:
                    continue
                for on_postgresql in (False, True):
                    if folder not in (ON_SQLITE_ONLY if on_postgresql else ON_POSTGRESQL_ONLY):
                        yield folder, markers, on_postgresql


def test_test_and_audit_together_run_each_test_on_each_database_unless_soak_does():
    for folder, markers, on_postgresql in iter_kinds_of_tests():
        parts = [
            f"make {target}: {part.name}"
            for target in ("test", "audit")
            for part in PARTS[target]
            if part.on_postgresql == on_postgresql and selects(part, folder, markers)
        ]
        is_about_pages = "pages" in markers and markers.isdisjoint({"audit", "database"})
        is_left_out = "soak" in markers or (on_postgresql and ("portable" in markers or is_about_pages))
        assert len(parts) == (0 if is_left_out else 1), (folder, markers, parts)


def test_soak_runs_each_test_once_on_each_database():
    for folder, markers, on_postgresql in iter_kinds_of_tests():
        parts = [
            part.name
            for part in PARTS["soak"]
            if part.on_postgresql == on_postgresql and selects(part, folder, markers)
        ]
        assert len(parts) == 1, (folder, markers, parts)


def test_audit_and_soak_reach_postgresql_only_through_a_pooler():
    for target in ("audit", "soak"):
        on_postgresql = [part for part in PARTS[target] if part.on_postgresql]
        assert on_postgresql
        assert all(part.is_pooled and "PgBouncer" in part.needs for part in on_postgresql)


def test_soak_runs_the_last_release_on_both_databases():
    commands = [" ".join(part.command) for part in PARTS["soak"] if part.command]
    assert commands == ["test-upgrade --on sqlite", "test-upgrade --on postgresql"]


def test_only_the_parts_for_chromium_open_a_browser():
    for parts in PARTS.values():
        assert {part.name for part in parts if selects(part, "browser", {"chromium", "journey"})} <= {
            part.name for part in parts if part.folder == "browser"
        }


@pytest.mark.parametrize(
    ("path", "markers"),
    [
        ("races/test_worker.py", ("audit",)),
        ("stories/public/pages/test_search.py", ("pages",)),
        ("topics/test_pages.py", ()),
        ("conftest.py", ()),
    ],
)
def test_a_test_has_the_markers_of_its_folder_below_tests(path, markers):
    assert markers_of_folder(TESTS / path) == markers
    assert markers_of_folder(Path("/elsewhere") / path) == ()


def test_the_folders_with_markers_exist():
    assert [folder for folder in FOLDER_MARKERS if not (TESTS / folder / "__init__.py").exists()] == []
