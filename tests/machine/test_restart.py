"""A restart by ``newsroom-upgrade --restart`` behind Caddy and nginx, with real web servers: no request is refused."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPSConnection
from pathlib import Path
from subprocess import Popen

import pytest

from deploy import layout, refusals, switch, upgrade
from deploy.machine import Machine
from deploy.switch import Switch
from tests.databases import process_variables
from tests.machine.proxies import (
    CONFIGURATIONS,
    PROXIES,
    Ports,
    proxy,
    reload_caddy,
    reload_nginx,
    trust_any,
    write_nginx_site,
)
from tests.readers import reading
from tests.servers.serve_process import start_server
from tests.site_pages import make_pages
from tests.site_process import free_port
from tests.wait import WAIT, wait_until

DEPLOY = CONFIGURATIONS.parent
VERSION = "1.0.0"


class Systemd:
    """A stand-in for systemd, which runs the web servers of the site on the test's database, and reloads the proxy."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = root
        self.folder = folder  # of the proxy
        self.ports: Ports | None = None
        self.servers: dict[str, Popen[bytes]] = {}

    def __call__(self, command: tuple[str, ...], **_: object) -> subprocess.CompletedProcess[str]:
        """Do what ``systemctl`` would do."""
        program, action, unit = command[0], command[1], command[-1]
        assert program == "systemctl", command
        if action == "is-active":
            return subprocess.CompletedProcess(command, 0 if unit in self.servers else 3, "", "")
        if action == "reload":
            self.reload(unit)
        elif unit.startswith("newsroom-web@"):
            getattr(self, action)(unit)
        else:
            assert action == "daemon-reload" or unit.startswith("newsroom-worker@"), command
        return subprocess.CompletedProcess(command, 0, "", "")

    def restart(self, unit: str) -> None:
        self.stop(unit)
        letter = unit.removeprefix("newsroom-web@")[0]
        folder = self.root / letter
        folder.mkdir(exist_ok=True)
        port = layout.WEB_PORTS[letter]
        self.servers[unit] = start_server(folder, port, **process_variables(self.root / "var"))

    def stop(self, unit: str) -> None:
        if server := self.servers.pop(unit, None):
            server.terminate()
            assert server.wait(WAIT) == 0

    def stop_all(self) -> None:
        for unit in [*self.servers]:
            self.stop(unit)

    def enable(self, unit: str) -> None:
        link = self.root / "etc/systemd/system/multi-user.target.wants" / unit
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to("../newsroom-web@.service")

    def disable(self, unit: str) -> None:
        (self.root / "etc/systemd/system/multi-user.target.wants" / unit).unlink(missing_ok=True)

    def reload(self, name: str) -> None:
        assert self.ports
        if name == "caddy":
            reload_caddy(self.folder, self.ports)
        else:
            site = (self.root / layout.NGINX_SITE.removeprefix("/")).read_text("utf-8")
            write_nginx_site(site, self.folder, self.ports)
            reload_nginx(self.folder)


@contextmanager
def running_site(name: str, folder: Path) -> Iterator[tuple[Machine, Systemd, Ports]]:
    """Run a site behind a proxy during the block, as the installer leaves it."""
    root, proxy_folder = folder / "root", folder / "proxy"
    for path in (layout.SETTINGS, layout.DATA, layout.INSTANCES, layout.UNITS, "/run", "/etc/caddy", "/etc/nginx/conf.d"):  # fmt: skip
        (root / path.removeprefix("/")).mkdir(parents=True)
    proxy_folder.mkdir()
    systemd = Systemd(root, proxy_folder)
    machine = Machine(root=root, runner=systemd)
    machine.path(layout.ENVIRONMENT).write_text("SITE_URL=https://localhost\n", encoding="utf-8")
    for part in ("proxy", "systemd"):
        shutil.copytree(DEPLOY / part, machine.path(f"{layout.RELEASES}/{VERSION}/deploy/{part}"))
    machine.path(layout.CURRENT).symlink_to(f"releases/{VERSION}")
    machine.path(layout.CADDY_SITE if name == "caddy" else layout.NGINX_SITE).touch()
    # Caddy imports the file that the switch writes.
    (proxy_folder / "newsroom-upstream").symlink_to(machine.path(layout.CADDY_UPSTREAM))
    instances = (layout.WEB_PORTS["a"], layout.WEB_PORTS["b"])
    with ExitStack() as stack:
        stack.callback(systemd.stop_all)
        unit = "newsroom-web@a.service"
        systemd.restart(unit)
        systemd.enable(unit)
        systemd.ports = stack.enter_context(proxy(name, proxy_folder, instances))
        first = Switch(machine, VERSION, current=VERSION)
        wait_until(lambda: first.ask("a", "/healthz").status == 200)
        yield machine, systemd, systemd.ports


@pytest.mark.parametrize("name", PROXIES)
def test_no_request_is_refused_while_a_site_restarts(transactional_db, tmp_path, monkeypatch, name, full_length):
    monkeypatch.setattr(layout, "WEB_PORTS", {"a": free_port(), "b": free_port()})
    monkeypatch.setattr(refusals, "require_root", lambda: None)
    if not full_length:
        monkeypatch.setattr(switch, "DRAIN_SECONDS", 1.0)
    pages = make_pages()
    with running_site(name, tmp_path) as (machine, systemd, ports):

        def connect() -> HTTPSConnection:
            return HTTPSConnection("localhost", ports.https, timeout=WAIT, context=trust_any())

        with reading(connect, pages, readers=4, host="localhost") as reads:
            for running in ("b", "a") if full_length else ("b",):
                wait_until(lambda: len(reads) > 20)
                assert upgrade.upgrade(["--restart", "--yes"], machine) == 0
                assert [*systemd.servers] == [f"newsroom-web@{running}.service"]
                read_before = len(reads)
                wait_until(lambda: len(reads) > read_before + 50)  # noqa: B023  # called in this round
    assert [each for each in reads if each.status != 200] == []
