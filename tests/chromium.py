"""Find a working Chromium: the system's, or the one that Playwright downloaded into .tools/."""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOWNLOADS = Path(__file__).resolve().parent.parent / ".tools" / "browsers"
# When run by root, Chromium cannot use its sandbox. It must send no requests of its own.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def is_working(executable: str) -> bool:
    """Return whether the program prints its version."""
    # Without the snap, the program in Ubuntu's package only prints what is missing.
    try:
        answer = subprocess.run([executable, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.startswith(("Chromium", "Google Chrome"))


def find_chromium() -> str | None:
    """Return the path of a working Chromium, or None; the environment variable ``CHROMIUM`` overrides the search."""
    configured = os.environ.get("CHROMIUM")
    on_path = [path for name in NAMES if (path := shutil.which(name)) and "/snap/" not in str(Path(path).resolve())]
    downloaded = [
        str(path)
        for name in ("chrome", "headless_shell", "chrome-headless-shell")
        for path in sorted(DOWNLOADS.glob(f"*/*/{name}"))
    ]
    return next((path for path in ([configured] if configured else [*on_path, *downloaded]) if is_working(path)), None)
