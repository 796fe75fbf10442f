"""Find Varnish. scripts/test imports this module, so it uses only the standard library."""

import os
import shutil
from pathlib import Path


def find_varnish() -> str | None:
    """Return the path of varnishd, or None if it is not installed or cannot purge by key."""
    # On Debian, the program is in a folder that is not in the PATH of ordinary users.
    program = shutil.which("varnishd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    places = (folder for pattern in ("lib*", "lib*/*", "local/lib") for folder in Path("/usr").glob(pattern))
    has_keys = any((folder / "varnish" / "vmods" / "libvmod_xkey.so").exists() for folder in places)
    return program if program and has_keys else None
