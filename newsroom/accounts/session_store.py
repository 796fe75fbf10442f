"""The session store: a session ends after some time without activity, and at most ``SESSION_HOURS`` after sign-in.

``expire_date`` of the row is the time at which the session ends.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.models import Session

from newsroom.accounts import sessions
from newsroom.http import clock

STARTED_AT = "started_at"  # the key of the sign-in time, in seconds since 1970
# Activity is recorded only if it moves the end by more than this share of the idle time (by default, a minute).
# Otherwise, each request would write the row.
RECORDED_SHARE = 1 / 120


class SessionStore(DatabaseSessionStore):
    """A session in the database. It ends at ``ends_at``."""

    ends_at: datetime | None = None

    def begin(self, at: datetime) -> None:
        """Record that a user signed in at ``at``."""
        self[STARTED_AT] = at.timestamp()
        self.ends_at = at + _idle_time()

    def record_activity(self, at: datetime) -> None:
        """Postpone the end of a session whose user is signed in and was active at ``at``."""
        if self.ends_at is None or SESSION_KEY not in self:
            return
        ends_at = _limit(at + _idle_time(), self)
        if ends_at - self.ends_at <= _idle_time() * RECORDED_SHARE:
            return
        self.ends_at = ends_at
        # A session that was modified is saved anyway.
        if not self.modified:
            Session.objects.filter(pk=self.session_key, expire_date__lt=ends_at).update(expire_date=ends_at)

    def load(self) -> dict[str, Any]:
        """Return the data, or an empty dictionary if there is no session or it has ended.

        If a user was signed in, an ended session is deleted and its end is recorded.
        """
        row = Session.objects.filter(pk=self.session_key).first()
        data = self.decode(row.session_data) if row else {}
        if row is None:
            self._session_key = None
            return {}
        ends_at = _limit(row.expire_date, data)
        if ends_at <= clock.now():
            if SESSION_KEY in data:
                sessions.end_expired_session(row.pk, row.expire_date, account=int(data[SESSION_KEY]), at=ends_at)
            self._session_key = None
            return {}
        self.ends_at = row.expire_date
        return data

    def create(self) -> None:
        """Store a new session under a new key."""
        self.ends_at = None
        super().create()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to save. Saving by itself does not postpone the end."""
        row = cast("Session", super().create_model_instance(data))
        self.ends_at = row.expire_date = _limit(self.ends_at or clock.now() + _idle_time(), data)
        return row


def _idle_time() -> timedelta:
    return timedelta(minutes=settings.SESSION_IDLE_MINUTES)


def _limit(ends_at: datetime, data: Mapping[str, Any] | SessionStore) -> datetime:
    """Return ``ends_at``, but at most the time ``SESSION_HOURS`` after the sign-in if a user has signed in."""
    if SESSION_KEY not in data:
        return ends_at
    started_at = data.get(STARTED_AT)
    if started_at is None:
        # Earlier releases stored only the times at which passwords and second factors were used.
        records = data.get(AUTHENTICATION_METHODS_SESSION_KEY) or [{}]
        started_at = float(records[0].get("at", 0))
    return min(ends_at, datetime.fromtimestamp(started_at, UTC) + timedelta(hours=settings.SESSION_HOURS))
