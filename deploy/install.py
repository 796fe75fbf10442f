"""Install a site on one machine with systemd: code, settings, keys, database, units and proxy.

A second run repairs what differs. It keeps data and keys, and changes only the settings that it is given.
"""

import argparse
import fcntl
import hashlib
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from deploy import environment, layout, refusals
from deploy.machine import (
    LOCKED,
    DeployError,
    Machine,
    RefusedError,
    UsageError,
    end,
    format_command,
    has_program,
    interrupt_on_signals,
    is_booted_with_systemd,
)
from deploy.manage import manage
from deploy.proxies import active_instance, find_proxy, point_caddy, write_caddy, write_nginx
from deploy.releases import digest_release, install_release, open_source, read_version
from deploy.switch import Switch

ROOT = Path(__file__).resolve().parent.parent
LOCK = "/run/newsroom-install.lock"  # only root writes there; in /run/lock, every user could hold the lock
START_SECONDS = 120.0
PROXY_PORTS = (80, 443)
# Files whose existence means that the services must be restarted, or the proxy reloaded.
RESTART, RELOAD = "/run/newsroom-restart", "/run/newsroom-reload"
TIMERS = ("backup", "drill", "tidy", "watch")


class LockedError(DeployError):
    """Raised if another installation or upgrade holds the lock."""

    code = LOCKED


@dataclass
class Site:
    """What the installer has to know about the site."""

    host: str
    proxy: str
    database: str
    administrator: str = ""
    email_url: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def packages(self) -> list[str]:
        """The system packages that the site needs."""
        common = ["python3-venv", "libfribidi0"]
        database = ["postgresql"] if self.database == "postgresql" else []
        return [*common, *database, *([self.proxy] if self.proxy != "none" else [])]


