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
from stories.naming.merging import articles_of, merge_outlets, questions_citing

__all__ = [
    "REFUSAL",
    "RIGHT",
    "WaitingName",
    "articles_of",
    "confirm_outlet",
    "confirm_topic",
    "join_outlet",
    "join_topic",
    "merge_outlets",
    "questions_citing",
    "refuse_outlet",
    "refuse_topic",
    "waiting",
]
