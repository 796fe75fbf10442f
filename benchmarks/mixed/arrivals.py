"""Arrival times of requests, and the target of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Literal

type Kind = Literal["read", "search", "publish"]

SHARES: dict[Kind, float] = {"read": 0.95, "search": 0.04, "publish": 0.01}
# Shares of the kinds of pages among reads.
PLACES = {"list": 0.08, "topic": 0.12, "question": 0.1, "story": 0.7}


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request: due ``due`` seconds after the beginning, a read, a search or a publication.

    ``target`` is the path of a page, the words of a search, or the number of the story to publish.
    """

    due: float
    kind: Kind
    target: str


def due_times(rate: float, seconds: float, dice: Random) -> Iterator[float]:
    """Yield the arrival times of ``rate`` independent requests a second (a Poisson process), below ``seconds``."""
    due = dice.expovariate(rate)
    while due < seconds:
        yield due
        due += dice.expovariate(rate)


class ZipfSampler:
    """Draw from a list by Zipf's law: the second item half as often as the first, the third a third as often."""

    def __init__(self, things: Sequence[str]) -> None:
        self._things = things
        self._weights = list(accumulate(1 / place for place in range(1, len(things) + 1)))

    def draw(self, dice: Random) -> str:
        return dice.choices(self._things, cum_weights=self._weights)[0]


class RequestMix:
    """Draw the requests of readers and editors: pages by kind, pairs of words, and stories by number."""

    def __init__(self, pages: dict[str, Sequence[str]], words: Sequence[str], published: int, *, seed: int) -> None:
        there = {kind: share for kind, share in PLACES.items() if pages.get(kind)}
        self._kinds, self._shares = list(there), list(there.values())
        self._pages = {kind: ZipfSampler(pages[kind]) for kind in there}
        self._words = ZipfSampler(words)
        self._stories = ZipfSampler([str(number) for number in range(published)])
        self._dice = Random(seed)  # noqa: S311  # the same requests each time

    def arrivals(self, rate: float, seconds: float) -> Iterator[Arrival]:
        """Yield the arrivals of ``seconds`` seconds, in order."""
        for due in due_times(rate, seconds, self._dice):
            yield self.draw(due)

    def draw(self, due: float = 0.0) -> Arrival:
        """Return one arrival."""
        kind = self._dice.choices(list(SHARES), list(SHARES.values()))[0]
        match kind:
            case "publish":
                return Arrival(due, kind, self._stories.draw(self._dice))
            case "search":
                return Arrival(due, kind, self._words.draw(self._dice))
            case _:
                place = self._dice.choices(self._kinds, self._shares)[0]
                return Arrival(due, kind, self._pages[place].draw(self._dice))
