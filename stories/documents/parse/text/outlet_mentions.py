"""Find the mentions of outlets in a sentence: known outlets, and other names that may be outlets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from newsroom.text.fold import fold
from stories.documents import NamedOutlet
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.text.reporting_verbs import (
    is_outlet_noun,
    is_outlet_verb,
    is_reporting_verb,
    is_third_person,
    is_writer_noun,
)
from stories.documents.parse.words.tokens import Token
from stories.documents.parse.words.vocabulary import load_phrases, load_words

_CONNECTORS = load_words("outlets", "connectors")
_OPENERS = load_words("outlets", "openers")
_COMMON = load_words("outlets", "common")
_PLACES = load_phrases("outlets", "places")
_HINTS = load_words("outlets", "hints")
_HINT_ENDING = re.compile(rf"(?:{'|'.join(sorted(load_words('outlets', 'hint_endings')))})$")
ARTICLES = frozenset(["the", "die", "der", "das", "dem", "den", "el", "la", "le", "los", "las", "les", "il", "lo"])
_CHANNELS = load_words("outlets", "channels")
_AND_WORDS = frozenset(["&", "and", "und", "y", "e", "et"])
_SAINTS = frozenset(["st", "ste", "mt", "ft", "pt"])  # as in "St. Kelmar Herald"
_BEFORE_KNOWN = frozenset(
    ["of", "for", "und", "y", "e", "et", "der", "von", "des", "del", "de", "di", "du"]
)  # as in "Ada Holm of Reuters" or "Radio Tessen et Reuters"
_GIVEN_NAMES = load_words("outlets", "given_names")
_BODIES = load_words("outlets", "bodies")
_OWNING_NAMES = load_words("outlets", "owning_names")
_MAX_NAME_TOKENS = 12
_AUDIENCE = frozenset(["readers", "subscribers", "viewers", "listeners", "owners", "employees", "shareholders"])
_DEMONYM = re.compile(r"(?:ish|ese|ian|ean|can|ani|qi|eli|ri|ti|ni|mi|dutch|french|greek|czech|swiss|thai|afghan)$")
_DAYS = load_words("outlets", "days")
_KINDS = load_words("outlets", "kinds")
_EDITIONS = load_words("outlets", "editions")


class Certainty(Enum):
    """The certainty that a name is the name of an outlet."""

    KNOWN = "known"
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNCLEAR = "unclear"  # a short form that fits several outlets, each already named in full
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a sentence: the tokens from ``first`` up to but excluding ``end``, the outlet, and the certainty."""

    first: int
    end: int
    outlet: NamedOutlet
    certainty: Certainty = Certainty.KNOWN


