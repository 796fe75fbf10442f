"""Where somebody is signed in: listed for themselves, ended one by one, or all at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from newsroom.accounts.models import User

# What browsers call themselves; the later names are in the words of the others too, so the first that fits counts.
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One place in which somebody is signed in, as they can tell it from others."""

    key: int
    browser: str
    network_address: str
    since: datetime
    is_this_one: bool


def listed(user: User, *, current: str) -> list[SignedIn]:
    """Return where ``user`` is signed in, newest first; ``current`` is the key of the session that asks."""
    rows = UserSession.objects.purge_and_list(user)
    return [
        SignedIn(row.pk, browser_of(row.user_agent), row.ip, row.created_at, row.session_key == current)
        for row in sorted(rows, key=lambda row: row.created_at, reverse=True)
    ]


def browser_of(user_agent: str) -> str:
    """Return in a few words which browser a request came from: “Firefox on Linux”."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "An unknown browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


def end(user: User, key: int) -> bool:
    """End one session of ``user``; say whether there was one of this key."""
    row = UserSession.objects.filter(user=user, pk=key).first()
    if row is None:
        return False
    _delete([row.session_key])
    row.delete()
    return True


def end_others(user: User, *, current: str) -> None:
    """End every session of ``user``, listed or not, but the one whose key is ``current``."""
    _end(user, but=current)


def end_all(user: User) -> None:
    """End every session of ``user``, listed or not."""
    _end(user, but="")


def _end(user: User, *, but: str) -> None:
    rows = UserSession.objects.filter(user=user).exclude(session_key=but)
    keys = set(rows.values_list("session_key", flat=True))
    # Nobody listed those that began before sessions were.
    for session in Session.objects.exclude(pk__in={but, *keys}).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            keys.add(session.pk)
    _delete(keys)
    rows.delete()


def _delete(keys: Iterable[str]) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    for key in keys:
        store.delete(key)
