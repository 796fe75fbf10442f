"""Known names of outlets and topics, and a trie that finds the names of outlets in running text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from newsroom.text.fold import fold
from stories.documents import NamedOutlet
from stories.documents.parse.words.tokens import Token, tokenize

_ARABIC_PARTICLES = ("و", "ف", "ب", "ل", "ك")
_SKIPPED = frozenset("-.")  # so that "Al-Jazeera" equals "Al Jazeera" and "St. Kelmar Herald" equals "St Kelmar Herald"


class _TrieNode:
    """A node of the trie of names. It represents all names that begin with the same words."""

    __slots__ = ("has_small_name", "next", "outlet")

    def __init__(self) -> None:
        self.next: dict[str, _TrieNode] = {}
        self.outlet: NamedOutlet | None = None
        self.has_small_name = False  # the name that ends at this node has no capital letter: "taz", "n-tv"


@dataclass(frozen=True)
class KnownNames:
    """The names that an import may match.

    ``outlets`` maps names and aliases to outlets. ``topics`` maps folded names to a uid and a name. In running text,
    the name of an outlet must not be entirely in lower case, unless its known spelling is.
    """

    outlets: Mapping[str, NamedOutlet] = field(default_factory=dict)
    topics: Mapping[str, tuple[UUID, str]] = field(default_factory=dict)
    _folded: dict[str, NamedOutlet] = field(default_factory=dict, init=False, repr=False, compare=False)
    _root: _TrieNode = field(default_factory=_TrieNode, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, outlet in self.outlets.items():
            folded = fold(name)
            self._folded.setdefault(folded, outlet)
            spelling = outlet.name if fold(outlet.name) == folded else name
            self._add(_fold_words(name), outlet, has_small_name=spelling.islower())
        for name, outlet in self.outlets.items():
            words = _fold_words(name)
            if words[:1] == ["the"] and len(words) > 2:
                self._add(words[1:], outlet)

    def _add(self, words: list[str], outlet: NamedOutlet, *, has_small_name: bool = False) -> None:
        node = self._root
        for word in words:
            node = node.next.setdefault(word, _TrieNode())
        if words and node.outlet is None:
            node.outlet = outlet
            node.has_small_name = has_small_name

    def match_outlet(
        self, tokens: list[Token], index: int, *, allow_lower_case: bool = False
    ) -> tuple[NamedOutlet, int] | None:
        """Return the outlet with the longest name that begins at ``index``, and the position after it, or None.

        With ``allow_lower_case``, the name needs no capital letter, as in "the news agency reuters".
        """
        node = self._root
        longest: tuple[NamedOutlet, int] | None = None
        words = capitals = 0
        # The first word of a sentence is always capitalised: "Foreign policy is …" does not name an outlet.
        opens_sentence = index == 0 and tokens[0].folded != "the"
        for end_index in range(index, len(tokens)):
            token = tokens[end_index]
            if token.folded in _SKIPPED and end_index > index:
                continue
            following = _find_first_node(node, token.folded) if end_index == index else node.next.get(token.folded)
            if following is None:
                break
            node = following
            words += token.folded != "the"
            capitals += allow_lower_case or (token.may_begin_name and token.folded != "the")
            if node.outlet and (node.has_small_name or capitals >= (min(words, 2) if opens_sentence else 1)):
                longest = node.outlet, end_index + 1
        return longest

    def find_outlet(self, name: str) -> NamedOutlet:
        """Return the known outlet with this name, with or without *The*, or else a proposed outlet with this name."""
        folded = fold(name)
        for form in (folded, folded.removeprefix("the "), f"the {folded}"):
            if outlet := self._folded.get(form):
                return outlet
        return NamedOutlet(uid=None, name=name)

    def find_topic(self, name: str) -> tuple[UUID, str] | None:
        """Return the uid and name of the known topic with this name, with or without *The*, or None."""
        folded = fold(name)
        for form in (folded, folded.removeprefix("the "), f"the {folded}"):
            if topic := self.topics.get(form):
                return topic
        return None


def index_outlets(rows: Iterable[tuple[UUID, str, Iterable[str]]]) -> dict[str, NamedOutlet]:
    """Return the outlets for ``KnownNames``, keyed by name and alias.

    Each row holds the uid, name and aliases of an outlet. If a name and an alias have the same folded form, the name
    takes precedence.
    """
    outlets = [(NamedOutlet(uid=uid, name=name), list(aliases)) for uid, name, aliases in rows]
    by_name = [(outlet.name, outlet) for outlet, _ in outlets]
    by_name += [(alias, outlet) for outlet, aliases in outlets for alias in aliases]
    by_folded: dict[str, tuple[str, NamedOutlet]] = {}
    for name, outlet in by_name:
        by_folded.setdefault(fold(name), (name, outlet))
    return dict(by_folded.values())


def _find_first_node(root: _TrieNode, word: str) -> _TrieNode | None:
    """Return the node for the first word of a name, with or without a particle that Arabic attaches to it, or None."""
    if node := root.next.get(word):
        return node
    if word.startswith("لل"):
        return root.next.get(f"ال{word[2:]}")
    return root.next.get(word[1:]) if word.startswith(_ARABIC_PARTICLES) else None


def _fold_words(name: str) -> list[str]:
    return [token.folded for token in tokenize(name) if token.folded not in _SKIPPED]
