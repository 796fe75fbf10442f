"""Functions that refuse an installation, for example if a port is in use or the certificate is missing."""

import os
import platform
import re
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from deploy.machine import RefusedError

SYSTEMS = {("debian", "13"): "Debian 13", ("ubuntu", "24.04"): "Ubuntu 24.04"}
_LISTEN = "0A"  # the state of a socket in /proc/net/tcp


def require_root() -> None:
    """Raise RefusedError unless the process runs as root."""
    if os.geteuid() != 0:
        raise RefusedError("This has to run as root. Put sudo before it.")


def require_system() -> None:
    """Raise RefusedError unless the installer supports this operating system."""
    release = platform.freedesktop_os_release()
    if (release.get("ID"), release.get("VERSION_ID")) not in SYSTEMS:
        name = release.get("PRETTY_NAME", "an unknown system")
        raise RefusedError(f"This is {name}; the installer knows {' and '.join(SYSTEMS.values())}.")


def require_free_ports(ports: Iterable[int], *, proxy: str) -> None:
    """Raise RefusedError if a program other than the proxy listens on one of the ports."""
    owners: dict[str, list[int]] = {}
    for port in ports:
        for name in list_listeners(port) - {proxy}:
            owners.setdefault(name, []).append(port)
    for name, taken in owners.items():
        subject = f"Ports {' and '.join(map(str, taken))} are" if len(taken) > 1 else f"Port {taken[0]} is"
        raise RefusedError(f"{subject} in use by {name}. Stop it, or pass --proxy none.")


def list_listeners(port: int) -> set[str]:
    """Return the names of the programs that listen on a TCP port, or "another program" if no name can be found."""
    inodes = {inode for inode, number in _list_sockets() if number == port}
    if not inodes:
        return set()
    names = set()
    for folder in Path("/proc").glob("[0-9]*"):
        # A process may end or close files in the meantime.
        with suppress(OSError):
            if {f"socket:[{inode}]" for inode in inodes} & set(_list_open_files(folder)):
                names.add((folder / "comm").read_text("utf-8").strip())
    return names or {"another program"}


def _list_open_files(process: Path) -> Iterator[str]:
    for link in (process / "fd").iterdir():
        with suppress(OSError):
            yield str(link.readlink())


def _list_sockets() -> Iterator[tuple[str, int]]:
    """Yield the inode and the port of each listening TCP socket."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if Path(table).exists():
            for line in Path(table).read_text("ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTEN:
                    yield fields[9], int(fields[1].rpartition(":")[2], 16)


def require_name_leads_here(host: str) -> None:
    """Raise RefusedError if the name of the site does not resolve to an address of this machine."""
    try:
        found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except OSError:
        raise RefusedError(f"{host} does not resolve. Pass --no-dns-check to go on.") from None
    addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    if not any(_is_of_this_machine(address) for address in addresses):
        ours = _find_address(addresses[0])
        raise RefusedError(f"{host} resolves to {addresses[0]}; this machine is {ours}. Pass --no-dns-check to go on.")


def _is_of_this_machine(address: str) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True


def _find_address(other: str) -> str:
    """Return the address of this machine from which it would reach ``other``, or "not connected"."""
    family = socket.AF_INET6 if ":" in other else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((other, 9))  # connecting a datagram socket sends nothing
            return str(probe.getsockname()[0])
    except OSError:
        return "not connected"


def require_host_name(host: str) -> None:
    """Raise RefusedError if ``host`` is not the name of a host (RFC 1123, 2.1)."""
    label = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    if not re.fullmatch(rf"{label}(\.{label})*", host):
        raise RefusedError(f"“{host}” is not the name of a host, such as news.example.")


def require_certificate(host: str) -> None:
    """Raise RefusedError if the certificate for nginx is missing."""
    path = Path(f"/etc/letsencrypt/live/{host}/fullchain.pem")
    if not path.exists():
        raise RefusedError(
            f"There is no certificate at {path}. Obtain it, for example by “certbot certonly --standalone -d {host}”, "
            "or pass --proxy caddy."
        )
