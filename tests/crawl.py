"""Follows every address that answers print: in pages, feeds, sitemaps, data, plain text and headers."""

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.test import Client

# Signing in and the desk; files that are served ahead of Django, once they are collected.
NOT_WALKED = ("/admin/", "/accounts/", "/static/")
_TAG = re.compile(r"<[a-z][^<>]*>")
_ATTRIBUTE = re.compile(r'\b(?:href|src|srcset)="([^"]*)"')
# In running text the stop after an address is no part of it.
_WHOLE = re.compile(rf"{re.escape(settings.SITE_URL)}(?:[^\s\"'<>()\[\]{{}}|\\]*[^\s\"'<>()\[\]{{}}|\\.,;:])?")


def walk(client: Client, *starts: str, follow: Callable[[str], bool] = lambda path: True) -> dict[str, int]:
    """Return the status of ``starts`` and of every path of the site that is printed there, or further on.

    What an answer prints is looked at where ``follow`` says so of its path. Redirects are not followed: what is
    printed is where the page is.
    """
    found: dict[str, int] = {}
    left = list(starts)
    while left:
        path = left.pop()
        if path in found:
            continue
        response = client.get(path)
        found[path] = response.status_code
        if response.status_code == 200 and follow(path):
            left += printed_in(response, path)
    return found


def lists_of_the_api(client: Client) -> list[str]:
    """Return where the lists of the API begin, as its description names them, each in pages of a few items."""
    described = client.get("/api/v1/openapi.json").json()["paths"]
    lists = [path for path in described if "{" not in path]
    return [f"{path}?{'q=port' if path.endswith('search') else 'limit=2'}" for path in lists]


def printed_in(response: HttpResponseBase, path: str) -> set[str]:
    """Return the paths of the site, with their queries, that the answer at ``path`` prints in its headers and its content."""
    whole = {urljoin(f"{settings.SITE_URL}{path}", address).partition("#")[0] for address in _addresses(response)}
    paths = {address.removeprefix(settings.SITE_URL) or "/" for address in whole if _is_ours(address)}
    return {each for each in paths if not each.startswith(NOT_WALKED)}


def _is_ours(address: str) -> bool:
    return address == settings.SITE_URL or address.startswith(f"{settings.SITE_URL}/")


def _addresses(response: HttpResponseBase) -> Iterator[str]:
    for name in ("Link", "Location"):
        yield from _WHOLE.findall(response.headers.get(name, ""))
    kind = response.headers["Content-Type"].partition(";")[0]
    if kind.startswith("image/") or not isinstance(response, HttpResponse):
        return
    text = response.content.decode()
    if kind.endswith("json"):
        text = "\n".join(_strings(json.loads(text)))
    yield from _in_text(text)


def _in_text(text: str) -> Iterator[str]:
    """Yield the addresses in any text: those that are written whole, and those of the tags in it."""
    said = html.unescape(text)
    for form in {text, said}:
        yield from _WHOLE.findall(form)
        for tag in _TAG.findall(form):
            for value in _ATTRIBUTE.findall(tag):
                yield from (html.unescape(part.split()[0]) for part in value.split(", ") if part.strip())


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _strings(each)
