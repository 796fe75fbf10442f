"""Suggestions of names that match what is typed, or that may be the same as a new name."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from django.db.models import Q, QuerySet

from newsroom.entities.models import LONGEST_NAME, NamedEntity
from newsroom.text.fold import fold
from stories.drafts.article_urls import find_outlet
from stories.models import Outlet
from topics.models import Topic

type EntityKind = Literal["topic", "outlet"]

MOST = 8
MOST_NEAR = 5
LOOKED_AT = 200  # names compared with a new one, which share a word with it
NEAR = 0.82  # the similarity from which two folded names may be the same; 1 is equality
SHORTEST_WORD = 4
ADD = {"topic": "topics.add_topic", "outlet": "stories.add_outlet"}
VIEW = {"topic": "topics.view_topic", "outlet": "stories.view_outlet"}


class Suggestion(NamedTuple):
    """A known name: the value for the field, the matching aliases, and the kind."""

    name: str
    also: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The matching names, whether there are more, and whether the typed name is known exactly."""

    offers: list[Suggestion]
    has_more: bool
    is_known: bool


def entities_of_kind(what: EntityKind) -> Any:
    """Return the topics or the outlets that new texts may name."""
    return Topic.objects.unmerged() if what == "topic" else Outlet.objects.active()


def suggest_names(what: EntityKind, typed: str) -> Suggestions:
    """Return the topics or outlets with a name or alias that begins with the typed text, then those that contain it."""
    folded = fold(typed)[:LONGEST_NAME]
    if not folded:
        return Suggestions([], has_more=False, is_known=False)
    things = entities_of_kind(what)
    found: list[Any] = []
    for how in ("startswith", "contains"):
        rest = _named(things, how, folded).exclude(pk__in=[thing.pk for thing in found])
        found += rest.order_by("folded_name", "pk").prefetch_related("aliases")[: MOST + 1 - len(found)]
    offers = [_offer(thing, folded) for thing in found[:MOST]]
    is_known = any(folded in {thing.folded_name, *(each.folded for each in thing.aliases.all())} for thing in found)
    return Suggestions(offers, has_more=len(found) > MOST, is_known=is_known or things.with_name(typed).exists())


def find_similar(what: EntityKind, name: str, *, home_page: str = "", wikidata: str = "") -> list[Suggestion]:
    """Return the topics or outlets that may be the same as a new one, by similar name, home page or Wikidata item."""
    folded = fold(name)[:LONGEST_NAME]
    things = entities_of_kind(what)
    words = [word for word in folded.split() if len(word) >= SHORTEST_WORD][:5] or [folded]
    shares = Q()
    for word in words:
        shares |= Q(folded_name__contains=word[:-1]) | Q(aliases__folded__contains=word[:-1])
    sharing = list(things.filter(shares).distinct().prefetch_related("aliases")[:LOOKED_AT]) if folded else []
    alike = sorted(((_likeness(thing, folded), thing) for thing in sharing), key=lambda each: (-each[0], each[1].pk))
    same: list[Any] = []
    if home_page and (known := find_outlet(home_page)):
        same.append(known)
    if wikidata:
        same += things.filter(wikidata=wikidata).prefetch_related("aliases")[:MOST_NEAR]
    found = {thing.pk: thing for thing in [*same, *(thing for likeness, thing in alike if likeness >= NEAR)]}
    return [_offer(thing, folded) for thing in list(found.values())[:MOST_NEAR]]


def _named(things: QuerySet[Any], how: str, folded: str) -> QuerySet[Any]:
    aliases = things.model.aliases.rel.related_model
    known = aliases.objects.filter(**{f"folded__{how}": folded}).values(aliases.leads_to)
    return things.filter(Q(**{f"folded_name__{how}": folded}) | Q(pk__in=known))


def _offer(thing: Any, folded: str) -> Suggestion:
    aliases = list(thing.aliases.all())
    hit = [alias.name for alias in aliases if folded in alias.folded]
    also = hit if folded not in thing.folded_name else (hit or [alias.name for alias in aliases])
    return Suggestion(thing.name, tuple(also[:3]), thing.get_kind_display())


def _likeness(thing: Any, folded: str) -> float:
    return max(_alike(known, folded) for known in _names_of(thing))


def _names_of(thing: NamedEntity) -> Iterable[str]:
    yield thing.folded_name
    yield from (alias.folded for alias in thing.aliases.all())


def _alike(one: str, other: str) -> float:
    """Return the similarity of two folded names; if one's words are all in the other, it is 0.9."""
    few, many = sorted((set(one.split()), set(other.split())), key=len)
    is_part = any(len(word) >= SHORTEST_WORD for word in few) and all(_stands_in(word, many) for word in few)
    return 0.9 if is_part and one != other else SequenceMatcher(None, one, other).ratio()


def _stands_in(word: str, words: Iterable[str]) -> bool:
    """Return whether a word, or a longer or shorter form of it, is among others."""
    if len(word) < SHORTEST_WORD:
        return word in words
    return any(other.startswith(word) or (len(other) >= SHORTEST_WORD and word.startswith(other)) for other in words)
