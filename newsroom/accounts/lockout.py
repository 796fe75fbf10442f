"""Limit wrong passwords, without letting strangers lock out the owner of an account.

Three limits count wrong passwords: for an account from a connection, for a connection, and for an account. The last one
does not apply to connections from which the owner has recently signed in. Passkeys are not limited, because they
cannot be guessed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache

from newsroom.accounts.models import User, find_account
from newsroom.audit.access import digest_connection, digest_name
from newsroom.audit.models import AccessEntry
from newsroom.http.rate_limits import acquire_slot, list_slots, release_slot

KNOWN_FOR = timedelta(days=30)  # since the last sign-in from a connection


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit of ``count`` wrong passwords in ``seconds``."""

    count: int
    seconds: int


ACCOUNT_FROM_CONNECTION = Limit(5, 5 * 60)
CONNECTION = Limit(10, 60)
ACCOUNT = Limit(100, 60 * 60)


class LockedOutError(Exception):
    """Raised if a limit is reached. ``is_first`` is True for the first refusal in the period of the limit."""

    def __init__(self, account: User | None, *, is_first: bool) -> None:
        super().__init__("Too many wrong passwords.")
        self.account = account
        self.is_first = is_first


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to sign in, counted as a wrong password until it is withdrawn."""

    slots: tuple[str, ...]

    def withdraw(self) -> None:
        """Stop counting the attempt, because the password was right."""
        for slot in self.slots:
            release_slot(slot)


def begin_attempt(login: str, network_address: str, *, at: datetime) -> Attempt:
    """Count an attempt to sign in with ``login``. Raise LockedOutError if a limit is reached.

    The attempt is counted before the password is compared, so that simultaneous attempts do not exceed a limit. Names that
    no account has are limited in the same way, so that a refusal does not reveal whether an account exists.
    """
    account, connection = find_account(login), digest_connection(network_address)
    slots: list[str] = []
    for name, limit in _list_limits(login, account, connection, at=at):
        slot = acquire_slot(name, limit.count, seconds=limit.seconds)
        if slot is None:
            Attempt(tuple(slots)).withdraw()
            is_first = bool(cache.add(f"{name}:told", 1, limit.seconds))
            raise LockedOutError(account, is_first=is_first)
        slots.append(slot)
    return Attempt(tuple(slots))


def clear(account: User, network_address: str) -> None:
    """Reset the limits for an account: from this connection, and from all connections together."""
    owner, connection = f"account:{account.pk}", digest_connection(network_address)
    for name, limit in (
        (_name(owner, connection), ACCOUNT_FROM_CONNECTION),
        (_name(owner), ACCOUNT),
    ):
        cache.delete_many([*list_slots(name, limit.count), f"{name}:told"])


def _list_limits(login: str, account: User | None, connection: str, *, at: datetime) -> Iterator[tuple[str, Limit]]:
    owner = f"account:{account.pk}" if account else f"login:{digest_name(login)}"
    yield _name(connection), CONNECTION
    yield _name(owner, connection), ACCOUNT_FROM_CONNECTION
    if account is None or not AccessEntry.objects.is_known(account, connection, since=at - KNOWN_FOR):
        yield _name(owner), ACCOUNT


def _name(*parts: str) -> str:
    return ":".join(("password", *parts))
