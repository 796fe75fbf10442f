"""Knows the names of outlets and topics, and finds outlets in running text in one pass."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from newsroom.text.folding import fold
from stories.documents import NamedOutlet
from stories.importing.tokens import Token, tokenize

_SKIPPED = frozenset("-.")  # "Al-Jazeera" is "Al Jazeera", "U.S. News" is "US News"


class _Node:
    """One word further along the names that begin alike."""

    __slots__ = ("next", "outlet")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.outlet: NamedOutlet | None = None


@dataclass(frozen=True)
class KnownNames:
    """The names that an import may match: folded name or alias to outlet, and to a topic's uid and name."""

    outlets: Mapping[str, NamedOutlet] = field(default_factory=dict)
    topics: Mapping[str, tuple[UUID, str]] = field(default_factory=dict)
    _root: _Node = field(default_factory=_Node, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, outlet in self.outlets.items():
            words = [token.folded for token in tokenize(name) if token.folded not in _SKIPPED]
            self._add(words, outlet)
        for name, outlet in self.outlets.items():
            words = [token.folded for token in tokenize(name) if token.folded not in _SKIPPED]
            if words[:1] == ["the"] and len(words) > 2:
                self._add(words[1:], outlet)

    def _add(self, words: list[str], outlet: NamedOutlet) -> None:
        node = self._root
        for word in words:
            node = node.next.setdefault(word, _Node())
        if words and node.outlet is None:
            node.outlet = outlet

    def outlet_at(self, tokens: list[Token], place: int, *, small: bool = False) -> tuple[NamedOutlet, int] | None:
        """Return the outlet with the longest name that begins at ``place``, and the place after that name.

        With ``small`` the name needs no capital: "the news agency dpa".
        """
        if not small and not tokens[place].is_capital and tokens[place].folded != "the":
            return None
        node: _Node | None = self._root
        found: tuple[NamedOutlet, int] | None = None
        words = capitals = 0
        opens = place == 0 and tokens[0].folded != "the"  # with a capital anyhow: "Foreign policy is …" names nobody
        for after in range(place, len(tokens)):
            token = tokens[after]
            if token.folded in _SKIPPED and after > place:
                continue
            node = node.next.get(token.folded) if node else None
            if node is None:
                break
            words += token.folded != "the"
            capitals += small or (token.is_capital and token.folded != "the")
            if node.outlet and capitals >= (min(words, 2) if opens else 1):
                found = node.outlet, after + 1
        return found

    def outlet(self, name: str) -> NamedOutlet:
        """Return the known outlet of this name, with or without *The*; otherwise the name as a proposal."""
        folded = fold(name)
        for form in (folded, folded.removeprefix("the "), f"the {folded}"):
            if known := self.outlets.get(form):
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
    outlets = {fold(outlet.name): outlet for outlet, _ in listed}
    for outlet, aliases in listed:
        for alias in aliases:
            outlets.setdefault(fold(alias), outlet)
    return outlets
