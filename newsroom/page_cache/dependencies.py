"""Remembers what one page was built from, so that it is known when it no longer holds."""

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


def page_key(kind: str, uid: UUID) -> str:
    """Return the name of the key of one thing: a story, question, topic, outlet or picture."""
    return f"{kind}:{uid.hex}"


def naming_key(kind: str, uid: UUID) -> str:
    """Return the name of the key of the list of editions that name a topic or outlet, or of stories that ask a question."""
    return f"list:{kind}:{uid.hex}"


class PageDependencies:
    """The keys of one page with their versions, and until when time alone leaves it as it is.

    Whoever builds calls ``depends_on`` with the keys before reading the rows behind them: a version that is read afterwards may be
    newer than what was read, and the page would be taken for it. ``depends_on`` costs one query for all names it is given, none
    for those it knows. ``at`` is the moment for which the page is built.
    """

    def __init__(self, *, at: datetime) -> None:
        self.at = at
        self.versions: dict[str, int] = {}
        self.valid_until = FOREVER
        self._missing: set[str] = set()

    def depends_on(self, names: Iterable[str]) -> None:
        """Read the versions of these keys."""
        if new := set(names) - self.versions.keys() - self._missing:
            known = PageKey.objects.versions(new)
            self.record({name: known.get(name) for name in new})

    def record(self, versions: Mapping[str, int | None]) -> None:
        """Take versions that were read in the same statement as the rows they guard; None where a key has none yet."""
        for name, version in versions.items():
            if version is None:
                self._missing.add(name)
            else:
                self.versions[name] = version

    def without(self, names: Iterable[str]) -> None:
        """Forget these keys: what they guard was read, and turned out to have no part in the page."""
        for name in names:
            self.versions.pop(name, None)
            self._missing.discard(name)

    def expires_at(self, moment: datetime | None) -> None:
        """Say that the page changes at ``moment`` at the latest; None says nothing."""
        if moment is not None:
            self.valid_until = min(self.valid_until, moment)

    @property
    def names(self) -> set[str]:
        """The keys that the page hangs on, those without a version too."""
        return self.versions.keys() | self._missing

    def is_whole(self) -> bool:
        """Say whether the page may be kept: each of its keys has a version. Those that have none get their first."""
        missing = sorted(self._missing)
        if missing:
            try_write(lambda: PageKey.objects.begin(missing, at=self.at))
        return bool(self.versions) and not missing


class NoDependencies(PageDependencies):
    """Guards nothing and asks nothing: for what is built and never kept."""

    def depends_on(self, names: Iterable[str]) -> None:
        """Read no version."""


def version_of(kind: str, table: str) -> RawSQL:
    """Return an expression for the version of the key of the thing whose ``uid`` a row of ``table`` holds.

    Written out, as every page that is built asks for it: to put the same words together takes longer than to answer them.
    """
    name = f"%s || replace(CAST({table}.uid AS text), '-', '')"
    return RawSQL(f"(SELECT version FROM pages_pagekey WHERE name = {name})", [f"{kind}:"], BigIntegerField())  # noqa: S608, S611  # both names are ours


def version_called(name: str) -> RawSQL:
    """Return an expression for the version of the key of this name."""
    return RawSQL(
        "(SELECT version FROM pages_pagekey WHERE name = %s)", [name], BigIntegerField()
    )  # a value is a parameter


def dependencies_of(request: HttpRequest) -> PageDependencies:
    """Return the guard of the page that answers the request; where none was given to it nothing is kept."""
    return getattr(request, "dependencies", None) or NoDependencies(at=clock.now())


class TrackedRequest(HttpRequest):
    """A request whose answer may be kept."""

    dependencies: PageDependencies
