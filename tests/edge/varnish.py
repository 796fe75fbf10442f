"""Start Varnish in front of a test server."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from tests.edge.find_varnish import find_varnish
from tests.site_process import free_port

CONFIGURATION = Path(__file__).resolve().parent.parent.parent / "docs" / "varnish.vcl"
SECRET = "open sesame"  # noqa: S105  # for these tests only
MAX_START_SECONDS = 60.0


@contextmanager
def varnish(backend_port: int, *, folder: Path) -> Iterator[str]:
    """Run Varnish in front of the server on ``backend_port`` during the block; yield the URL of Varnish."""
    program = find_varnish()
    assert program, "Varnish is not installed, or lacks its modules."
    configuration = CONFIGURATION.read_text(encoding="utf-8")
    configured = configuration.replace('.port = "8000"', f'.port = "{backend_port}"')
    assert configured != configuration
    (folder / "test.vcl").write_text(configured, encoding="utf-8")
    port = free_port()
    command = [program, "-F", "-j", "none", "-T", "none", "-s", "malloc,32m", "-n", str(folder / "work")]
    with subprocess.Popen(
        [*command, "-a", f"127.0.0.1:{port}", "-f", str(folder / "test.vcl")],
        env={**os.environ, "PURGE_SECRET": SECRET},
        stdin=subprocess.DEVNULL,
    ) as process:
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the port accepts connections."""
    end = monotonic() + MAX_START_SECONDS
    while monotonic() < end:
        assert process.poll() is None, "Varnish ended before it listened."
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        sleep(0.05)
    raise AssertionError("Varnish did not listen.")
