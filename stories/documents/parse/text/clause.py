"""Analyse the context of a group of outlets in its sentence: the word before it, and its verb if it is a subject."""

from newsroom.text.fold import fold
from stories.documents.parse.text.outlet_groups import MentionGroup
from stories.documents.parse.text.outlet_mentions import Certainty, Mention
from stories.documents.parse.text.reporting_verbs import (
    find_owned_noun_end,
    find_person_end,
    find_verb,
    is_adverb,
    is_outlet_noun,
    is_owned_noun,
    is_participle,
    is_passive,
    is_reporting_verb,
    is_writer_noun,
    skip_place,
    skip_possessive,
)
from stories.documents.parse.words.tokens import Token
from stories.documents.parse.words.vocabulary import load_words

_JOINERS = load_words("outlets", "joiners")
_DESCRIPTORS = load_words("outlets", "descriptors")
_PREPOSITIONS = load_words("outlets", "prepositions")
_PIECE_PREPOSITIONS = frozenset(["from", "by", "in", "of", "for", "at"])  # as in "articles from", "a report in"
_NAMES_AS_WORDS = load_words("outlets", "names_as_words")
_OPENERS = load_words("outlets", "openers") - load_words("outlets", "descriptors")
_SURE_ENDINGS = load_words("outlets", "sure_endings")
_MAX_DESCRIPTION_TOKENS = 8


def is_common_word_name(name: list[Token]) -> bool:
    """Return whether a name is a single word that is also a common word, as in "Time is running out"."""
    return len(name) == 1 and name[0].folded in _NAMES_AS_WORDS and not name[0].text.isupper()


def _is_sure(mention: Mention) -> bool:
    has_sure_ending = mention.certainty is Certainty.LIKELY and fold(mention.outlet.name).split()[-1] in _SURE_ENDINGS
    return has_sure_ending or mention.certainty is Certainty.KNOWN


