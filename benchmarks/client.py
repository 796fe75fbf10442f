"""Send requests over one persistent connection.

The client shares the machine with the server, so it does as little work as possible.
"""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from benchmarks.processes import HOST

TIMEOUT = 60


@dataclass(frozen=True, slots=True)
class Response:
    """A response: status, headers keyed by lower-case name, and the body as sent."""

    status: int
    headers: dict[str, str]
    body: bytes


def build_request(path: str, port: int, *, headers: Mapping[str, str] | None = None, method: str = "GET") -> bytes:
    """Return the bytes of a request (RFC 9112) that keeps the connection open."""
    header_lines = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    return f"{method} {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\n{header_lines}\r\n".encode("ascii")


def read_head(head: bytes) -> tuple[int, dict[str, str]]:
    """Return the status and the headers of a response; ``head`` is everything before the body."""
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return int(first.split(" ", 2)[1]), {name.lower(): value.strip() for name, _, value in pairs}


def body_length(status: int, headers: Mapping[str, str], *, method: str = "GET") -> int:
    """Return the number of bytes after the headers: none in response to HEAD, or if the status is 204 or 304.

    Raise ValueError if the headers do not contain the length.
    """
    if method == "HEAD" or status in (204, 304):
        return 0
    if "content-length" not in headers:
        raise ValueError(f"An answer with status {status} does not say how long it is.")
    return int(headers["content-length"])


class Connection:
    """A connection to a server on this machine, with one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = socket.create_connection((HOST, port), timeout=TIMEOUT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def request(self, path: str, *, headers: Mapping[str, str] | None = None, method: str = "GET") -> Response:
        """Return the response to one request.

        Raise OSError if the connection fails, times out or is closed, and ValueError if the length of the body is
        unknown.
        """
        self._socket.sendall(build_request(path, self._port, headers=headers, method=method))
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._receive()
        head, _, body = received.partition(b"\r\n\r\n")
        status, headers_received = read_head(head)
        parts, missing = [body], body_length(status, headers_received, method=method) - len(body)
        while missing > 0:
            parts.append(self._receive())
            missing -= len(parts[-1])
        return Response(status, headers_received, b"".join(parts))

    def _receive(self) -> bytes:
        received = self._socket.recv(1 << 18)
        if not received:
            raise ConnectionError("The server hung up in the middle of an answer.")
        return received
