"""A drill: restore the newest backup into a separate database, and compare its pages with those of the live site."""

import html
import os
import random
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.management.base import CommandError
from django.db import Error, connection

from newsroom.db.outages import first_line
from newsroom.db.second_connection import second_connection
from newsroom.http import clock
from newsroom.operations.backup import registry, restore, targets
from newsroom.operations.backup.manifest import MEDIA_FOLDER, find_newest, media_path, read_manifest
from newsroom.operations.backup.store import Store, open_store
from newsroom.operations.backup.verify import read_erased_files
from newsroom.operations.commands import CannotRunError, LockedError, StoppedError, describe_os_error
from newsroom.operations.erasures import DamagedFileError
from newsroom.operations.locks import exclusive_run
from newsroom.operations.models import Drill
from newsroom.page_cache.models import StoredPage
from newsroom.page_cache.release import release

MIN_COMPARED = 20
_START_TIMEOUT = 60.0  # seconds
_REQUEST_TIMEOUT = 30.0  # seconds
_ALIAS = "drill"
_LOCKED = "Another drill is running. Wait until it has ended."
_LOCATION = re.compile(rb"<loc>([^<]+)</loc>")

type ShowProgress = Callable[[int, int], None]


@dataclass(slots=True)
class Outcome:
    """The result of a drill.

    ``compared`` is the number of pages whose content had the same version in both databases, and ``different`` are the
    paths of those that differ. ``other_faults`` has a sentence for each fault of another kind. ``seconds`` is the
    duration.
    """

    name: str = ""
    pages: int = 0
    compared: int = 0
    different: list[str] = field(default_factory=list)
    other_faults: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def faults(self) -> list[str]:
        """A sentence for each fault."""
        return [*self.other_faults, *(f"{path} differs from the live site." for path in self.different)]

    @property
    def is_enough(self) -> bool:
        """Whether enough pages could be compared."""
        return self.compared >= MIN_COMPARED

    def summarise(self, *, has_passed: bool) -> str:
        """Return what was compared or, if there is a fault, what the first one is and how many there are."""
        sentences = []
        if self.other_faults:
            lines, more = self.other_faults[0].splitlines(), len(self.other_faults) - 1
            sentences.append(lines[-1] if lines[0].startswith("Traceback") else lines[0])
            if more:
                sentences.append("1 more fault." if more == 1 else f"{more} more faults.")
        if number := len(self.different):
            sentences.append(f"{number} of {self.compared} pages {'differs' if number == 1 else 'differ'}.")
        if sentences:
            return " ".join(sentences)
        more_needed = "" if has_passed else f"; {MIN_COMPARED} are needed"
        return f"{self.compared} of {self.pages} pages compared, all equal{more_needed}."


def run_drill(
    address: str,
    url: str,
    *,
    pages: int,
    is_retained: bool = False,
    identity: Path | None = None,
    show_progress: ShowProgress = lambda done, total: None,
) -> Outcome:
    """Restore the newest backup of the store at ``address`` into the database at ``url``, and compare pages.

    The database at ``url`` is emptied before the drill and, unless ``is_retained``, after it. The front page and other
    pages of the sitemap, up to ``pages`` in total, are requested from two servers on loopback ports, one for each
    database. A page is compared byte by byte if everything on it has the same version in both databases. Media files
    are not restored; only their presence in the store is checked. The result is stored as a ``Drill``.

    Raise UsageError if ``address`` or ``url`` is invalid, LockedError if another drill of the site or a restore is
    running, and StoppedError after a signal. After these, there is no result. Any other error is stored as the result
    of a failed drill. Raise CannotRunError if the database at ``url`` is the site's own or of a different kind, if
    there is no complete backup, or if there is too little disk space. Raise the errors of ``read_manifest``, and
    CommandError if a server does not start or does not answer a request.
    """
    store = open_store(address, s3_options=settings.BACKUP_S3)
    target = targets.parse_target(url)
    outcome = Outcome()
    with exclusive_run("drill", refusal=_LOCKED), _stored(outcome, wanted=pages):
        outcome.name = find_newest(store)
        _require_other_database(target)
        manifest = read_manifest(store, outcome.name)
        with targets.default_database(target):
            restore.require_space(manifest, target, None, is_empty=True)
        digests = set(manifest.media.digests.values())
        outcome.other_faults += _find_media_faults(store, digests, is_encrypted=manifest.is_encrypted)
        targets.empty(target)
        restore_began_at = clock.now()
        try:
            if fault := _restore(address, outcome.name, url, identity):
                outcome.other_faults.append(fault)
                return outcome
            with second_connection(target, _ALIAS):
                outcome.other_faults += registry.find_drill_faults(_ALIAS, restore_began_at)
                with _serve(url) as restored, _serve(None) as live:
                    _compare_pages(outcome, restored, live, pages, show_progress)
        finally:
            if not is_retained:
                targets.empty(target)
    return outcome


