"""Suggest names of topics and outlets that match the typed text, or that may be the same as a new name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from django.db.models import Q, QuerySet

from newsroom.entities.models import MAX_NAME_LENGTH, NamedEntity
from newsroom.text.fold import fold
from stories.drafts.article_urls import find_outlet
from stories.models import Outlet
from stories.workflow.proposed_names.near_names import (
    are_near,
    is_acronym,
    list_acronyms,
    list_distinctive_words,
    measure_similarity,
)
from topics.models import Topic

type EntityKind = Literal["topic", "outlet"]

_MAX_SUGGESTIONS = 8
_MAX_SIMILAR = 5
_MAX_COMPARED = 200  # the maximum number of names that share a word with a new one and are compared with it
_MAX_WORDS = 5  # the maximum number of words of a new name by which others are found
_MIN_WORD_LENGTH = 4
_BEGINNING = 2  # letters
_MIN_REST_LENGTH = 3
_CONNECTED = "([^ ]{1,3} ){0,2}"  # articles and prepositions before a word, which an acronym leaves out
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

    They have a near name or the same Wikidata item, or they publish at the host of ``home_page``.
    """
    folded = fold(name)[:MAX_NAME_LENGTH]
    entities = _list_entities(kind)
    candidates: list[Any] = []
    if home_page and (outlet := find_outlet(home_page)):
        candidates.append(outlet)
    if wikidata:
        candidates += entities.filter(wikidata=wikidata).prefetch_related("aliases")[:_MAX_SIMILAR]
    candidates += _find_near(entities, folded) if folded else []
    unique = {entity.pk: entity for entity in candidates}
    return [_build_suggestion(entity, folded) for entity in list(unique.values())[:_MAX_SIMILAR]]


def _find_near(entities: QuerySet[Any], folded: str) -> list[Any]:
    """Return the entities with a name near to ``folded``, the most similar first.

    Compare it with names that contain one of its distinctive words, and, if none is near, with those that have a word
    with the same beginning or the same rest: a word with one wrong letter has one of both.
    """
    words = list_distinctive_words(folded)[:_MAX_WORDS] or [folded]
    for condition in (_contains_word(words) | _is_acronym_of(folded), _has_word_like(words)):
        compared = entities.filter(condition).distinct().order_by("pk").prefetch_related("aliases")[:_MAX_COMPARED]
        scored = [(_measure_near(entity, folded), entity) for entity in compared]
        if near := [(similarity, entity) for similarity, entity in scored if similarity]:
            return [entity for _, entity in sorted(near, key=lambda each: (-each[0], each[1].pk))]
    return []


def _contains_word(words: Iterable[str]) -> Q:
    parts = [word[:-1] if len(word) >= _MIN_WORD_LENGTH else word for word in words]
    return _any_name(("contains", part) for part in parts)


def _is_acronym_of(folded: str) -> Q:
    """Return the condition for names that are the acronym of ``folded``, or of which it is the acronym."""
    lookups = [("exact", acronym) for acronym in list_acronyms(folded)]
    if is_acronym(folded):
        lookups.append(("regex", f"^{' '.join(f'{_CONNECTED}{letter}[^ ]*' for letter in folded)}$"))
    return _any_name(lookups)


def _has_word_like(words: Iterable[str]) -> Q:
    """Return the condition for names with a word that begins like one of ``words``, or has the rest of one."""
    lookups = []
    for word in words:
        beginning, rest = word[:_BEGINNING], word[_BEGINNING:]
        if len(rest) >= _MIN_REST_LENGTH:
            lookups += [("startswith", beginning), ("contains", f" {beginning}"), ("contains", rest)]
    return _any_name(lookups)


def _any_name(lookups: Iterable[tuple[str, str]]) -> Q:
    """Return the condition for entities with a name or alias that matches one of these Django lookups."""
    condition = Q(pk__in=())
    for lookup, value in lookups:
        condition |= Q(**{f"folded_name__{lookup}": value}) | Q(**{f"aliases__folded__{lookup}": value})
    return condition


def _measure_near(entity: Any, folded: str) -> float:
    """Return the similarity of the most similar of the entity's near names, or 0 if none of its names is near."""
    near = [name for name in _iter_folded_names(entity) if are_near(name, folded)]
    return max((measure_similarity(name, folded) for name in near), default=0)


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


def _iter_folded_names(entity: NamedEntity) -> Iterable[str]:
    yield entity.folded_name
    yield from (alias.folded for alias in entity.aliases.all())
