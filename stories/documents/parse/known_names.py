"""Knows the names of outlets and topics, and finds outlets in running text in one pass."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from newsroom.text.fold import fold
from stories.documents import NamedOutlet
from stories.documents.parse.words.tokens import Token, tokenize

_ARABIC_PARTICLES = ("و", "ف", "ب", "ل", "ك")
_SKIPPED = frozenset("-.")  # "Al-Jazeera" is "Al Jazeera", "U.S. News" is "US News"


class _Node:
    """One word further along the names that begin alike."""

    __slots__ = ("is_small", "next", "outlet")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.outlet: NamedOutlet | None = None
        self.is_small = False  # the name that ends here is written without a capital: "taz", "n-tv"


@dataclass(frozen=True)
class KnownNames:
    """The names that an import may match: an outlet's names and aliases to it, a topic's folded ones to its uid and name.

    Outlets are found in running text by names with a capital, unless a name is written without one here.
    """

    outlets: Mapping[str, NamedOutlet] = field(default_factory=dict)
    topics: Mapping[str, tuple[UUID, str]] = field(default_factory=dict)
    _folded: dict[str, NamedOutlet] = field(default_factory=dict, init=False, repr=False, compare=False)
    _root: _Node = field(default_factory=_Node, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, outlet in self.outlets.items():
            folded = fold(name)
            self._folded.setdefault(folded, outlet)
            spelling = outlet.name if fold(outlet.name) == folded else name
            self._add(_words_of(name), outlet, is_small=spelling.islower())
        for name, outlet in self.outlets.items():
            words = _words_of(name)
            if words[:1] == ["the"] and len(words) > 2:
                self._add(words[1:], outlet)

    def _add(self, words: list[str], outlet: NamedOutlet, *, is_small: bool = False) -> None:
        node = self._root
        for word in words:
            node = node.next.setdefault(word, _Node())
        if words and node.outlet is None:
            node.outlet = outlet
            node.is_small = is_small

    def outlet_at(self, tokens: list[Token], place: int, *, small: bool = False) -> tuple[NamedOutlet, int] | None:
        """Return the outlet with the longest name that begins at ``place``, and the place after that name.

        With ``small`` the name needs no capital: "the news agency reuters".
        """
        node = self._root
        found: tuple[NamedOutlet, int] | None = None
        words = capitals = 0
        opens = place == 0 and tokens[0].folded != "the"  # with a capital anyhow: "Foreign policy is …" names nobody
        for after in range(place, len(tokens)):
            token = tokens[after]
            if token.folded in _SKIPPED and after > place:
                continue
            following = _next(node, token.folded) if after == place else node.next.get(token.folded)
            if following is None:
                break
            node = following
            words += token.folded != "the"
            capitals += small or (token.is_capital and token.folded != "the")
            if node.outlet and (node.is_small or capitals >= (min(words, 2) if opens else 1)):
                found = node.outlet, after + 1
        return found

    def outlet(self, name: str) -> NamedOutlet:
        """Return the known outlet of this name, with or without *The*; otherwise the name as a proposal."""
        folded = fold(name)
        for form in (folded, folded.removeprefix("the "), f"the {folded}"):
            if known := self._folded.get(form):
                return known
        return NamedOutlet(uid=None, name=name)

    def topic(self, name: str) -> tuple[UUID, str] | None:
        """Return uid and name of the known topic called this, with or without *The*."""
        folded = fold(name)
        for form in (folded, folded.removeprefix("the "), f"the {folded}"):
            if known := self.topics.get(form):
                return known
        return None


def known_outlets(rows: Iterable[tuple[UUID, str, Iterable[str]]]) -> dict[str, NamedOutlet]:
    """Return the mapping KnownNames takes, from each outlet's uid, name and aliases; a name goes before any alias."""
    listed = [(NamedOutlet(uid=uid, name=name), list(aliases)) for uid, name, aliases in rows]
    named = [(outlet.name, outlet) for outlet, _ in listed]
    named += [(alias, outlet) for outlet, aliases in listed for alias in aliases]
    by_folded: dict[str, tuple[str, NamedOutlet]] = {}
    for name, outlet in named:
        by_folded.setdefault(fold(name), (name, outlet))
    return dict(by_folded.values())


def _next(root: _Node, word: str) -> _Node | None:
    """Return the node of the first word of a name, which Arabic writes together with the particle before it."""
    if found := root.next.get(word):
        return found
    if word.startswith("لل"):
        return root.next.get(f"ال{word[2:]}")
    return root.next.get(word[1:]) if word.startswith(_ARABIC_PARTICLES) else None


def _words_of(name: str) -> list[str]:
    return [token.folded for token in tokenize(name) if token.folded not in _SKIPPED]
