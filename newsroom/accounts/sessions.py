"""The sessions of a user: listed, ended one by one, or all ended at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from newsroom.accounts.models import User

# Marks in the User-Agent header. Browsers also name those further down the list, so the first match counts.
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ActiveSession:
    """A session as its user recognises it."""

    key: int
    browser: str
    network_address: str
    started_at: datetime
    is_current: bool


def list_sessions(user: User, *, current: str) -> list[ActiveSession]:
    """Return the sessions of ``user``, newest first. ``current`` is the key of the session of the request."""
    rows = UserSession.objects.purge_and_list(user)
    return [
        ActiveSession(row.pk, describe_browser(row.user_agent), row.ip, row.created_at, row.session_key == current)
        for row in sorted(rows, key=lambda row: row.created_at, reverse=True)
    ]


def describe_browser(user_agent: str) -> str:
    """Return a short name for the browser and the system of a User-Agent header, such as “Firefox on Linux”."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "An unknown browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


def end_session(user: User, key: int) -> bool:
    """End the session ``key`` of ``user``, and return whether it existed."""
    row = UserSession.objects.filter(user=user, pk=key).first()
    if row is None:
        return False
    _delete([row.session_key])
    row.delete()
    return True


def end_other_sessions(user: User, *, current: str) -> None:
    """End all sessions of ``user`` except the one with the key ``current``, listed or not."""
    _end(user, but=current)


def end_all_sessions(user: User) -> None:
    """End all sessions of ``user``, listed or not."""
    _end(user, but="")


def _end(user: User, *, but: str) -> None:
    rows = UserSession.objects.filter(user=user).exclude(session_key=but)
    keys = set(rows.values_list("session_key", flat=True))
    # Sessions from before django-allauth's usersessions was installed have no UserSession row.
    for session in Session.objects.exclude(pk__in={but, *keys}).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            keys.add(session.pk)
    _delete(keys)
    rows.delete()


def _delete(keys: Iterable[str]) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for key in keys:
        store.delete(key)
