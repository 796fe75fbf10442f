"""Follow every address in responses: in pages, feeds, sitemaps, data, plain text and headers."""

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.test import Client

# The desk, the pages for signing in, and static files, which need collectstatic and are served without Django.
NOT_WALKED = ("/admin/", "/accounts/", "/static/")
_TAG = re.compile(r"<[a-z][^<>]*>")
_ATTRIBUTE = re.compile(r'\b(?:href|src|srcset)="([^"]*)"')
# In running text, punctuation after an address is not part of it.
_COMPLETE_ADDRESS = re.compile(
    rf"{re.escape(settings.SITE_URL)}(?:[^\s\"'<>()\[\]{{}}|\\]*[^\s\"'<>()\[\]{{}}|\\.,;:])?"
)


def walk(client: Client, *starts: str, follow: Callable[[str], bool] = lambda path: True) -> dict[str, int]:
    """Return the status of ``starts`` and of every path of the site that they lead to.

    The addresses in a response are followed if ``follow`` returns true for its path. Redirects are not followed,
    because a printed address must be the final one.
    """
    statuses: dict[str, int] = {}
    pending = list(starts)
    while pending:
        path = pending.pop()
        if path in statuses:
            continue
        response = client.get(path)
        statuses[path] = response.status_code
        if response.status_code == 200 and follow(path):
            pending += find_paths(response, path)
    return statuses


def list_api_addresses(client: Client) -> list[str]:
    """Return the address of the first page of each list in the API, with few items on a page."""
    described_paths = client.get("/api/v1/openapi.json").json()["paths"]
    lists = [path for path in described_paths if "{" not in path]
    return [f"{path}?{'q=port' if path.endswith('search') else 'limit=2'}" for path in lists]


def find_paths(response: HttpResponseBase, path: str) -> set[str]:
    """Return the paths of the site, with query strings, in the headers and the content of the response at ``path``."""
    absolute = {urljoin(f"{settings.SITE_URL}{path}", address).partition("#")[0] for address in _addresses(response)}
    paths = {address.removeprefix(settings.SITE_URL) or "/" for address in absolute if _is_ours(address)}
    return {each for each in paths if not each.startswith(NOT_WALKED)}


def _is_ours(address: str) -> bool:
    return address == settings.SITE_URL or address.startswith(f"{settings.SITE_URL}/")


def _addresses(response: HttpResponseBase) -> Iterator[str]:
    for name in ("Link", "Location"):
        yield from _COMPLETE_ADDRESS.findall(response.headers.get(name, ""))
    kind = response.headers["Content-Type"].partition(";")[0]
    if kind.startswith("image/") or not isinstance(response, HttpResponse):
        return
    text = response.content.decode()
    if kind.endswith("json"):
        text = "\n".join(_strings(json.loads(text)))
    yield from _addresses_in_text(text)


def _addresses_in_text(text: str) -> Iterator[str]:
    """Yield the addresses in any text: complete ones, and those in attributes of tags."""
    for form in {text, html.unescape(text)}:
        yield from _COMPLETE_ADDRESS.findall(form)
        for tag in _TAG.findall(form):
            for value in _ATTRIBUTE.findall(tag):
                yield from (html.unescape(part.split()[0]) for part in value.split(", ") if part.strip())


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _strings(each)
