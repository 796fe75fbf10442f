"""Finds a Chromium that runs: the system's, or the one that Playwright fetched into .tools/."""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOWNLOADS = Path(__file__).resolve().parent.parent / ".tools" / "browsers"
# Quiet, without a sandbox (which root has not), and asking nothing of anybody outside.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def runs(executable: str) -> bool:
    """Return whether the program says its version; Ubuntu's package without its snap only says what is missing."""
    try:
        answer = subprocess.run([executable, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.startswith(("Chromium", "Google Chrome"))


def find_chromium() -> str | None:
    """Return the path of a Chromium that runs; ``CHROMIUM`` in the environment names one of one's own."""
    named = os.environ.get("CHROMIUM")
    on_path = [path for name in NAMES if (path := shutil.which(name)) and "/snap/" not in str(Path(path).resolve())]
    fetched = [
        str(path)
        for name in ("chrome", "headless_shell", "chrome-headless-shell")
        for path in sorted(DOWNLOADS.glob(f"*/*/{name}"))
    ]
    return next((path for path in ([named] if named else [*on_path, *fetched]) if runs(path)), None)