class ClauseContext:
    """A group of mentions in its sentence, with the words around it."""

    def __init__(self, tokens: list[Token], group: MentionGroup) -> None:
        self._tokens = tokens
        self._group = group
        self._boundary = self._find_boundary(group.first)

    def _find_boundary(self, first: int) -> int:
        """Return the position of the word before the group and its description, or -1 at the start of the sentence."""
        index = first - 1
        for _ in range(_MAX_DESCRIPTION_TOKENS):
            if index < 0 or not self._describes(index):
                break
            index -= 1
        return index

    def _describes(self, index: int) -> bool:
        token = self._tokens[index]
        if token.folded in _DESCRIPTORS or is_outlet_noun(token) or token.folded == "-":
            return True
        if is_reporting_verb(token):
            return False
        if is_adverb(token) or (token.folded == "que" and index and self._tokens[index - 1].folded == "mientras"):
            return True
        if token.folded == "not":
            return self._tokens[index + 1].folded in ("only", "just")
        if token.folded in ("'", "s"):
            return index > 0 and token.start == self._tokens[index - 1].end
        if token.folded in _PREPOSITIONS or token.folded in _OPENERS:
            return False
        return token.has_capital and index + 1 < len(self._tokens) and self._tokens[index + 1].folded != ","

    def _opens_clause(self, index: int) -> bool:
        """Return whether the noun at ``index`` begins its clause, after at most a few words that describe it."""
        for position in range(index - 1, max(-1, index - 6), -1):
            token = self._tokens[position]
            if token.folded in _JOINERS or token.folded == ",":
                return True
            if is_reporting_verb(token) or is_participle(token) or token.folded in _PREPOSITIONS:
                return False
        return index <= 5

    def _ends_sentence(self) -> bool:
        return not any(self._tokens[index].is_word for index in range(self._group.end, len(self._tokens)))

    def _find_verb(self) -> Token | None:
        """Return the reporting verb whose subject is the group or something that it owns.

        Without such a verb, return the noun for a piece of reporting that the group owns, or None.
        """
        end_index = self._skip_others()
        if self._boundary >= 0 and end_index < len(self._tokens):
            around = self._tokens[self._boundary].folded + self._tokens[end_index].folded
            is_appositive = around == ",," and self._boundary > 0 and is_outlet_noun(self._tokens[self._boundary - 1])
            # The list itself is parenthetical: "Two papers—A and B—report …", "The state agency, X, says …".
            end_index += around in ("——", "()") or is_appositive
        if self._group.is_joined and end_index < len(self._tokens) and self._tokens[end_index].folded == ",":
            end_index += find_verb(self._tokens, end_index + 1) is not None  # "A, along with B, reports"
        owned = skip_possessive(self._tokens, end_index)
        if owned > end_index:
            return self._find_verb_of_owned(owned)
        end_index = self._skip_title(end_index)
        is_known = self._is_known()
        after_place = skip_place(self._tokens, end_index) if is_known else end_index  # "The Courier in Lisle reports"
        for index in {end_index: None, after_place: None}:
            if verb := find_verb(self._tokens, index, is_known=is_known, is_common_word=self._is_common_word()):
                return verb
        subject_end = find_owned_noun_end(self._tokens, end_index)
        if not subject_end:
            return None
        is_person = is_writer_noun(self._tokens[subject_end - 1])
        if is_person and is_passive(self._tokens, subject_end):
            return None
        # "A Reuters analysis of …" reports something, whatever verb follows.
        is_own = is_known and subject_end <= end_index + 2 and not is_person
        return (
            find_verb(self._tokens, subject_end)
            or self._find_verb_within(subject_end)
            or (self._tokens[subject_end - 1] if is_own else None)
        )

    def _is_known(self) -> bool:
        """Return whether all mentions are certainly outlets, judging by their names or by the words that follow."""
        end_index = self._group.end
        is_followed_by_noun = self._tokens[end_index : end_index + 1] and self._tokens[end_index].folded in (
            "is",
            "was",
        )
        is_followed_by_noun = is_followed_by_noun and any(map(is_outlet_noun, self._tokens[end_index : end_index + 5]))
        return not self._is_common_word() and (bool(is_followed_by_noun) or all(map(_is_sure, self._group.mentions)))

    def _is_common_word(self) -> bool:
        return is_common_word_name(self._tokens[self._group.first : self._group.end])

    def _skip_title(self, end_index: int) -> int:
        """Return the position after the noun for outlets that follows a name, if any, as in "Der Spiegel magazine"."""
        for index in range(end_index, min(end_index + 3, len(self._tokens))):
            token = self._tokens[index]
            if is_outlet_noun(token) and not is_reporting_verb(token):
                return index + 1
            if token.folded not in _DESCRIPTORS:
                break
        return end_index

    def _find_verb_of_owned(self, index: int) -> Token | None:
        """Return the verb after the person or piece that follows a possessive such as "AFP's".

        Without a verb, return the noun for the piece, or None.
        """
        person_end = find_person_end(self._tokens, index)
        if person_end and (verb := find_verb(self._tokens, person_end)):
            return verb
        piece_end = find_owned_noun_end(self._tokens, index)
        if not piece_end:
            return None
        verb = find_verb(self._tokens, piece_end) or self._find_verb_within(piece_end)
        # A piece of reporting reports something, whatever verb follows. A writer may do other things.
        return verb if verb or is_writer_noun(self._tokens[piece_end - 1]) else self._tokens[piece_end - 1]

    def _find_verb_within(self, index: int) -> Token | None:
        """Return the first reporting verb of the next few words, or None: "AFP's analysis of the vote stresses"."""
        for token in self._tokens[index : index + 8]:
            if is_reporting_verb(token):
                return token
            if token.folded in (",", ";", "that", "which"):
                return None
        return None

    def _skip_others(self) -> int:
        """Return the position after the group, or after an "and other outlets" or the like that follows it."""
        end_index = self._group.end
        following = [token.folded for token in self._tokens[end_index : end_index + 5]]
        if following[:1] == ["and"] and any(word in ("other", "others") for word in following[1:3]):
            for distance, token in enumerate(self._tokens[end_index : end_index + 6], start=1):
                if is_outlet_noun(token):
                    return end_index + distance
        return end_index

    def _follows_person(self) -> bool:
        """Return whether a person, a writer or a piece precedes the group: "Ada Holm of …", "commentators in …"."""
        boundary = self._boundary
        if boundary < 1 or self._tokens[boundary].folded not in _PIECE_PREPOSITIONS:
            return False
        if is_owned_noun(self._tokens[boundary - 1]):
            return True
        return boundary > 1 and self._tokens[boundary - 1].may_begin_name and self._tokens[boundary - 2].may_begin_name
