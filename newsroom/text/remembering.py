"""Keeps what is read out of a text for those who ask for the same next: they come one after the other."""

from collections.abc import Callable
from functools import lru_cache, wraps

LONGEST = 20_000  # characters of a text; of longer ones nothing is kept, so that memory stays small


def remembered[Read](most: int) -> Callable[[Callable[[str], Read]], Callable[[str], Read]]:
    """Let a function of a text alone answer at once for the last ``most`` texts; what it returns is everybody's."""

    def remember(function: Callable[[str], Read]) -> Callable[[str], Read]:
        known = lru_cache(maxsize=most)(function)

        @wraps(function)
        def answer(source: str) -> Read:
            return known(source) if len(source) <= LONGEST else function(source)

        return answer

    return remember
