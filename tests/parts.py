"""The parts of the suite that ``make test``, ``make audit`` and ``make soak`` run, with the programs that they need.

Together, test and audit run each test once on each of its databases, except those marked ``soak``, and on PostgreSQL those
marked ``portable``, and those marked ``pages`` unless ``audit`` or ``database`` says more. ``make soak`` runs the whole
suite at full length, on PostgreSQL through PgBouncer. ``tests/test_parts.py`` checks that no test is left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent
# Every test in these folders has these markers, which pyproject.toml explains.
FOLDER_MARKERS: dict[str, tuple[str, ...]] = {
    "browser": ("chromium",),
    "caching": ("redis",),
    "edge": ("varnish",),
    "machine": ("machine",),
    "markup": ("markup",),
    "monitoring": ("prometheus",),
    "newsroom/accounts/single_sign_on": ("audit", "portable"),
    "newsroom/desk": ("pages",),
    "newsroom/http": ("pages",),
    "newsroom/site": ("pages",),
    "postgresql": ("database",),
    "races": ("audit",),
    "servers": ("audit",),
    "single_sign_on": ("oidc",),
    "stories/admin": ("pages",),
    "stories/admin/drafts": ("audit", "portable"),
    "stories/admin/views": ("audit", "portable"),
    "stories/public": ("pages",),
    "upgrade": ("audit",),
}
# Tests that need a program other than a database are in separate parts. If a program is missing, only its tests are
# left out.
_PLAIN = "not (chromium or machine or markup or oidc or prometheus or redis or varnish)"


@dataclass(frozen=True, slots=True)
class Part:
    """A run of pytest, or of the program in ``scripts/`` that ``command`` names with its arguments.

    ``markers`` is an expression for ``-m``, and ``uses`` is the name of a program that the part starts. With
    ``is_pooled``, the tests reach PostgreSQL only through PgBouncer.
    """

    name: str
    markers: str = ""
    folder: str = ""
    uses: str = ""
    on_postgresql: bool = False
    is_pooled: bool = False
    workers: int = 2
    command: tuple[str, ...] = ()

    @property
    def needs(self) -> list[str]:
        """Return the names of the programs that must be installed."""
        databases = [*(["PostgreSQL"] if self.on_postgresql else []), *(["PgBouncer"] if self.is_pooled else [])]
        return [*databases, *([self.uses] if self.uses else [])]

    def arguments(self) -> list[str]:
        """Return the arguments for pytest."""
        # Each worker creates its own database, which takes too long for only a few tests.
        parallel = [f"--numprocesses={self.workers}", "--dist=worksteal"] if self.workers > 1 else []
        selection = ["-m", self.markers] if self.markers else []
        return [*selection, *parallel, *([f"tests/{self.folder}"] if self.folder else [])]


def _parts_with_programs(markers: str) -> tuple[Part, ...]:
    """Return the parts whose tests need a program other than a database or Chromium."""
    return (
        Part("Varnish", markers, folder="edge", uses="Varnish", workers=1),
        Part("Redis", markers, folder="caching", uses="Redis", workers=1),
        Part(
            "Redis and PostgreSQL",
            markers,
            folder="caching",
            uses="Redis",
            on_postgresql=True,
            is_pooled=True,
            workers=1,
        ),
        Part(
            "Caddy, nginx, systemd and age", markers, folder="machine", uses="Caddy, nginx, systemd and age", workers=1
        ),
        # Some series exist only on PostgreSQL.
        Part(
            "Prometheus",
            markers,
            folder="monitoring",
            uses="Prometheus",
            on_postgresql=True,
            is_pooled=True,
            workers=1,
        ),
        Part("the Nu checker", markers, folder="markup", uses="the Nu checker", workers=1),
        Part("single sign-on", markers, folder="single_sign_on", uses="a provider of OpenID Connect", workers=1),
    )


PARTS: dict[str, tuple[Part, ...]] = {
    "test": (
        Part("SQLite", f"{_PLAIN} and not (audit or soak)"),
        Part("PostgreSQL", f"{_PLAIN} and database and not (audit or soak)", on_postgresql=True),
        Part("Chromium", "journey and not soak", folder="browser", uses="Chromium"),
    ),
    "audit": (
        # Each part collects all tests and prepares its databases again, so there are few.
        Part("the rest on SQLite", f"{_PLAIN} and audit and not soak"),
        Part(
            "the rest on PostgreSQL",
            f"{_PLAIN} and (audit or not (database or pages)) and not (portable or soak)",
            on_postgresql=True,
            is_pooled=True,
        ),
        Part("the rest in Chromium", "not (journey or soak)", folder="browser", uses="Chromium"),
        *_parts_with_programs("not soak"),
    ),
    "soak": (
        Part("SQLite", _PLAIN),
        Part("PostgreSQL", _PLAIN, on_postgresql=True, is_pooled=True),
        Part("Chromium", "", folder="browser", uses="Chromium"),
        *_parts_with_programs(""),
        # The last release on the tables of this checkout: programs of their own, because two releases run.
        Part("the last release on SQLite", command=("test-upgrade", "--on", "sqlite")),
        Part("the last release on PostgreSQL", command=("test-upgrade", "--on", "postgresql"), uses="PostgreSQL"),
    ),
}


@cache
def markers_of_folder(path: Path) -> Iterable[str]:
    """Return the markers of the folders that a test is in."""
    folders = path.relative_to(TESTS).parents if path.is_relative_to(TESTS) else ()
    return tuple(marker for folder in folders for marker in FOLDER_MARKERS.get(folder.as_posix(), ()))
