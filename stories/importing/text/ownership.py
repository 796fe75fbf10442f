"""Decides which outlets a sentence of *What the papers say* belongs to."""

from dataclasses import dataclass

from stories.documents import NamedOutlet
from stories.importing.text.grouping import Group, groups_of
from stories.importing.text.mentions import Mention, Standing
from stories.importing.text.telling import (
    after_aside,
    is_adverb,
    is_media,
    is_past,
    is_piece,
    is_said_of_outlets,
    is_verb,
    person_after,
    piece_after,
    possessive_end,
    verb_after,
)
from stories.importing.tokens import Token
from stories.importing.vocabulary import words

_JOINERS = words("outlets", "joiners")
_STARTS = words("outlets", "clause_starts") | {'"'}
_DESCRIPTORS = words("outlets", "descriptors")
_PREPOSITIONS = words("outlets", "prepositions")
_LISTING = frozenset(["like", "including", "as", "namely"])
_SPEAKING = frozenset(
    ["told", "tell", "tells", "telling", "interview", "speaking", "spoke", "statement", "writing", "wrote"]
)
_SOURCE_OF_PIECES = frozenset(["from", "by", "in", "of", "for", "at"])
_LONGEST_DESCRIPTION = 8


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
    groups = list(groups_of(tokens, mentions))
    for group in groups:
        clause = _Clause(tokens, group)
        found = clause.reporting(is_first=not direct)
        if found and not direct:
            begins = clause.begins
        direct += [outlet for outlet in found if outlet not in direct]
    if direct:
        return Ownership(tuple(direct), True, begins)
    for test in (_Clause.is_source, _Clause.is_spoken_to):
        outlets = [outlet for group in groups if test(clause := _Clause(tokens, group)) for outlet in clause.named()]
        if outlets:
            return Ownership(tuple(dict.fromkeys(outlets)), False)
    return Ownership((), False)


