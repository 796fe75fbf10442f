"""The SQL statements that read stored pages on each database, and the type of their result."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

# The page key that gets a new version whenever another one does.
LATEST = "latest"

_COLUMNS = "p.status, p.tag, p.headers, p.content, p.valid_until"
_AT_AN_ADDRESS = "p.release = {release} AND p.address = {address} AND p.valid_from <= {at} AND p.valid_until > {at}"
# Each version is selected as a value. With a join the database would read all page keys, because it does not know how
# few a page has.
_SAME = (
    "NOT EXISTS (SELECT 1 FROM {each}(p.keys) k"
    " WHERE (SELECT v.version FROM pages_pagekey v WHERE v.name = k.key) {differs})"
)
# The row at an address, while each of its keys has the version that it was built with, and the moment lies in its span.
# The version of LATEST is read in the same statement.
_FULL = (
    f"SELECT {_COLUMNS}, latest.version FROM pages_storedpage p"  # noqa: S608  # contains no input
    f" LEFT JOIN pages_pagekey latest ON latest.name = '{LATEST}' WHERE {_AT_AN_ADDRESS} AND {_SAME}"
)
FETCH_ON_SQLITE = _FULL.format(release="?1", address="?2", at="?3", each="json_each", differs="IS NOT k.value")
FETCH_ON_POSTGRESQL = _FULL.format(
    release="$1", address="$2", at="$3", each="jsonb_each", differs="IS DISTINCT FROM k.value::bigint"
)
# Whether a page that was found valid is still stored, and no page key has changed since. To compare twenty versions and
# send the content again takes longer than all the rest.
_STILL = (
    f"SELECT 1 FROM pages_storedpage p WHERE {_AT_AN_ADDRESS} AND p.tag = {{tag}}"  # noqa: S608  # as above
    f" AND (SELECT version FROM pages_pagekey WHERE name = '{LATEST}') = {{version}}"
)
IS_CURRENT_ON_SQLITE = _STILL.format(release="?1", address="?2", at="?3", tag="?4", version="?5")
IS_CURRENT_ON_POSTGRESQL = _STILL.format(release="$1", address="$2", at="$3", tag="$4", version="$5")


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A stored response that is valid, until ``valid_until`` at the latest.

    ``headers`` is JSON, ``content`` is gzip, and ``tag`` is the ETag without quotation marks.
    """

    status: int
    tag: str
    headers: str
    content: bytes
    valid_until: datetime


# Returns the page that is valid at an address at a moment (UTC); raises what the database driver raises.
type Fetch = Callable[[str, datetime], FetchedPage | None]