@contextmanager
def _stored(outcome: Outcome, *, wanted: int) -> Iterator[None]:
    """Store the outcome of the drill in the block, which may be an error, unless that is LockedError.

    ``wanted`` is the number of pages to compare, if the site has as many. Raise StoppedError after a signal.
    """
    began_at, began = clock.now(), time.monotonic()
    try:
        yield
    except KeyboardInterrupt as stopped:
        raise StoppedError("Stopped. This drill has no result; that of the one before remains.") from stopped
    except LockedError:
        raise
    except Exception as error:
        outcome.seconds = time.monotonic() - began
        with suppress(Error):  # the database may be what has failed
            connection.close()  # it may have been cut
            _store(outcome, began_at, has_passed=False, sentence=_describe(error))
        raise
    outcome.seconds = time.monotonic() - began
    is_small_site = outcome.pages < min(MIN_COMPARED, wanted)  # the site has no more pages, which is not a fault
    has_passed = (outcome.is_enough or is_small_site) and not outcome.faults
    _store(outcome, began_at, has_passed=has_passed, sentence=outcome.summarise(has_passed=has_passed))


def _store(outcome: Outcome, began_at: datetime, *, has_passed: bool, sentence: str) -> None:
    Drill.objects.create(
        began_at=began_at, seconds=outcome.seconds, backup=outcome.name, has_passed=has_passed, sentence=sentence
    )


def _describe(error: Exception) -> str:
    """Return a sentence about the error that ended a drill."""
    if isinstance(error, CommandError | Error):
        reason = first_line(error)
    elif isinstance(error, OSError):
        reason = describe_os_error(error)
    else:
        reason = f"{type(error).__name__}: {first_line(error)}"
    return f"{reason.rstrip('.')}."


def default_target() -> str:
    """Return the URL of the database *newsroom_drill* on the server, or in the folder, of the site's database."""
    parts = urlsplit(settings.DATABASE_DIRECT_URL or settings.DATABASE_URL)
    folder, _, name = parts.path.rpartition("/")
    ending = Path(name).suffix if connection.vendor == "sqlite" else ""
    return f"{parts.scheme}://{parts.netloc}{folder}/newsroom_drill{ending}{f'?{parts.query}' if parts.query else ''}"


def _require_other_database(target: dict[str, Any]) -> None:
    """Raise CannotRunError if this is the site's own database, which a drill would empty, or one of another kind."""
    if targets.vendor_of(target) != connection.vendor:
        raise CannotRunError("The drill needs a database of the same kind as the site's.")
    ours, theirs = connection.settings_dict, target
    if connection.vendor == "sqlite":
        is_same = Path(ours["NAME"]).resolve() == Path(theirs["NAME"]).resolve()
    else:
        is_same = ours["NAME"] == theirs["NAME"]  # the same server may have several addresses
    if is_same:
        raise CannotRunError("This is the database of the site. The drill needs one of its own, which it empties.")


def _find_media_faults(store: Store, digests: set[str], *, is_encrypted: bool) -> list[str]:
    """Return a sentence for each media file that is missing and was not erased, or for a damaged file of erasures."""
    try:
        erased = read_erased_files(store)
    except DamagedFileError as error:
        return [str(error)]
    stored = set(store.names(f"{MEDIA_FOLDER}/"))
    paths = sorted(media_path(each, is_encrypted=is_encrypted) for each in digests - erased)
    return [f"{path}: the file is missing." for path in paths if path not in stored]


