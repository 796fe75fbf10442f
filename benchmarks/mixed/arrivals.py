"""Arrival times of requests, and the target of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Literal

type Kind = Literal["read", "search", "publish"]

SHARES: dict[Kind, float] = {"read": 0.95, "search": 0.04, "publish": 0.01}
# Shares of the page kinds among reads.
PAGE_SHARES = {"list": 0.08, "topic": 0.12, "question": 0.1, "story": 0.7}


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request, due ``due`` seconds after the start: a read, a search or a publication.

    ``target`` is the path of a page, the words of a search, or the index of the story to publish.
    """

    due: float
    kind: Kind
    target: str


def due_times(rate: float, seconds: float, random_source: Random) -> Iterator[float]:
    """Yield the arrival times of a Poisson process with ``rate`` requests per second, up to ``seconds``."""
    due = random_source.expovariate(rate)
    while due < seconds:
        yield due
        due += random_source.expovariate(rate)


class ZipfSampler:
    """Sampler that draws from a list by Zipf's law: the n-th item is drawn 1/n times as often as the first."""

    def __init__(self, items: Sequence[str]) -> None:
        self._items = items
        self._weights = list(accumulate(1 / rank for rank in range(1, len(items) + 1)))

    def draw(self, random_source: Random) -> str:
        return random_source.choices(self._items, cum_weights=self._weights)[0]


class RequestMix:
    """A random mix of requests by readers and editors: reads of pages of each kind, searches and publications."""

    def __init__(self, pages: dict[str, Sequence[str]], words: Sequence[str], published: int, *, seed: int) -> None:
        available = {kind: share for kind, share in PAGE_SHARES.items() if pages.get(kind)}
        self._kinds, self._shares = list(available), list(available.values())
        self._pages = {kind: ZipfSampler(pages[kind]) for kind in available}
        self._words = ZipfSampler(words)
        self._stories = ZipfSampler([str(number) for number in range(published)])
        self._random_source = Random(seed)  # noqa: S311  # the same requests each time

    def arrivals(self, rate: float, seconds: float) -> Iterator[Arrival]:
        """Yield the arrivals within ``seconds``, in chronological order."""
        for due in due_times(rate, seconds, self._random_source):
            yield self.draw(due)

    def draw(self, due: float = 0.0) -> Arrival:
        """Return a random request that is due at ``due``."""
        kind = self._random_source.choices(list(SHARES), list(SHARES.values()))[0]
        match kind:
            case "publish":
                return Arrival(due, kind, self._stories.draw(self._random_source))
            case "search":
                return Arrival(due, kind, self._words.draw(self._random_source))
            case _:
                page_kind = self._random_source.choices(self._kinds, self._shares)[0]
                return Arrival(due, kind, self._pages[page_kind].draw(self._random_source))