class MentionFinder:
    """A finder of mentions that learns the names in a text sentence by sentence.

    ``names_elsewhere`` holds the folded words of names in the other parts of the text. These words rarely name outlets.
    """

    def __init__(self, names: KnownNames, *, names_elsewhere: frozenset[str] = frozenset()) -> None:
        self._names = names
        self._names_elsewhere = names_elsewhere
        self._short_forms: dict[str, dict[NamedOutlet, None]] = {}
        self._first_words: set[str] = set()  # first words of the names that the text has used in full
        self._previous_outlets: list[NamedOutlet] = []  # the outlets of the previous sentence

    def learn_short_names(self, tokens: list[Token], mentions: list[Mention]) -> None:
        """Store the outlets of a sentence, and the short forms that may follow, such as "the Post" or "KNA"."""
        full_names = [mention for mention in mentions if mention.certainty in (Certainty.KNOWN, Certainty.LIKELY)]
        self._previous_outlets = [mention.outlet for mention in full_names]
        for mention in full_names:
            words_of_name = [token.folded for token in tokens[mention.first : mention.end] if token.folded != "the"]
            for short_form in {
                *_iter_endings(words_of_name),
                *_iter_abbreviations(mention.outlet.name, tokens, mention.end),
            }:
                self._short_forms.setdefault(short_form, {})[mention.outlet] = None
            if len(words_of_name) > 1:
                self._first_words.add(words_of_name[0])

    def find_mentions(self, sentence: str, tokens: list[Token]) -> list[Mention]:
        """Return the mentions in a sentence, in order and without overlap."""
        mentions: list[Mention] = []
        index = 0
        while index < len(tokens):
            start = index + (tokens[index].folded in ARTICLES and index + 1 < len(tokens))
            mention = (
                self._find_short_form(sentence, tokens, start) if _continues_statement(tokens, start + 1) else None
            )
            mention = mention or self._find_known(tokens, index, mentions)
            mention = mention or (self._find_known(tokens, start, mentions) if start > index else None)
            mention = mention or self._find_short_form(sentence, tokens, start)
            mention = mention or self._guess_outlet(sentence, tokens, index)
            if mention is not None and not _is_person_of(tokens, mention, mentions):
                mentions.append(mention)
            index = mention.end if mention else index + 1
        return mentions

    def _find_known(self, tokens: list[Token], index: int, mentions: list[Mention]) -> Mention | None:
        is_named = index > 0 and tokens[index].text.islower() and is_outlet_noun(tokens[index - 1])
        match = self._names.match_outlet(tokens, index, allow_lower_case=is_named)
        if match is None:
            return None
        outlet, end_index = match
        name_end = _phrase_end(tokens, end_index - 1)
        if (
            name_end > end_index
            and tokens[end_index].folded not in _DAYS
            and not self._joins_known_outlets(tokens, end_index)
        ):
            if not all(token.folded in _EDITIONS or token.text.isdigit() for token in tokens[end_index:name_end]):
                return None  # another, longer name: "The Times of Malta" is not "The Times"
            end_index = name_end  # but "BBC Sport" is the BBC
        if index and not (mentions and mentions[-1].end == index) and _continues_name(tokens, index):
            return None  # the end of a longer name: "Kuwait Times" is not "Times"
        return Mention(index, end_index, outlet)

    def _joins_known_outlets(self, tokens: list[Token], index: int) -> bool:
        """Return whether a known outlet follows the "and" at ``index``, as in "Reuters & AFP"."""
        return tokens[index].folded in _AND_WORDS and self._names_outlet(tokens, index + 1)

    def _find_short_form(self, sentence: str, tokens: list[Token], index: int) -> Mention | None:
        """Return the mention for a short form of an outlet that the text has already named in full, or None."""
        if not tokens[index].has_capital:
            return None
        end_index = _phrase_end(tokens, index)
        short_form = " ".join(token.folded for token in tokens[index:end_index])
        is_abbreviation = end_index == index + 1 and tokens[index].text.isupper()
        has_article = index > 0 and tokens[index - 1].folded in ARTICLES
        continues = _continues_statement(tokens, end_index)
        candidates = self._short_forms.get(short_form, {})
        if has_article and continues and not candidates:
            candidates = dict.fromkeys(
                outlet
                for outlet in self._previous_outlets
                if fold(outlet.name).removeprefix("the ").startswith(f"{short_form} ")
            )
        if not candidates or not (has_article or is_abbreviation):
            return None
        if continues:
            candidates = (
                dict.fromkeys(outlet for outlet in self._previous_outlets if outlet in candidates) or candidates
            )
        if len(candidates) > 1:
            name = sentence[tokens[index - has_article].start : tokens[end_index - 1].end]
            return Mention(index - has_article, end_index, NamedOutlet(uid=None, name=name), Certainty.UNCLEAR)
        outlet = next(iter(candidates))
        certainty = Certainty.LIKELY if outlet.uid is None else Certainty.KNOWN
        return Mention(index - has_article, end_index, outlet, certainty)

    def _guess_outlet(self, sentence: str, tokens: list[Token], index: int) -> Mention | None:
        start = index
        if tokens[index].folded == "the" and index + 1 < len(tokens) and _may_begin_name(tokens, index + 1):
            start = index + 1
        elif not _may_begin_name(tokens, index):
            return None
        if tokens[start].text.isdigit() and self._names_outlet(tokens, start + 1):
            return None  # a number: "Two in 24 Reuters readers"
        end_index = self._end_before_known_outlet(tokens, start, _phrase_end(tokens, start, is_guess=True))
        if start > index and end_index == start + 1:
            end_index = _skip_second_place(tokens, end_index)
        folded = [token.folded for token in tokens[start:end_index]]
        name_as_text = " ".join(folded)
        if end_index - start > _MAX_NAME_TOKENS:
            return Mention(index, end_index, NamedOutlet(uid=None, name=""), Certainty.NONE)
        has_outlet_noun = _has_outlet_noun_beside(tokens, index, end_index)
        if (
            end_index - start == 1
            and (name_as_text in _COMMON or name_as_text in _DAYS)
            and start == index
            and not has_outlet_noun
        ):
            is_reported = (
                end_index < len(tokens) and is_reporting_verb(tokens[end_index]) and is_outlet_verb(tokens[end_index])
            )
            known = self._names.find_outlet(f"the {name_as_text}") if is_reported else None
            return Mention(index, end_index, known) if known and known.uid else None
        has_article = start > index and (index > 0 or end_index - start == 1)
        name = sentence[
            tokens[index if has_article and tokens[index].may_begin_name else start].start : tokens[end_index - 1].end
        ]
        outlet = self._names.find_outlet(name)
        if outlet.uid is not None or outlet.name != name:
            return Mention(index, end_index, outlet)
        if (
            end_index - start == 1
            and start > index
            and name_as_text in self._first_words
            and _is_outlet_noun_at(tokens, end_index)
        ):
            return Mention(index, end_index, outlet, Certainty.NONE)  # "the Lisbon paper" after "the Lisbon Gazette"
        certainty = self._estimate_certainty(folded)
        if certainty is Certainty.POSSIBLE and has_outlet_noun:
            certainty = Certainty.LIKELY
        return Mention(index, end_index, outlet, certainty)

    def _end_before_known_outlet(self, tokens: list[Token], start: int, end_index: int) -> int:
        """Return the position of a word such as "of" before a known outlet, or ``end_index``: "Ada Holm of Reuters"."""
        for index in range(start + 1, min(end_index, start + _MAX_NAME_TOKENS)):
            if tokens[index].folded in _BEFORE_KNOWN and self._names_outlet(tokens, index + 1):
                return index
        return end_index

    def begins_with_outlet(self, tokens: list[Token]) -> bool:
        """Return whether the sentence begins with a known outlet, which may lack a capital letter, like "taz"."""
        return self._names.match_outlet(tokens, 0) is not None

    def _names_outlet(self, tokens: list[Token], index: int) -> bool:
        index += index < len(tokens) and tokens[index].folded == "the"
        return index < len(tokens) and self._names.match_outlet(tokens, index) is not None

    def _estimate_certainty(self, folded: list[str]) -> Certainty:
        """Return the certainty that an unknown name is an outlet, judging by its words and where else they occur."""
        if _place_spelling(folded) in _PLACES:
            return Certainty.NONE
        if (len(folded) > 1 and folded[-1] in _HINTS) or folded[-2:] in (["news", "agency"], ["press", "agency"]):
            return Certainty.LIKELY
        if not _BODIES.isdisjoint(folded):
            return Certainty.NONE
        if not _HINTS.isdisjoint(folded) or any(_HINT_ENDING.search(word) for word in folded):
            return Certainty.LIKELY
        if any(word.isdigit() for word in folded) and not _CHANNELS.isdisjoint(folded):
            return Certainty.LIKELY
        is_person = len(folded) > 1 and folded[0] in _GIVEN_NAMES
        return Certainty.NONE if is_person or self._names_elsewhere.issuperset(folded) else Certainty.POSSIBLE


