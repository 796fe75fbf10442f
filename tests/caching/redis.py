"""A separate Redis server, which tests can kill and restart at the same address."""

import subprocess
import time
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.caching.find_redis import find_redis
from tests.site_process import free_port

MAX_START_SECONDS = 30.0


class RedisServer:
    """A server on a free port, with its files in ``folder``; it does not save its data to disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.client = Redis(port=self._port, socket_timeout=5)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        program = find_redis()
        assert program, "No Redis is installed: `make audit` installs one, or says how."
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen([program, *options], stdout=log, stderr=log)
        end = time.monotonic() + MAX_START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, (self._folder / "log").read_text(errors="replace")
            assert time.monotonic() < end
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill the server, as a power failure would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except RedisError:
            return False
