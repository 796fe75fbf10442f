"""The sessions of a user: list them, end one of them, or end all at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.messages.storage.session import SessionStorage
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet

from newsroom.accounts.models import User

# Substrings of the User-Agent header. Browsers also include the substrings further down, so the first match counts.
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


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


def describe_browser(user_agent: str) -> str:
    """Return a short name for the browser and the system of a User-Agent header, such as “Firefox on Linux”."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "An unknown browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


def find_expired(at: datetime, age: timedelta) -> list[QuerySet[Any]]:
    """Return the sessions that expired longer than ``age`` ago, and the descriptions of sessions that are gone."""
    with_session = Exists(Session.objects.filter(pk=OuterRef("session_key")))
    return [Session.objects.filter(expire_date__lt=at - age), UserSession.objects.exclude(with_session)]


def end_session(user: User, key: int) -> bool:
    """End the session of ``user`` with this key, and return whether it existed."""
    row = UserSession.objects.filter(user=user, pk=key).first()
    if row is None:
        return False
    _delete_sessions([row.session_key])
    row.delete()
    return True


def clear_messages() -> None:
    """Delete the unread messages in all sessions, because they repeat titles and names."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for key in Session.objects.values_list("pk", flat=True).iterator():
        session = store(session_key=key)
        if SessionStorage.session_key in session:
            del session[SessionStorage.session_key]
            session.save()


def end_other_sessions(user: User, *, current: str) -> None:
    """End all sessions of ``user`` except the one with the key ``current``, including unlisted ones."""
    _end_sessions(user, except_key=current)


def end_all_sessions(user: User) -> None:
    """End all sessions of ``user``, including unlisted ones."""
    _end_sessions(user, except_key="")


def _end_sessions(user: User, *, except_key: str) -> None:
    rows = UserSession.objects.filter(user=user).exclude(session_key=except_key)
    keys = set(rows.values_list("session_key", flat=True))
    # Sessions created before allauth's usersessions app was installed have no UserSession row.
    for session in Session.objects.exclude(pk__in={except_key, *keys}).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            keys.add(session.pk)
    _delete_sessions(keys)
    rows.delete()


def _delete_sessions(keys: Iterable[str]) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for key in keys:
        store.delete(key)