def _has_outlet_noun_beside(tokens: list[Token], first: int, end_index: int) -> bool:
    """Return whether a word next to a name marks it as an outlet, as in "Harbour Life magazine"."""
    if _DEMONYM.search(tokens[end_index - 1].folded):
        return False
    neighbours = [*tokens[max(0, first - 1) : first], *tokens[end_index : end_index + 1]]
    return any(token.text.islower() and token.folded in _KINDS for token in neighbours)


def _place_spelling(folded: list[str]) -> str:
    """Return the words of a name in the spelling of the list of places, such as "us" for "U.S."."""
    words = [word for word in folded if word not in ".-"]
    return "".join(words) if all(len(word) == 1 for word in words) else " ".join(words)


def _is_person_of(tokens: list[Token], mention: Mention, mentions: list[Mention]) -> bool:
    """Return whether an unknown name belongs to a person at the known outlet before it: "the Courier's Ada Holm"."""
    if mention.certainty is Certainty.KNOWN or not mentions or mentions[-1].certainty is not Certainty.KNOWN:
        return False
    between = [token.folded for token in tokens[mentions[-1].end : mention.first]]
    return between in (["'"], ["'", "s"], ["("])


def _iter_endings(name: list[str]) -> Iterator[str]:
    """Yield the endings of a name, such as "evening post" and "post" for "Lisle Evening Post"."""
    for index in range(1, len(name)):
        if name[index] not in _CONNECTORS:
            yield " ".join(name[index:])


