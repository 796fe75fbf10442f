"""Notify WebSub hubs, search engines (IndexNow) and edges of changes, and post JSON to other services."""

import json
from collections.abc import Mapping, Sequence
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

# One participating search engine is enough, because it forwards the notification to the others.
INDEXNOW = "https://api.indexnow.org/indexnow"
MAX_ADDRESSES = 10_000
# All known edges that are purged over HTTP accept this many keys in one request.
MAX_KEYS = 30
# Seconds. Purges run before all other tasks, so an edge that does not respond must not delay the queue for long.
TIMEOUT, EDGE_TIMEOUT = 20, 5


def ping_websub(hub: str, feeds: Sequence[str]) -> None:
    """Notify a hub that the feeds at these absolute URLs have changed (WebSub, 1; PubSubHubbub 0.4, 7.1).

    Raise OSError if the hub does not respond, refuses, or redirects.
    """
    form = urlencode([("hub.mode", "publish"), *(("hub.url", feed) for feed in feeds)])
    _send(hub, form.encode(), "application/x-www-form-urlencoded")


def ping_search_engines(addresses: Sequence[str], *, site: str, key: str, endpoint: str = INDEXNOW) -> None:
    """Notify search engines that the pages at these absolute URLs have changed (IndexNow).

    Only the first ``MAX_ADDRESSES`` URLs are sent. The ``site`` serves ``key`` at ``/<key>.txt``, which proves that the
    sender owns the site. Raise OSError if the endpoint does not respond, refuses, or redirects.
    """
    content = {
        "host": urlsplit(site).netloc,
        "key": key,
        "keyLocation": f"{site}/{key}.txt",
        "urlList": list(addresses[:MAX_ADDRESSES]),
    }
    _send(endpoint, json.dumps(content).encode(), "application/json; charset=utf-8")


def purge_cdn(edge: str, keys: Sequence[str], *, header: tuple[str, str] | None) -> None:
    """Purge the pages with any of these page keys from an edge, with POST requests of up to ``MAX_KEYS`` keys each.

    The name and value in ``header`` authenticate the site. Raise OSError if the edge does not respond, refuses, or
    redirects.
    """
    # Some edges read the keys from the header Surrogate-Key, others from ``tags`` in the JSON body.
    for first in range(0, len(keys), MAX_KEYS):
        batch = list(keys[first : first + MAX_KEYS])
        headers = {"Surrogate-Key": " ".join(batch), **(dict([header]) if header else {})}
        _send(edge, json.dumps({"tags": batch}).encode(), "application/json", headers, timeout=EDGE_TIMEOUT)


def post_json(address: str, content: Mapping[str, object]) -> None:
    """Send a JSON object to another service. Raise OSError if it does not respond, refuses, or redirects."""
    _send(address, json.dumps(content).encode(), "application/json")


class _RefuseRedirects(HTTPRedirectHandler):
    """A redirect handler that never follows a redirect, so that a redirect raises an error."""

    # urllib would turn a redirected POST into a GET, and send the secret header to another address.

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Return None, so that the redirect is not followed."""


_opener = build_opener(_RefuseRedirects)


def _send(
    address: str,
    body: bytes,
    content_type: str,
    headers: Mapping[str, str] | None = None,
    *,
    timeout: float = TIMEOUT,
) -> None:
    request = Request(address, body, {"Content-Type": content_type, **(headers or {})})  # noqa: S310  # from the settings, which allow only http and https
    try:
        with _opener.open(request, timeout=timeout):
            pass
    except HTTPException as error:
        raise OSError(f"The answer is not HTTP: {type(error).__name__}.") from error
