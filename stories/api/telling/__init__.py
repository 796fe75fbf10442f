"""Turns what readers see into the values of the API."""

from stories.api.telling.names import outlet, outlet_listed, topic, topic_listed
from stories.api.telling.results import result
from stories.api.telling.works import now, printed, question, question_listed, stage, story, story_listed

__all__ = [
    "now",
    "outlet",
    "outlet_listed",
    "printed",
    "question",
    "question_listed",
    "result",
    "stage",
    "story",
    "story_listed",
    "topic",
    "topic_listed",
]