class _Clause:
    """A group of mentions in its sentence, and what stands around it."""

    def __init__(self, tokens: list[Token], group: Group) -> None:
        self._tokens = tokens
        self._group = group
        self._before = self._boundary(group.first)

    @property
    def begins(self) -> int:
        """The place of the first word of what describes and names the group."""
        return self._before + 1

    def named(self, *, verb: Token | None = None) -> list[NamedOutlet]:
        """Return the outlets of the group: known ones, likely ones, and those that stand in one list with them."""
        trusted = any(mention.standing in (Standing.KNOWN, Standing.LIKELY) for mention in self._group.mentions)
        is_list = self._group.is_joined and trusted
        by_verb = verb is not None and is_said_of_outlets(verb) and len(self._group.mentions) == 1
        return [
            mention.outlet
            for mention in self._group.mentions
            if mention.standing in (Standing.KNOWN, Standing.LIKELY)
            or (mention.standing is Standing.POSSIBLE and (is_list or by_verb))
        ]

    def reporting(self, *, is_first: bool) -> list[NamedOutlet]:
        """Return the outlets that the group names as reporting."""
        if self._is_pieces_from():
            return self._all_possible()
        if self._is_label():
            return self.named()
        verb = self._verb()
        if verb is not None and self._begins_clause(is_first=is_first):
            return self.named(verb=verb)
        if verb is not None and not self._group.is_joined and len(self._group.mentions) > 1:
            return self._last_alone().reporting(is_first=is_first)
        return []

    def is_source(self) -> bool:
        """Say whether the sentence has it from the group: "according to …", "reported by …", "…, writes …"."""
        before = self._before
        if before < 0:
            return possessive_end(self._tokens, self._group.after) > self._group.after and self._group.first > 0
        token = self._tokens[before]
        previous = self._tokens[before - 1] if before else token
        if token.folded == "to" and previous.folded == "according":
            return True
        if token.folded == "per":
            return True
        if token.folded == "by":
            return is_past(previous) or is_piece(previous)
        if token.folded in _SOURCE_OF_PIECES and (is_piece(previous) or self._is_own_view()):
            return True
        if is_verb(token) and (before == 0 or not previous.is_word or previous.folded == "as"):
            return True
        return token.folded in ("(", "—") and self._ends_sentence()

    def is_spoken_to(self) -> bool:
        """Say whether somebody speaks to the group in the sentence: "told …", "in an interview with …"."""
        near = self._tokens[max(0, self._before - 3) : self._before + 1]
        return any(token.folded in _SPEAKING for token in near)

    def _all_possible(self) -> list[NamedOutlet]:
        return [mention.outlet for mention in self._group.mentions if mention.standing is not Standing.NONE]

    def _last_alone(self) -> "_Clause":
        return _Clause(self._tokens, Group(self._group.mentions[-1:], False))

    def _boundary(self, first: int) -> int:
        """Return the place of the word before the group and what describes it, or -1 at the sentence's start."""
        place = first - 1
        for _ in range(_LONGEST_DESCRIPTION):
            if place < 0 or not self._describes(place):
                break
            place -= 1
        return place

    def _describes(self, place: int) -> bool:
        token = self._tokens[place]
        if token.folded in _DESCRIPTORS or is_media(token) or token.folded == "-":
            return True
        if is_verb(token):
            return False
        if is_adverb(token):
            return True
        if token.folded in ("'", "s"):
            return place > 0 and token.start == self._tokens[place - 1].end
        if token.folded in _PREPOSITIONS:
            return False
        return token.is_capital and place + 1 < len(self._tokens) and self._tokens[place + 1].folded != ","

    def _begins_clause(self, *, is_first: bool) -> bool:
        if self._before < 0:
            return True
        token = self._tokens[self._before]
        if token.folded in _JOINERS:
            return True
        if token.folded == ",":
            return True
        return is_first and (token.folded in _STARTS or not token.is_word or self._is_listed())

    def _is_listed(self) -> bool:
        """Say whether the group gives examples of outlets: "outlets such as …", "papers including …"."""
        if self._tokens[self._before].folded not in _LISTING:
            return False
        return any(is_media(token) for token in self._tokens[max(0, self._before - 3) : self._before])

    def _is_pieces_from(self) -> bool:
        """Say whether pieces of the group are the subject: "The articles from …", "those by …", "sources like …"."""
        before = self._before
        if before < 1:
            return False
        token, previous = self._tokens[before], self._tokens[before - 1]
        if token.folded in _LISTING:
            return self._is_listed() and self._opens(before - 1)
        if token.folded not in _SOURCE_OF_PIECES:
            return False
        is_subject = is_piece(previous) or previous.folded in ("those", "that", "ones")
        return is_subject and self._opens(before - 1)

    def _opens(self, place: int) -> bool:
        """Say whether the noun at ``place`` begins its clause, with at most a few words that describe it."""
        for here in range(place - 1, max(-1, place - 6), -1):
            token = self._tokens[here]
            if token.folded in _JOINERS or token.folded == ",":
                return True
            if is_verb(token) or token.folded in _SOURCE_OF_PIECES:
                return False
        return place <= 5

    def _is_own_view(self) -> bool:
        """Say whether it is "in AFP's analysis", "in Reuters' view"."""
        owned = possessive_end(self._tokens, self._group.after)
        return owned > self._group.after and piece_after(self._tokens, owned) > 0

    def _is_label(self) -> bool:
        """Say whether the group stands before its claim as a label: "Reuters: …", "A, B, C — …"."""
        after = self._group.after
        if self._group.first > 1 or after + 1 >= len(self._tokens) or self._before >= 0:
            return False
        token = self._tokens[after]
        spaced = token.folded == "-" and token.start > self._tokens[after - 1].end
        return (token.folded in (":", "—") or spaced) and after_aside(self._tokens, after) == after

    def _ends_sentence(self) -> bool:
        return not any(self._tokens[place].is_word for place in range(self._group.after, len(self._tokens)))

    def _verb(self) -> Token | None:
        """Return the reporting verb of which the group, or what is the group's, is the subject."""
        after = self._after_others()
        if self._before >= 0 and after < len(self._tokens):
            around = self._tokens[self._before].folded + self._tokens[after].folded
            after += around in ("——", "()")  # the list itself is an aside: "Two papers—A and B—report …"
        owned = possessive_end(self._tokens, after)
        if owned > after:
            subject = piece_after(self._tokens, owned) or person_after(self._tokens, owned)
            if not subject:
                return None
            return verb_after(self._tokens, subject) or self._verb_within(subject)
        if after < len(self._tokens) and is_media(self._tokens[after]):
            after += 1  # "Der Spiegel magazine asks"
        if verb := verb_after(self._tokens, after):
            return verb
        subject = piece_after(self._tokens, after)
        return (verb_after(self._tokens, subject) or self._verb_within(subject)) if subject else None

    def _verb_within(self, place: int) -> Token | None:
        """Return the first reporting verb of the next few words: "AFP's analysis of the vote stresses"."""
        for token in self._tokens[place : place + 8]:
            if is_verb(token):
                return token
            if token.folded in (",", ";", "that", "which"):
                return None
        return None

    def _after_others(self) -> int:
        """Return the place after the group, and after "and other outlets" or "and others"."""
        after = self._group.after
        following = [token.folded for token in self._tokens[after : after + 5]]
        if following[:1] == ["and"] and any(word in ("other", "others") for word in following[1:3]):
            for distance, token in enumerate(self._tokens[after : after + 6], start=1):
                if is_media(token):
                    return after + distance
        return after
