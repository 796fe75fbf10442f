"""Finds Varnish; scripts/test asks as well, with no more than Python itself brings."""

import os
import shutil
from pathlib import Path


def find_varnish() -> str | None:
    """Return the path of varnishd, None where it is missing or cannot purge by key."""
    # Debian keeps it where only administrators look.
    program = shutil.which("varnishd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    places = (folder for pattern in ("lib*", "lib*/*", "local/lib") for folder in Path("/usr").glob(pattern))
    has_keys = any((folder / "varnish" / "vmods" / "libvmod_xkey.so").exists() for folder in places)
    return program if program and has_keys else None