def _restore(address: str, name: str, url: str, identity: Path | None) -> str:
    """Restore in a separate process. Return an empty string, or the error message if that failed.

    Raise LockedError if another process holds the lock of the restore.
    """
    command = ["restore", address, "--into", url, "--name", name, "--without-media"]
    command += ["--identity", str(identity)] if identity else []
    done = subprocess.run(  # noqa: S603  # our own command
        [sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    if done.returncode == LockedError("").returncode:
        raise LockedError(done.stderr.strip())
    return (done.stderr.strip() or f"restore ended with {done.returncode}.") if done.returncode else ""


@contextmanager
def _serve(url: str | None) -> Iterator[int]:
    """Serve the site with the database at ``url`` on a loopback port during the block, and yield the port.

    If ``url`` is None, the site uses its own database. Raise CommandError if the server ends, or does not answer within
    ``_START_TIMEOUT``.
    """
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    # The site may redirect plain HTTP, so the server is made to trust the header that marks a request as HTTPS.
    variables = {**os.environ, "TRUSTED_PROXY_COUNT": "1", **({"DATABASE_URL": url} if url else {})}
    options = ["--port", str(port), "--workers", "1", "--no-preload", "--verbosity", "0"]
    with subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "manage.py", "serve", *options],
        cwd=settings.BASE_DIR,
        env=variables,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            end = time.monotonic() + _START_TIMEOUT
            while not _is_up(port):
                if server.poll() is not None or time.monotonic() > end:
                    raise CommandError("The site could not be served from the drill. Run manage.py serve to see why.")
                time.sleep(0.1)
            yield port
        finally:
            server.terminate()


def _is_up(port: int) -> bool:
    try:
        return _get(port, "/healthz")[0] == 200
    except (OSError, HTTPException):
        return False


def _get(port: int, path: str) -> tuple[int, bytes]:
    """Return the status and the body of a page."""
    site = urlsplit(settings.SITE_URL)
    http = HTTPConnection("127.0.0.1", port, timeout=_REQUEST_TIMEOUT)
    try:
        http.request("GET", path, headers={"Host": site.netloc, "X-Forwarded-Proto": site.scheme})
        response = http.getresponse()
        return response.status, response.read()
    finally:
        http.close()


def _ask(port: int, path: str) -> tuple[int, bytes]:
    """Return the status and the body of a page. Raise CommandError if the server does not answer."""
    try:
        return _get(port, path)
    except (OSError, HTTPException) as error:
        raise CommandError(f"{path} was not answered: {first_line(error).rstrip('.')}.") from error


def _compare_pages(outcome: Outcome, restored: int, live: int, pages: int, show_progress: ShowProgress) -> None:
    """Request pages from both servers, and compare those whose content has the same version in both databases.

    A server error of the restored site is a fault as well.
    """
    paths = _choose_paths(restored, pages)
    for done, path in enumerate(paths, start=1):
        show_progress(done, len(paths))
        outcome.pages += 1
        status, _ = _ask(restored, path)
        if status >= 500:
            outcome.other_faults.append(f"{path} answers {status} from the restored database.")
            continue
        # A page may change with time alone between the two requests. In that case, the second attempt finds no
        # difference.
        pairs = ((_ask(live, path), _ask(restored, path)) for _ in range(2))
        is_equal = any(ours == theirs for ours, theirs in pairs)
        if not _has_same_versions(path):
            continue
        outcome.compared += 1
        if not is_equal:
            outcome.different.append(path)


def _choose_paths(port: int, count: int) -> list[str]:
    """Return the paths of the front page and of random pages in the sitemap, at most ``count`` in total."""
    documents, found = ["/sitemap.xml"], list[str]()
    while documents:
        _, body = _ask(port, documents.pop())
        for location in map(bytes.decode, _LOCATION.findall(body)):
            path = urlsplit(html.unescape(location)).path
            (documents if path.endswith(".xml") else found).append(path)
    others = sorted(set(found) - {"/"})
    return ["/", *random.sample(others, min(count - 1, len(others)))]


def _has_same_versions(path: str) -> bool:
    """Return whether everything that a page shows has the same version in both databases.

    A page that is not stored in both databases counts as different, because its page keys are unknown.
    """
    stored = [
        StoredPage.objects.using(alias).filter(release=release(), address=unquote(path)).values_list("keys").first()
        for alias in ("default", _ALIAS)
    ]
    return None not in stored and stored[0] == stored[1]
