"""Decides which outlets a sentence of *What the papers say* belongs to."""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass

from stories.documents import NamedOutlet
from stories.importing.text.clause import Clause
from stories.importing.text.grouping import Group, groups_of
from stories.importing.text.mentions import Mention, Standing
from stories.importing.text.telling import (
    after_aside,
    is_adverb,
    is_going,
    is_media,
    is_of_outlets,
    is_past,
    is_said_of_outlets,
    is_verb,
    piece_after,
    possessive_end,
    verb_after,
)
from stories.importing.tokens import Token
from stories.importing.vocabulary import words

_JOINERS = words("outlets", "joiners")
_STARTS = words("outlets", "clause_starts") | {'"'}
_LISTING = frozenset(["like", "including", "as", "namely", "notably", "especially", "particularly"])
_SPEAKING = frozenset(
    ["told", "tell", "tells", "telling", "interview", "speaking", "spoke", "statement", "writing", "wrote"]
)
_OF_PIECES = frozenset(["from", "by", "in", "of", "for", "at"])


@dataclass(frozen=True, slots=True)
class Ownership:
    """The outlets that report in a sentence, whether it says so plainly, and at which word the first is named."""

    outlets: tuple[NamedOutlet, ...]
    is_direct: bool
    begins: int = 0


def ownership(tokens: list[Token], mentions: list[Mention]) -> Ownership:
    """Return whom a sentence belongs to: those who report in it, or else those it says it has it from."""
    direct: list[NamedOutlet] = []
    begins = 0
    is_plain = False
    groups = list(groups_of(tokens, list(_unquoted(tokens, mentions))))
    knows = any(mention.standing is Standing.KNOWN for mention in mentions)
    for group in groups:
        clause = _Roles(tokens, group, knows=knows)
        found = clause.reporting(is_first=not direct)
        if found and not direct:
            begins = clause.begins
        is_plain = is_plain or (bool(found) and clause.tells_plainly())
        direct += [outlet for outlet in found if outlet not in direct]
    if is_plain:
        return Ownership(tuple(direct), True, begins)
    # "The BBC apologised, according to AFP": who only does something gives way to whom it is known from.
    for test in (_Roles.is_credited,) if direct else (_Roles.is_source, _Roles.is_spoken_to):
        outlets = [
            outlet
            for group in groups
            if test(clause := _Roles(tokens, group, knows=knows))
            for outlet in clause.named()
        ]
        if outlets:
            return Ownership(tuple(dict.fromkeys(outlets)), False)
    return Ownership(tuple(direct), bool(direct), begins)


def _unquoted(tokens: list[Token], mentions: list[Mention]) -> Iterator[Mention]:
    """Yield the names that do not stand among other words of a quotation: what is said there nobody reports."""
    marks = [place for place, token in enumerate(tokens) if token.folded == '"']
    for mention in mentions:
        before = bisect(marks, mention.first)
        is_open = before % 2 and before < len(marks)
        if not is_open or marks[before] - marks[before - 1] - 1 == mention.after - mention.first:
            yield mention


