"""A Redis of the test alone, which can be stopped, killed and started again at the same address."""

import subprocess
import time
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.caching.find_redis import find_redis
from tests.site_process import free_port

LONGEST_START = 30.0  # seconds


class RedisServer:
    """A server on a port of its own that keeps nothing on disk unless it is told to, its files in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.client = Redis(port=self._port, socket_timeout=5)

    def start(self) -> None:
        """Start it; return when it answers."""
        program = find_redis()
        assert program, "No Redis is installed: `make audit` installs one, or says how."
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen([program, *options], stdout=log, stderr=log)
        end = time.monotonic() + LONGEST_START
        while not self._answers():
            assert self._process.poll() is None, (self._folder / "log").read_text(errors="replace")
            assert time.monotonic() < end
            time.sleep(0.02)

    def kill(self) -> None:
        """End it at once, as a machine that goes down does."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except RedisError:
            return False
