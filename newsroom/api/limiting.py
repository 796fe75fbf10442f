"""How often somebody at one connection may ask in one minute."""

import hashlib
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from newsroom.http.client_ip import client_address, connection_of

WINDOW = 60  # seconds


def seconds_to_wait(request: HttpRequest, *, at: datetime) -> int:
    """Count the request; return 0, or after how many seconds the connection that sent it may ask again.

    The count stands in the cache that all workers share; where that is the database, requests at the very same moment
    may be counted as one. Where nothing can be written nothing is counted.
    """
    most = settings.API_REQUESTS_PER_MINUTE
    if not most:
        return 0
    window, passed = divmod(int(at.timestamp()), WINDOW)
    asker = connection_of(client_address(request))
    key = f"api:{hashlib.sha256(asker.encode()).hexdigest()}:{window}"
    if cache.get(key, 0) >= most:
        return WINDOW - passed
    if not cache.add(key, 1, 2 * WINDOW):  # it outlives its window, so that counting finds it
        with suppress(ValueError):  # Redis has stopped since, and the database that stands in for it has no such count
            cache.incr(key)
    return 0
