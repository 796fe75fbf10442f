"""The alerts that are open now: rows of the database, and outages, which are files."""

from newsroom.db.statements import PreparedQuery
from newsroom.operations.alerts import outages
from newsroom.operations.models import Alert, AlertLevel

_OPEN = PreparedQuery(Alert.objects.open)


def list_open() -> list[Alert]:
    """Return all open alerts: the red ones first, and the oldest first within each level."""
    found = [alert for code in outages.CODES if (alert := outages.read(code))]
    alerts = [*found, *_OPEN()]
    return sorted(alerts, key=lambda alert: (alert.level != AlertLevel.RED, alert.since, alert.code, alert.subject))
