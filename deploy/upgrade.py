"""Upgrade a site to another release without a gap: the new release starts beside the old one before it takes over."""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPMessage
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from deploy import environment, layout, refusals
from deploy.install import LOCK, locked
from deploy.machine import DeployError, Machine, RefusedError, UsageError, end
from deploy.manage import manage
from deploy.proxies import active_instance, find_proxy, other_instance, point_caddy, write_nginx
from deploy.releases import digest_release, install_release, open_source, read_version

READY_SECONDS = 60.0
DRAIN_SECONDS = 10.0  # seconds in which open requests to the old web server can end
EDGE_SECONDS = 120.0
PAGES = 20
SEARCH = "/search/?q=news"
_OWN_MACHINE = {"localhost", "127.0.0.1", "::1"}
_EDGE_IS_PURGED = (
    "from newsroom.background.models import Job; from newsroom.page_cache.models import PageKey; "
    "from newsroom.page_cache.release import release; "
    "newest = PageKey.objects.filter(name__startswith='release:').order_by('-version').first(); "
    "waiting = Job.objects.ready().filter(task_path__endswith='.purge').exists(); "
    "print(newest is not None and newest.name == f'release:{release()}' and not waiting)"
)


class StepError(DeployError):
    """Raised if a step fails. The message names the step and the release that continues to serve the site."""


@dataclass(frozen=True)
class Answer:
    """A response of a web server."""

    status: int
    body: str


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


