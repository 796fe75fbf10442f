"""What is asked of the database, in the words of each, and what comes back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

# Each version is asked for as a value: joined, all keys that there are would be read, as nobody knows how few a page has.
_VALID = (
    "SELECT p.status, p.tag, p.headers, p.content, p.valid_until FROM pages_storedpage p"
    " WHERE p.release = {release} AND p.address = {address} AND p.valid_until > {at} AND NOT EXISTS"
    " (SELECT 1 FROM {each}(p.keys) k WHERE (SELECT v.version FROM pages_pagekey v WHERE v.name = k.key) {differs})"
)
# The row at an address while each of its keys has the version that it was built with, and its time is not over.
ON_SQLITE = _VALID.format(release="?", address="?", at="?", each="json_each", differs="IS NOT k.value")
ON_POSTGRESQL = _VALID.format(
    release="$1", address="$2", at="$3", each="jsonb_each", differs="IS DISTINCT FROM k.value::bigint"
)


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
