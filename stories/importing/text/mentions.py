"""Finds where a sentence names outlets: those that are known, and names that may be outlets."""

import re
from dataclasses import dataclass
from enum import Enum

from stories.documents import NamedOutlet
from stories.importing.names import KnownNames
from stories.importing.text.telling import is_media
from stories.importing.tokens import Token
from stories.importing.vocabulary import phrases, words

_CONNECTORS = words("outlets", "connectors")
_OPENERS = words("outlets", "openers")
_COMMON = words("outlets", "common")
_PLACES = phrases("outlets", "places")
_HINTS = words("outlets", "hints")
_GIVEN_NAMES = words("outlets", "given_names")
_BODIES = words("outlets", "bodies")
_OWNING_NAMES = words("outlets", "owning_names")
_LONGEST_NAME = 12  # words and marks
_DEMONYM = re.compile(r"(?:ish|ese|ian|ean|can|ani|qi|eli|ri|ti|ni|mi|dutch|french|greek|czech|swiss|thai|afghan)$")
_DAYS = words("outlets", "days")
_KINDS = words("outlets", "kinds")
_EDITIONS = words("outlets", "editions")


class Standing(Enum):
    """How sure it is that a name is an outlet's."""

    KNOWN = "known"
    LIKELY = "likely"
    POSSIBLE = "possible"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a sentence: the tokens from ``first`` to before ``after``, the outlet, and how sure that is."""

    first: int
    after: int
    outlet: NamedOutlet
    standing: Standing = Standing.KNOWN


class Finder:
    """Finds mentions; ``elsewhere`` are folded words of names in the rest of the text, where outlets seldom stand."""

    def __init__(self, names: KnownNames, *, elsewhere: frozenset[str] = frozenset()) -> None:
        self._names = names
        self._elsewhere = elsewhere

    def mentions(self, sentence: str, tokens: list[Token]) -> list[Mention]:
        """Return the mentions of a sentence in order, never overlapping."""
        found: list[Mention] = []
        place = 0
        while place < len(tokens):
            mention = self._known(tokens, place, found)
            if mention is None and tokens[place].folded == "the" and place + 1 < len(tokens):
                mention = self._known(tokens, place + 1, found)
            mention = mention or self._guess(sentence, tokens, place)
            if mention is not None and not _is_person_of(tokens, mention, found):
                found.append(mention)
            place = mention.after if mention else place + 1
        return found

    def _known(self, tokens: list[Token], place: int, found: list[Mention]) -> Mention | None:
        is_named = place > 0 and tokens[place].text.islower() and is_media(tokens[place - 1])
        match = self._names.outlet_at(tokens, place, small=is_named)
        if match is None:
            return None
        outlet, after = match
        whole = _phrase_end(tokens, after - 1)
        if whole > after and tokens[after].folded not in _DAYS and not self._joins_two(tokens, after):
            if not all(token.folded in _EDITIONS or token.text.isdigit() for token in tokens[after:whole]):
                return None  # a longer name: "The Times of Malta" is not "The Times"
            after = whole  # and "BBC Sport" is the BBC
        if place and not (found and found[-1].after == place) and _belongs_before(tokens, place):
            return None  # the end of a longer name: "Kuwait Times" is not "Times"
        return Mention(place, after, outlet)

    def _joins_two(self, tokens: list[Token], place: int) -> bool:
        """Say whether an ampersand joins two known outlets, as in "Reuters & AFP", and is no part of a name."""
        return tokens[place].text == "&" and self._names_outlet(tokens, place + 1)

    def _guess(self, sentence: str, tokens: list[Token], place: int) -> Mention | None:
        start = place
        if not place and tokens[0].folded == "only" and len(tokens) > 1 and self._names.outlet_at(tokens, 1):
            return None
        if tokens[place].folded == "the" and place + 1 < len(tokens) and _may_start(tokens, place + 1):
            start = place + 1
        elif not _may_start(tokens, place):
            return None
        after = self._before_known(tokens, start, _phrase_end(tokens, start))
        folded = [token.folded for token in tokens[start:after]]
        bare = " ".join(folded)
        if after - start > _LONGEST_NAME:
            return Mention(place, after, NamedOutlet(uid=None, name=""), Standing.NONE)
        is_medium = _is_called_medium(tokens, place, after)
        if after - start == 1 and (bare in _COMMON or bare in _DAYS) and start == place and not is_medium:
            return None
        has_article = start > place and (place > 0 or after - start == 1)
        name = sentence[
            tokens[place if has_article and tokens[place].is_capital else start].start : tokens[after - 1].end
        ]
        outlet = self._names.outlet(name)
        if outlet.uid is not None or outlet.name != name:
            return Mention(place, after, outlet)
        standing = self._standing(folded)
        if standing is Standing.POSSIBLE and is_medium:
            standing = Standing.LIKELY
        return Mention(place, after, outlet, standing)

    def _before_known(self, tokens: list[Token], start: int, after: int) -> int:
        """Return where the name ends: before "of" and a known outlet, as in "Ada Holm of Reuters"."""
        for place in range(start + 1, min(after, start + _LONGEST_NAME)):
            if tokens[place].folded in ("of", "for") and self._names_outlet(tokens, place + 1):
                return place
        return after

    def _names_outlet(self, tokens: list[Token], place: int) -> bool:
        place += place < len(tokens) and tokens[place].folded == "the"
        return place < len(tokens) and self._names.outlet_at(tokens, place) is not None

    def _standing(self, folded: list[str]) -> Standing:
        """Weigh an unknown name by its words, and by where else it stands."""
        if _written(folded) in _PLACES:
            return Standing.NONE
        if (len(folded) > 1 and folded[-1] in _HINTS) or folded[-2:] in (["news", "agency"], ["press", "agency"]):
            return Standing.LIKELY
        if not _BODIES.isdisjoint(folded):
            return Standing.NONE
        if not _HINTS.isdisjoint(folded):
            return Standing.LIKELY
        is_person = len(folded) > 1 and folded[0] in _GIVEN_NAMES
        return Standing.NONE if is_person or self._elsewhere.issuperset(folded) else Standing.POSSIBLE


def _is_called_medium(tokens: list[Token], first: int, after: int) -> bool:
    """Say whether the word beside a name says that it is a medium's: "Harbour Life magazine"."""
    if _DEMONYM.search(tokens[after - 1].folded):
        return False
    beside = [*tokens[max(0, first - 1) : first], *tokens[after : after + 1]]
    return any(token.text.islower() and token.folded in _KINDS for token in beside)


