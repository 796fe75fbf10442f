"""Tells others that something of ours has changed: hubs that pass feeds on, search engines, and edges that keep pages."""

import json
from collections.abc import Mapping, Sequence
from http.client import HTTPMessage
from typing import IO
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

# Which of the search engines that take part is told does not matter: it tells the others.
INDEXNOW = "https://api.indexnow.org/indexnow"
MOST_ADDRESSES = 10_000
# So many keys in one request are taken by all edges that are purged over HTTP.
MOST_KEYS = 30
# Seconds. Edges are told before all other work, which one that does not answer must not hold up for long.
PATIENCE, PATIENCE_WITH_EDGES = 20, 5


def ping_websub(hub: str, feeds: Sequence[str]) -> None:
    """Tell the ``hub`` that these whole addresses of ``feeds`` hold something new (WebSub, 1; PubSubHubbub 0.4, 7.1).

    Raises OSError where it does not answer, or refuses.
    """
    form = urlencode([("hub.mode", "publish"), *(("hub.url", feed) for feed in feeds)])
    _send(hub, form.encode(), "application/x-www-form-urlencoded")


def ping_search_engines(addresses: Sequence[str], *, site: str, key: str, endpoint: str = INDEXNOW) -> None:
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


def purge_cdn(edge: str, keys: Sequence[str], *, header: tuple[str, str] | None) -> None:
    """Tell the ``edge`` to forget what has one of these ``keys``, in as few requests as it takes; each is a POST.

    The keys stand in the header ``Surrogate-Key``, parted by spaces, and as ``tags`` in a JSON body: some read the one,
    some the other. ``header`` shows that it is ours to tell. Raises OSError where it does not answer, refuses, or says
    that it has moved: what is secret goes nowhere but where it is meant to.
    """
    for first in range(0, len(keys), MOST_KEYS):
        some = list(keys[first : first + MOST_KEYS])
        headers = {"Surrogate-Key": " ".join(some), **(dict([header]) if header else {})}
        _send(edge, json.dumps({"tags": some}).encode(), "application/json", headers, patience=PATIENCE_WITH_EDGES)


class _NowhereElse(HTTPRedirectHandler):
    """Follows nobody to another address, where what is sent would become a question: the answer itself is the error."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Return no request."""


_opener = build_opener(_NowhereElse)


def _send(
    address: str,
    body: bytes,
    content_type: str,
    headers: Mapping[str, str] | None = None,
    *,
    patience: float = PATIENCE,
) -> None:
    request = Request(address, body, {"Content-Type": content_type, **(headers or {})})  # noqa: S310  # the environment names it, as http or https
    with _opener.open(request, timeout=patience):
        pass
