"""How many comments may come in over links: from one connection, and over one link."""

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from newsroom.networks import connection_of
from stories.models import SharedPreview

MOST_BY_ONE = 20
MOST_BY_LINK = 100
WAIT = 60 * 60  # seconds


def admit(link: SharedPreview, address: str) -> bool:
    """Say whether one more comment may come in over ``link`` from the network address ``address``.

    It takes for WAIT seconds one of MOST_BY_ONE places of its connection and one of MOST_BY_LINK of the link, each in
    the cache that all workers share; where one is missing it takes none.
    """
    connection = salted_hmac("stories.commenting", connection_of(address), algorithm="sha256").hexdigest()
    taken: list[str] = []
    for name, most in ((connection, MOST_BY_ONE), (f"link:{link.pk}", MOST_BY_LINK)):
        places = [f"comment:{name}:{number}" for number in range(most)]
        known = cache.get_many(places)
        place = next((each for each in places if each not in known and cache.add(each, 1, WAIT)), None)
        if place is None:
            cache.delete_many(taken)
            return False
        taken.append(place)
    return True
