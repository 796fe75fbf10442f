"""Check the web server of a container. The image runs this every few seconds.

The container is healthy if ``/healthz`` answers 200. The program also requests ``/readyz`` every 30 seconds, because the
server then evaluates the alerts if no worker does. It ignores the response: readers are served without a worker.
"""

import os
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import gettempdir
from urllib.parse import urlsplit

PORT = 8000
TIMEOUT = 2.0  # seconds to wait for each response; Docker waits five seconds for both
READY_INTERVAL = 30.0  # seconds between two requests for /readyz
MARK = Path(gettempdir()) / "newsroom-readyz"  # its modification time is that of the last request for /readyz


def request(port: int, path: str) -> int:
    """Request a path as the proxy does. Return the status code of the response, or 0 if there is none."""
    site = urlsplit(os.environ.get("SITE_URL", "http://127.0.0.1:8000"))
    headers = {"Host": site.netloc, "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": site.scheme}
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()


def is_due(mark: Path) -> bool:
    """Return whether to request ``/readyz`` now, and record that."""
    with suppress(FileNotFoundError):
        if time.time() - mark.stat().st_mtime < READY_INTERVAL:
            return False
    with suppress(OSError):  # if nothing can be written, each check requests it
        mark.touch()
    return True


def main(port: int = PORT, mark: Path = MARK) -> int:
    """Return 0 if the web server is alive, and otherwise 1."""
    is_alive = request(port, "/healthz") == 200
    if is_alive and is_due(mark):
        request(port, "/readyz")
    return 0 if is_alive else 1


if __name__ == "__main__":
    sys.exit(main())
