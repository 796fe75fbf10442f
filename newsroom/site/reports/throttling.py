"""How many reports may come in: from one connection, from the network around it, and from all together."""

from django.utils.crypto import salted_hmac

from newsroom.http.client_ip import connection_of, network_of
from newsroom.http.rate_limits import take_each

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
    return take_each(steps, seconds=WAIT)


def _digest(network: str) -> str:
    return salted_hmac("newsroom.site.reports", network, algorithm="sha256").hexdigest()
