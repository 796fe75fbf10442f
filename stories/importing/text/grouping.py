"""Gathers the outlets that a sentence names in one list: "A, B and C"."""

from collections.abc import Iterator
from dataclasses import dataclass

from stories.importing.text.mentions import Mention
from stories.importing.tokens import Token

_AND = frozenset(["/", "|", "and", "or", "nor", "&", "well", "with", "alongside", "plus"])
_SEPARATORS = _AND | {",", "as", "along", "both", "also", "then", "the"}
_AGAIN = frozenset(["in", "on", "by", "from"])  # "in the Courier and on Radio Tessen"


@dataclass(frozen=True, slots=True)
class Group:
    """Mentions joined by commas and "and"."""

    mentions: tuple[Mention, ...]
    is_joined: bool

    @property
    def first(self) -> int:
        """The place of its first token."""
        return self.mentions[0].first

    @property
    def after(self) -> int:
        """The place after its last token."""
        return self.mentions[-1].after


def groups_of(tokens: list[Token], mentions: list[Mention]) -> Iterator[Group]:
    """Yield mentions that stand in one list together."""
    run: list[Mention] = []
    joined = False
    for mention in mentions:
        between = _without_aside(tokens[run[-1].after : mention.first]) if run else []
        if run and between and len(between) <= 4 and _parts(between):
            joined = not _AND.isdisjoint(between)
        elif run:
            yield Group(tuple(run), joined)
            run, joined = [], False
        run.append(mention)
    if run:
        yield Group(tuple(run), joined)


def _parts(between: list[str]) -> bool:
    """Say whether the words between two names part them as items of one list."""
    is_and = not _AND.isdisjoint(between)
    allowed = _SEPARATORS | _AGAIN if is_and else _SEPARATORS
    return allowed.issuperset(between) and (is_and or "," in between)


def _without_aside(tokens: list[Token]) -> list[str]:
    """Return the words between two mentions, without who or where the first is: "(Kelmar) and", "'s Ada Holm and"."""
    folded = [token.folded for token in tokens[:12]]
    for opening, closing in (("(", ")"), ("[", "]")):
        if folded[:1] == [opening] and closing in folded:
            return folded[folded.index(closing) + 1 :]
    if folded[:1] == ["'"]:
        place = 2 if folded[1:2] == ["s"] else 1
        while place < len(folded) and tokens[place].is_capital:
            place += 1
        return folded[place:]
    return folded
