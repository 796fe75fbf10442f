"""Ask the web server of this machine whether it is ready. The unit ``newsroom-watch`` runs this every 30 seconds.

The server evaluates the alerts when it answers, so they are evaluated even if no worker is running. The exit code is 1
if no instance answers. The program uses only the standard library, because starting Django takes seconds.
"""

import os
import sys
import time
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

PORTS = (8001, 8002)  # of newsroom-web@a and newsroom-web@b
TIMEOUT = 10.0  # seconds to wait for an answer
TRIES, PAUSE = 5, 3.0  # number of attempts, and seconds between them: an instance may be restarting


def answers(port: int, site: str) -> bool:
    """Return whether the site with this address answers on this port, even if it is not ready."""
    parts = urlsplit(site)
    headers = {"Host": parts.netloc, "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": parts.scheme}
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        connection.request("GET", "/readyz", headers=headers)
        connection.getresponse().read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True


def main() -> int:
    """Ask the instances until one answers, in at most ``TRIES`` rounds. Return 1 if none does."""
    site = os.environ.get("SITE_URL", "http://127.0.0.1:8000")
    for number in range(TRIES):
        if number:
            time.sleep(PAUSE)
        if any(answers(port, site) for port in PORTS):
            return 0
    sys.stderr.write(f"Nothing answers on port {PORTS[0]} or {PORTS[1]}.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