def _written(folded: list[str]) -> str:
    """Return the words of a name as the list of places has them: "U.S." is "us"."""
    words_ = [word for word in folded if word not in ".-"]
    return "".join(words_) if all(len(word) == 1 for word in words_) else " ".join(words_)


def _is_person_of(tokens: list[Token], mention: Mention, found: list[Mention]) -> bool:
    """Say whether an unknown name is somebody of the known outlet before it: "the Courier's Ada Holm"."""
    if mention.standing is Standing.KNOWN or not found or found[-1].standing is not Standing.KNOWN:
        return False
    between = [token.folded for token in tokens[found[-1].after : mention.first]]
    return between in (["'"], ["'", "s"], ["("])


def _may_start(tokens: list[Token], place: int) -> bool:
    token = tokens[place]
    if not token.is_capital or token.text.isdigit():
        return False
    if token.folded in _OPENERS:
        return False
    return token.folded != "the" or (place + 1 < len(tokens) and tokens[place + 1].is_capital)


def _phrase_end(tokens: list[Token], last: int) -> int:
    """Return the place after the name that goes on from the token at ``last``."""
    while last + 1 < len(tokens):
        step = _step(tokens, last)
        if not step:
            break
        last += step
    return last + 1


def _step(tokens: list[Token], last: int) -> int:
    """Return how many tokens further the name goes on, 0 at its end."""
    following = tokens[last + 1]
    is_close = following.start == tokens[last].end
    if following.is_word:
        return 1 if following.is_capital and following.folded not in _DAYS else _connected(tokens, last)
    if last + 2 >= len(tokens) or not tokens[last + 2].is_word:
        return 0
    beyond = tokens[last + 2]
    if following.text == "&":
        return 2 if beyond.is_capital else 0
    if not is_close or beyond.start != following.end:
        return 0
    if following.folded == "'" and beyond.folded == "s":
        goes_on = last + 3 < len(tokens) and tokens[last + 3].is_capital and tokens[last].folded in _OWNING_NAMES
        return 3 if goes_on else 0
    if following.folded == "'":
        return 2 if len(tokens[last].text) <= 2 and beyond.is_capital else 0
    return 2 if following.folded in "-." and beyond.folded not in ("based", "run", "owned", "backed") else 0


def _connected(tokens: list[Token], last: int) -> int:
    for distance in (1, 2):
        if last + distance + 1 >= len(tokens) or not _connects(tokens[last + distance], distance):
            return 0
        if tokens[last + distance + 1].is_capital:
            return distance + 1
    return 0


def _connects(token: Token, distance: int) -> bool:
    return token.folded in _CONNECTORS or (distance > 1 and token.folded == "the")


def _belongs_before(tokens: list[Token], place: int) -> bool:
    before = tokens[place - 1]
    if not before.is_capital or before.text.isdigit() or before.folded in _OPENERS or before.folded in _DAYS:
        return False
    if place == 1:
        return before.folded in _PLACES and before.folded not in ("us", "uk", "eu")
    return before.folded != "the" and not _DEMONYM.search(before.folded) and before.folded not in ("us", "uk", "both")
