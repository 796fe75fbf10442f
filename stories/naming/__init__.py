"""Names that wait are decided on; new ones are made from a form; outlets are joined; names are offered while one is typed."""

from stories.naming.deciding import (
    REFUSAL,
    RIGHT,
    WaitingName,
    confirm_outlet,
    confirm_topic,
    join_outlet,
    join_topic,
    refuse_outlet,
    refuse_topic,
    waiting,
)
from stories.naming.making import make
from stories.naming.merging import articles_of, merge_outlets, questions_citing
from stories.naming.offering import ADD, VIEW, Offer, Offered, What, near, offered

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
