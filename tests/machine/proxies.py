"""Start Caddy and nginx with the configurations of ``deploy``, changed only in addresses and certificates."""

import datetime
import os
import re
import signal
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from tests.machine.find_programs import find_program
from tests.site_process import free_port
from tests.tls_server import write_certificate

CONFIGURATIONS = Path(__file__).resolve().parents[2] / "deploy" / "proxy"
MAX_START_SECONDS = 60.0


@dataclass(frozen=True)
class Ports:
    """The ports of a proxy and of the two instances behind it. ``admin`` is that of Caddy's own interface."""

    http: int
    https: int
    instances: tuple[int, int]
    admin: int = 2019


def configure_caddy(folder: Path, ports: Ports, wait: str = "10s") -> list[str]:
    """Write the configuration into ``folder``, and return the command that serves with it.

    ``wait`` is how long requests wait for an instance that does not answer.
    """
    site = read_configuration("Caddyfile")
    site = replace(site, "\nnews.example {", "\nlocalhost {\n\ttls internal")
    site = replace(site, "http://news.example {", "http://localhost {")
    site = replace(site, "/etc/caddy/newsroom-upstream", f"{folder}/newsroom-upstream")
    upstream = replace(read_configuration("newsroom-upstream"), "127.0.0.1:8001", f"127.0.0.1:{ports.instances[0]}")
    upstream = replace(upstream, "lb_try_duration 10s", f"lb_try_duration {wait}")
    (folder / "newsroom-upstream").write_text(upstream, encoding="utf-8")
    return write_caddyfile(site, folder, ports)


def configure_container(folder: Path, ports: Ports) -> list[str]:
    """Write the configuration for Caddy in a container, and return the command that serves with it."""
    site = read_configuration("../container/Caddyfile")
    site = replace(site, "\n{$HOST} {", "\nlocalhost {\n\ttls internal")
    site = replace(site, "http://{$HOST} {", "http://localhost {")
    for name, port in zip(("web-a", "web-b"), ports.instances, strict=True):
        site = replace(site, f"{name}:8000", f"127.0.0.1:{port}")
    return write_caddyfile(site, folder, ports)


def write_caddyfile(site: str, folder: Path, ports: Ports) -> list[str]:
    """Write Caddy's configuration into ``folder``, and return the command that serves with it."""
    options = (
        f"{{\n\tadmin localhost:{ports.admin}\n\thttp_port {ports.http}\n\thttps_port {ports.https}\n\tskip_install_trust\n"
        f"\tstorage file_system {folder}/storage\n}}\n"
    )
    (folder / "Caddyfile").write_text(options + site, encoding="utf-8")
    return [program("caddy"), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def reload_caddy(folder: Path, ports: Ports) -> None:
    """Make Caddy reload its configuration, as its unit does."""
    command = [program("caddy"), "reload", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile", "--force"]
    subprocess.run([*command, "--address", f"localhost:{ports.admin}"], capture_output=True, check=True, cwd=folder)


def configure_nginx(folder: Path, ports: Ports) -> list[str]:
    """Write the configuration into ``folder``, and return the command that serves with it."""
    site = read_configuration("nginx.conf")
    for written, port in zip(("127.0.0.1:8001", "127.0.0.1:8002"), ports.instances, strict=True):
        site = replace(site, written, f"127.0.0.1:{port}")
    write_certificate(folder, end=datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=60))
    write_nginx_site(site, folder, ports)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"{'user root;' if os.geteuid() == 0 else ''}\ndaemon off;\npid {folder}/pid;\nerror_log {folder}/log;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}include {folder}/newsroom.conf;\n}}\n",
        encoding="utf-8",
    )
    return [program("nginx"), "-c", str(folder / "nginx.conf"), "-e", str(folder / "log")]


def write_nginx_site(site: str, folder: Path, ports: Ports) -> None:
    """Write the configuration of the site into ``folder``, with the ports and the certificate of the test."""
    site = "".join(line for line in site.splitlines(keepends=True) if "listen [::]:" not in line)
    host = re.findall(r"server_name (.+);", site)[0]
    for old, new in {
        "listen 80;": f"listen 127.0.0.1:{ports.http};",
        "listen 443 ssl": f"listen 127.0.0.1:{ports.https} ssl",
        f"/etc/letsencrypt/live/{host}/fullchain.pem": f"{folder}/certificate.pem",
        f"/etc/letsencrypt/live/{host}/privkey.pem": f"{folder}/key.pem",
        f"server_name {host};": "server_name localhost;",
    }.items():
        site = replace(site, old, new)
    (folder / "newsroom.conf").write_text(site, encoding="utf-8")


def reload_nginx(folder: Path) -> None:
    """Make nginx reload its configuration, as its unit does."""
    os.kill(int((folder / "pid").read_text("ascii")), signal.SIGHUP)


# The proxies that the installer configures, and all proxies.
PROXIES: dict[str, Callable[..., list[str]]] = {"caddy": configure_caddy, "nginx": configure_nginx}
ALL_PROXIES: dict[str, Callable[..., list[str]]] = {**PROXIES, "container": configure_container}


@contextmanager
def proxy(name: str, folder: Path, instances: tuple[int, int], **options: str) -> Iterator[Ports]:
    """Run a proxy in front of the instances on these ports during the block. ``options`` configure it."""
    ports = Ports(http=free_port(), https=free_port(), instances=instances, admin=free_port())
    command = ALL_PROXIES[name](folder, ports, **options)
    with run_until_ready(command, folder, ports.https):
        yield ports


@contextmanager
def run_until_ready(command: Sequence[str], folder: Path, port: int) -> Iterator[None]:
    """Run a program during the block, which begins when the program accepts TLS connections on ``port``."""
    environment = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder
        )
    try:
        end = monotonic() + MAX_START_SECONDS
        while not accepts_connections(port):
            is_up = process.poll() is None and monotonic() < end
            assert is_up, f"{command[0]} did not start:\n{(folder / 'output').read_text(errors='replace')}"
            sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(MAX_START_SECONDS)


def accepts_connections(port: int) -> bool:
    """Return whether a program listens on this port and has a certificate. Caddy issues it only after it listens."""
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=5) as connection,
            trust_any().wrap_socket(connection, server_hostname="localhost"),
        ):
            return True
    except OSError:
        return False


def trust_any() -> ssl.SSLContext:
    """Return a context that accepts any certificate."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def program(name: str) -> str:
    """Return the path of a program that the tests need."""
    found = find_program(name)
    assert found, f"{name} is not installed."
    return found


def read_configuration(name: str) -> str:
    """Return the text of a file of ``deploy/proxy``."""
    return (CONFIGURATIONS / name).read_text(encoding="utf-8")


def replace(text: str, old: str, new: str) -> str:
    """Return ``text`` with ``old``, which it has to contain, replaced."""
    assert old in text, f"“{old}” is not in the configuration."
    return text.replace(old, new)
