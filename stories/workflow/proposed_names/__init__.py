"""Proposed names of topics and outlets: suggest, create, confirm, merge and reject them; merge outlets."""

from stories.workflow.proposed_names.create import create_entity
from stories.workflow.proposed_names.decide import (
    CONFIRM_PERMISSION,
    ProposedName,
    confirm_outlet,
    confirm_topic,
    find_decided,
    list_citing_questions,
    list_document_names,
    list_newest_articles,
    list_proposed_names,
    merge_name_into_outlet,
    merge_name_into_topic,
    merge_outlets,
    reject_outlet,
    reject_topic,
)
from stories.workflow.proposed_names.suggest import (
    ENTITY_ADD_PERMISSIONS,
    ENTITY_VIEW_PERMISSIONS,
    EntityKind,
    Suggestion,
    Suggestions,
    find_similar,
    suggest_names,
)

__all__ = [
    "CONFIRM_PERMISSION",
    "ENTITY_ADD_PERMISSIONS",
    "ENTITY_VIEW_PERMISSIONS",
    "EntityKind",
    "ProposedName",
    "Suggestion",
    "Suggestions",
    "confirm_outlet",
    "confirm_topic",
    "create_entity",
    "find_decided",
    "find_similar",
    "list_citing_questions",
    "list_document_names",
    "list_newest_articles",
    "list_proposed_names",
    "merge_name_into_outlet",
    "merge_name_into_topic",
    "merge_outlets",
    "reject_outlet",
    "reject_topic",
    "suggest_names",
]
