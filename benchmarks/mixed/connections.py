"""Hold as many open connections to a server as are needed at once."""

import asyncio
import socket
import time

from benchmarks.client import Answer, length_of_body, read_head, request_for
from benchmarks.processes import HOST

LONGEST_WAIT = 30.0  # seconds; a request that takes longer has failed
LONGEST_REST = 10.0  # seconds; the server closes a connection that is idle for half a minute
_GZIP = {"Accept-Encoding": "gzip"}


class ConnectionPool:
    """Pool of persistent connections, each with one request at a time; a new one is opened when none is free."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[tuple[float, socket.socket]] = []

    async def ask(self, path: str) -> Answer:
        """Return the response to one request; raise OSError or TimeoutError without one."""
        async with asyncio.timeout(LONGEST_WAIT):
            line = self._rested() or await self._connected()
            try:
                answer = await self._ask_over(line, path)
            except BaseException:
                line.close()
                raise
        self._free.append((time.monotonic(), line))
        return answer

    def close(self) -> None:
        """Close the free connections."""
        while self._free:
            self._free.pop()[1].close()

    def _rested(self) -> socket.socket | None:
        """Return the connection used last; if even that was idle for too long, close all and return None."""
        if self._free and time.monotonic() - self._free[-1][0] < LONGEST_REST:
            return self._free.pop()[1]
        self.close()
        return None

    async def _connected(self) -> socket.socket:
        line = socket.socket()
        line.setblocking(False)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(line, (HOST, self._port))
        return line

    async def _ask_over(self, line: socket.socket, path: str) -> Answer:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(line, request_for(path, self._port, headers=_GZIP))
        received = b""
        while b"\r\n\r\n" not in received:
            received += await self._more(line)
        head, _, body = received.partition(b"\r\n\r\n")
        status, headers = read_head(head)
        parts, missing = [body], length_of_body(status, headers) - len(body)
        while missing > 0:
            parts.append(await self._more(line))
            missing -= len(parts[-1])
        return Answer(status, headers, b"".join(parts))

    async def _more(self, line: socket.socket) -> bytes:
        received = await asyncio.get_running_loop().sock_recv(line, 1 << 18)
        if not received:
            raise ConnectionError("The server hung up in the middle of an answer.")
        return received
