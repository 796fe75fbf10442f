"""The words of forecasts that never change once readers have seen them."""

import hashlib
import json

from stories.documents.schema import Forecast
from stories.documents.schema.values import outlet_key

# The outlet is frozen too, by its uid, so that a new name of the outlet is not a change.
FROZEN_FIELDS = (
    "speaker", "speaker_kind", "said_on", "source", "quotation", "expected", "due_on", "chance", "low", "high", "unit",
)  # fmt: skip


def frozen_digest(forecast: Forecast) -> str:
    """Return the hexadecimal SHA-256 of what must not change after the first public edition of a forecast."""
    values = [getattr(forecast, name) for name in FROZEN_FIELDS]
    values.append(outlet_key(forecast.outlet) if forecast.outlet else None)
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, default=str).encode()).hexdigest()
