"""What is counted of forecasts, and the words of forecasts that never change once readers have seen them."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import fmean
from typing import Final, NamedTuple
from uuid import UUID

from stories.documents.schema import Explainer, Forecast
from stories.documents.schema.values import outlet_key

# The outlet is frozen too, by its uid, so that a new name of the outlet is not a change.
FROZEN_FIELDS = (
    "speaker", "speaker_kind", "said_on", "source", "quotation", "expected", "due_on", "chance", "low", "high", "unit",
)  # fmt: skip

# Fewer say more about luck than about the speaker, so readers do not see them counted.
MIN_DECIDED: Final = 5
MIN_CHANCES: Final = 10
# What saying 50 % of everything scores.
EVEN_BRIER_SCORE: Final = 0.25

_OUTCOMES: Final = {"came_true": 1.0, "in_part": 0.5, "not_true": 0.0}


class StateCounts(NamedTuple):
    """How many forecasts are in each state."""

    open: int
    came_true: int
    in_part: int
    not_true: int
    void: int

    @property
    def decided(self) -> int:
        """The forecasts with an outcome that can be judged: those that are void never count."""
        return self.came_true + self.in_part + self.not_true

    @property
    def are_shown(self) -> bool:
        return self.decided >= MIN_DECIDED


def count_states(states: Iterable[str] | Mapping[str, int]) -> StateCounts:
    """Return how many forecasts are in each state, from the state of each, or from a number for each state."""
    counts = Counter(states)
    return StateCounts(*(counts[state] for state in StateCounts._fields))


def brier_score(forecasts: Iterable[tuple[str, int | None]]) -> float | None:
    """Return the Brier score of forecasts, given as state and chance in percent: 0 is best, 1 is worst.

    It is the mean of (p − o)², where the outcome o is 1, 0.5 (in part) or 0. Forecasts that are open or void, or that
    name no chance, do not count. With fewer than ten others there is no score.
    """
    errors = [
        (chance / 100 - _OUTCOMES[state]) ** 2
        for state, chance in forecasts
        if chance is not None and state in _OUTCOMES
    ]
    return fmean(errors) if len(errors) >= MIN_CHANCES else None


def list_articles(story: Explainer) -> list[tuple[Forecast, UUID | None]]:
    """Return each forecast of a story with the uid of the article that is its source."""
    articles = {cited.number: cited.article for cited in story.citations}
    return [(each, articles.get(each.source or 0)) for each in story.forecasts]


def frozen_digest(forecast: Forecast, article: UUID | None) -> str:
    """Return the hexadecimal SHA-256 of what must not change after the first public edition of a forecast.

    ``article`` is the uid of its source, which gets another number if it is removed and added again.
    """
    values = [article if name == "source" else getattr(forecast, name) for name in FROZEN_FIELDS]
    values.append(outlet_key(forecast.outlet) if forecast.outlet else None)
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, default=str).encode()).hexdigest()
