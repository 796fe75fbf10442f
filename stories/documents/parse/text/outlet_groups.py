"""Group the outlets that a sentence names in a list, such as "A, B and C"."""

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
_REPEATED_PREPOSITIONS = frozenset(["in", "on", "by", "from"])  # as in "in the Courier and on Radio Tessen"


@dataclass(frozen=True, slots=True)
class MentionGroup:
    """Mentions in one list; ``joined_indexes`` are the indexes of those that follow "and" or a similar word."""

    mentions: tuple[Mention, ...]
    joined_indexes: frozenset[int] = frozenset()

    @property
    def is_joined(self) -> bool:
        """Whether "and" or a similar word joins the last mention. With only commas, the names need not form a list."""
        return len(self.mentions) - 1 in self.joined_indexes

    @property
    def first(self) -> int:
        """The position of the first token."""
        return self.mentions[0].first

    @property
    def end(self) -> int:
        """The position after the last token."""
        return self.mentions[-1].end

    def take(self, count: int) -> "MentionGroup":
        """Return the first ``count`` mentions as a group."""
        return MentionGroup(self.mentions[:count], frozenset(index for index in self.joined_indexes if index < count))

    def drop(self, index: int) -> "MentionGroup":
        """Return the mentions from ``index`` onwards as a group."""
        return MentionGroup(
            self.mentions[index:],
            frozenset(joined_index - index for joined_index in self.joined_indexes if joined_index > index),
        )

    def find_main_clause(self) -> int:
        """Return the index of the mention that begins the main clause, as in "Unlike A and B, C and D say …", or 0.

        This is the first mention that follows a comma after the "and" of the opening list, or else the first that
        follows any comma.
        """
        commas = [index for index in range(1, len(self.mentions)) if index not in self.joined_indexes]
        first_and = min(self.joined_indexes, default=len(self.mentions))
        return next((index for index in commas if index > first_and), commas[0] if commas else 0)


def group_mentions(tokens: list[Token], mentions: list[Mention]) -> Iterator[MentionGroup]:
    """Yield groups of mentions, each of which forms one list."""
    mentions_of_group: list[Mention] = []
    joined_indexes: set[int] = set()
    for mention in mentions:
        between = _words_between(tokens, mentions_of_group[-1], mention) if mentions_of_group else []
        if mentions_of_group and between and len(between) <= 4 and _is_list_separator(between):
            joined_indexes |= set() if _AND.isdisjoint(between) and "but" not in between else {len(mentions_of_group)}
        elif mentions_of_group:
            yield MentionGroup(tuple(mentions_of_group), frozenset(joined_indexes))
            mentions_of_group, joined_indexes = [], set()
        mentions_of_group.append(mention)
    if mentions_of_group:
        yield MentionGroup(tuple(mentions_of_group), frozenset(joined_indexes))


def _words_between(tokens: list[Token], previous: Mention, following: Mention) -> list[str]:
    """Return the words between two mentions, without an aside about the first."""
    # Arabic attaches "and" to the name that follows it.
    if previous.end == following.first and tokens[following.first].folded.startswith(_ARABIC_AND):
        return [_ARABIC_AND]
    return _without_aside(tokens[previous.end : following.first])


def _is_list_separator(between: list[str]) -> bool:
    """Return whether the words between two names separate them as items of one list."""
    is_and = not _AND.isdisjoint(between)
    if between[:2] == ["but", "also"]:  # "not only AFP but also the Courier"
        return _SEPARATORS.issuperset(between[2:])
    allowed = _SEPARATORS | _REPEATED_PREPOSITIONS if is_and else _SEPARATORS
    return allowed.issuperset(between) and (is_and or "," in between)


def _without_aside(tokens: list[Token]) -> list[str]:
    """Return the words of ``tokens`` without an aside at the beginning, such as "(Kelmar)" or "'s Ada Holm"."""
    folded = [token.folded for token in tokens[:12]]
    for opening, closing in (("(", ")"), ("[", "]")):
        if folded[:1] == [opening] and closing in folded:
            return folded[folded.index(closing) + 1 :]
    if folded[:1] == ["'"]:
        index = 2 if folded[1:2] == ["s"] else 1
        while index < len(folded) and tokens[index].may_begin_name:
            index += 1
        return folded[index:]
    return folded
