"""Find the programs of a machine that serves a site. scripts/test imports this module, so it uses only the standard library."""

import os
import shutil

PACKAGES = {"age": "age", "caddy": "caddy", "nginx": "nginx", "systemd-analyze": "systemd"}


def find_program(name: str) -> str | None:
    """Return the path of a program, or None if it is not installed."""
    # On Debian, some of them are in a folder that is not in the PATH of ordinary users.
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def missing_packages() -> list[str]:
    """Return the Debian packages of the programs that are not installed."""
    return [package for name, package in PACKAGES.items() if find_program(name) is None]
