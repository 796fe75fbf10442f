"""Which parameters of an address only follow readers, and lead to no other page."""

import re

# Read as it stands by the script of the desk too, so only what Python and JavaScript understand in the same way.
TRACKING = (
    r"utm_\w+|at_(?:medium|campaign|custom\d|link_\w+|ptr_name|format|bbc_team)|fbclid|gclid|dclid|gbraid|wbraid|msclkid"
    r"|mc_cid|mc_eid|igshid|yclid|smid|smtyp|cmpid|ns_mchannel|ns_source|ns_campaign"
)
_PAIR = re.compile(rf"(?:{TRACKING})(?:=.*)?", re.IGNORECASE | re.ASCII | re.DOTALL)


def without_tracking(query: str) -> str:
    """Return the query of an address without the parameters that only follow readers."""
    return "&".join(pair for pair in query.split("&") if not _PAIR.fullmatch(pair))
