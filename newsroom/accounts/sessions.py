"""The sessions of a user: list them, end one of them, or end all at once."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from newsroom.accounts.models import User
from newsroom.audit import access
from newsroom.audit.models import AccessVerb
from newsroom.db.outages import WRITE_ERRORS
from newsroom.http.browsers import describe_browser


@dataclass(frozen=True, slots=True)
class ActiveSession:
    """A session, described so that its user can recognise it."""

    key: int
    browser: str
    network_address: str
    started_at: datetime
    is_current: bool


def list_sessions(user: User, *, current: str, at: datetime) -> list[ActiveSession]:
    """Return the sessions of ``user``, newest first. ``current`` is the session key of the request."""
    rows = UserSession.objects.purge_and_list(user)
    keys = Session.objects.filter(pk__in=[row.session_key for row in rows], expire_date__gt=at)
    open_keys = set(keys.values_list("pk", flat=True))
    return [
        ActiveSession(row.pk, describe_browser(row.user_agent), row.ip, row.created_at, row.session_key == current)
        for row in sorted(rows, key=lambda row: row.created_at, reverse=True)
        if row.session_key in open_keys
    ]


def find_expired(at: datetime, age: timedelta) -> list[QuerySet[Any]]:
    """Return QuerySets of sessions that expired more than ``age`` ago and of ``UserSession`` rows without a session."""
    with_session = Exists(Session.objects.filter(pk=OuterRef("session_key")))
    return [Session.objects.filter(expire_date__lt=at - age), UserSession.objects.exclude(with_session)]


def delete_expired(rows: QuerySet[Any]) -> int:
    """Delete expired sessions, or ``UserSession`` rows without a session, and return the number of deleted rows."""
    if rows.model is not Session:
        return rows.order_by().delete()[1].get(rows.model._meta.label, 0)
    # Locked, so that no concurrent request postpones the end of a session before it is deleted.
    ended = dict(rows.order_by().select_for_update().values_list("pk", "expire_date"))
    Session.objects.filter(pk__in=ended).delete()
    record_ends(ended)
    return len(ended)


def end_expired_session(key: str, expire_date: datetime, *, account: int, at: datetime) -> None:
    """Delete a session that has ended, and record ``at`` as its end, unless another request has ended or extended it.

    Do nothing while the database accepts no writes.
    """
    with suppress(*WRITE_ERRORS), transaction.atomic():
        if Session.objects.filter(pk=key, expire_date=expire_date).delete()[0]:
            record_ends({key: at}, accounts={key: account})


def record_ends(ended: Mapping[str, datetime], *, accounts: Mapping[str, int] | None = None) -> None:
    """Record that sessions have ended. ``ended`` contains the times, keyed by session key.

    ``accounts`` contains the primary keys of the users for sessions that may have no ``UserSession`` row.
    """
    described = {row.session_key: row for row in UserSession.objects.filter(session_key__in=ended)}
    access.store(
        [
            access.build(
                AccessVerb.SESSION_ENDED,
                account=described[key].user_id if key in described else (accounts or {})[key],
                network_address=described[key].ip if key in described else "",
                user_agent=described[key].user_agent if key in described else "",
                at=at,
            )
            for key, at in ended.items()
            if key in described or key in (accounts or {})
        ]
    )


def end_session(user: User, key: int, *, at: datetime) -> bool:
    """End the session of ``user`` with this key, and return whether it existed."""
    row = UserSession.objects.filter(user=user, pk=key).first()
    if row is None:
        return False
    _delete_sessions([row.session_key], user, at=at)
    row.delete()
    return True


def clear_messages() -> None:
    """Delete the unread messages in all sessions, because they may contain titles and names."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for key in Session.objects.values_list("pk", flat=True).iterator():
        session = store(session_key=key)
        if SessionStorage.session_key in session:
            del session[SessionStorage.session_key]
            session.save()


def end_other_sessions(user: User, *, current: str, at: datetime) -> None:
    """End all sessions of ``user``, whether listed or not, except the one with the key ``current``."""
    _end_sessions(user, except_key=current, at=at)


def end_all_sessions(user: User, *, at: datetime) -> None:
    """End all sessions of ``user``, whether listed or not."""
    _end_sessions(user, except_key="", at=at)


def _end_sessions(user: User, *, except_key: str, at: datetime) -> None:
    rows = UserSession.objects.filter(user=user).exclude(session_key=except_key)
    keys = set(rows.values_list("session_key", flat=True))
    # Sessions created before allauth's usersessions app was installed have no UserSession row.
    for session in Session.objects.exclude(pk__in={except_key, *keys}).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            keys.add(session.pk)
    _delete_sessions(keys, user, at=at)
    rows.delete()


def _delete_sessions(keys: Iterable[str], user: User, *, at: datetime) -> None:
    # One by one: of two simultaneous calls, only the one that deletes a session records its end.
    ended = {key: at for key in keys if Session.objects.filter(pk=key).delete()[0]}
    record_ends(ended, accounts=dict.fromkeys(ended, user.pk))
