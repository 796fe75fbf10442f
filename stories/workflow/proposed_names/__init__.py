"""Proposed names of topics and outlets: confirm, merge, reject, create, suggest, and merge outlets."""

from stories.workflow.proposed_names.create import make
from stories.workflow.proposed_names.decide import (
    REFUSAL,
    RIGHT,
    WaitingName,
    articles_of,
    confirm_outlet,
    confirm_topic,
    join_outlet,
    join_topic,
    merge_outlets,
    questions_citing,
    refuse_outlet,
    refuse_topic,
    waiting,
)
from stories.workflow.proposed_names.suggest import ADD, VIEW, Offer, Offered, What, near, offered

__all__ = [
    "ADD",
    "REFUSAL",
    "RIGHT",
    "VIEW",
    "Offer",
    "Offered",
    "WaitingName",
    "What",
    "articles_of",
    "confirm_outlet",
    "confirm_topic",
    "join_outlet",
    "join_topic",
    "make",
    "merge_outlets",
    "near",
    "offered",
    "questions_citing",
    "refuse_outlet",
    "refuse_topic",
    "waiting",
]
