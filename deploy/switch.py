"""Switch a site to its other web server without a gap: the new one starts beside the old one before it takes over."""

import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from deploy import environment, layout
from deploy.machine import STOPPED, DeployError, Machine, RefusedError
from deploy.manage import manage
from deploy.proxies import active_instance, find_proxy, other_instance, point_caddy, write_caddy, write_nginx

READY_SECONDS = 60.0
DRAIN_SECONDS = 10.0  # seconds in which open requests to the old web server can end
EDGE_SECONDS = 120.0
PAGES = 20
SEARCH = "/search/?q=news"
_EDGE_IS_PURGED = (
    "from newsroom.background.models import Job; from newsroom.page_cache.models import PageKey; "
    "from newsroom.page_cache.release import release; "
    "newest = PageKey.objects.filter(name__startswith='release:').order_by('-version').first(); "
    "waiting = Job.objects.ready().filter(task_path__endswith='.purge').exists(); "
    "print(newest is not None and newest.name == f'release:{release()}' and not waiting)"
)

type Step = tuple[str, Callable[[], None]]


class StepError(DeployError):
    """Raised if a step fails. The message names the step and the release that serves the site."""


class StoppedError(DeployError):
    """Raised if a signal stops a step. The message names the step and the release that serves the site."""

    code = STOPPED


