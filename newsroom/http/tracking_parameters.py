"""Query parameters that only track readers. A URL without them leads to the same page."""

import re

# The desk's script uses the same pattern, so it contains only syntax that Python and JavaScript share.
TRACKING = (
    r"utm_\w+|at_(?:medium|campaign|custom\d|link_\w+|ptr_name|format|bbc_team)|fbclid|gclid|dclid|gbraid|wbraid|msclkid"
    r"|mc_cid|mc_eid|igshid|yclid|smid|smtyp|cmpid|ns_mchannel|ns_source|ns_campaign"
)
_PAIR = re.compile(rf"(?:{TRACKING})(?:=.*)?", re.IGNORECASE | re.ASCII | re.DOTALL)


def strip_tracking(query: str) -> str:
    """Return the query string of a URL without tracking parameters."""
    return "&".join(pair for pair in query.split("&") if not _PAIR.fullmatch(pair))
