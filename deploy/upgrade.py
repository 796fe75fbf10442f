"""Upgrade a site to another release without a gap: the new release starts beside the old one before it takes over."""

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPMessage
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from deploy import layout, refusals
from deploy.install import LOCK, locked
from deploy.machine import DeployError, Machine, RefusedError, UsageError, end, interrupt_on_signals
from deploy.releases import digest_release, install_release, open_source, read_version
from deploy.switch import Step, Switch, read_link, serving_release

_OWN_MACHINE = {"localhost", "127.0.0.1", "::1"}


def parse_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the command-line options. If they are invalid, exit with code 2."""
    parser = argparse.ArgumentParser(prog="newsroom-upgrade", description=__doc__.splitlines()[0])
    parser.add_argument("version", nargs="?", metavar="VERSION", help="the release to run, such as 1.4.0")
    parser.add_argument(
        "--from", dest="archive", type=Path, metavar="FILE", help="a release, with FILE.sha256 beside it"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.add_argument("--back", action="store_true", help="go back to the release before")
    parser.add_argument("--restart", action="store_true", help="restart the site without a gap, with the same release")
    return parser.parse_args(arguments)


def parse_version(text: str) -> tuple[int, ...]:
    """Return the numbers of a version. Raise UsageError if ``text`` is not a version."""
    if not re.fullmatch(r"\d+(\.\d+)*", text):
        raise UsageError(f"“{text}” is not a version, such as 1.4.0.")
    return tuple(int(part) for part in text.split("."))


def minor(version: str) -> str:
    """Return the first two numbers of a version."""
    return ".".join(version.split(".")[:2])


def require_upgrade(version: str, current: str) -> None:
    """Raise RefusedError if ``version`` is not newer than ``current``, or skips a minor version.

    Raise UsageError if ``version`` or ``current`` is not a version.
    """
    new, old = parse_version(version), parse_version(current)
    if new == old:
        raise RefusedError(f"{version} is installed. To restart it, pass --restart.")
    if new < old:
        raise RefusedError(f"{current} is installed, which is newer. To go back to the release before it, pass --back.")
    if new[0] == old[0] and new[1:2] > (old[1] + 1,):
        raise RefusedError(f"Upgrade to {old[0]}.{old[1] + 1} first.")


def require_back(version: str, tables: str) -> None:
    """Raise RefusedError if the tables are of a different major version, or more than one minor version ahead.

    Raise UsageError if ``version`` or ``tables`` is not a version.
    """
    wanted, newest = parse_version(version), parse_version(tables)
    if wanted[:2] != newest[:2] and (wanted[0] != newest[0] or wanted[1] + 1 < newest[1]):
        raise RefusedError(f"{minor(version)} no longer fits the tables of {minor(tables)}.")


def read_to_do(changelog: str, version: str) -> str:
    """Return the section *To do* of a release in the changelog, or an empty string."""
    sections = re.split(r"^## ", changelog, flags=re.MULTILINE)
    section = next((each for each in sections if each.startswith((version, f"[{version}]"))), "")
    found = re.search(r"^### To do\n(.*?)(?=^### |\Z)", section, re.MULTILINE | re.DOTALL)
    return found[1].strip() if found else ""


class Upgrade(Switch):
    """The steps of one run."""

    def __init__(self, machine: Machine, version: str, *, current: str, archive: Path | None, asks: bool) -> None:
        super().__init__(machine, version, current=current)
        self.archive = archive
        self.asks = asks

    def prepare(self) -> None:
        """Fetch and check the release, and back up and migrate the database. Raise the errors of ``do``."""
        steps: list[Step] = [
            ("Fetch the release", self.fetch),
            ("Back up the database", self.back_up),
            ("Check the release", self.check),
            ("Migrate the database", self.migrate),
        ]
        for name, step in steps:
            self.do(name, step)

    def fetch(self) -> None:
        """Install the release beside the others, and collect its static files.

        Raise RefusedError if the code is of a different version, and the errors of ``open_release``.
        """
        with self.open_release() as source:
            if (found := read_version(source)) != self.version:
                raise RefusedError(f"This is {found}, not {self.version}.")
            install_release(self.machine, source)
            self.manage("collectstatic", "--noinput", "--verbosity=0")
            self.machine.path(layout.COLLECTED).write_text(f"{digest_release(source)}\n", encoding="ascii")

    def restore_static_files(self) -> None:
        """Collect the static files of a release that ran before, if they were deleted since then."""
        if not self.machine.path(layout.STATIC_MANIFEST.format(self.version)).exists():
            self.manage("collectstatic", "--noinput", "--verbosity=0")

    @contextmanager
    def open_release(self) -> Iterator[Path]:
        """Yield a folder with the code, unpacked from the ``--from`` archive or from the one at ``RELEASES_URL``.

        Raise DeployError if neither is given or if the download fails, and the errors of ``open_source``.
        """
        if self.archive:
            with open_source(self.archive, Path()) as source:
                yield source
            return
        if not (address := self.settings.get("RELEASES_URL", "").rstrip("/")):
            raise DeployError("Pass --from FILE, or set RELEASES_URL to the address of the folder with the releases.")
        with tempfile.TemporaryDirectory(prefix="newsroom-release-") as folder:
            name = f"newsroom-{self.version}.tar.gz"
            for each in (name, f"{name}.sha256"):
                download(f"{address}/{each}", Path(folder) / each)
            with open_source(Path(folder) / name, Path()) as source:
                yield source

    def back_up(self) -> None:
        """Back up the database with the current release."""
        if not self.settings.get("BACKUP_TO"):
            print("There is no backup, because BACKUP_TO is not set.")
            return
        self.manage("backup", "create", "--quick", release=layout.CURRENT)

    def check(self) -> None:
        """Check the settings with the new code, and show the planned migrations and the *To do* section.

        Raise KeyboardInterrupt if the user does not confirm the upgrade.
        """
        self.manage("check", "--deploy", warns=True)
        print(self.manage("migrate", "--plan"), end="")
        print(self.manage("doctor", "--before-upgrade"), end="")
        changelog = self.machine.path(f"{self.release}/CHANGELOG.md")
        to_do = read_to_do(changelog.read_text("utf-8"), self.version) if changelog.exists() else ""
        if to_do:
            print(f"\nTo do:\n\n{to_do}\n", flush=True)
        if self.asks and input(f"Upgrade to {self.version}? (y/n) ").strip().lower() not in {"y", "yes"}:
            raise KeyboardInterrupt

    def migrate(self) -> None:
        """Migrate the database with the new code. The old release works with the new tables."""
        # Two alerts are paused, because triggers are missing for a moment and two releases run side by side. An older
        # release may lack the command.
        if "pause_alerts" in self.manage("help", "--commands", release=layout.CURRENT):
            self.manage("pause_alerts", "trigger", "release", release=layout.CURRENT)
        self.manage("migrate", "--verbosity=0")
        self.machine.path(layout.TABLES).write_text(f"{self.version}\n", encoding="ascii")


class _SafeRedirectHandler(HTTPRedirectHandler):
    """A handler that raises DeployError for a redirect to an address that is not safe."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        _require_safe(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def download(address: str, path: Path) -> None:
    """Download a URL to a file. Raise DeployError if that fails, or for plain HTTP from another machine."""
    _require_safe(address)
    try:
        with build_opener(_SafeRedirectHandler).open(address, timeout=60) as response, path.open("wb") as file:
            while part := response.read(1_000_000):
                file.write(part)
    except (URLError, OSError) as error:
        raise DeployError(f"{address} cannot be fetched: {error}.") from error