def _iter_abbreviations(name: str, tokens: list[Token], end_index: int) -> Iterator[str]:
    """Yield the initials of a name of three or more words, and any abbreviation after it, such as "(KNA)"."""
    words = [word for word in fold(name).removeprefix("the ").split() if word not in _CONNECTORS]
    if len(words) > 2:
        yield "".join(word[0] for word in words)
    bracketed = tokens[end_index : end_index + 3]
    if [token.text for token in bracketed[::2]] == ["(", ")"] and bracketed[1].text.isupper():
        yield bracketed[1].folded


def _is_outlet_noun_at(tokens: list[Token], index: int) -> bool:
    return index < len(tokens) and is_outlet_noun(tokens[index])


def _continues_statement(tokens: list[Token], index: int) -> bool:
    """Return whether the word at ``index`` continues an earlier statement, as in "The Times adds that …"."""
    return index < len(tokens) and tokens[index].folded in ("adds", "added", "also", "continues", "further")


def _may_begin_name(tokens: list[Token], index: int) -> bool:
    token = tokens[index]
    if not token.has_capital:
        return False
    if token.text.isdigit():
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        opens_number = not index or not tokens[index - 1].is_word or tokens[index - 1].folded in ("the", "and", "to")
        is_part = following is not None and following.has_capital and not following.text.isdigit()
        return opens_number and is_part and following is not None and following.folded not in _DAYS
    if token.folded in _OPENERS or (_is_people(token) and index + 1 < len(tokens) and tokens[index + 1].folded == "of"):
        return False
    return token.folded != "the" or (index + 1 < len(tokens) and tokens[index + 1].may_begin_name)


def _is_people(token: Token) -> bool:
    """Return whether a word is a noun for an outlet's staff or audience; "Reporters of the Courier" is not a name."""
    return is_writer_noun(token) or token.folded in _AUDIENCE


def _phrase_end(tokens: list[Token], last: int, *, is_guess: bool = False) -> int:
    """Return the position after the end of the name to which the token at ``last`` belongs.

    With ``is_guess``, the name may begin with a possessive, such as "The Sailor's Gazette" or "Pilots' Weekly".
    """
    first = last
    has_hint = False
    while last + 1 < len(tokens):
        has_hint = has_hint or tokens[last].folded in _HINTS
        if has_hint and tokens[last + 1].folded in _AND_WORDS - {"&"}:
            break  # "Radio Tessen y Ansgar Wire" are two names, "Tierra y Mar" is one
        token_count = _count_tokens_to_next_word(tokens, last)
        if not token_count and is_guess and last == first:
            token_count = _count_possessive_tokens(tokens, last)
        if not token_count:
            break
        last += token_count
    return last + 1


