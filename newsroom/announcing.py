"""Tells others that something of ours has changed: hubs that pass feeds on, and search engines."""

import json
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

# Which of the search engines that take part is told does not matter: it tells the others.
INDEXNOW = "https://api.indexnow.org/indexnow"
MOST_ADDRESSES = 10_000
PATIENCE = 20  # seconds


def tell_hub(hub: str, feeds: Sequence[str]) -> None:
    """Tell the ``hub`` that these whole addresses of ``feeds`` hold something new (WebSub, 1; PubSubHubbub 0.4, 7.1).

    Raises OSError where it does not answer, or refuses.
    """
    form = urlencode([("hub.mode", "publish"), *(("hub.url", feed) for feed in feeds)])
    _send(hub, form.encode(), "application/x-www-form-urlencoded")


def tell_search_engines(addresses: Sequence[str], *, site: str, key: str, endpoint: str = INDEXNOW) -> None:
    """Tell search engines that these whole addresses of ours changed, at most 10,000 of them (IndexNow).

    ``key`` stands at ``/<key>.txt`` of the ``site``, which shows that it is ours to tell. Raises OSError as ``tell_hub``.
    """
    said = {
        "host": urlsplit(site).netloc,
        "key": key,
        "keyLocation": f"{site}/{key}.txt",
        "urlList": list(addresses[:MOST_ADDRESSES]),
    }
    _send(endpoint, json.dumps(said).encode(), "application/json; charset=utf-8")


def _send(address: str, body: bytes, content_type: str) -> None:
    request = Request(address, body, {"Content-Type": content_type})  # noqa: S310  # the environment names it, as http or https
    with urlopen(request, timeout=PATIENCE):  # noqa: S310  # the same
        pass