def _require_safe(address: str) -> None:
    parts = urlsplit(address)
    # The digest comes from the same server, so only HTTPS protects the release, which root installs.
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _OWN_MACHINE):
        raise DeployError("RELEASES_URL, and every address that it redirects to, must use https://.")


def choose_version(options: argparse.Namespace, machine: Machine, current: str) -> str:
    """Return the version to run.

    Raise UsageError if the options are contradictory or incomplete, and RefusedError if the version cannot be run.
    """
    if options.restart:
        if options.back or options.version not in {None, current}:
            raise UsageError("--restart goes with no other release.")
        return current
    if options.back:
        serving = serving_release(machine, current)
        # If a new release serves the site, but is not the current one yet, the current one is the one before it.
        is_unfinished = parse_version(serving) > parse_version(current)
        version = options.version or (current if is_unfinished else read_link(machine, layout.PREVIOUS))
        if not version:
            raise RefusedError("There is no release before this one.")
        if version == current == serving:
            raise RefusedError(f"{current} is installed. To restart it, pass --restart.")
        tables = machine.path(layout.TABLES)
        require_back(version, tables.read_text("ascii").strip() if tables.exists() else current)
        if not machine.path(f"{layout.RELEASES}/{version}").is_dir():
            raise RefusedError(f"{version} is not installed any more.")
        return str(version)
    if not options.version:
        raise UsageError("Pass the version, such as 1.4.0.")
    require_upgrade(options.version, current)
    return str(options.version)


def upgrade(arguments: Sequence[str], machine: Machine | None = None) -> int:
    """Upgrade the site according to the options, and return the exit code.

    Raise DeployError if that is refused or fails.
    """
    options = parse_options(arguments)
    machine = machine or Machine()
    machine.is_dry_run = options.dry_run
    refusals.require_root()
    if not (current := read_link(machine, layout.CURRENT)):
        raise RefusedError("No site is installed here: run scripts/install.")
    version = choose_version(options, machine, current)
    asks = not options.yes and sys.stdin.isatty()
    with locked(machine.path(LOCK)):
        run = Upgrade(machine, version, current=current, archive=options.archive, asks=asks)
        if not machine.is_dry_run and run.ask(run.old, "/healthz").status != 200:
            raise RefusedError(f"newsroom-web@{run.old} does not answer. Start it first.")
        run.recover()
        if options.back:
            run.do("Look for the static files", run.restore_static_files)
        elif not options.restart:
            run.prepare()
        run.run()
    if not machine.is_dry_run:
        print(f"The site runs {version}.")
    return 0


def main() -> int:
    """Run the program with the arguments of the command line."""
    interrupt_on_signals()
    return end(lambda: upgrade(sys.argv[1:]))