def parse_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the command-line options. If they are invalid, exit with code 2."""
    parser = argparse.ArgumentParser(prog="install", description=__doc__.splitlines()[0])
    parser.add_argument("--host", metavar="NAME", help="the host name of the site")
    parser.add_argument(
        "--email-url", metavar="URL", help="the mail server: smtps://user:password@host; empty for none"
    )
    parser.add_argument("--administrator", metavar="ADDRESS", help="the e-mail address of the first administrator")
    parser.add_argument("--proxy", choices=["caddy", "nginx", "none"], help="the proxy that ends TLS (caddy)")
    parser.add_argument("--database", choices=["postgresql", "sqlite"], help="where the data is (postgresql)")
    parser.add_argument(
        "--from", dest="archive", type=Path, metavar="FILE", help="a release, with FILE.sha256 beside it"
    )
    parser.add_argument("--yes", action="store_true", help="ask nothing")
    parser.add_argument("--environment", type=Path, metavar="FILE", help="further settings, one NAME=value a line")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")
    parser.add_argument(
        "--no-dns-check", action="store_true", help="do not check that the name resolves to this machine"
    )
    parser.add_argument(
        "--no-start", action="store_true", help="write everything, and print the commands that start it"
    )
    return parser.parse_args(arguments)


def describe_site(options: argparse.Namespace, installed: Mapping[str, str], proxy: str) -> Site:
    """Return the site that the options, the ``--environment`` file and an earlier installation describe.

    Ask for the host name if it is missing. Raise UsageError if there is nobody to ask, or if the file cannot be read.
    Raise RefusedError for an invalid host name.
    """
    extra = {}
    if options.environment:
        try:
            extra = environment.parse(options.environment.read_text("utf-8"))
        except OSError as error:
            raise UsageError(f"{options.environment} cannot be read: {error.strerror}.") from error
    known = {**installed, **extra}
    host = options.host or (urlsplit(known.get("SITE_URL", "")).hostname or "")
    if not host:
        host = _ask(options, "What is the host name of the site, such as news.example?", "--host")
    refusals.require_host_name(host)
    is_sqlite = known.get("DATABASE_URL", "").startswith("sqlite")
    database = options.database or ("sqlite" if is_sqlite else "postgresql")
    return Site(host, options.proxy or proxy, database, options.administrator or "", options.email_url, extra)


def ask_for_people_and_mail(options: argparse.Namespace, site: Site, installed: Mapping[str, str]) -> None:
    """Ask for the administrator of a new site and for the mail server, unless they are known.

    Raise UsageError if a new site has no administrator and there is nobody to ask.
    """
    if not site.administrator and not installed:
        site.administrator = _ask(options, "What is the e-mail address of the first administrator?", "--administrator")
    is_known = "EMAIL_URL" in {**installed, **site.extra}
    if site.email_url is None and not is_known and not options.yes and sys.stdin.isatty():
        question = "Which mail server sends mail, such as smtps://user:password@mail.example? (none) "
        site.email_url = input(question).strip()


def require_proxy(site: Site, *, checks_name: bool) -> None:
    """Raise RefusedError if the proxy could not serve the site.

    That is so if another program uses one of its ports, if nginx has no certificate or, with ``checks_name``, if the
    name of the site does not lead to this machine.
    """
    if site.proxy == "none":
        return
    refusals.require_free_ports(PROXY_PORTS, proxy=site.proxy)
    if checks_name:
        refusals.require_name_leads_here(site.host)
    if site.proxy == "nginx":
        refusals.require_certificate(site.host)


def _ask(options: argparse.Namespace, question: str, option: str) -> str:
    if options.yes or not sys.stdin.isatty():
        raise UsageError(f"Pass {option}.")
    while not (answer := input(f"{question} ").strip()):
        pass
    return answer


def choose_settings(site: Site, installed: Mapping[str, str]) -> dict[str, str]:
    """Return the variables to set: those that were given, and those that the earlier installation lacks."""
    chosen = {
        "SITE_URL": f"https://{site.host}",
        "ALLOWED_HOSTS": site.host,
        "VAR_DIR": layout.DATA,
        "DATABASE_URL": layout.DATABASE_URLS[site.database],
        "TRUSTED_PROXY_COUNT": "1",
        "BACKUP_TO": f"{layout.DATA}/backups",
    }
    values = {name: value for name, value in chosen.items() if name not in installed}
    # A new host replaces the installed one.
    if urlsplit(installed.get("SITE_URL", "")).hostname not in {None, site.host}:
        values |= {"SITE_URL": chosen["SITE_URL"], "ALLOWED_HOSTS": chosen["ALLOWED_HOSTS"]}
    if site.email_url is not None:
        values["EMAIL_URL"] = site.email_url
    return values | {name: value for name, value in site.extra.items() if name not in layout.KEYS}


class Installation:
    """The steps of one run.

    Commands that start a part of the site are run only if ``starts`` is true; otherwise they are printed.
    """

    def __init__(self, machine: Machine, source: Path, site: Site, *, starts: bool) -> None:
        self.machine = machine
        self.source = source
        self.site = site
        self.starts = starts
        self.version = read_version(source)
        self.commands: list[str] = []  # to be printed if the site is not started
        self.is_new = False  # whether this run creates the database
        self.is_installed_already = machine.path(layout.CURRENT).is_symlink()
        self.demanded: set[str] = set()

    def run(self) -> None:
        """Write everything, check it, and start it.

        Raise RefusedError if a different version is installed, and DeployError if a step fails.
        """
        self.require_same_version()
        self.install_packages()
        self.create_user()
        self.write_settings()
        self.install_code()
        self.write_units()
        self.write_proxy()
        self.collect_static_files()
        self.prepare_database()
        if not self.machine.is_dry_run:
            self.check()
        self.start()

    def require_same_version(self) -> None:
        """Raise RefusedError if a different version is installed."""
        current = self.machine.path(layout.CURRENT)
        if current.is_symlink() and (installed := current.readlink().name) != self.version:
            raise RefusedError(f"{installed} is installed. Upgrade it: newsroom-upgrade {self.version}.")

    def install_packages(self) -> None:
        """Install the missing system packages."""
        missing = [name for name in self.site.packages if not self.is_installed(name)]
        if missing and self.machine.change(f"Install {', '.join(missing)}."):
            apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
            self.machine.run(*apt, "update", "-qq")
            self.machine.run(*apt, "install", "-y", "-qq", "--no-install-recommends", *missing)

    def is_installed(self, package: str) -> bool:
        """Return whether a system package is installed."""
        query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
        return self.machine.succeeds(*query) and self.machine.run(*query, code=1).strip() == "installed"

    def create_user(self) -> None:
        """Create the system user of the site, and its folders."""
        if not self.machine.succeeds("id", layout.USER) and self.machine.change(f"Create the user {layout.USER}."):
            account = ["--system", "--user-group", "--home-dir", layout.DATA, "--no-create-home"]
            self.machine.run("useradd", *account, "--shell", "/usr/sbin/nologin", layout.USER)
        for folder in (layout.CODE, layout.RELEASES, layout.INSTANCES):
            self.machine.make_folder(folder)
        self.machine.make_folder(layout.SETTINGS, mode=0o750, group=layout.USER)
        for folder in (layout.DATA, *(f"{layout.DATA}/{name}" for name in ("backups", "media", "metrics", "static"))):
            self.machine.make_folder(folder, mode=0o750, owner=layout.USER, group=layout.USER)

    def write_settings(self) -> None:
        """Write the environment file and the keys. Existing keys are not changed."""
        path = self.machine.path(layout.ENVIRONMENT)
        present = path.read_text("utf-8") if path.exists() else "# The settings of the site: see docs/settings.md.\n"
        text = environment.update(present, choose_settings(self.site, environment.parse(present)))
        self.demand(RESTART, self.machine.write(layout.ENVIRONMENT, text, mode=0o640, group=layout.USER))
        for name, file in layout.KEYS.items():
            key = self.machine.path(file)
            value = (
                key.read_text("ascii")
                if key.exists()
                else f"{self.site.extra.get(name) or secrets.token_urlsafe(50)}\n"
            )
            self.demand(RESTART, self.machine.write(file, value, mode=0o600))

    def install_code(self) -> None:
        """Install the release, and create the missing links to it. Raise the errors of ``install_release``."""
        self.demand(RESTART, install_release(self.machine, self.source))
        self.machine.link(layout.CURRENT, f"releases/{self.version}")
        for name in (
            *(f"web-{letter}" for letter in layout.WEB_PORTS),
            *(f"worker-{number}" for number in layout.WORKERS),
        ):
            if not self.machine.path(f"{layout.INSTANCES}/{name}").is_symlink():
                self.machine.link(f"{layout.INSTANCES}/{name}", f"../releases/{self.version}")
        for name in layout.PROGRAMS:
            if (self.source / "scripts" / name).exists():
                self.machine.link(f"{layout.PROGRAM_FOLDER}/{name}", f"{layout.CURRENT}/scripts/{name}")

    def write_units(self) -> None:
        """Write the systemd units."""
        units = self.source / "deploy" / "systemd"
        for path in sorted(units.rglob("*.*")):
            target = f"{layout.UNITS}/{path.relative_to(units)}"
            if path.is_dir():
                self.machine.make_folder(target)
            else:
                self.demand(RESTART, self.machine.write(target, path.read_text("utf-8")))

    def write_proxy(self) -> None:
        """Write the configuration of the proxy."""
        templates = self.source / "deploy" / "proxy"
        letter = active_instance(self.machine)
        if self.site.proxy == "caddy":
            self.demand(RELOAD, write_caddy(self.machine, templates, self.site.host))
            self.demand(RELOAD, point_caddy(self.machine, templates, letter))
            self.demand(RELOAD, self.import_site())
        elif self.site.proxy == "nginx":
            self.demand(RELOAD, write_nginx(self.machine, templates, self.site.host, letter))

    def import_site(self) -> bool:
        """Import the file of the site into Caddy's configuration. Return whether the configuration differed.

        The configuration from the package, a welcome page on port 80, is replaced. Any other configuration is
        preserved.
        """
        line = "import newsroom.caddy\n"
        path = self.machine.path(layout.CADDYFILE)
        text = path.read_text("utf-8") if path.exists() else ""
        if line in text.splitlines(keepends=True):
            return False
        shipped = self.machine.run("dpkg-query", "--show", "--showformat=${Conffiles}", "caddy", code=1)
        digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        return self.machine.write(
            layout.CADDYFILE, line if not text or digest in shipped else f"{text.rstrip()}\n{line}"
        )

    def demand(self, mark: str, changed: bool) -> None:
        """If something has changed, record that a later step must run. If this run fails, the next run does the step."""
        if changed:
            self.demanded.add(mark)
            if not self.machine.is_dry_run:
                self.machine.path(mark).touch()

    def is_demanded(self, mark: str) -> bool:
        """Return whether this run, or a failed run before it, recorded this mark."""
        return mark in self.demanded or self.machine.path(mark).exists()

    def settle(self, mark: str) -> None:
        """Record that what was demanded is done. A dry run does nothing."""
        if not self.machine.is_dry_run:
            self.machine.path(mark).unlink(missing_ok=True)

    def collect_static_files(self) -> None:
        """Collect the static files, unless the last collection was from the same code.

        Raise the same error as ``digest_release``.
        """
        path = self.machine.path(layout.COLLECTED)
        digest = f"{digest_release(self.source)}\n"
        if path.exists() and path.read_text("ascii") == digest:
            return
        if self.machine.change("Collect the static files."):
            self.manage("collectstatic", "--noinput", "--verbosity=0")
            path.write_text(digest, encoding="ascii")

    def check(self) -> None:
        """Check the written files with Django, systemd and the proxy."""
        # Some checks query the database, which may not exist if the site is not started.
        without = {} if self.starts else {"DATABASE_URL": "sqlite://:memory:"}
        self.manage("check", "--deploy", warns=True, **without)
        if has_program("systemd-analyze"):
            self.machine.run("systemd-analyze", "verify", "--man=no", *self.list_units())
        if self.site.proxy == "caddy":
            self.machine.run("caddy", "validate", "--config", layout.CADDYFILE, "--adapter", "caddyfile")
        elif self.site.proxy == "nginx":
            self.machine.run("nginx", "-t")

    def list_units(self) -> list[str]:
        """Return the units to run: one web server, the workers and the timers."""
        units = self.source / "deploy" / "systemd"
        timers = [f"newsroom-{name}.timer" for name in TIMERS if (units / f"newsroom-{name}.timer").exists()]
        workers = [f"newsroom-worker@{number}.service" for number in layout.WORKERS]
        return [f"newsroom-web@{active_instance(self.machine)}.service", *workers, *timers]

    def prepare_database(self) -> None:
        """Create the databases, the tables of the site, and the account of the administrator."""
        if self.site.database == "postgresql":
            self.start_command("systemctl", "enable", "--now", "postgresql", unless=self.is_active("postgresql"))
            postgres = ["runuser", "-u", "postgres", "--"]
            roles = self.query("SELECT rolname FROM pg_roles")
            self.start_command(*postgres, "createuser", layout.USER, unless=layout.USER in roles)
            databases = self.query("SELECT datname FROM pg_database")
            for name in layout.DATABASES:
                self.start_command(*postgres, "createdb", f"--owner={layout.USER}", name, unless=name in databases)
            is_new = layout.DATABASES[0] not in databases
        else:
            is_new = not self.machine.path(f"{layout.DATA}/newsroom.sqlite3").exists()
        self.is_new = is_new
        is_current = not is_new and self.starts and self.manages("migrate", "--check")
        self.start_command("newsroom-manage", "migrate", "--verbosity=0", unless=is_current)
        self.start_command("newsroom-manage", "setup_outlets", unless=not is_new)
        if self.site.administrator:
            command = ["newsroom-manage", "create_administrator", self.site.administrator]
            self.start_command(*command, is_change=is_new, shows=True)

    def start(self) -> None:
        """Start the units and the proxy.

        If they are running, restart the services and reload the proxy after changes that require it. Make the first
        backup of a new site, unless ``BACKUP_TO`` holds the backups of a site that is to be restored, or cannot be read.
        """
        units = self.list_units()
        running = [name for name in units if name.endswith(".service") and self.is_active(name)]
        self.start_command("systemctl", "daemon-reload", is_change=False)
        is_started = all(self.is_enabled(name) and self.is_active(name) for name in units)
        self.start_command("systemctl", "enable", "--now", *units, unless=is_started)
        if self.is_new and "newsroom-backup.timer" in units and not self.has_backups():
            self.start_command("systemctl", "start", "newsroom-backup.service")
        is_proxy_up = self.site.proxy != "none" and self.is_active(self.site.proxy)
        if self.site.proxy != "none":
            self.start_command("systemctl", "enable", "--now", self.site.proxy, unless=is_proxy_up)
        if self.is_demanded(RESTART):
            self.restart(running)
        self.settle(RESTART)
        if self.site.proxy != "none":
            is_reloaded = is_proxy_up and self.is_demanded(RELOAD)
            self.start_command("systemctl", "reload", self.site.proxy, unless=not is_reloaded)
        if self.starts:  # otherwise the proxy may be running already, as it does once its package is installed
            self.settle(RELOAD)

    def restart(self, running: Sequence[str]) -> None:
        """Restart the services that were running before this run, so that they use what it has changed.

        No request is refused, because the web server is switched as ``newsroom-upgrade --restart`` does it. If the site
        is not started, this command is among those that are printed. Raise StepError if a step fails.
        """
        if not self.starts:
            if self.is_installed_already:
                self.commands.append("newsroom-upgrade --restart")
        elif f"newsroom-web@{active_instance(self.machine)}.service" in running:
            Switch(self.machine, self.version, current=self.version).run()
        elif running:
            self.start_command("systemctl", "restart", *running)

    def has_backups(self) -> bool:
        """Return whether there may be backups at ``BACKUP_TO``. In a dry run, return False."""
        if self.machine.is_dry_run:
            return False
        try:
            listed = self.manage("backup", "list")
        except DeployError:
            # Backups that cannot be listed, for example because one is damaged, are backups nevertheless.
            return True
        return any(line[:4].isdigit() for line in listed.splitlines())

    def start_command(self, *command: str, unless: bool = False, is_change: bool = True, shows: bool = False) -> None:
        """Run a command that starts a part of the site, or let ``report`` print it if the site is not started.

        Do not run it if ``unless`` is true. With ``is_change``, record it as a change. With ``shows``, print the output
        of the command.
        """
        if not self.starts:
            self.commands.append(format_command(command))
            return
        if unless:
            return
        if is_change:
            self.machine.change(f"Run {format_command(command)}.")
        if self.machine.is_dry_run:
            return
        program, *arguments = command
        output = self.manage(*arguments) if program == "newsroom-manage" else self.machine.run(*command)
        if shows:
            print(output, end="", flush=True)

    def query(self, statement: str) -> set[str]:
        """Return the values of a query that selects one column, or an empty set if the query cannot be run."""
        command = ["runuser", "-u", "postgres", "--", "psql", "--no-align", "--tuples-only", "--command", statement]
        if not self.starts or not self.machine.succeeds(*command):
            return set()
        return set(self.machine.run(*command).split())

    def is_active(self, unit: str) -> bool:
        """Return whether a unit is running. If the site is not started, return False."""
        return self.starts and self.machine.succeeds("systemctl", "is-active", unit)

    def is_enabled(self, unit: str) -> bool:
        """Return whether a unit is started at boot. If the site is not started, return False."""
        return self.starts and self.machine.succeeds("systemctl", "is-enabled", unit)

    def manage(self, *arguments: str, warns: bool = False, **variables: str) -> str:
        """Run a management command as the site's user, with additional environment variables, and return its output."""
        command, own = manage(self.machine, arguments)
        folder = self.machine.path(layout.CURRENT)
        return self.machine.run(*command, environment={**own, **variables}, folder=folder, warns=warns)

    def manages(self, *arguments: str) -> bool:
        """Return whether a management command succeeds."""
        try:
            self.manage(*arguments)
        except DeployError:
            return False
        return True

    def report(self) -> int:
        """Print how to start or reach the site, and return the exit code.

        Raise DeployError if the web server does not answer.
        """
        if self.machine.is_dry_run:
            return 0
        if not self.starts:
            print("\nEverything is written and checked. Start the site with these commands, as root:\n")
            doctor = "newsroom-manage doctor" if self.site.proxy == "none" else "newsroom-manage doctor --outside"
            print("".join(f"    {command}\n" for command in [*self.commands, doctor]))
            return 0
        port = layout.WEB_PORTS[active_instance(self.machine)]
        if not wait_until(lambda: answers(port)):
            raise DeployError(f"The web server does not answer on port {port}: journalctl -u 'newsroom-web@*'.")
        if not self.machine.changes:
            print("Nothing had to be changed.")
        print(f"The site answers at https://{self.site.host}/.", flush=True)
        command, variables = manage(self.machine, ["doctor"])
        return self.machine.show(*command, environment=variables, folder=self.machine.path(layout.CURRENT))


