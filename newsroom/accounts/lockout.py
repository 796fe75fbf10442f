"""Limit wrong passwords, wrong codes and password resets, without letting strangers lock out the owner of an account.

Three limits count wrong passwords: for an account from a connection, for a connection, and for an account. The last one
does not apply to connections from which the owner has recently signed in. The codes of an authenticator app and
recovery codes have three limits of their own, with the same numbers. Passkeys are not limited, because they cannot be
guessed.

Requests for a link that resets a password are limited for an address from a connection, for a connection, and for an
address. The last limit applies to all connections: whoever uses it up sends links to the owner.
"""

from collections.abc import Iterable, Iterator
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
    """A limit of ``count`` wrong passwords, wrong codes or password resets in ``seconds``."""

    count: int
    seconds: int


ACCOUNT_FROM_CONNECTION = Limit(5, 5 * 60)
CONNECTION = Limit(10, 60)
ACCOUNT = Limit(100, 60 * 60)
RESETS_OF_ADDRESS = Limit(10, 60 * 60)
_PASSWORD, _CODE, _RESET = "password", "code", "reset"  # what is counted; the first part of the names of slots


class LockedOutError(Exception):
    """Raised if a limit is reached. ``is_first`` is True for the first refusal in the period of the limit."""

    def __init__(self, account: User | None, *, is_first: bool) -> None:
        super().__init__("Too many attempts.")
        self.account = account
        self.is_first = is_first


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt, counted as a wrong password or code until it is withdrawn."""

    slots: tuple[str, ...]

    def withdraw(self) -> None:
        """Stop counting the attempt, because the password or code was right."""
        for slot in self.slots:
            release_slot(slot)


def begin_attempt(login: str, network_address: str, *, at: datetime) -> Attempt:
    """Count an attempt to sign in with ``login``. Raise LockedOutError if a limit is reached.

    The attempt is counted before the password is compared, so that simultaneous attempts do not exceed a limit. Names that
    no account has are limited in the same way, so that a refusal does not reveal whether an account exists.
    """
    account = find_account(login)
    owner = _name_owner(account) if account else f"login:{digest_name(login)}"
    return _begin(_PASSWORD, owner, account, network_address, at=at)


def begin_code_attempt(account: User, network_address: str, *, at: datetime) -> Attempt:
    """Count an attempt to use a code as a second factor of ``account``. Raise LockedOutError if a limit is reached."""
    return _begin(_CODE, _name_owner(account), account, network_address, at=at)


def count_reset_request(email: str, network_address: str) -> None:
    """Count a request for a link that resets the password of ``email``. Raise LockedOutError if a limit is reached.

    Whether an account has the address makes no difference.
    """
    connection, owner = digest_connection(network_address), f"address:{digest_name(email)}"
    limits = [*_list_limits_of_connection(_RESET, owner, connection), (_name(_RESET, owner), RESETS_OF_ADDRESS)]
    _acquire_slots(limits, None)


def _begin(kind: str, owner: str, account: User | None, network_address: str, *, at: datetime) -> Attempt:
    return _acquire_slots(_list_limits(kind, owner, account, digest_connection(network_address), at=at), account)


def _acquire_slots(limits: Iterable[tuple[str, Limit]], account: User | None) -> Attempt:
    slots: list[str] = []
    for name, limit in limits:
        slot = acquire_slot(name, limit.count, seconds=limit.seconds)
        if slot is None:
            Attempt(tuple(slots)).withdraw()
            is_first = bool(cache.add(f"{name}:told", 1, limit.seconds))
            raise LockedOutError(account, is_first=is_first)
        slots.append(slot)
    return Attempt(tuple(slots))


def clear(account: User, network_address: str) -> None:
    """Reset the limits on passwords for an account: from this connection, and from all connections together."""
    owner, connection = _name_owner(account), digest_connection(network_address)
    for name, limit in (
        (_name(_PASSWORD, owner, connection), ACCOUNT_FROM_CONNECTION),
        (_name(_PASSWORD, owner), ACCOUNT),
    ):
        cache.delete_many([*list_slots(name, limit.count), f"{name}:told"])


def _list_limits(
    kind: str, owner: str, account: User | None, connection: str, *, at: datetime
) -> Iterator[tuple[str, Limit]]:
    yield from _list_limits_of_connection(kind, owner, connection)
    if account is None or not AccessEntry.objects.is_known(account, connection, since=at - KNOWN_FOR):
        yield _name(kind, owner), ACCOUNT


def _list_limits_of_connection(kind: str, owner: str, connection: str) -> Iterator[tuple[str, Limit]]:
    yield _name(kind, connection), CONNECTION
    yield _name(kind, owner, connection), ACCOUNT_FROM_CONNECTION


def _name_owner(account: User) -> str:
    return f"account:{account.pk}"


def _name(*parts: str) -> str:
    return ":".join(parts)
