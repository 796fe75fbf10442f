"""Group the outlets that a sentence names in one list, as in "A, B and C"."""

from collections.abc import Iterator
from dataclasses import dataclass

from stories.documents.parse.text.outlet_mentions import ARTICLES, Mention
from stories.documents.parse.words.tokens import Token

_ARABIC_AND = "و"
_AND = frozenset(
    [
        "/",
        "|",
        "and",
        "or",
        "nor",
        "&",
        "well",
        "with",
        "alongside",
        "plus",
        "und",
        "sowie",
        "y",
        "e",
        "et",
        _ARABIC_AND,
    ]
)
_SEPARATORS = _AND | {",", "as", "along", "both", "also", "then", *ARTICLES}
_AGAIN = frozenset(["in", "on", "by", "from"])  # as in "in the Courier and on Radio Tessen"


@dataclass(frozen=True, slots=True)
class MentionGroup:
    """Mentions joined by commas and "and"; ``ands`` holds the indexes of those that "and" joins to the previous one."""

    mentions: tuple[Mention, ...]
    joined_indexes: frozenset[int] = frozenset()

    @property
    def is_joined(self) -> bool:
        """Whether "and" or a similar word makes it a list; two names with only a comma between them need not be one."""
        return len(self.mentions) - 1 in self.joined_indexes

    @property
    def first(self) -> int:
        """The position of its first token."""
        return self.mentions[0].first

    @property
    def end(self) -> int:
        """The position after its last token."""
        return self.mentions[-1].end

    def take(self, count: int) -> "MentionGroup":
        """Return the first ``count`` mentions as a group."""
        return MentionGroup(self.mentions[:count], frozenset(place for place in self.joined_indexes if place < count))

    def drop(self, place: int) -> "MentionGroup":
        """Return the mentions from index ``place`` on as a group."""
        return MentionGroup(
            self.mentions[place:], frozenset(other - place for other in self.joined_indexes if other > place)
        )

    def find_main_clause(self) -> int:
        """Return the index of the mention that begins the main clause in "Unlike A and B, C and D say …", or 0.

        It is the first one that follows a comma after the "and" of the opening list, or else after any comma.
        """
        commas = [place for place in range(1, len(self.mentions)) if place not in self.joined_indexes]
        first_and = min(self.joined_indexes, default=len(self.mentions))
        return next((place for place in commas if place > first_and), commas[0] if commas else 0)


def group_mentions(tokens: list[Token], mentions: list[Mention]) -> Iterator[MentionGroup]:
    """Yield the groups of mentions that form one list."""
    run: list[Mention] = []
    ands: set[int] = set()
    for mention in mentions:
        between = _between(tokens, run[-1], mention) if run else []
        if run and between and len(between) <= 4 and _parts(between):
            ands |= set() if _AND.isdisjoint(between) and "but" not in between else {len(run)}
        elif run:
            yield MentionGroup(tuple(run), frozenset(ands))
            run, ands = [], set()
        run.append(mention)
    if run:
        yield MentionGroup(tuple(run), frozenset(ands))


def _between(tokens: list[Token], one: Mention, other: Mention) -> list[str]:
    """Return the words between two mentions."""
    # Arabic writes "and" together with the name after it.
    if one.end == other.first and tokens[other.first].folded.startswith(_ARABIC_AND):
        return [_ARABIC_AND]
    return _without_aside(tokens[one.end : other.first])


def _parts(between: list[str]) -> bool:
    """Return whether the words between two names separate them as items of one list."""
    is_and = not _AND.isdisjoint(between)
    if between[:2] == ["but", "also"]:  # "not only AFP but also the Courier"
        return _SEPARATORS.issuperset(between[2:])
    allowed = _SEPARATORS | _AGAIN if is_and else _SEPARATORS
    return allowed.issuperset(between) and (is_and or "," in between)


def _without_aside(tokens: list[Token]) -> list[str]:
    """Return the words between two mentions, without an aside about the first: "(Kelmar) and", "'s Ada Holm and"."""
    folded = [token.folded for token in tokens[:12]]
    for opening, closing in (("(", ")"), ("[", "]")):
        if folded[:1] == [opening] and closing in folded:
            return folded[folded.index(closing) + 1 :]
    if folded[:1] == ["'"]:
        place = 2 if folded[1:2] == ["s"] else 1
        while place < len(folded) and tokens[place].may_begin_name:
            place += 1
        return folded[place:]
    return folded
