"""A pool of connections to a server, one for each concurrent request."""

import asyncio
import socket
import time

from benchmarks.client import Response, body_length, build_request, read_head
from benchmarks.processes import HOST

REQUEST_TIMEOUT = 30.0  # seconds; a request that takes longer has failed
MAX_IDLE_SECONDS = 10.0  # seconds; the server closes connections that are idle for half a minute
_GZIP = {"Accept-Encoding": "gzip"}


class ConnectionPool:
    """A pool of persistent connections. Each carries one request at a time, and a new one is opened if none is free."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[tuple[float, socket.socket]] = []

    async def request(self, path: str) -> Response:
        """Return the response to one request.

        Raise OSError, such as TimeoutError, if no response arrives. Raise ValueError if the length of the body is
        unknown.
        """
        async with asyncio.timeout(REQUEST_TIMEOUT):
            connection = self._take_free() or await self._connect()
            try:
                response = await self._request_over(connection, path)
            except BaseException:
                connection.close()
                raise
        self._free.append((time.monotonic(), connection))
        return response

    def close(self) -> None:
        """Close the free connections."""
        while self._free:
            self._free.pop()[1].close()

    def _take_free(self) -> socket.socket | None:
        """Return the most recently used free connection, or None if there is none.

        If even that one has been idle for too long, close all of them and return None.
        """
        if self._free and time.monotonic() - self._free[-1][0] < MAX_IDLE_SECONDS:
            return self._free.pop()[1]
        self.close()
        return None

    async def _connect(self) -> socket.socket:
        connection = socket.socket()
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(connection, (HOST, self._port))
        return connection

    async def _request_over(self, connection: socket.socket, path: str) -> Response:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(connection, build_request(path, self._port, headers=_GZIP))
        received = b""
        while b"\r\n\r\n" not in received:
            received += await self._receive(connection)
        head, _, body = received.partition(b"\r\n\r\n")
        status, headers = read_head(head)
        parts, missing = [body], body_length(status, headers) - len(body)
        while missing > 0:
            parts.append(await self._receive(connection))
            missing -= len(parts[-1])
        return Response(status, headers, b"".join(parts))

    async def _receive(self, connection: socket.socket) -> bytes:
        received = await asyncio.get_running_loop().sock_recv(connection, 1 << 18)
        if not received:
            raise ConnectionError("The server hung up in the middle of an answer.")
        return received
