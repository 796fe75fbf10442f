"""Readers and editors of a site, who send requests to a server over HTTP."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.stories.admin.form_data import filled_of

TIMEOUT = 60.0  # seconds
LISTS = ("/", "/stories/", "/questions/", "/topics/", "/sources/", "/search/?q=harbour", "/api/v1/stories", "/readyz")
_LOCATION = re.compile(r"<loc>([^<]+)</loc>")
_STORY = re.compile(r'href="(/admin/stories/story/[^/"]+/change/)')


@dataclass(frozen=True)
class Page:
    """A response after all redirects. ``status`` is 0 if nothing answered."""

    status: int
    path: str
    body: str

    @property
    def has_failed(self) -> bool:
        """Whether the server did not answer, or answered with a server error."""
        return self.status == 0 or self.status >= 500


class Visitor:
    """Somebody with a browser that keeps cookies and runs no script."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()), ProxyHandler({}))

    def get(self, path: str) -> Page:
        """Open a page."""
        return self._open(Request(self.address + path))  # noqa: S310  # an address of this machine

    def post(self, path: str, values: Mapping[str, str]) -> Page:
        """Submit a form."""
        return self._send(path, urlencode(values).encode(), "application/x-www-form-urlencoded")

    def upload(self, path: str, values: Mapping[str, object]) -> Page:
        """Submit a form with files."""
        return self._send(path, encode_multipart(BOUNDARY, dict(values)), MULTIPART_CONTENT)

    def sign_in(self, name: str, password: str) -> Page:
        """Sign in, and return the page to which that leads."""
        page = self.get("/accounts/login/")
        return self.post(page.path, {**filled_of(page.body), "login": name, "password": password})

    def _send(self, path: str, body: bytes, content_type: str) -> Page:
        headers = {"Content-Type": content_type, "Origin": self.address, "Referer": self.address + path}
        return self._open(Request(self.address + path, body, headers))  # noqa: S310  # an address of this machine

    def _open(self, request: Request) -> Page:
        path = urlsplit(request.full_url).path
        try:
            with self._opener.open(request, timeout=TIMEOUT) as response:
                path = urlsplit(response.url).path
                return Page(response.status, path, response.read().decode("utf-8", "replace"))
        except HTTPError as error:
            return Page(error.code, urlsplit(error.url or "").path or path, error.read().decode("utf-8", "replace"))
        except (OSError, HTTPException) as error:
            return Page(0, path, f"{type(error).__name__}: {error}")


def list_pages(reader: Visitor) -> list[str]:
    """Return the paths of the lists, of a search, and of all pages in the sitemap."""
    paths = [*LISTS]
    for part in _LOCATION.findall(reader.get("/sitemap.xml").body):
        paths += [urlsplit(each).path for each in _LOCATION.findall(reader.get(urlsplit(part).path).body)]
    return list(dict.fromkeys(paths))


def list_stories(editor: Visitor) -> list[str]:
    """Return the paths of the forms of the newest stories."""
    return list(dict.fromkeys(_STORY.findall(editor.get("/admin/stories/story/").body)))


def save_and_publish(editor: Visitor, path: str, *, words: str) -> Iterator[Page]:
    """Change the method note of a story to ``words``, save it and publish it. Yield each page on the way."""
    form = editor.get(path)
    yield form
    saved = editor.post(path, {**filled_of(form.body), "method_note": words, "_continue": "publish"})
    yield saved
    if saved.path.endswith("/publish/"):
        yield editor.post(saved.path, {**filled_of(saved.body), "kind": "update", "note": words})
