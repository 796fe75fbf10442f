"""Start Caddy and nginx with the configuration of ``deploy/proxy``, changed only in addresses and certificates."""

import datetime
import os
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
    """The ports of a proxy and of the two instances behind it."""

    http: int
    https: int
    instances: tuple[int, int]


def configure_caddy(folder: Path, ports: Ports) -> list[str]:
    """Write the configuration into ``folder``, and return the command that serves with it."""
    site = read_configuration("Caddyfile")
    site = replace(site, "\nnews.example {", "\nlocalhost {\n\ttls internal")
    site = replace(site, "http://news.example {", "http://localhost {")
    site = replace(site, "/etc/caddy/newsroom-upstream", f"{folder}/newsroom-upstream")
    options = (
        f"{{\n\tadmin off\n\thttp_port {ports.http}\n\thttps_port {ports.https}\n\tskip_install_trust\n"
        f"\tstorage file_system {folder}/storage\n}}\n"
    )
    (folder / "Caddyfile").write_text(options + site, encoding="utf-8")
    write_upstream(folder, ports.instances[0])
    return [program("caddy"), "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def write_upstream(folder: Path, port: int) -> None:
    """Write the file that names the instance which serves the site."""
    upstream = replace(read_configuration("newsroom-upstream"), "127.0.0.1:8001", f"127.0.0.1:{port}")
    (folder / "newsroom-upstream").write_text(upstream, encoding="utf-8")


def configure_nginx(folder: Path, ports: Ports) -> list[str]:
    """Write the configuration into ``folder``, and return the command that serves with it."""
    site = "".join(
        line for line in read_configuration("nginx.conf").splitlines(keepends=True) if "listen [::]:" not in line
    )
    for old, new in {
        "listen 80;": f"listen 127.0.0.1:{ports.http};",
        "listen 443 ssl": f"listen 127.0.0.1:{ports.https} ssl",
        "127.0.0.1:8001": f"127.0.0.1:{ports.instances[0]}",
        "127.0.0.1:8002": f"127.0.0.1:{ports.instances[1]}",
        "/etc/letsencrypt/live/news.example/fullchain.pem": f"{folder}/certificate.pem",
        "/etc/letsencrypt/live/news.example/privkey.pem": f"{folder}/key.pem",
        "server_name news.example;": "server_name localhost;",
    }.items():
        site = replace(site, old, new)
    write_certificate(folder, end=datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=60))
    (folder / "newsroom.conf").write_text(site, encoding="utf-8")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"{'user root;' if os.geteuid() == 0 else ''}\ndaemon off;\npid {folder}/pid;\nerror_log {folder}/log;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{temporary}include {folder}/newsroom.conf;\n}}\n",
        encoding="utf-8",
    )
    return [program("nginx"), "-c", str(folder / "nginx.conf"), "-e", str(folder / "log")]


PROXIES: dict[str, Callable[[Path, Ports], list[str]]] = {"caddy": configure_caddy, "nginx": configure_nginx}


@contextmanager
def proxy(name: str, folder: Path, instances: tuple[int, int]) -> Iterator[Ports]:
    """Run a proxy in front of the instances on these ports during the block."""
    ports = Ports(http=free_port(), https=free_port(), instances=instances)
    command = PROXIES[name](folder, ports)
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
