"""Install system packages for tests. Programs in scripts/ import this module, so it uses only the standard library."""

import os
import shutil
import subprocess


def can_install() -> bool:
    """Return whether this account may install Debian packages."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(*packages: str) -> None:
    """Install Debian packages. The caller checks whether that succeeded."""
    print(f"Installing {' '.join(packages)} ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *arguments], env=environment, check=False, stdin=subprocess.DEVNULL)
