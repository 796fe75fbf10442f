"""Readers and editors of a site, who send requests to a server over HTTP or HTTPS."""

import re
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPSHandler, ProxyHandler, Request, build_opener

from tests.stories.admin.form_data import filled_of

TIMEOUT = 60.0  # seconds
LISTS = ("/", "/stories/", "/questions/", "/topics/", "/sources/", "/search/?q=harbour", "/api/v1/stories", "/readyz")
_LOCATION = re.compile(r"<loc>([^<]+)</loc>")
_STORY = re.compile(r'href="(/admin/stories/story/[^/"]+/change/)')


@dataclass(frozen=True)
class Page:
    """A response after all redirects. ``status`` is 0 if nothing answered. ``seconds`` is how long it took."""

    status: int
    path: str
    body: str
    seconds: float = 0.0

    @property
    def has_failed(self) -> bool:
        """Whether the server did not answer, or answered with a server error."""
        return self.status == 0 or self.status >= 500


@dataclass(frozen=True)
class Account:
    """What an editor signs in with."""

    name: str
    password: str


class _ConnectionHere(HTTPSConnection):
    """A connection to this machine, whose certificate has to be that of the host."""

    def __init__(self, host: str, *, here: int, context: ssl.SSLContext, **options: Any) -> None:
        super().__init__(host, context=context, **options)
        self._here = here
        self._checks = context

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self._here), self.timeout)
        self.sock = self._checks.wrap_socket(plain, server_hostname=self.host)


class _HandlerHere(HTTPSHandler):
    """A handler that connects to a port of this machine instead of the host, and trusts only one authority."""

    def __init__(self, port: int, authority: Path) -> None:
        super().__init__()
        self._port = port
        self._context_here = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context_here.load_verify_locations(authority)

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(partial(_ConnectionHere, here=self._port, context=self._context_here), req)


class Visitor:
    """Somebody with a browser that keeps cookies and runs no script.

    The server is on a port of this machine. With ``host``, it is asked over HTTPS, as if the name led to this machine,
    and its certificate must be signed by ``authority``. ``headers`` are sent with each request.
    """

    def __init__(
        self, port: int, *, host: str = "", authority: Path | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        self.address = f"https://{host}" if host else f"http://127.0.0.1:{port}"
        here = [_HandlerHere(port, authority)] if authority else []
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()), ProxyHandler({}), *here)
        self._headers = headers or {}

    def get(self, path: str) -> Page:
        """Open a page."""
        return self._open(Request(self.address + path))  # noqa: S310  # an address of this machine

    def post(self, path: str, values: Mapping[str, str]) -> Page:
        """Submit a form."""
        return self._send(path, urlencode(values).encode(), "application/x-www-form-urlencoded")

    def upload(self, path: str, values: Mapping[str, object]) -> Page:
        """Send files as the scripts of the desk do."""
        # Imported here, because programs in scripts/ use this module with a Python that has no Django.
        from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

        return self._send(path, encode_multipart(BOUNDARY, dict(values)), MULTIPART_CONTENT, is_script=True)

    def sign_in(self, account: Account) -> Page:
        """Sign in, and return the page to which that leads."""
        page = self.get("/accounts/login/")
        return self.post(page.path, {**filled_of(page.body), "login": account.name, "password": account.password})

    def _send(self, path: str, body: bytes, content_type: str, *, is_script: bool = False) -> Page:
        headers = {"Content-Type": content_type, "Origin": self.address, "Referer": self.address + path}
        if is_script:
            headers["X-Requested-With"] = "XMLHttpRequest"
        return self._open(Request(self.address + path, body, headers))  # noqa: S310  # an address of this machine

    def _open(self, request: Request) -> Page:
        for name, value in self._headers.items():
            request.add_header(name, value)
        began = time.monotonic()
        path = urlsplit(request.full_url).path
        try:
            with self._opener.open(request, timeout=TIMEOUT) as response:
                status, path, body = response.status, urlsplit(response.url).path, response.read()
        except HTTPError as error:
            status, path, body = error.code, urlsplit(error.url or "").path or path, error.read()
        except (OSError, HTTPException) as error:
            status, body = 0, f"{type(error).__name__}: {error}".encode()
        return Page(status, path, body.decode("utf-8", "replace"), time.monotonic() - began)


def list_pages(reader: Visitor) -> list[str]:
    """Return the paths of the lists, of a search, and of all pages in the sitemap."""
    paths = [*LISTS]
    for part in _LOCATION.findall(reader.get("/sitemap.xml").body):
        paths += [urlsplit(each).path for each in _LOCATION.findall(reader.get(urlsplit(part).path).body)]
    return list(dict.fromkeys(paths))


def list_stories(editor: Visitor) -> list[str]:
    """Return the paths of the forms of the newest stories."""
    return list(dict.fromkeys(_STORY.findall(editor.get("/admin/stories/story/").body)))


def save_and_publish(editor: Visitor, path: str, *, words: str, headline: str = "") -> Iterator[Page]:
    """Change the method note of a story to ``words``, save it and publish it. Yield each page on the way.

    With ``headline``, also change the headline.
    """
    form = editor.get(path)
    yield form
    changes = {"method_note": words, **({"headline": headline} if headline else {})}
    saved = editor.post(path, {**filled_of(form.body), **changes, "_continue": "publish"})
    yield saved
    if saved.path.endswith("/publish/"):
        yield editor.post(saved.path, {**filled_of(saved.body), "kind": "update", "note": words})
