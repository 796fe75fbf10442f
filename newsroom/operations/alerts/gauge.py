"""The gauge of open alerts."""

from collections import Counter
from collections.abc import Mapping

from newsroom.operations import metrics
from newsroom.operations.alerts.open_alerts import list_open


def register() -> None:
    """Register the gauge."""
    metrics.register(
        "newsroom_alerts_open",
        count_open,
        help="Conditions about which administrators have been alerted.",
        labels=("code", "level"),
    )


def count_open() -> Mapping[tuple[str, ...], int]:
    """Return the number of open alerts of each code and level."""
    return Counter((alert.code, str(alert.level)) for alert in list_open())
