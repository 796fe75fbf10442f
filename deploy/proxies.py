"""The configuration of the proxy, including the web server to which it points."""

import re
from pathlib import Path

from deploy import layout
from deploy.machine import Machine


def write_caddy(machine: Machine, templates: Path, host: str) -> bool:
    """Write Caddy's configuration for the site. Return whether it differed."""
    site = (templates / "Caddyfile").read_text("utf-8").replace("news.example", host)
    return machine.write(layout.CADDY_SITE, site)


def point_caddy(machine: Machine, templates: Path, letter: str) -> bool:
    """Point Caddy to the web server with this letter. Return whether anything differed."""
    upstream = (templates / "newsroom-upstream").read_text("utf-8")
    return machine.write(layout.CADDY_UPSTREAM, upstream.replace(":8001", f":{layout.WEB_PORTS[letter]}"))


def write_nginx(machine: Machine, templates: Path, host: str, letter: str) -> bool:
    """Write nginx's configuration for the site, with this web server first. Return whether it differed."""
    site = (templates / "nginx.conf").read_text("utf-8").replace("news.example", host)
    ports = {"8001": layout.WEB_PORTS[letter], "8002": layout.WEB_PORTS[other_instance(letter)]}
    # Match the ports only: the template may come from another release with different options.
    servers = re.sub(r"(?<=\bserver 127\.0\.0\.1:)800[12]\b", lambda port: str(ports[port[0]]), site)
    return machine.write(layout.NGINX_SITE, servers)


def other_instance(letter: str) -> str:
    """Return the letter of the other web server."""
    return next(each for each in layout.WEB_PORTS if each != letter)


def active_instance(machine: Machine) -> str:
    """Return the letter of the enabled web server, or "a" if none is enabled."""
    wanted = machine.path(f"{layout.UNITS}/multi-user.target.wants")
    return next(
        (letter for letter in layout.WEB_PORTS if (wanted / f"newsroom-web@{letter}.service").is_symlink()), "a"
    )


def find_proxy(machine: Machine) -> str:
    """Return the proxy of an earlier installation, which may be "none", or "caddy" if there is no such installation."""
    if machine.path(layout.NGINX_SITE).exists():
        return "nginx"
    is_installed = machine.path(layout.ENVIRONMENT).exists()
    return "none" if is_installed and not machine.path(layout.CADDY_SITE).exists() else "caddy"