class _Roles(Clause):
    """What a group of mentions does in its sentence; ``knows`` says that the sentence names a known outlet."""

    def __init__(self, tokens: list[Token], group: Group, *, knows: bool) -> None:
        super().__init__(tokens, group)
        self._knows = knows

    @property
    def begins(self) -> int:
        """The place of the first word of the clause in which the group reports."""
        return 0 if self._is_pieces_from() or self._follows_person() else self._before + 1

    def named(self, *, verb: Token | None = None) -> list[NamedOutlet]:
        """Return the outlets of the group: known ones, likely ones, and those that stand in one list with them."""
        trusted = any(mention.standing in (Standing.KNOWN, Standing.LIKELY) for mention in self._group.mentions)
        is_list = self._group.is_joined and trusted
        owns = possessive_end(self._tokens, self._group.after) > self._group.after
        by_verb = verb is not None and is_said_of_outlets(verb) and len(self._group.mentions) == 1 and not owns
        return [
            mention.outlet
            for mention in self._group.mentions
            if mention.standing in (Standing.KNOWN, Standing.LIKELY)
            or (mention.standing is Standing.POSSIBLE and (is_list or (by_verb and not self._is_person(mention))))
        ]

    def reporting(self, *, is_first: bool) -> list[NamedOutlet]:
        """Return the outlets that the group names as reporting."""
        if self._is_pieces_from():
            return self._all_possible()
        if self._is_label() or self._accompanies() or self._is_explained():
            return self.named()
        verb = self._verb()
        if verb is not None and (self._begins_clause(is_first=is_first) or (is_first and self._follows_person())):
            return self.named(verb=verb)
        if verb is not None and len(self._group.mentions) > 1 and (others := self._without_first()):
            return others.reporting(is_first=is_first)
        return []

    def _accompanies(self) -> bool:
        """Say whether it is "…, with the Courier noting …", or goes on after that: "and AFP focusing on …"."""
        word = self._tokens[self._before].folded if self._before >= 0 else ""
        if word not in ("with", "and", ","):
            return False
        for token in self._tokens[self._group.after : self._group.after + 3]:
            if is_going(token):
                return True
            if not is_adverb(token):
                return False
        return False

    def _is_explained(self) -> bool:
        """Say whether a clause of its own says what the group or its piece tells: "AFP's report, which notes …"."""
        after = possessive_end(self._tokens, self._group.after)
        if after > self._group.after:
            after = piece_after(self._tokens, after) or after
        comma, which = [*self._tokens[after : after + 2], None, None][:2]
        if comma is None or which is None or comma.folded != "," or which.folded not in ("which", "who"):
            return False
        return verb_after(self._tokens, after + 2) is not None

    def tells_plainly(self) -> bool:
        """Say whether it reports by a word for reporting, not just as a known outlet that does something."""
        verb = self._verb()
        return verb is None or is_verb(verb) or is_of_outlets(verb) or is_going(verb)

    def is_credited(self) -> bool:
        """Say whether it is "according to" or "per" the group."""
        before = self._before
        if before < 0:
            return False
        is_according = before > 0 and self._tokens[before - 1].folded == "according"
        return self._tokens[before].folded == "per" or (self._tokens[before].folded == "to" and is_according)

    def is_source(self) -> bool:
        """Say whether the sentence has it from the group: "according to …", "reported by …", "…, writes …"."""
        before = self._before
        if before < 0:
            return possessive_end(self._tokens, self._group.after) > self._group.after and self._group.first > 0
        token = self._tokens[before]
        previous = self._tokens[before - 1] if before else token
        if self.is_credited() or self._opens_sentence():
            return True
        if token.folded == "by":
            return is_past(previous) or is_of_outlets(previous)
        if token.folded in _OF_PIECES and (is_of_outlets(previous) or is_verb(previous) or self._is_own_view()):
            return True
        if token.folded == "from" and previous.folded in ("comes", "come", "came"):
            return True
        if is_verb(token) and (before == 0 or not previous.is_word or previous.folded == "as"):
            return True
        return token.folded in ("(", "—") and self._ends_sentence()

    def _opens_sentence(self) -> bool:
        """Say whether the group stands first with a small word: "For the Courier, …", "From Ansgar Wire, …"."""
        after = self._group.mentions[0].after
        starts = 1 if self._tokens[0].folded == "over" else 0  # "Over at Morrow Daily, …"
        is_small = self._before == starts and self._tokens[starts].folded in ("at", "from", "in", "for", "to")
        return is_small and after < len(self._tokens) and self._tokens[after].folded == ","

    def is_spoken_to(self) -> bool:
        """Say whether somebody speaks to the group in the sentence: "told …", "in an interview with …"."""
        near = self._tokens[max(0, self._before - 3) : self._before + 1]
        return any(token.folded in _SPEAKING for token in near)

    def _is_person(self, mention: Mention) -> bool:
        """Say whether an unknown name beside a known outlet is rather a person's: two words or three."""
        return self._knows and " " in mention.outlet.name

    def _all_possible(self) -> list[NamedOutlet]:
        """Return the outlets whose pieces these are; what is written "by" an unknown name is by a person."""
        by = self._before >= 0 and self._tokens[self._before].folded == "by"
        if by or self._knows or not self._group.is_joined:
            return self.named()
        return [one.outlet for one in self._group.mentions if one.standing is not Standing.NONE]

    def _without_first(self) -> "_Roles | None":
        """Return those that a comma parts from one only compared: "Unlike the Courier, Radio Tessen and AFP say …"."""
        if not self._group.is_joined:
            return _Roles(self._tokens, Group(self._group.mentions[-1:], False), knows=self._knows)
        if self._before != 0 or self._tokens[0].folded not in ("like", "unlike"):
            return None
        rest = self._group.mentions[1:]
        return _Roles(self._tokens, Group(rest, len(rest) > 1), knows=self._knows)

    def _begins_clause(self, *, is_first: bool) -> bool:
        if self._before < 0:
            return True
        token = self._tokens[self._before]
        if token.folded in _JOINERS:
            return True
        if token.folded == "," or (token.folded == "in" and self._tokens[self._before + 1].text.isdigit()):
            return True
        return is_first and (token.folded in _STARTS or not token.is_word or self._is_listed())

    def _is_listed(self) -> bool:
        """Say whether the group gives examples of outlets: "outlets such as …", "papers including …"."""
        if self._tokens[self._before].folded not in _LISTING:
            return False
        before = self._tokens[max(0, self._before - 3) : self._before]
        return any(is_media(token) or token.folded == "ones" for token in before)

    def _is_pieces_from(self) -> bool:
        """Say whether pieces of the group are the subject: "The articles from …", "those by …", "sources like …"."""
        before = self._before
        if before < 1:
            return False
        token, previous = self._tokens[before], self._tokens[before - 1]
        if token.folded in _LISTING:
            return self._is_listed() and self._opens(before - 1)
        if token.folded not in _OF_PIECES:
            return False
        is_subject = is_of_outlets(previous) or is_media(previous) or previous.folded in ("those", "that", "ones")
        return is_subject and self._opens(before - 1)

    def _is_own_view(self) -> bool:
        """Say whether it is "in AFP's analysis", "in Reuters' view"."""
        owned = possessive_end(self._tokens, self._group.after)
        return owned > self._group.after and piece_after(self._tokens, owned) > 0

    def _is_label(self) -> bool:
        """Say whether the group stands before its claim as a label: "Reuters: …", "A, B, C — …"."""
        after = self._group.after
        if self._group.first > 1 or after + 1 >= len(self._tokens) or self._before >= 0:
            return False
        return self._tokens[after].folded in (":", "—") and after_aside(self._tokens, after) == after
