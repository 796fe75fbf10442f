"""Takes a report in: what a reader said, and what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction
from django.utils.crypto import salted_hmac

from newsroom.http.client_ip import connection_of, network_of
from newsroom.http.rate_limits import acquire_each
from newsroom.site.reader_reports.models import Report

PAGE = "page"


@dataclass(frozen=True, slots=True)
class About:
    """What a report is about, by kind and uid as the record names it; ``edition`` is the number of what was read.

    ``path`` is the public address, and empty where nobody knows one.
    """

    kind: str
    uid: UUID
    title: str
    path: str = ""
    edition: int | None = None

    @classmethod
    def page(cls, title: str, path: str = "") -> Self:
        """Return a page that is no thing of its own: its uid is always the same for one address, or for one title."""
        return cls(PAGE, uuid5(NAMESPACE_URL, f"newsroom:page:{path or title}"), title, path)


@transaction.atomic
def take_in(said: Mapping[str, str], about: About, *, at: datetime) -> Report:
    """Keep what the cleaned fields of the form say, and forget the addresses whose time is over, worker or not."""
    Report.objects.forget_addresses(at=at)
    return Report.objects.create(
        kind=about.kind,
        uid=about.uid,
        edition=about.edition,
        path=about.path,
        title=about.title,
        sentence=said["sentence"],
        problem=said["problem"],
        source=said["source"],
        email=said["email"],
        received_at=at,
    )


# Whoever would shut the form for everybody needs twenty networks, not only twenty connections of one.
MOST_BY_ONE = 5
MOST_BY_NETWORK = 25
MOST_BY_ALL = 500
WAIT = 60 * 60  # seconds


def admit(address: str) -> bool:
    """Say whether one more report may come in from the network address ``address``.

    It takes for WAIT seconds one of MOST_BY_ONE places of its connection, one of MOST_BY_NETWORK of its network and one
    of MOST_BY_ALL of everybody; where one is missing it takes none. Addresses are kept only as a keyed digest.
    """
    steps = (
        (f"report:{_digest(connection_of(address))}", MOST_BY_ONE),
        (f"report:{_digest(network_of(address))}", MOST_BY_NETWORK),
        ("report:all", MOST_BY_ALL),
    )
    return acquire_each(steps, seconds=WAIT)


def _digest(network: str) -> str:
    return salted_hmac("newsroom.site.reports", network, algorithm="sha256").hexdigest()
