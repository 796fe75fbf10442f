"""The SQL statements that read a stored page and check whether it is valid, for each database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

# The page key that gets a new version whenever any other key is invalidated.
LATEST = "latest"

_COLUMNS = "p.status, p.tag, p.headers, p.content, p.valid_until"
_VALID_AT_ADDRESS = "p.release = {release} AND p.address = {address} AND p.valid_from <= {at} AND p.valid_until > {at}"
# Each version is selected in a subquery. With a join, the database would read all page keys, because it cannot know
# that a page has only a few.
_VERSIONS_MATCH = (
    "NOT EXISTS (SELECT 1 FROM {each}(p.keys) k"
    " WHERE (SELECT v.version FROM pages_pagekey v WHERE v.name = k.key) {differs})"
)
# The row at an address, if the page is valid at the given time. Each of its keys must still have the version with which
# the page was built. The version of LATEST is read in the same statement.
_FETCH = (
    f"SELECT {_COLUMNS}, latest.version FROM pages_storedpage p"  # noqa: S608  # contains no input
    f" LEFT JOIN pages_pagekey latest ON latest.name = '{LATEST}' WHERE {_VALID_AT_ADDRESS} AND {_VERSIONS_MATCH}"
)
FETCH_ON_SQLITE = _FETCH.format(release="?1", address="?2", at="?3", each="json_each", differs="IS NOT k.value")
FETCH_ON_POSTGRESQL = _FETCH.format(
    release="$1", address="$2", at="$3", each="jsonb_each", differs="IS DISTINCT FROM k.value::bigint"
)
_HAS_PAGE = "SELECT 1 FROM pages_storedpage WHERE release = {release} AND address = {address}"
HAS_PAGE_ON_SQLITE = _HAS_PAGE.format(release="?1", address="?2")
HAS_PAGE_ON_POSTGRESQL = _HAS_PAGE.format(release="$1", address="$2")
# Returns a row if a page that was found valid is still stored and no page key has changed since. Comparing all versions
# of the page and sending its content again would take longer than everything else.
_IS_CURRENT = (
    f"SELECT 1 FROM pages_storedpage p WHERE {_VALID_AT_ADDRESS} AND p.tag = {{tag}}"  # noqa: S608  # as above
    f" AND (SELECT version FROM pages_pagekey WHERE name = '{LATEST}') = {{version}}"
)
IS_CURRENT_ON_SQLITE = _IS_CURRENT.format(release="?1", address="?2", at="?3", tag="?4", version="?5")
IS_CURRENT_ON_POSTGRESQL = _IS_CURRENT.format(release="$1", address="$2", at="$3", tag="$4", version="$5")


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A stored response that is valid until ``valid_until`` at the latest.

    ``headers`` is JSON, ``content`` is gzip, and ``tag`` is the ETag without quotation marks.
    """

    status: int
    tag: str
    headers: str
    content: bytes
    valid_until: datetime


# A function that returns the page that is valid at an address at a given time (UTC), or None. Errors of the database
# driver propagate.
type Fetch = Callable[[str, datetime], FetchedPage | None]
