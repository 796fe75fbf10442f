"""Readers who request pages one after the other, several at the same time, while a test disturbs the site."""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread
from time import monotonic

TIMEOUT = 120.0  # seconds
_PAUSE = 0.05  # seconds between two requests of a reader, so that readers leave the processor to the server


@dataclass(frozen=True)
class Read:
    """A request with its response. ``status`` is 0 if there was none or it was incomplete, and ``error`` says why."""

    address: str
    began: float
    ended: float
    status: int
    headers: Mapping[str, str]
    error: str

    @property
    def seconds(self) -> float:
        """The time from the connection to the last byte."""
        return self.ended - self.began


@contextmanager
def reading(
    connect: Callable[[], HTTPConnection], addresses: Sequence[str], *, readers: int, host: str = "testserver"
) -> Iterator[list[Read]]:
    """Run ``readers`` readers during the block. Each reader opens a new connection for each page.

    Yield the list of their reads, which grows during the block and is complete after it.
    """
    reads: list[Read] = []
    ended = Event()

    def run(first: int) -> None:
        for address in itertools.islice(itertools.cycle(addresses), first, None):
            reads.append(read(connect, address, host=host))
            if ended.wait(_PAUSE):
                return

    threads = [Thread(target=run, args=(number,), daemon=True) for number in range(readers)]
    for thread in threads:
        thread.start()
    try:
        yield reads
    finally:
        ended.set()
        for thread in threads:
            thread.join(TIMEOUT)


def read(connect: Callable[[], HTTPConnection], address: str, *, host: str) -> Read:
    """Request one page over a new connection."""
    http, began = connect(), monotonic()
    try:
        http.request("GET", address, headers={"Host": host, "Connection": "close"})
        response = http.getresponse()
        response.read()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Read(address, began, monotonic(), response.status, headers, "")
    except (OSError, HTTPException) as error:
        return Read(address, began, monotonic(), 0, {}, f"{type(error).__name__}: {error}")
    finally:
        http.close()
