"""Page dependencies: the page keys that a page depends on, with their versions, and when the page expires."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL
from django.http import HttpRequest

from newsroom.db.try_write import try_write
from newsroom.http import clock
from newsroom.http.clock import FOREVER
from newsroom.page_cache.models import PageKey

SITE = "site"
STORIES = "list:stories"
QUESTIONS = "list:questions"
NAMES = "list:names"
FRONT = "list:front"
SUBJECTS = "list:subjects"


def page_key(kind: str, uid: UUID) -> str:
    """Return the page key of a story, a question, a topic, an outlet or an image."""
    return f"{kind}:{uid.hex}"


def list_key(kind: str, uid: UUID) -> str:
    """Return the page key of a list: the editions that name a topic or outlet, or the stories that ask a question."""
    return f"list:{kind}:{uid.hex}"


class PageDependencies:
    """The page keys of a page with their versions, and the time until which the page is valid.

    ``at`` is the moment for which the page is built. Code that builds a page must call ``read_versions`` before it
    reads the rows that the keys cover. Otherwise, a version could be newer than the rows, and the outdated page would
    count as current. ``read_versions`` makes one query for all keys that are not yet known, if any.
    """

    def __init__(self, *, at: datetime) -> None:
        self.at = at
        self.versions: dict[str, int] = {}
        self.valid_until = FOREVER
        self._missing: set[str] = set()

    def read_versions(self, names: Iterable[str]) -> None:
        """Read and record the versions of these keys."""
        if unread := set(names) - self.versions.keys() - self._missing:
            found = PageKey.objects.versions(unread)
            self.record_versions({name: found.get(name) for name in unread})

    def record_versions(self, versions: Mapping[str, int | None]) -> None:
        """Record versions that were read in the same statement as the rows that they cover; None means no version."""
        for name, version in versions.items():
            if version is None:
                self._missing.add(name)
            else:
                self.versions[name] = version

    def remove(self, names: Iterable[str]) -> None:
        """Remove these keys; the page must not show the rows that they cover."""
        for name in names:
            self.versions.pop(name, None)
            self._missing.discard(name)

    def limit_validity(self, moment: datetime | None) -> None:
        """Record that the page changes at ``moment`` at the latest; None has no effect."""
        if moment is not None:
            self.valid_until = min(self.valid_until, moment)

    @property
    def names(self) -> set[str]:
        """The page keys that the page depends on, including those without a version."""
        return self.versions.keys() | self._missing

    def ensure_versions(self) -> bool:
        """Return whether the page may be stored: it has page keys, and each of them has a version.

        Without waiting for a lock, try to create a first version for keys that have none, for the next request.
        """
        missing = sorted(self._missing)
        if missing:
            try_write(lambda: PageKey.objects.create_missing(missing, at=self.at))
        return bool(self.versions) and not missing


class NoDependencies(PageDependencies):
    """Dependencies that read no versions, for pages that are built but never stored."""

    def read_versions(self, names: Iterable[str]) -> None:
        """Do nothing."""


def version_of_object(kind: str, table: str) -> RawSQL:
    """Return an expression for the version of the page key of the object whose ``uid`` is in a row of ``table``."""
    # Raw SQL, because every page that is built selects this, and compiling expressions takes longer than the query.
    name_sql = f"%s || replace(CAST({table}.uid AS text), '-', '')"
    return RawSQL(f"(SELECT version FROM pages_pagekey WHERE name = {name_sql})", [f"{kind}:"], BigIntegerField())  # noqa: S608, S611  # no user input


def version_of_list(kind: str, table: str) -> RawSQL:
    """Return an expression for the version of the page key of the list for the object in a row of ``table``."""
    return version_of_object(f"list:{kind}", table)


def version_of_key(name: str) -> RawSQL:
    """Return an expression for the version of the page key with this name."""
    return RawSQL("(SELECT version FROM pages_pagekey WHERE name = %s)", [name], BigIntegerField())


def get_dependencies(request: HttpRequest) -> PageDependencies:
    """Return the dependencies of the page that answers the request.

    If the request has none, return ``NoDependencies``; the page is then not stored.
    """
    return getattr(request, "dependencies", None) or NoDependencies(at=clock.now())


class TrackedRequest(HttpRequest):
    """A request whose response may be stored."""

    dependencies: PageDependencies
