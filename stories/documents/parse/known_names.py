"""Known names of outlets and topics, and a search for outlets in running text in one pass."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from newsroom.text.fold import fold
from stories.documents import NamedOutlet
from stories.documents.parse.words.tokens import Token, tokenize

_ARABIC_PARTICLES = ("و", "ف", "ب", "ل", "ك")
_SKIPPED = frozenset("-.")  # so that "Al-Jazeera" equals "Al Jazeera" and "U.S. News" equals "US News"


class _Node:
    """A node of the trie of names: the names that begin with the same words."""

    __slots__ = ("is_small", "next", "outlet")

    def __init__(self) -> None:
        self.next: dict[str, _Node] = {}
        self.outlet: NamedOutlet | None = None
        self.is_small = False  # the name that ends here has no capital letter: "taz", "n-tv"


@dataclass(frozen=True)
class KnownNames:
    """The names that an import may match.

    ``outlets`` maps names and aliases to outlets; ``topics`` maps folded names to a uid and a name. In running text an
    outlet's name needs a capital letter, unless its known spelling has none.
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

    def match_outlet(self, tokens: list[Token], place: int, *, small: bool = False) -> tuple[NamedOutlet, int] | None:
        """Return the outlet with the longest name that begins at ``place``, and the position after that name.

        With ``small`` the name needs no capital letter, as in "the news agency reuters".
        """
        node = self._root
        found: tuple[NamedOutlet, int] | None = None
        words = capitals = 0
        # The first word of a sentence has a capital anyway: "Foreign policy is …" names no outlet.
        opens = place == 0 and tokens[0].folded != "the"
        for after in range(place, len(tokens)):
            token = tokens[after]
            if token.folded in _SKIPPED and after > place:
                continue
            following = _next(node, token.folded) if after == place else node.next.get(token.folded)
            if following is None:
                break
            node = following
            words += token.folded != "the"
            capitals += small or (token.may_begin_name and token.folded != "the")
            if node.outlet and (node.is_small or capitals >= (min(words, 2) if opens else 1)):
                found = node.outlet, after + 1
        return found

    def find_outlet(self, name: str) -> NamedOutlet:
        """Return the known outlet with this name, with or without *The*, or the name as a proposed outlet."""
        folded = fold(name)
        for form in (folded, folded.removeprefix("the "), f"the {folded}"):
            if known := self._folded.get(form):
                return known
        return NamedOutlet(uid=None, name=name)

    def find_topic(self, name: str) -> tuple[UUID, str] | None:
        """Return the uid and name of the known topic with this name, with or without *The*, or None."""
        folded = fold(name)
        for form in (folded, folded.removeprefix("the "), f"the {folded}"):
            if known := self.topics.get(form):
                return known
        return None


def index_outlets(rows: Iterable[tuple[UUID, str, Iterable[str]]]) -> dict[str, NamedOutlet]:
    """Return the outlets by name for ``KnownNames``; each row holds the uid, the name and the aliases of an outlet.

    Where a name and an alias are the same when folded, the name wins.
    """
    listed = [(NamedOutlet(uid=uid, name=name), list(aliases)) for uid, name, aliases in rows]
    named = [(outlet.name, outlet) for outlet, _ in listed]
    named += [(alias, outlet) for outlet, aliases in listed for alias in aliases]
    by_folded: dict[str, tuple[str, NamedOutlet]] = {}
    for name, outlet in named:
        by_folded.setdefault(fold(name), (name, outlet))
    return dict(by_folded.values())


def _next(root: _Node, word: str) -> _Node | None:
    """Return the node of the first word of a name, without the particle that Arabic writes together with it."""
    if found := root.next.get(word):
        return found
    if word.startswith("لل"):
        return root.next.get(f"ال{word[2:]}")
    return root.next.get(word[1:]) if word.startswith(_ARABIC_PARTICLES) else None


def _words_of(name: str) -> list[str]:
    return [token.folded for token in tokenize(name) if token.folded not in _SKIPPED]