def _skip_second_place(tokens: list[Token], end_index: int) -> int:
    """Return the end of a name such as "The Lisle and District Gazette", or ``end_index`` if it is not such a name.

    ``end_index`` is the position after its first word.
    """
    if end_index + 2 >= len(tokens) or tokens[end_index].folded != "and" or not tokens[end_index + 1].has_capital:
        return end_index
    end = _phrase_end(tokens, end_index + 1)
    # The verb shows whether it is one name: in "The Tide and Lisle Gazette report", there are two.
    is_one = end < len(tokens) and tokens[end - 1].folded in _HINTS and is_third_person(tokens[end])
    return end if is_one else end_index


def _count_possessive_tokens(tokens: list[Token], first: int) -> int:
    """Return the number of tokens in the possessive at the start of a name that ends with a noun for outlets, or 0."""
    mark = [token.folded for token in tokens[first + 1 : first + 3]]
    is_plural = mark[:1] == ["'"] and mark[1:] != ["s"] and tokens[first].folded.endswith("s")
    is_single = mark == ["'", "s"] and first > 0 and tokens[first - 1].folded == "the"
    start = first + (3 if is_single else 2)
    if not (is_plural or is_single) or start >= len(tokens) or not tokens[start].has_capital:
        return 0
    return start - first if tokens[_phrase_end(tokens, start) - 1].folded in _HINTS else 0


def _count_tokens_to_next_word(tokens: list[Token], last: int) -> int:
    """Return the number of tokens up to the next word of the name, or 0 at the end of the name."""
    following = tokens[last + 1]
    is_close = following.start == tokens[last].end
    if following.is_word and following.folded in _DAYS:
        next_word = tokens[last + 2] if last + 2 < len(tokens) else None
        return 1 if next_word and next_word.has_capital and next_word.folded in _HINTS else 0  # "Lisle Sunday Post"
    if following.is_word:
        return 1 if following.has_capital else _count_connected_tokens(tokens, last)
    if last + 2 >= len(tokens) or not tokens[last + 2].is_word:
        return 0
    next_word = tokens[last + 2]
    if following.text == "." and is_close and tokens[last].folded in _SAINTS:
        return 2 if next_word.has_capital else 0
    if following.text == "&":
        return 2 if next_word.may_begin_name else 0
    if not is_close or next_word.start != following.end:
        return 0
    if following.folded == "'" and next_word.folded == "s":
        continues = last + 3 < len(tokens) and tokens[last + 3].may_begin_name and tokens[last].folded in _OWNING_NAMES
        return 3 if continues else 0
    if following.folded == "'":
        return 2 if len(tokens[last].text) <= 2 and next_word.may_begin_name else 0
    return 2 if following.folded in "-." and next_word.folded not in ("based", "run", "owned", "backed") else 0


def _count_connected_tokens(tokens: list[Token], last: int) -> int:
    for distance in (1, 2):
        if last + distance + 1 >= len(tokens) or not _is_connector(tokens[last + distance], distance):
            return 0
        if tokens[last + distance + 1].has_capital:
            return distance + 1
    return 0


def _is_connector(token: Token, distance: int) -> bool:
    return token.folded in _CONNECTORS or (distance > 1 and token.folded == "the")


def _continues_name(tokens: list[Token], index: int) -> bool:
    previous = tokens[index - 1]
    if not previous.has_capital or previous.text.isdigit() or previous.folded in _OPENERS or previous.folded in _DAYS:
        return False
    if index == 1:
        return previous.folded in _PLACES and previous.folded not in ("us", "uk", "eu")
    return (
        previous.folded != "the"
        and not _DEMONYM.search(previous.folded)
        and previous.folded not in ("us", "uk", "both")
    )
