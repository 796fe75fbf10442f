"""Record access events, such as sign-ins, failed sign-ins and refused permissions, in the database and in the log."""

import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.http import HttpRequest

from newsroom.audit.models import AccessEntry, AccessVerb
from newsroom.db.outages import WRITE_ERRORS
from newsroom.digests import make_digest
from newsroom.http.browsers import browser_family
from newsroom.http.client_ip import client_address, client_prefix
from newsroom.http.clock import ensure_request_time

_CONNECTION_SALT = "newsroom.audit.access.connection"
_NAME_SALT = "newsroom.audit.access.name"
_SHOWN_DIGITS = 12  # the number of hexadecimal digits of a digest that the log and the screen show

logger = logging.getLogger(__name__)


def digest_connection(address: str) -> str:
    """Return the keyed digest of the client at this address. All addresses in an IPv6 /64 have the same digest."""
    return make_digest(_CONNECTION_SALT, client_prefix(address))


def digest_name(name: str) -> str:
    """Return the keyed digest of a name that no account has. It may be a password typed into the wrong field."""
    return make_digest(_NAME_SALT, name.strip().lower())


def record(
    verb: AccessVerb, request: HttpRequest, *, account: AbstractUser | None, unknown_name: str = ""
) -> AccessEntry:
    """Record an event of ``account``, or of the unknown name that was typed, at the time of the request."""
    entry = AccessEntry(
        account_id=account.pk if account else None,
        unknown_name=digest_name(unknown_name) if unknown_name else "",
        verb=verb,
        connection=digest_connection(client_address(request)),
        browser=browser_family(request.headers.get("user-agent", "")),
        at=ensure_request_time(request),
    )
    store([entry])
    return entry


def build(verb: AccessVerb, *, account: int, network_address: str, user_agent: str, at: datetime) -> AccessEntry:
    """Return an unsaved event whose network address and browser are given instead of taken from a request.

    ``network_address`` and ``user_agent`` are empty if they are unknown.
    """
    return AccessEntry(
        account_id=account,
        verb=verb,
        connection=digest_connection(network_address) if network_address else "",
        browser=browser_family(user_agent),
        at=at,
    )


def store(entries: Sequence[AccessEntry]) -> None:
    """Store events, and log each. While the database accepts no writes, they are only logged."""
    if not entries:
        return
    with suppress(*WRITE_ERRORS), transaction.atomic():
        AccessEntry.objects.bulk_create(entries)
    _log(entries)


def _log(entries: Iterable[AccessEntry]) -> None:
    for entry in entries:
        fields = {
            "access": str(entry.verb),
            "account": entry.account_id,
            "unknown_name": shorten_digest(entry.unknown_name),
            "connection": shorten_digest(entry.connection),
            "browser": entry.browser,
        }
        who = f"account {entry.account_id}" if entry.account_id else f"unknown name {fields['unknown_name']}".rstrip()
        logger.info(
            "Access: %s, %s, connection %s, browser %s.",
            fields["access"],
            who,
            fields["connection"] or "unknown",
            entry.browser or "unknown",
            extra={"fields": fields},
        )


def shorten_digest(digest: str) -> str:
    """Return the beginning of a digest, long enough to distinguish connections."""
    return digest[:_SHOWN_DIGITS]
