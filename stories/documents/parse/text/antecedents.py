"""Resolve references such as "the paper" or "both" to the outlets that a text named before."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, takewhile

from newsroom.text.fold import fold
from stories.documents import NamedOutlet
from stories.documents.parse.text.reporting_verbs import (
    is_adverb,
    is_auxiliary,
    is_outlet_noun,
    is_outlet_verb,
    is_owned_noun,
    is_piece_noun,
    is_reporting_verb,
    skip_aside,
    skip_time_phrase,
)
from stories.documents.parse.words.tokens import Token
from stories.documents.parse.words.vocabulary import load_words

_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "former": -2, "latter": -1, "last": -1}
_BOTH = frozenset(["both", "two"])
_OPENINGS = frozenset(["but", "and", "yet", "still", "meanwhile", "however", "also", ",", "in", "addition", "while"])
_OUTLETS = frozenset(["outlet", "publication", "title", "site", "website", "article", "piece"])
# What an outlet of each kind is called. _KINDS adds words that are in the names of such outlets, or are whole names.
_PAPERS = frozenset(
    ["paper", "newspaper", "daily", "tabloid", "broadsheet", "weekly", "papers", "newspapers", "dailies"]
)
_AGENCIES = frozenset(["agency", "wire", "newswire", "agencies", "wires"])
_BROADCASTERS = frozenset(["broadcaster", "channel", "station", "network", "broadcasters", "channels", "stations"])
_MAGAZINES = frozenset(["magazine", "weekly", "magazines", "weeklies"])
_KINDS = (
    (_PAPERS, load_words("outlets", "papers")),
    (_AGENCIES, load_words("outlets", "agencies")),
    (_BROADCASTERS, load_words("outlets", "broadcasters")),
    (_MAGAZINES, load_words("outlets", "magazines")),
)
_OF_A_KIND = _PAPERS | _AGENCIES | _BROADCASTERS | _MAGAZINES
_PREPOSITIONS = load_words("outlets", "prepositions")
_BEHIND = frozenset([",", '"', "—"])
_COMPARED = frozenset(["accounts", "versions", "narratives", "portrayals"])  # a text compares those of two outlets
_KEPT_IN_MIND = 20
_LONGEST_PLACE = 3  # words, as in "the New South Wales paper"
_OF_ALL = load_words("outlets", "of_all")
_DESCRIPTIONS = frozenset(["same", "news", "latest", "full", "local", "state"])


class OutletHistory:
    """The outlets of a text in the order in which they report."""

    def __init__(self) -> None:
        self._named: dict[NamedOutlet, None] = {}  # each once, by its first report
        self._latest: dict[NamedOutlet, None] = {}  # each once, by its last report
        self._by_name: dict[NamedOutlet, None] = {}  # each once, by its last report under its own name

    def add(self, outlets: Iterable[NamedOutlet], *, by_name: bool) -> None:
        """Add the outlets that report in a sentence, in their order.

        Pass ``by_name=False`` if the sentence only refers back to them.
        """
        for outlet in outlets:
            self._named[outlet] = None
            self._latest.pop(outlet, None)
            self._latest[outlet] = None
            if by_name:
                self._by_name.pop(outlet, None)
                self._by_name[outlet] = None

    @property
    def _recent(self) -> list[NamedOutlet]:
        """The 20 outlets that reported last, the latest at the end."""
        return _last(self._latest)

    def resolve_subject(self, tokens: list[Token], before: tuple[NamedOutlet, ...]) -> tuple[NamedOutlet, ...]:
        """Return the outlets that a sentence begins to speak of: "The article …", "Both articles …", "It adds …".

        ``before`` holds the outlets of the previous sentence.
        """
        place = _after_openings(tokens)
        following = tokens[place + 1 : place + 9]
        if len(following) < 2:
            return ()
        first = tokens[place].folded
        if first in _BOTH or (first == "the" and following[0].folded in _BOTH):
            return self._both(following[:3], before)
        if first in ("the", "this", "that") or (first == "its" and not place):  # not "In its report, AFP …"
            return self._by_number(tokens) or self._the_article(first, following, before)
        if first in ("it", "they") and _tells(following[:4]):
            return before if (len(before) == 1) == (first == "it") else ()
        return ()

    def resolve_attribution(self, tokens: list[Token], before: tuple[NamedOutlet, ...]) -> tuple[NamedOutlet, ...]:
        """Return the outlet that is meant by "…, the paper says.", "…, says the paper." or "According to the paper, …".

        ``before`` holds the outlets of the previous sentence.
        """
        for place in range(1, len(tokens) - 1):
            noun = tokens[place + 1]
            if tokens[place].folded == "the" and noun.folded in _OF_A_KIND and _attributes(tokens, place, place + 2):
                return self._of_kind(noun.folded, "", before) if not noun.folded.endswith("s") else ()
        return ()

    def resolve_pronoun(self, tokens: list[Token]) -> tuple[NamedOutlet, ...]:
        """Return the outlet that reported last, if the sentence begins like "It quotes …", with a verb of outlets.

        This is for a sentence after one that no outlet reports.
        """
        is_it = len(tokens) > 2 and tokens[0].folded == "it" and is_outlet_verb(tokens[1 + is_adverb(tokens[1])])
        return tuple(self._recent[-1:]) if is_it else ()

    def _both(self, following: list[Token], before: tuple[NamedOutlet, ...]) -> tuple[NamedOutlet, ...]:
        if following[0].folded == "the" and not following[1].folded.endswith("s"):  # "Both the paper and the police"
            return ()
        kind = next((token.folded for token in following if _is_reporting(token)), "")
        if kind in _COMPARED or (not kind and not is_reporting_verb(following[0])):
            return ()
        alike = [outlet for outlet in self._recent if _may_be(outlet, kind)]
        return before if len(before) == 2 else tuple(alike[-2:]) if len(alike) >= 2 else ()

    def _by_number(self, tokens: list[Token]) -> tuple[NamedOutlet, ...]:
        """Return the outlets meant by "the first article", "the second paper", "the former" and "the latter"."""
        found: list[NamedOutlet] = []
        for the, word, noun in zip(tokens, tokens[1:], tokens[2:], strict=False):
            number = _ORDINALS.get(word.folded) if the.folded == "the" else None
            if number is None or not (number < 0 or _is_reporting(noun)):
                continue
            known = list(islice(self._named, _KEPT_IN_MIND)) if number >= 0 else _last(self._by_name)
            if -len(known) <= number < len(known):
                found.append(known[number])
        return tuple(dict.fromkeys(found))

    def _the_article(
        self, first: str, following: list[Token], before: tuple[NamedOutlet, ...]
    ) -> tuple[NamedOutlet, ...]:
        if first == "its":
            return before if len(before) == 1 and is_owned_noun(following[0]) else ()
        place, noun, rest = _subject(following)
        if following[0].has_capital and not place:
            return ()  # a name: "The Post says …"
        if noun in _OUTLETS and not place and rest[:1] and rest[0].folded not in _PREPOSITIONS:
            return tuple(self._recent[-1:])
        if noun in _OF_A_KIND | _OUTLETS:
            told = rest[skip_aside(rest, 0) :]  # "The paper, for its part, says …"
            return self._of_kind(noun, place, before) if _tells(told[:4]) or rest[0].folded == "'" else ()
        if not is_piece_noun(following[0]) or (noun.endswith("s") and noun != "analysis"):
            return ()
        if noun in _OF_ALL and len(self._named) > 1:
            return ()
        return before[-1:] if _tells(rest[:3]) else ()

    def _of_kind(self, noun: str, place: str, before: tuple[NamedOutlet, ...]) -> tuple[NamedOutlet, ...]:
        """Return the outlet meant by "the paper" or "the Lisbon paper": one of this kind, with the place in its name.

        If no name contains the place, it can only be that of the outlet of the previous sentence.
        """
        alike = [outlet for outlet in self._recent if _may_be(outlet, noun)]
        if place:
            there = [outlet for outlet in alike if f" {place} " in f" {fold(outlet.name)} "]
            is_just_before = " " not in place and before and before == tuple(alike[-1:])
            return tuple(there) if len(there) == 1 else before if is_just_before else ()
        surely = [outlet for outlet in alike if _is_surely(outlet, noun)]
        return tuple((surely if noun not in _PAPERS | _OUTLETS and surely else alike)[-1:])


def _last(outlets: dict[NamedOutlet, None]) -> list[NamedOutlet]:
    return list(islice(reversed(outlets), _KEPT_IN_MIND))[::-1]


def find_back_reference(tokens: list[Token]) -> str:
    """Return the words that refer back to outlets, such as "The paper" or "Both", or an empty string."""
    place = _after_openings(tokens)
    following = tokens[place + 1 : place + 9]
    if following and tokens[place].folded == "both" and is_auxiliary(following[0]):
        return tokens[place].text
    if len(following) < 3 or tokens[place].folded not in ("the", "this", "that"):
        return ""
    _, noun, rest = _subject(following)
    is_medium = noun in _OF_A_KIND
    if noun.endswith("s") or not (is_medium or (noun in _OUTLETS and _tells(rest[:4]))):
        return ""
    return " ".join(token.text for token in tokens[place : len(tokens[: place + 9]) - len(rest)])


def _attributes(tokens: list[Token], first: int, after: int) -> bool:
    """Return whether the sentence as a whole is attributed to the subject between the two positions."""
    earlier, word = ["", "", *[token.folded for token in tokens[max(0, first - 2) : first]]][-2:]
    is_end = after >= len(tokens) or not tokens[after].is_word
    if (earlier, word) in (("according", "to"), ("judging", "by")):
        return is_end and (first == 2 or after >= len(tokens) - 1)
    if word in _BEHIND:
        is_told = not is_end and is_reporting_verb(tokens[after])
        return is_told and (after + 1 == len(tokens) or not tokens[after + 1].is_word)
    return is_end and earlier in _BEHIND and is_reporting_verb(tokens[first - 1])


def _after_openings(tokens: list[Token]) -> int:
    place = 0
    while place < min(len(tokens), 4) and tokens[place].folded in _OPENINGS:
        place += 1
    comma = next((here for here in range(1, min(len(tokens), 4)) if tokens[here].folded == ","), 0)
    if comma and not is_outlet_noun(tokens[comma - 1]):  # "Underneath, the paper asks …"
        return max(place, comma + 1)
    return max(place, skip_time_phrase(tokens))


def _subject(following: list[Token]) -> tuple[str, str, list[Token]]:
    """Return the parts of a subject such as "Lisbon paper …": the place, the noun, and the tokens after it."""
    named = list(takewhile(lambda token: token.has_capital, following[:_LONGEST_PLACE]))
    is_place = len(named) < len(following) and is_outlet_noun(following[len(named)])
    place = " ".join(token.folded for token in named) if is_place else ""
    skipped = len(named) if place else following[0].folded in _DESCRIPTIONS
    return place, following[skipped].folded, following[skipped + 1 :]


def _may_be(outlet: NamedOutlet, noun: str) -> bool:
    """Return whether an outlet with this name may be called ``noun``; the BBC, for instance, is not a paper."""
    return noun not in _OF_A_KIND or _is_surely(outlet, noun) or not any(_is_named_as(outlet, of) for _, of in _KINDS)


def _is_surely(outlet: NamedOutlet, noun: str) -> bool:
    return any(noun in nouns and _is_named_as(outlet, names) for nouns, names in _KINDS)


def _is_named_as(outlet: NamedOutlet, names: frozenset[str]) -> bool:
    return not _words_of(outlet.name).isdisjoint(names)


@lru_cache(maxsize=1_000)
def _words_of(name: str) -> frozenset[str]:
    return frozenset([fold(name), *fold(name).split()])


def _tells(tokens: list[Token]) -> bool:
    for token in tokens:
        if is_reporting_verb(token):
            return True
        if not is_adverb(token) and token.folded not in ("goes", "on", "to", "has"):
            return False
    return False


def _is_reporting(token: Token) -> bool:
    return is_piece_noun(token) or is_outlet_noun(token)
