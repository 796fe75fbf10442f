"""The processes of a site that sends alerts to a mail server of the test and, if there is one, to its ``ALERT_URL``."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from tests.mail_server import MailServer
from tests.servers.server_process import send_request
from tests.site_process import free_port
from tests.wait import wait_until

FULL_LENGTH = os.environ.get("FULL_LENGTH") == "1"
# Seconds; shorter where tests.servers.impatient divides the intervals by twenty.
NAMED_WITHIN = 120.0 if FULL_LENGTH else 60.0
MAX_START_SECONDS = 120.0


class AlertSite:
    """A site on a database, with its folder. ``kill`` ends one of its processes."""

    def __init__(self, folder: Path, database_url: str, mails: MailServer, *, alert_url: str = "") -> None:
        self.folder = folder
        self.mails = mails
        self.environment: Mapping[str, str] = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.servers.settings_with_alerts",
            "DATABASE_URL": database_url,
            "FOLDER_OF_TEST": str(folder),
            "PORT_OF_MAIL_SERVER": str(mails.port),
            "ADDRESS_FOR_ALERTS": alert_url,
        }
        (folder / "media").mkdir(exist_ok=True)

    @contextmanager
    def run(self, *command: str, **variables: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run a command of the site during the block, with ``variables`` added to its environment."""
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.servers.impatient", *command],
                cwd=settings.BASE_DIR, env={**self.environment, **variables}, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)

    @contextmanager
    def serve(self) -> Iterator[int]:
        """Run the web server during the block, and yield its port."""
        port = free_port()
        with self.run("serve", "--port", str(port), "--workers", "2", "--verbosity", "0"):
            wait_until(lambda: is_ready(port), MAX_START_SECONDS, self.read_log)
            yield port

    def manage(self, *command: str) -> str:
        """Run a command to its end, whatever its exit code, and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.servers.impatient", *command],
            cwd=settings.BASE_DIR, env=dict(self.environment), capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout

    def read_log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def wait_for_mail(self, beginning: str, within: float = NAMED_WITHIN) -> None:
        """Wait for a mail with this beginning of its subject. Fail if it does not come in time."""
        wait_until(lambda: any(each.startswith(beginning) for each in self.mails.subjects), within, self.read_log)


def is_ready(port: int) -> bool:
    """Return whether the server answers. It evaluates the alerts afterwards, if that is due."""
    try:
        return send_request(port, "/readyz").status in (200, 503)
    except OSError:
        return False
