"""Resolve references such as "the paper" or "both" to outlets that the text has already named."""

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
_PAIR_WORDS = frozenset(["both", "two"])
_OPENINGS = frozenset(["but", "and", "yet", "still", "meanwhile", "however", "also", ",", "in", "addition", "while"])
_OUTLET_NOUNS = frozenset(["outlet", "publication", "title", "site", "website", "article", "piece"])
# Nouns for outlets of each kind. _KINDS adds words that occur in the names of such outlets, or whole names.
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
_KIND_NOUNS = _PAPERS | _AGENCIES | _BROADCASTERS | _MAGAZINES
_PREPOSITIONS = load_words("outlets", "prepositions")
_BEFORE_ATTRIBUTION = frozenset([",", '"', "—"])
_COMPARISON_NOUNS = frozenset(
    ["accounts", "versions", "narratives", "portrayals"]
)  # nouns for two outlets' accounts that a text compares
_MAX_REMEMBERED = 20
_MAX_PLACE_WORDS = 3  # for example "the New South Wales paper"
_WHOLE_COVERAGE_NOUNS = load_words("outlets", "of_all")
_DESCRIPTIONS = frozenset(["same", "news", "latest", "full", "local", "state"])


class OutletHistory:
    """The outlets to which a text has attributed reports so far."""

    def __init__(self) -> None:
        self._by_first_report: dict[NamedOutlet, None] = {}  # in order of first report
        self._by_last_report: dict[NamedOutlet, None] = {}  # in order of last report
        self._by_last_named_report: dict[NamedOutlet, None] = {}  # in order of last report under the outlet's own name

    def add(self, outlets: Iterable[NamedOutlet], *, by_name: bool) -> None:
        """Add the outlets that report in a sentence, in order.

        ``by_name`` is False if the sentence only refers back to them.
        """
        for outlet in outlets:
            self._by_first_report[outlet] = None
            self._by_last_report.pop(outlet, None)
            self._by_last_report[outlet] = None
            if by_name:
                self._by_last_named_report.pop(outlet, None)
                self._by_last_named_report[outlet] = None

    @property
    def _recent(self) -> list[NamedOutlet]:
        """The outlets that reported most recently, the latest last."""
        return _most_recent(self._by_last_report)

    def resolve_subject(
        self, tokens: list[Token], previous_outlets: tuple[NamedOutlet, ...]
    ) -> tuple[NamedOutlet, ...]:
        """Return the outlets that the opening of a sentence refers to: "The article …", "Both articles …", "It adds …".

        ``previous_outlets`` holds the outlets of the previous sentence.
        """
        index = _skip_openings(tokens)
        following = tokens[index + 1 : index + 9]
        if len(following) < 2:
            return ()
        first = tokens[index].folded
        if first in _PAIR_WORDS or (first == "the" and following[0].folded in _PAIR_WORDS):
            return self._resolve_both(following[:3], previous_outlets)
        if first in ("the", "this", "that") or (first == "its" and not index):  # not "In its report, AFP …"
            return self._resolve_ordinals(tokens) or self._resolve_noun(first, following, previous_outlets)
        if first in ("it", "they") and _begins_with_reporting_verb(following[:4]):
            return previous_outlets if (len(previous_outlets) == 1) == (first == "it") else ()
        return ()

    def resolve_attribution(
        self, tokens: list[Token], previous_outlets: tuple[NamedOutlet, ...]
    ) -> tuple[NamedOutlet, ...]:
        """Return the outlet meant by "…, the paper says.", "…, says the paper." or "According to the paper, …".

        ``previous_outlets`` holds the outlets of the previous sentence.
        """
        for index in range(1, len(tokens) - 1):
            noun = tokens[index + 1]
            if tokens[index].folded == "the" and noun.folded in _KIND_NOUNS and _attributes(tokens, index, index + 2):
                return self._resolve_kind(noun.folded, "", previous_outlets) if not noun.folded.endswith("s") else ()
        return ()

    def resolve_pronoun(self, tokens: list[Token]) -> tuple[NamedOutlet, ...]:
        """Return the outlet that reported last if the sentence begins with "It" and a verb used mainly of outlets."""
        is_it = len(tokens) > 2 and tokens[0].folded == "it" and is_outlet_verb(tokens[1 + is_adverb(tokens[1])])
        return tuple(self._recent[-1:]) if is_it else ()

    def _resolve_both(
        self, following: list[Token], previous_outlets: tuple[NamedOutlet, ...]
    ) -> tuple[NamedOutlet, ...]:
        if following[0].folded == "the" and not following[1].folded.endswith("s"):  # "Both the paper and the police"
            return ()
        kind = next((token.folded for token in following if _is_piece_or_outlet_noun(token)), "")
        if kind in _COMPARISON_NOUNS or (not kind and not is_reporting_verb(following[0])):
            return ()
        candidates = [outlet for outlet in self._recent if _may_be_called(outlet, kind)]
        return (
            previous_outlets if len(previous_outlets) == 2 else tuple(candidates[-2:]) if len(candidates) >= 2 else ()
        )

    def _resolve_ordinals(self, tokens: list[Token]) -> tuple[NamedOutlet, ...]:
        """Return the outlets meant by "the first article", "the second paper", "the former" or "the latter"."""
        outlets: list[NamedOutlet] = []
        for the, word, noun in zip(tokens, tokens[1:], tokens[2:], strict=False):
            number = _ORDINALS.get(word.folded) if the.folded == "the" else None
            if number is None or not (number < 0 or _is_piece_or_outlet_noun(noun)):
                continue
            outlets_by_order = (
                list(islice(self._by_first_report, _MAX_REMEMBERED))
                if number >= 0
                else _most_recent(self._by_last_named_report)
            )
            if -len(outlets_by_order) <= number < len(outlets_by_order):
                outlets.append(outlets_by_order[number])
        return tuple(dict.fromkeys(outlets))

    def _resolve_noun(
        self, first: str, following: list[Token], previous_outlets: tuple[NamedOutlet, ...]
    ) -> tuple[NamedOutlet, ...]:
        if first == "its":
            return previous_outlets if len(previous_outlets) == 1 and is_owned_noun(following[0]) else ()
        place_name, noun, rest = _parse_subject(following)
        if following[0].has_capital and not place_name:
            return ()  # a name: "The Post says …"
        if noun in _OUTLET_NOUNS and not place_name and rest[:1] and rest[0].folded not in _PREPOSITIONS:
            return tuple(self._recent[-1:])
        if noun in _KIND_NOUNS | _OUTLET_NOUNS:
            predicate = rest[skip_aside(rest, 0) :]  # "The paper, for its part, says …"
            return (
                self._resolve_kind(noun, place_name, previous_outlets)
                if _begins_with_reporting_verb(predicate[:4]) or (rest and rest[0].folded == "'")
                else ()
            )
        if not is_piece_noun(following[0]) or (noun.endswith("s") and noun != "analysis"):
            return ()
        if noun in _WHOLE_COVERAGE_NOUNS and len(self._by_first_report) > 1:
            return ()
        return previous_outlets[-1:] if _begins_with_reporting_verb(rest[:3]) else ()

    def _resolve_kind(
        self, noun: str, place_name: str, previous_outlets: tuple[NamedOutlet, ...]
    ) -> tuple[NamedOutlet, ...]:
        """Return the outlet meant by "the paper" or "the Lisbon paper": the latest of its kind, or the one in Lisbon.

        The place must be in the name of exactly one outlet. Otherwise, only the outlet of the previous sentence can be
        meant.
        """
        candidates = [outlet for outlet in self._recent if _may_be_called(outlet, noun)]
        if place_name:
            in_place = [outlet for outlet in candidates if f" {place_name} " in f" {fold(outlet.name)} "]
            is_previous = " " not in place_name and previous_outlets and previous_outlets == tuple(candidates[-1:])
            return tuple(in_place) if len(in_place) == 1 else previous_outlets if is_previous else ()
        certain = [outlet for outlet in candidates if _is_certainly_called(outlet, noun)]
        return tuple((certain if noun not in _PAPERS | _OUTLET_NOUNS and certain else candidates)[-1:])


