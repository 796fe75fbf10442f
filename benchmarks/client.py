"""Send requests over one persistent connection, with little work in the client, because it shares the machine."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from benchmarks.processes import HOST

WAITING_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: status, headers by lower-case name, and the body as it was sent."""

    status: int
    headers: dict[str, str]
    body: bytes


def request_for(path: str, port: int, *, headers: Mapping[str, str] | None = None, method: str = "GET") -> bytes:
    """Return the bytes of a request (RFC 9112) that leaves its connection open."""
    said = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
    return f"{method} {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\n{said}\r\n".encode("ascii")


def read_head(head: bytes) -> tuple[int, dict[str, str]]:
    """Return the status and the headers of a response; ``head`` is everything before the body."""
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return int(first.split(" ", 2)[1]), {name.lower(): value.strip() for name, _, value in pairs}


def length_of_body(status: int, headers: Mapping[str, str], *, method: str = "GET") -> int:
    """Return the number of bytes after the headers; raise ValueError if only the end of the connection shows it."""
    if method == "HEAD" or status in (204, 304):
        return 0
    if "content-length" not in headers:
        raise ValueError(f"An answer with status {status} does not say how long it is.")
    return int(headers["content-length"])


class Line:
    """A connection to a server on this machine, with one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = socket.create_connection((HOST, port), timeout=WAITING_SECONDS)
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

    def request(self, path: str, *, headers: Mapping[str, str] | None = None, method: str = "GET") -> Answer:
        """Return the response to one request; raise ConnectionError if the server closes the connection."""
        self._socket.sendall(request_for(path, self._port, headers=headers, method=method))
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        status, said = read_head(head)
        parts, missing = [body], length_of_body(status, said, method=method) - len(body)
        while missing > 0:
            parts.append(self._more())
            missing -= len(parts[-1])
        return Answer(status, said, b"".join(parts))

    def _more(self) -> bytes:
        received = self._socket.recv(1 << 18)
        if not received:
            raise ConnectionError("The server hung up in the middle of an answer.")
        return received
