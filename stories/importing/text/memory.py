"""Remembers which outlets a text has named as reporting, for sentences that refer back to them."""

from collections.abc import Iterable

from newsroom.text.folding import fold
from stories.documents import NamedOutlet
from stories.importing.text.telling import is_adverb, is_media, is_piece, is_verb
from stories.importing.tokens import Token

_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "former": -2, "latter": -1, "last": -1}
_BOTH = frozenset(["both", "two"])
_OPENINGS = frozenset(["but", "and", "yet", "still", "meanwhile", "however", "also", ",", "in", "addition", "while"])
_SINGLE = frozenset(
    ["article", "piece", "outlet", "paper", "newspaper", "publication", "agency", "broadcaster", "magazine"]
)
_DESCRIPTIONS = frozenset(["same", "news", "latest", "full"])


class Memory:
    """The outlets of a text in the order in which they report."""

    def __init__(self) -> None:
        self._named: list[NamedOutlet] = []  # each once, where it first reports
        self._latest: list[NamedOutlet] = []  # each once, where it last reports

    def remember(self, outlets: Iterable[NamedOutlet]) -> None:
        """Note that these report in a sentence, in their order."""
        for outlet in outlets:
            if outlet not in self._named:
                self._named.append(outlet)
            if outlet in self._latest:
                self._latest.remove(outlet)
            self._latest.append(outlet)

    def known_ending(self, word: str) -> NamedOutlet | None:
        """Return the known outlet that reported last and whose name ends with ``word``: "the Post" is one named in full."""
        ending = f" {word}"
        return next((one for one in reversed(self._latest) if one.uid and fold(one.name).endswith(ending)), None)

    def referred_to(self, tokens: list[Token], before: tuple[NamedOutlet, ...]) -> tuple[NamedOutlet, ...]:
        """Return the outlets that "The article …", "Both articles …" or "It adds …" at the start refers to.

        ``before`` are those of the sentence before, for what goes on from it.
        """
        place = 0
        while place < min(len(tokens), 4) and tokens[place].folded in _OPENINGS:
            place += 1
        following = tokens[place + 1 : place + 9]
        if len(following) < 2:
            return ()
        first = tokens[place].folded
        if first in _BOTH or (first == "the" and following[0].folded in _BOTH):
            return self._both(following[:3])
        if first in ("the", "this", "its", "that"):
            return self._by_number(tokens) if following[0].folded in _ORDINALS else self._the_article(following, before)
        if first in ("it", "they") and _tells(following[:3]):
            return before if (len(before) == 1) == (first == "it") else ()
        return ()

    def _both(self, following: list[Token]) -> tuple[NamedOutlet, ...]:
        names_them = any(_is_reporting(token) for token in following) or is_verb(following[0])
        return tuple(self._latest[-2:]) if names_them and len(self._latest) >= 2 else ()

    def _by_number(self, tokens: list[Token]) -> tuple[NamedOutlet, ...]:
        """Return the outlets that "the first article", "the second paper", "the former" and "the latter" mean."""
        found: list[NamedOutlet] = []
        for the, word, noun in zip(tokens, tokens[1:], tokens[2:], strict=False):
            number = _ORDINALS.get(word.folded) if the.folded == "the" else None
            if number is None or not (number < 0 or _is_reporting(noun)):
                continue
            known = self._named if number >= 0 else self._latest
            if -len(known) <= number < len(known):
                found.append(known[number])
        return tuple(dict.fromkeys(found))

    def _the_article(self, following: list[Token], before: tuple[NamedOutlet, ...]) -> tuple[NamedOutlet, ...]:
        described = following[0].folded in _DESCRIPTIONS or (following[0].is_capital and is_media(following[1]))
        subject, rest = (following[1], following[2:]) if described else (following[0], following[1:])
        if subject.folded in _SINGLE:
            return tuple(self._latest[-1:])
        if not _is_reporting(subject) or (subject.folded.endswith("s") and subject.folded != "analysis"):
            return ()
        return before[-1:] if _tells(rest[:3]) else ()


def _tells(tokens: list[Token]) -> bool:
    for token in tokens:
        if is_verb(token):
            return True
        if not is_adverb(token):
            return False
    return False


def _is_reporting(token: Token) -> bool:
    return is_piece(token) or is_media(token)
