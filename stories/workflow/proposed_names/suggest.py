"""Suggest names of topics and outlets that match the typed text, or that may be the same as a new name."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from django.db.models import Q, QuerySet

from newsroom.entities.models import MAX_NAME_LENGTH, NamedEntity
from newsroom.text.fold import fold
from stories.drafts.article_urls import find_outlet
from stories.models import Outlet
from topics.models import Topic

type EntityKind = Literal["topic", "outlet"]

_MAX_SUGGESTIONS = 8
_MAX_SIMILAR = 5
_MAX_COMPARED = 200  # the maximum number of names that share a word with a new one and are compared with it
_MIN_SIMILARITY = 0.82  # the minimum similarity of two folded names that may be the same; 1 means equal
_MIN_WORD_LENGTH = 4
ENTITY_ADD_PERMISSIONS = {"topic": "topics.add_topic", "outlet": "stories.add_outlet"}
ENTITY_VIEW_PERMISSIONS = {"topic": "topics.view_topic", "outlet": "stories.view_outlet"}


class Suggestion(NamedTuple):
    """A suggested name: the value for the field, at most three aliases, and the label of the kind.

    If any aliases match the typed text, only these are included.
    """

    name: str
    also: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The matching names, whether there are more, and whether exactly the typed name exists."""

    offers: list[Suggestion]
    has_more: bool
    is_known: bool


def _list_entities(kind: EntityKind) -> Any:
    """Return the topics or the outlets that new texts may name."""
    return Topic.objects.unmerged() if kind == "topic" else Outlet.objects.active()


def suggest_names(kind: EntityKind, typed: str) -> Suggestions:
    """Return the topics or outlets whose name or alias begins with the typed text, then those that contain it."""
    folded = fold(typed)[:MAX_NAME_LENGTH]
    if not folded:
        return Suggestions([], has_more=False, is_known=False)
    entities = _list_entities(kind)
    matches: list[Any] = []
    for lookup in ("startswith", "contains"):
        others = _filter_by_name(entities, lookup, folded).exclude(pk__in=[entity.pk for entity in matches])
        limit = _MAX_SUGGESTIONS + 1 - len(matches)
        matches += others.order_by("folded_name", "pk").prefetch_related("aliases")[:limit]
    suggestions = [_build_suggestion(entity, folded) for entity in matches[:_MAX_SUGGESTIONS]]
    is_known = any(folded in _iter_folded_names(entity) for entity in matches)
    return Suggestions(
        suggestions,
        has_more=len(matches) > _MAX_SUGGESTIONS,
        is_known=is_known or entities.with_name(typed).exists(),
    )


def find_similar(kind: EntityKind, name: str, *, home_page: str = "", wikidata: str = "") -> list[Suggestion]:
    """Return at most ``_MAX_SIMILAR`` topics or outlets that may be the same as a new one.

    They have a similar name or the same Wikidata item, or they publish at the host of ``home_page``.
    """
    folded = fold(name)[:MAX_NAME_LENGTH]
    entities = _list_entities(kind)
    words = [word for word in folded.split() if len(word) >= _MIN_WORD_LENGTH][:5] or [folded]
    shares_word = Q()
    for word in words:
        shares_word |= Q(folded_name__contains=word[:-1]) | Q(aliases__folded__contains=word[:-1])
    sharing = entities.filter(shares_word).distinct().prefetch_related("aliases")[:_MAX_COMPARED] if folded else []
    scored = sorted(
        ((_similarity(entity, folded), entity) for entity in sharing), key=lambda each: (-each[0], each[1].pk)
    )
    candidates: list[Any] = []
    if home_page and (outlet := find_outlet(home_page)):
        candidates.append(outlet)
    if wikidata:
        candidates += entities.filter(wikidata=wikidata).prefetch_related("aliases")[:_MAX_SIMILAR]
    candidates += [entity for similarity, entity in scored if similarity >= _MIN_SIMILARITY]
    unique = {entity.pk: entity for entity in candidates}
    return [_build_suggestion(entity, folded) for entity in list(unique.values())[:_MAX_SIMILAR]]


def _filter_by_name(entities: QuerySet[Any], lookup: str, folded: str) -> QuerySet[Any]:
    """Return the entities whose folded name or alias matches ``folded`` under this Django lookup."""
    aliases = entities.model.aliases.rel.related_model
    with_alias = aliases.objects.filter(**{f"folded__{lookup}": folded}).values(aliases.leads_to)
    return entities.filter(Q(**{f"folded_name__{lookup}": folded}) | Q(pk__in=with_alias))


def _build_suggestion(entity: Any, folded: str) -> Suggestion:
    aliases = list(entity.aliases.all())
    matching = [alias.name for alias in aliases if folded in alias.folded]
    shown_aliases = matching if folded not in entity.folded_name else (matching or [alias.name for alias in aliases])
    return Suggestion(entity.name, tuple(shown_aliases[:3]), entity.get_kind_display())


def _similarity(entity: Any, folded: str) -> float:
    return max(_name_similarity(name, folded) for name in _iter_folded_names(entity))


def _iter_folded_names(entity: NamedEntity) -> Iterable[str]:
    yield entity.folded_name
    yield from (alias.folded for alias in entity.aliases.all())


def _name_similarity(one: str, other: str) -> float:
    """Return the similarity of two folded names, from 0 to 1.

    For different names, it is 0.9 if all words of the shorter one, at least one of them long, occur in the longer one.
    """
    shorter, longer = sorted((set(one.split()), set(other.split())), key=len)
    is_part = any(len(word) >= _MIN_WORD_LENGTH for word in shorter) and all(
        _is_among(word, longer) for word in shorter
    )
    return 0.9 if is_part and one != other else SequenceMatcher(None, one, other).ratio()


def _is_among(word: str, words: Iterable[str]) -> bool:
    """Return whether the word, or a longer or shorter form of it, is among ``words``."""
    if len(word) < _MIN_WORD_LENGTH:
        return word in words
    return any(other.startswith(word) or (len(other) >= _MIN_WORD_LENGTH and word.startswith(other)) for other in words)