class Upgrade:
    """The steps of one run."""

    def __init__(self, machine: Machine, version: str, *, current: str, archive: Path | None, asks: bool) -> None:
        self.machine = machine
        self.version = version
        self.current = current
        self.archive = archive
        self.asks = asks
        self.release = f"{layout.RELEASES}/{version}"
        self.old = active_instance(machine)
        self.new = other_instance(self.old)
        self.settings: Mapping[str, str] = environment.parse(machine.path(layout.ENVIRONMENT).read_text("utf-8"))

    def run(self, *, is_new: bool) -> None:
        """Run all steps.

        Unless ``is_new``, skip the steps that fetch and check the release, and back up and migrate the database. If the
        release cannot take over, undo what was started. Raise the errors of ``do``.
        """
        first: list[tuple[str, Callable[[], None]]] = [
            ("Fetch the release", self.fetch),
            ("Back up the database", self.back_up),
            ("Check the release", self.check),
            ("Migrate the database", self.migrate),
        ]
        second: list[tuple[str, Callable[[], None]]] = [
            ("Start the release", self.start),
            ("Compare pages", self.compare),
            ("Point the proxy to the release", self.switch),
        ]
        last: list[tuple[str, Callable[[], None]]] = [
            ("Stop the old web server", self.stop),
            ("Restart the workers", self.restart_workers),
            ("Check the edge", self.check_edge),
        ]
        for name, step in first if is_new else []:
            self.do(name, step, serving=self.current)
        try:
            for name, step in second:
                self.do(name, step, serving=self.current)
        except (StepError, KeyboardInterrupt):
            self.undo()
            raise
        for name, step in last:
            self.do(name, step, serving=self.version)

    def do(self, name: str, step: Callable[[], None], *, serving: str) -> None:
        """Run a step. Raise StepError if it fails, or RefusedError if it refuses."""
        if not self.machine.change(f"{name}."):
            return
        try:
            step()
        except RefusedError:
            raise
        except DeployError as error:
            raise StepError(f"“{name}” failed; {serving} goes on serving. {error}") from error

    def fetch(self) -> None:
        """Install the release beside the others, and collect its static files.

        Raise RefusedError if the code is of a different version, and the errors of ``open_release``.
        """
        with self.open_release() as source:
            if (found := read_version(source)) != self.version:
                raise RefusedError(f"This is {found}, not {self.version}.")
            install_release(self.machine, source)
            self.manage("collectstatic", "--noinput", "--verbosity=0")
            mark = self.machine.path(f"{layout.DATA}/.collected")
            mark.write_text(f"{digest_release(source)}\n", encoding="ascii")

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

    def start(self) -> None:
        """Start the release on the idle web server, and wait until it is ready.

        Raise DeployError if that takes too long.
        """
        self.write_units()
        self.link(f"web-{self.new}")
        self.machine.run("systemctl", "restart", f"newsroom-web@{self.new}.service")
        deadline = time.monotonic() + READY_SECONDS
        while (answer := self.ask(self.new, "/readyz?strict=1")).status != 200:
            if time.monotonic() > deadline:
                failed = [line for line in answer.body.splitlines() if line.endswith(": failed")]
                raise DeployError(f"It is not ready after {READY_SECONDS:.0f} seconds. {', '.join(failed)}".strip())
            time.sleep(0.5)

    def write_units(self) -> None:
        """Write the units of the release."""
        units = self.machine.path(f"{self.release}/deploy/systemd")
        for path in sorted(units.rglob("*.*")):
            target = f"{layout.UNITS}/{path.relative_to(units)}"
            if path.is_dir():
                self.machine.make_folder(target)
            else:
                self.machine.write(target, path.read_text("utf-8"))
        self.machine.run("systemctl", "daemon-reload")

    def compare(self) -> None:
        """Raise DeployError if the status code of a page or search differs between the two releases."""
        for path in [*self.list_pages(), SEARCH]:
            old, new = self.ask(self.old, path).status, self.ask(self.new, path).status
            if old != new:
                raise DeployError(f"{path} answers {new} in {self.version}, and {old} in {self.current}.")

    def list_pages(self) -> list[str]:
        """Return the paths of the front page and of the first pages in the sitemap."""
        locations = self.read_locations("/sitemap.xml")
        pages = ["/"]
        for part in locations:
            if part.endswith(".xml"):
                pages += self.read_locations(part)
            else:
                pages.append(part)
            if len(pages) >= PAGES:
                break
        return list(dict.fromkeys(pages))[:PAGES]

    def read_locations(self, path: str) -> list[str]:
        """Return the paths in a sitemap."""
        found = [urlsplit(address) for address in re.findall(r"<loc>([^<]+)</loc>", self.ask(self.old, path).body)]
        return [f"{each.path}?{each.query}" if each.query else each.path for each in found]

    def switch(self) -> None:
        """Point the proxy to the new web server, which from now on is started at boot."""
        templates = self.machine.path(f"{self.release}/deploy/proxy")
        proxy = find_proxy(self.machine)
        if proxy == "caddy":
            point_caddy(self.machine, templates, self.new)
        elif proxy == "nginx":
            write_nginx(self.machine, templates, urlsplit(self.settings["SITE_URL"]).hostname or "", self.new)
        else:
            print(f"Your proxy has to ask port {layout.WEB_PORTS[self.new]} now.")
        if proxy != "none":
            self.machine.run("systemctl", "reload", proxy)
        self.machine.run("systemctl", "enable", f"newsroom-web@{self.new}.service")
        self.machine.run("systemctl", "disable", f"newsroom-web@{self.old}.service")

    def undo(self) -> None:
        """Stop the new web server, and point the proxy to the old one."""
        if self.machine.is_dry_run:
            return
        templates = self.machine.path(f"{layout.CURRENT}/deploy/proxy")
        proxy = find_proxy(self.machine)
        host = urlsplit(self.settings["SITE_URL"]).hostname or ""
        changed = proxy == "caddy" and point_caddy(self.machine, templates, self.old)
        changed |= proxy == "nginx" and write_nginx(self.machine, templates, host, self.old)
        if changed:
            self.machine.succeeds("systemctl", "reload", proxy)
        self.machine.succeeds("systemctl", "enable", f"newsroom-web@{self.old}.service")
        self.machine.succeeds("systemctl", "disable", f"newsroom-web@{self.new}.service")
        self.machine.succeeds("systemctl", "stop", f"newsroom-web@{self.new}.service")

    def stop(self) -> None:
        """Stop the old web server after ``DRAIN_SECONDS``, in which its open requests can end."""
        time.sleep(DRAIN_SECONDS)
        self.machine.run("systemctl", "stop", f"newsroom-web@{self.old}.service")

    def restart_workers(self) -> None:
        """Restart the workers one after another with the release, then make it the current release of all commands."""
        for number in layout.WORKERS:
            self.link(f"worker-{number}")
            self.machine.run("systemctl", "restart", f"newsroom-worker@{number}.service")
        if self.current != self.version:
            self.machine.link(layout.PREVIOUS, f"releases/{self.current}")
            self.machine.link(layout.CURRENT, f"releases/{self.version}")

    def check_edge(self) -> None:
        """Wait until a worker has purged the edge for the release. Raise DeployError if that takes too long."""
        if not self.settings.get("PURGE_URL"):
            return
        deadline = time.monotonic() + EDGE_SECONDS
        while "True" not in self.manage("shell", "--verbosity=0", "-c", _EDGE_IS_PURGED):
            if time.monotonic() > deadline:
                raise DeployError("No worker has purged the edge. Run newsroom-manage purge.")
            time.sleep(2)

    def link(self, instance: str) -> None:
        """Point the link of an instance to the release."""
        self.machine.link(f"{layout.INSTANCES}/{instance}", f"../releases/{self.version}")

    def manage(self, *arguments: str, release: str = "", warns: bool = False) -> str:
        """Run a management command of a release, by default the new one, and return its output."""
        command, variables = manage(self.machine, arguments, release=release or self.release)
        folder = self.machine.path(release or self.release)
        return self.machine.run(*command, environment=variables, folder=folder, warns=warns)

    def ask(self, letter: str, path: str) -> Answer:
        """Send a request to a web server as the proxy does. In the result, the status is 0 if there was no answer."""
        site = urlsplit(self.settings.get("SITE_URL", ""))
        headers = {"Host": site.netloc, "X-Forwarded-Proto": site.scheme, "X-Forwarded-For": "127.0.0.1"}
        connection = HTTPConnection("127.0.0.1", layout.WEB_PORTS[letter], timeout=30)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return Answer(response.status, response.read().decode("utf-8", "replace"))
        except (OSError, HTTPException):
            return Answer(0, "")
        finally:
            connection.close()


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


def read_link(machine: Machine, link: str) -> str:
    """Return the version to which a link points, or an empty string if there is no link."""
    path = machine.path(link)
    return path.readlink().name if path.is_symlink() else ""


def choose_version(options: argparse.Namespace, machine: Machine, current: str) -> str:
    """Return the version to run.

    Raise UsageError if the options are contradictory or incomplete, and RefusedError if the version cannot be run.
    """
    if options.restart:
        if options.back or options.version not in {None, current}:
            raise UsageError("--restart goes with no other release.")
        return current
    if options.back:
        version = options.version or read_link(machine, layout.PREVIOUS)
        if not version:
            raise RefusedError("There is no release before this one.")
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
        run.run(is_new=not options.back and not options.restart)
    if not machine.is_dry_run:
        print(f"The site runs {version}.")
    return 0


def main() -> int:
    """Run the program with the arguments of the command line."""
    return end(lambda: upgrade(sys.argv[1:]))