def _most_recent(outlets: dict[NamedOutlet, None]) -> list[NamedOutlet]:
    return list(islice(reversed(outlets), _MAX_REMEMBERED))[::-1]


def find_back_reference(tokens: list[Token]) -> str:
    """Return the words at the start that refer back to outlets, such as "The paper" or "Both", or an empty string."""
    index = _skip_openings(tokens)
    following = tokens[index + 1 : index + 9]
    if following and tokens[index].folded == "both" and is_auxiliary(following[0]):
        return tokens[index].text
    if len(following) < 3 or tokens[index].folded not in ("the", "this", "that"):
        return ""
    _, noun, rest = _parse_subject(following)
    is_kind_noun = noun in _KIND_NOUNS
    if noun.endswith("s") or not (is_kind_noun or (noun in _OUTLET_NOUNS and _begins_with_reporting_verb(rest[:4]))):
        return ""
    return " ".join(token.text for token in tokens[index : len(tokens[: index + 9]) - len(rest)])


def _attributes(tokens: list[Token], first: int, end_index: int) -> bool:
    """Return whether the sentence as a whole is attributed to the subject between the two positions."""
    earlier, word = ["", "", *[token.folded for token in tokens[max(0, first - 2) : first]]][-2:]
    is_end = end_index >= len(tokens) or not tokens[end_index].is_word
    if (earlier, word) in (("according", "to"), ("judging", "by")):
        return is_end and (first == 2 or end_index >= len(tokens) - 1)
    if word in _BEFORE_ATTRIBUTION:
        is_reported = not is_end and is_reporting_verb(tokens[end_index])
        return is_reported and (end_index + 1 == len(tokens) or not tokens[end_index + 1].is_word)
    return is_end and earlier in _BEFORE_ATTRIBUTION and is_reporting_verb(tokens[first - 1])