@dataclass(frozen=True)
class Answer:
    """A response of a web server. ``status`` is 0 if there was none."""

    status: int
    body: str

    @property
    def failed_checks(self) -> list[str]:
        """The lines of ``/readyz`` that name a failed check."""
        return [line for line in self.body.splitlines() if line.endswith(": failed")]

    @property
    def rank(self) -> int:
        """How bad the response is: 0 for a page or a redirect, then a client error, a server error, and no response."""
        return (0 if self.status < 400 else self.status // 100) if self.status else 9


class Switch:
    """The steps that start a release on the idle web server and let it serve the site.

    If ``version`` is the ``current`` release, this is a restart. The new web server then only has to be as good as the
    old one, because a restart may be what removes a fault.
    """

    def __init__(self, machine: Machine, version: str, *, current: str) -> None:
        self.machine = machine
        self.version = version
        self.current = current
        self.release = f"{layout.RELEASES}/{version}"
        self.old = active_instance(machine)
        self.new = other_instance(self.old)
        self.serving = serving_release(machine, current)
        self.settings: Mapping[str, str] = environment.parse(machine.path(layout.ENVIRONMENT).read_text("utf-8"))

    @property
    def is_restart(self) -> bool:
        """Whether the release stays the same."""
        return self.version == self.current

    def run(self) -> None:
        """Run all steps. If the release cannot take over, undo what was started. Raise the errors of ``do``."""
        self.recover()
        first: list[Step] = [
            ("Start the release", self.start),
            ("Compare pages", self.compare),
            ("Point the proxy to the release", self.point),
        ]
        last: list[Step] = [
            ("Stop the old web server", self.stop),
            ("Restart the workers", self.restart_workers),
            ("Check the edge", self.check_edge),
        ]
        try:
            for name, step in first:
                self.do(name, step)
        except (DeployError, KeyboardInterrupt):
            self.undo()
            raise
        self.serving = self.version
        for number, (name, step) in enumerate(last):
            self.do(name, step, left=[each for each, _ in last[number:]])

    def do(self, name: str, step: Callable[[], None], *, left: Sequence[str] = ()) -> None:
        """Run a step. ``left`` contains the names of this step and those after it if the new release serves the site.

        Raise StepError if the step fails, StoppedError if a signal stops it, and RefusedError if it refuses.
        """
        serving = "." if left else f"; {self.serving} goes on serving."
        rest = f"\n{self.serving} serves the site. {describe_rest(left)}" if left else ""
        try:
            if self.machine.change(f"{name}."):
                step()
        except RefusedError:
            raise
        except (DeployError, OSError) as error:
            raise StepError(f"“{name}” failed{serving} {error}{rest}") from error
        except KeyboardInterrupt:
            raise StoppedError(f"Stopped at “{name}”{serving}{rest}") from None

    def recover(self) -> None:
        """If a run was killed while both web servers ran, point the proxy to the enabled one, and stop the other."""
        is_running = ("systemctl", "is-active", "--quiet", f"newsroom-web@{self.new}.service")
        if not self.machine.is_dry_run and self.machine.succeeds(*is_running):
            print(f"Both web servers run: an upgrade was interrupted. {self.serving} goes on serving.", flush=True)
            self.undo(is_known=False)

    def start(self) -> None:
        """Start the release on the idle web server, and wait until it is ready.

        Raise DeployError if that takes too long.
        """
        self.write_units(self.release)
        self.link(f"web-{self.new}")
        self.machine.run("systemctl", "restart", f"newsroom-web@{self.new}.service")
        deadline = time.monotonic() + READY_SECONDS
        while not self.is_ready(answer := self.ask(self.new, "/readyz?strict=1")):
            if time.monotonic() > deadline:
                failed = ", ".join(answer.failed_checks)
                raise DeployError(f"It is not ready after {READY_SECONDS:.0f} seconds. {failed}".strip())
            time.sleep(0.5)

    def is_ready(self, answer: Answer) -> bool:
        """Return whether the new web server, whose response to ``/readyz?strict=1`` this is, can take over.

        In a restart, a check may fail if it fails on the old web server as well. If the old one does not respond, or
        serves another host, the checks that are not needed may fail.
        """
        if answer.status == 200 or not self.is_restart or not answer.failed_checks:
            return answer.status == 200
        old = self.ask(self.old, "/readyz?strict=1")
        if old.status not in {200, 503}:
            return self.ask(self.new, "/readyz").status == 200
        return set(answer.failed_checks) <= set(old.failed_checks)

    def write_units(self, release: str) -> None:
        """Write the units of a release."""
        units = self.machine.path(f"{release}/deploy/systemd")
        for path in sorted(units.rglob("*.*")):
            target = f"{layout.UNITS}/{path.relative_to(units)}"
            if path.is_dir():
                self.machine.make_folder(target)
            else:
                self.machine.write(target, path.read_text("utf-8"))
        self.machine.run("systemctl", "daemon-reload")

    def compare(self) -> None:
        """Raise DeployError if a page or a search has another status code than before or, in a restart, a worse one."""
        for path in [*self.list_pages(), SEARCH]:
            old, new = self.ask(self.old, path), self.ask(self.new, path)
            if new.rank > old.rank if self.is_restart else new.status != old.status:
                servers = ("now", "before") if self.is_restart else (f"in {self.version}", f"in {self.serving}")
                raise DeployError(f"{path} answers {new.status} {servers[0]}, and {old.status} {servers[1]}.")

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
        """Return the paths in a sitemap of the old web server or, if it does not serve it, of the new one."""
        answer = self.ask(self.old, path)
        body = answer.body if answer.status == 200 else self.ask(self.new, path).body
        found = [urlsplit(address) for address in re.findall(r"<loc>([^<]+)</loc>", body)]
        return [f"{each.path}?{each.query}" if each.query else each.path for each in found]

    def point(self) -> None:
        """Point the proxy to the new web server, which from now on is started at boot."""
        proxy = find_proxy(self.machine)
        if proxy == "none":
            print(f"Your proxy has to ask port {layout.WEB_PORTS[self.new]} now.")
        self.write_proxy(proxy, self.new, self.release)
        self.machine.run("systemctl", "enable", f"newsroom-web@{self.new}.service")
        self.machine.run("systemctl", "disable", f"newsroom-web@{self.old}.service")
        # The last command, because it moves the readers: if one before it fails, they stay where they are.
        if proxy != "none":
            self.machine.run("systemctl", "reload", proxy)

    def write_proxy(self, proxy: str, letter: str, release: str) -> bool:
        """Write the configuration of the proxy as a release has it, with this web server. Return whether it differed."""
        templates = self.machine.path(f"{release}/deploy/proxy")
        host = urlsplit(self.settings["SITE_URL"]).hostname or ""
        if proxy == "caddy":
            differed = write_caddy(self.machine, templates, host)
            return point_caddy(self.machine, templates, letter) or differed
        return proxy == "nginx" and write_nginx(self.machine, templates, host, letter)

    def undo(self, *, is_known: bool = True) -> None:
        """Point the proxy to the old web server, restore the units, and stop the new web server.

        Reload the proxy if its configuration differed or, unless ``is_known``, in any case. If that fails, the proxy
        may ask the new web server, so leave it running.
        """
        if self.machine.is_dry_run:
            return
        proxy = find_proxy(self.machine)
        release = f"{layout.RELEASES}/{self.serving}"
        # What made the upgrade fail, such as a full disk, may make this fail too.
        with suppress(DeployError, OSError):
            self.write_units(release)
        self.machine.succeeds("systemctl", "enable", f"newsroom-web@{self.old}.service")
        self.machine.succeeds("systemctl", "disable", f"newsroom-web@{self.new}.service")
        try:
            if self.write_proxy(proxy, self.old, release) or (proxy != "none" and not is_known):
                self.machine.run("systemctl", "reload", proxy)
                time.sleep(DRAIN_SECONDS)
        except (DeployError, OSError) as error:
            print(f"newsroom-web@{self.new} is left running. {error}", file=sys.stderr)
            return
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
        if not self.is_restart:
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
        """Return the response of a web server to a request as the proxy sends it."""
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


def describe_rest(steps: Sequence[str]) -> str:
    """Return what is left to do if the first of these steps fails after the new release took over."""
    names = [f"{name[0].lower()}{name[1:]}" for name in steps]
    # After the other steps, the new release is the current one, which cannot be installed again.
    remedy = "Run the same command again." if len(names) > 1 else "Run newsroom-manage purge."
    return f"Left to do: {', '.join(names)}. {remedy}"


def serving_release(machine: Machine, current: str) -> str:
    """Return the version of the release that serves the site.

    It differs from the ``current`` release if the last run ended after it pointed the proxy to a release, and before it
    restarted all workers.
    """
    return read_link(machine, f"{layout.INSTANCES}/web-{active_instance(machine)}") or current


def read_link(machine: Machine, link: str) -> str:
    """Return the version to which a link points, or an empty string if there is no link."""
    path = machine.path(link)
    return path.readlink().name if path.is_symlink() else ""
