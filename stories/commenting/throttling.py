"""How many comments may come in over links: from one connection, and over one link."""

from django.utils.crypto import salted_hmac

from newsroom.http.client_ip import connection_of
from newsroom.http.rate_limits import take_each
from stories.models import SharedPreview

MOST_BY_ONE = 20
MOST_BY_LINK = 100
WAIT = 60 * 60  # seconds


def admit(link: SharedPreview, address: str) -> bool:
    """Say whether one more comment may come in over ``link`` from the network address ``address``.

    It takes for WAIT seconds one of MOST_BY_ONE places of its connection and one of MOST_BY_LINK of the link;
    where one is missing it takes none.
    """
    connection = salted_hmac("stories.commenting", connection_of(address), algorithm="sha256").hexdigest()
    wanted = ((f"comment:{connection}", MOST_BY_ONE), (f"comment:link:{link.pk}", MOST_BY_LINK))
    return take_each(wanted, seconds=WAIT)
