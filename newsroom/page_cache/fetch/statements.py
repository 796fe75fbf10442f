"""What is asked of the database, in the words of each, and what comes back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

# The name of the key that changes whenever another one does.
LATEST = "latest"

_COLUMNS = "p.status, p.tag, p.headers, p.content, p.valid_until"
_AT_AN_ADDRESS = "p.release = {release} AND p.address = {address} AND p.valid_from <= {at} AND p.valid_until > {at}"
# Each version is asked for as a value: joined, all keys that there are would be read, as nobody knows how few a page has.
_SAME = (
    "NOT EXISTS (SELECT 1 FROM {each}(p.keys) k"
    " WHERE (SELECT v.version FROM pages_pagekey v WHERE v.name = k.key) {differs})"
)
# The row at an address while each of its keys has the version that it was built with, its time has come and is not over; and
# beside it, at the same moment, which version all keys together have.
_FULL = (
    f"SELECT {_COLUMNS}, latest.version FROM pages_storedpage p"  # noqa: S608  # no word of it came in
    f" LEFT JOIN pages_pagekey latest ON latest.name = '{LATEST}' WHERE {_AT_AN_ADDRESS} AND {_SAME}"
)
ON_SQLITE = _FULL.format(release="?1", address="?2", at="?3", each="json_each", differs="IS NOT k.value")
ON_POSTGRESQL = _FULL.format(
    release="$1", address="$2", at="$3", each="jsonb_each", differs="IS DISTINCT FROM k.value::bigint"
)
# Whether what was found to hold is stored still, and no key has changed since. To compare twenty of them, and to send the
# content again, takes longer than all the rest.
_STILL = (
    f"SELECT 1 FROM pages_storedpage p WHERE {_AT_AN_ADDRESS} AND p.tag = {{tag}}"  # noqa: S608  # as above
    f" AND (SELECT version FROM pages_pagekey WHERE name = '{LATEST}') = {{version}}"
)
STILL_ON_SQLITE = _STILL.format(release="?1", address="?2", at="?3", tag="?4", version="?5")
STILL_ON_POSTGRESQL = _STILL.format(release="$1", address="$2", at="$3", tag="$4", version="$5")


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored answer that holds, until ``valid_until`` at the latest.

    ``headers`` are JSON, ``content`` is packed, ``tag`` has no quotation marks.
    """

    status: int
    tag: str
    headers: str
    content: bytes
    valid_until: datetime


# Returns what holds at an address at a moment (UTC); raises what the driver raises.
type Fetch = Callable[[str, datetime], Stored | None]