def wait_until(condition: Callable[[], bool], *, seconds: float = START_SECONDS) -> bool:
    """Wait until the condition is met. Return False if that takes longer than ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


def answers(port: int) -> bool:
    """Return whether a web server on this port answers ``/healthz`` with the status 200."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lock the installer for the duration of the block. Raise LockedError if another run has locked it."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LockedError("Another run of the installer is going on.") from None
        yield


def install(arguments: Sequence[str], machine: Machine | None = None) -> int:
    """Install a site according to the options, and return the exit code.

    Raise DeployError if that is refused or fails.
    """
    options = parse_options(arguments)
    machine = machine or Machine()
    machine.is_dry_run = options.dry_run
    refusals.require_root()
    refusals.require_system()
    path = machine.path(layout.ENVIRONMENT)
    installed = environment.parse(path.read_text("utf-8")) if path.exists() else {}
    site = describe_site(options, installed, find_proxy(machine))
    require_proxy(site, checks_name=not options.no_dns_check)
    if not options.dry_run:
        ask_for_people_and_mail(options, site, installed)
    starts = is_booted_with_systemd() and not options.no_start
    with locked(machine.path(LOCK)), open_source(options.archive, ROOT) as source:
        installation = Installation(machine, source, site, starts=starts)
        installation.run()
        return installation.report()


def main() -> int:
    """Run the program with the arguments of the command line."""
    interrupt_on_signals()
    return end(lambda: install(sys.argv[1:]))
