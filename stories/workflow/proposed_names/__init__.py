"""Proposed names of topics and outlets: confirm, merge, reject, create, suggest, and merge outlets."""

from stories.workflow.proposed_names.create import create_entity
from stories.workflow.proposed_names.decide import (
    REFUSAL,
    RIGHT,
    ProposedName,
    confirm_outlet,
    confirm_topic,
    list_proposed_names,
    merge_name_into_outlet,
    merge_name_into_topic,
    merge_outlets,
    newest_articles_of,
    questions_citing,
    reject_outlet,
    reject_topic,
)
from stories.workflow.proposed_names.suggest import (
    ADD,
    VIEW,
    EntityKind,
    Suggestion,
    Suggestions,
    find_similar,
    suggest_names,
)

__all__ = [
    "ADD",
    "REFUSAL",
    "RIGHT",
    "VIEW",
    "EntityKind",
    "ProposedName",
    "Suggestion",
    "Suggestions",
    "confirm_outlet",
    "confirm_topic",
    "create_entity",
    "find_similar",
    "list_proposed_names",
    "merge_name_into_outlet",
    "merge_name_into_topic",
    "merge_outlets",
    "newest_articles_of",
    "questions_citing",
    "reject_outlet",
    "reject_topic",
    "suggest_names",
]