def _skip_openings(tokens: list[Token]) -> int:
    index = 0
    while index < min(len(tokens), 4) and tokens[index].folded in _OPENINGS:
        index += 1
    comma = next((comma_index for comma_index in range(1, min(len(tokens), 4)) if tokens[comma_index].folded == ","), 0)
    if comma and not is_outlet_noun(tokens[comma - 1]):  # "Underneath, the paper asks …"
        return max(index, comma + 1)
    return max(index, skip_time_phrase(tokens))


def _parse_subject(following: list[Token]) -> tuple[str, str, list[Token]]:
    """Return the parts of a subject such as "Lisbon paper …": the place, the noun, and the tokens after the noun."""
    place_tokens = list(takewhile(lambda token: token.has_capital, following[:_MAX_PLACE_WORDS]))
    is_place = len(place_tokens) < len(following) and is_outlet_noun(following[len(place_tokens)])
    place_name = " ".join(token.folded for token in place_tokens) if is_place else ""
    noun_index = len(place_tokens) if place_name else following[0].folded in _DESCRIPTIONS
    return place_name, following[noun_index].folded, following[noun_index + 1 :]


def _may_be_called(outlet: NamedOutlet, noun: str) -> bool:
    """Return whether the outlet may be called ``noun``, judging by its name; for instance, the BBC is not a paper."""
    return (
        noun not in _KIND_NOUNS
        or _is_certainly_called(outlet, noun)
        or not any(_has_word_in_name(outlet, of) for _, of in _KINDS)
    )


def _is_certainly_called(outlet: NamedOutlet, noun: str) -> bool:
    return any(noun in nouns and _has_word_in_name(outlet, names) for nouns, names in _KINDS)


def _has_word_in_name(outlet: NamedOutlet, names: frozenset[str]) -> bool:
    return not _name_words(outlet.name).isdisjoint(names)


@lru_cache(maxsize=1_000)
def _name_words(name: str) -> frozenset[str]:
    return frozenset([fold(name), *fold(name).split()])


def _begins_with_reporting_verb(tokens: list[Token]) -> bool:
    for token in tokens:
        if is_reporting_verb(token):
            return True
        if not is_adverb(token) and token.folded not in ("goes", "on", "to", "has"):
            return False
    return False


def _is_piece_or_outlet_noun(token: Token) -> bool:
    return is_piece_noun(token) or is_outlet_noun(token)
