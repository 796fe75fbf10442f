"""The WSGI callable in front of Django: stored pages are served, and all other requests are passed to Django."""

import json
import sqlite3
from datetime import timedelta
from urllib.parse import unquote_to_bytes
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import psycopg
import pytest

from newsroom.counters import split_key
from newsroom.page_cache.fetch import FetchedPage
from newsroom.page_cache.store import gzip_body
from newsroom.page_cache.wsgi import StoredPages
from tests.clocks import MONDAY

WORDS = "Wörter. ".encode() * 99
HEADERS = [
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "public, max-age=0, must-revalidate"),
    ("Vary", "Accept-Encoding"),
    ("Content-Security-Policy", "default-src 'none'"),
    ("Link", "</a>; rel=alternate"),
]
PAGE = FetchedPage(200, "tag", json.dumps(HEADERS), gzip_body(WORDS), MONDAY + timedelta(days=1))
NOTICE = FetchedPage(410, "gone", json.dumps(HEADERS), gzip_body(WORDS), MONDAY + timedelta(days=1))
SHORT = FetchedPage(200, "short", json.dumps(HEADERS), gzip_body(b"Few words."), MONDAY + timedelta(days=1))
STORED = {"/stories/pier/": PAGE, "/stories/gone/": NOTICE, "/stories/short/": SHORT, "/stories/café/": PAGE}

STALE = "/stories/old/"


def django(environ, start_response):
    start_response("299 Django", [("Content-Type", "text/plain")])
    return [b"Django."]


class StoredSite:
    """The callable with a store of its own, called as a web server would. ``fetched`` lists the addresses looked up."""

    def __init__(self, folder, **overrides):
        self.fetched = []
        self.failure = None
        options = {
            "hosts": ["testserver", ".lisle.example", "[::1]"],
            "is_secure": False,
            "proxy_header": None,
            **overrides,
        }
        self.application = StoredPages(django, fetch=self.fetch, has_page=self.has_page, lock_folder=folder, **options)

    def fetch(self, address, at):
        self.fetched.append(address)
        if self.failure:
            raise self.failure
        return STORED.get(address)

    def has_page(self, address):
        if self.failure:
            raise self.failure
        return address == STALE

    def __call__(self, address="/stories/pier/", *, method="GET", **environ):
        """Return status, headers and body, or None if the request was passed to Django."""
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "HTTP_HOST": "testserver",
            "SCRIPT_NAME": "",
            **environ,
        }
        environ = {name: value for name, value in environ.items() if value is not None}
        setup_testing_defaults(environ) if "HTTP_HOST" in environ else None
        start = []
        application = validator(self.application) if "wsgi.errors" in environ else self.application
        answer = application(environ, lambda status, headers, error=None: start.extend([status, headers]))
        body = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        return None if start[0] == "299 Django" else (start[0], dict(start[1]), body)


@pytest.fixture
def site(tmp_path, set_time):
    return StoredSite(tmp_path)


def test_a_client_that_accepts_gzip_gets_the_stored_bytes(site):
    status, headers, body = site(HTTP_ACCEPT_ENCODING="gzip, br")
    assert status == "200 OK"
    assert body == PAGE.content
    assert headers == {
        **dict(HEADERS),
        "Content-Encoding": "gzip",
        "Content-Length": str(len(PAGE.content)),
        "ETag": '"tag-gzip"',
    }


@pytest.mark.parametrize("accepted", [None, "", "br", "gzip;q=0", "identity"])
def test_other_clients_get_the_decompressed_page(site, accepted):
    status, headers, body = site(HTTP_ACCEPT_ENCODING=accepted)
    assert (status, body) == ("200 OK", WORDS)
    assert headers == {**dict(HEADERS), "Content-Length": str(len(WORDS)), "ETag": '"tag"'}


def test_a_short_page_is_sent_uncompressed(site):
    _, headers, body = site("/stories/short/", HTTP_ACCEPT_ENCODING="gzip")
    assert (body, headers["ETag"]) == (b"Few words.", '"short"')
    assert "Content-Encoding" not in headers


def test_head_gets_the_same_status_and_headers_without_content(site):
    status, headers, body = site(method="HEAD", HTTP_ACCEPT_ENCODING="gzip")
    assert (status, headers, body) == (*site(HTTP_ACCEPT_ENCODING="gzip")[:2], b"")


@pytest.mark.parametrize("known", ['"tag-gzip"', 'W/"tag-gzip"', "*", '"a", "tag-gzip"'])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_matching_etag_gets_a_304(site, known, method):
    status, headers, body = site(method=method, HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH=known)
    assert (status, body) == ("304 Not Modified", b"")
    assert headers == {
        **{name: value for name, value in HEADERS if name not in {"Content-Type", "Link"}},
        "ETag": '"tag-gzip"',
    }


def test_the_etag_of_the_other_encoding_does_not_match(site):
    assert site(HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH='"tag"')[0] == "200 OK"
    assert site(HTTP_IF_NONE_MATCH='"tag-gzip"')[0] == "200 OK"
    assert site(HTTP_IF_NONE_MATCH='"tag"')[0] == "304 Not Modified"


def test_conditions_are_ignored_for_a_notice(site):
    status, _, body = site("/stories/gone/", HTTP_IF_NONE_MATCH="*")
    assert (status, body) == ("410 Gone", WORDS)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_passed_to_django(site, method):
    assert site(method=method) is None


@pytest.mark.parametrize(
    "address",
    ["/stories/pier/?page=2", "/stories/pier", "/admin/", "/static/css/site.css", "/media/a.jpg", "/accounts/login/"],
)
def test_pages_that_are_not_stored_are_passed_to_django(site, address):
    assert site(address) is None


def test_addresses_that_are_never_stored_are_not_looked_up(site):
    for address in ("/admin/x/", "/static/a.js", "/media/a.jpg", "/accounts/", "/api/v1/", "/preview/a/", "/share/a"):
        site(address)
    site("/stories/pier/?a")
    site(method="POST")
    assert site.fetched == []


def test_requests_under_a_script_prefix_are_passed_to_django(site):
    assert site(SCRIPT_NAME="/under") is None


@pytest.mark.parametrize(
    "host",
    ["testserver", "testserver:8000", "TESTSERVER", "testserver.", "lisle.example", "www.lisle.example", "[::1]:8000"],
)
def test_an_allowed_host_is_answered(site, host):
    assert site(HTTP_HOST=host) is not None


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "lisle.example.evil", "testserver@evil.example", "testserver:port", "[::2]", "a b", "notlisle.example", "testserver\x00"],
)  # fmt: skip
def test_another_host_is_passed_to_django(site, host):
    assert site(HTTP_HOST=host) is None


def test_a_request_without_a_host_is_passed_to_django(site):
    assert site(HTTP_HOST=None, SERVER_NAME="testserver", SERVER_PORT="80") is None


def test_if_all_hosts_are_allowed_any_valid_host_is_answered(tmp_path, set_time):
    assert StoredSite(tmp_path, hosts=["*"])(HTTP_HOST="anything.example") is not None
    assert StoredSite(tmp_path, hosts=["*"])(HTTP_HOST="any thing") is None


def test_if_https_is_required_http_is_passed_to_django(tmp_path, set_time):
    secure = StoredSite(tmp_path, is_secure=True)
    assert secure(**{"wsgi.url_scheme": "http"}) is None
    assert secure(**{"wsgi.url_scheme": "https"}) is not None
    assert secure(HTTP_X_FORWARDED_PROTO="https") is None


@pytest.mark.parametrize(
    ("protocol", "is_answered"), [("https", True), ("https, http", True), ("http", False), (None, False), ("http, https", False)]
)  # fmt: skip
def test_https_is_recognised_by_the_header_of_a_trusted_proxy(tmp_path, set_time, protocol, is_answered):
    proxied = StoredSite(tmp_path, is_secure=True, proxy_header=("HTTP_X_FORWARDED_PROTO", "https"))
    assert (proxied(HTTP_X_FORWARDED_PROTO=protocol) is not None) is is_answered


def test_a_page_is_found_however_its_address_is_encoded(site):
    assert site("/stories/caf%C3%A9/") is not None
    assert site("/%73tories/pier/") is not None


@pytest.mark.parametrize(
    "address", ["/stories/caf%E9/", "/stories/%FF/", "/stories/pier/%00", "/stories/pier/%00x", "/stories/pier%2F%00/"]
)
def test_an_invalid_address_is_passed_to_django(site, address):
    assert site(address) is None
    assert site.fetched == []


@pytest.mark.parametrize("failure", [sqlite3.OperationalError("disk I/O error"), psycopg.OperationalError("gone")])
def test_if_the_database_fails_django_answers(site, failure, caplog):
    site.failure = failure
    assert site() is None
    assert "could not be fetched" in caplog.text


def test_an_if_match_condition_is_passed_to_django(site):
    assert site(HTTP_IF_MATCH='"other"') is None


def test_edges_get_a_lifetime_only_if_they_are_purged(tmp_path, set_time):
    purged = StoredSite(tmp_path, is_purged=True)
    set_time.go(to=PAGE.valid_until - timedelta(seconds=11))
    assert purged()[1]["CDN-Cache-Control"] == "max-age=10, must-revalidate"
    assert "CDN-Cache-Control" not in StoredSite(tmp_path)()[1]


def test_without_a_usable_lock_file_django_answers_immediately(set_time, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert StoredSite(tmp_path / "file" / "turns")("/stories/other/") is None


def test_a_request_that_waited_for_another_build_gets_the_stored_page(tmp_path, set_time, monkeypatch):
    from newsroom.page_cache import wsgi

    site = StoredSite(tmp_path)
    found = iter([None, PAGE])
    monkeypatch.setattr(site.application, "_fetch", lambda address, at: next(found))
    monkeypatch.setattr(wsgi, "single_flight", lambda address, folder: _WaitedFlight())
    assert site("/stories/other/")[0] == "200 OK"


class _WaitedFlight:
    def __enter__(self):
        return True

    def __exit__(self, *error):
        return None


@pytest.mark.parametrize(
    ("address", "options", "result"),
    [
        ("/stories/pier/", {}, "hit"),
        ("/stories/gone/", {"method": "HEAD"}, "hit"),
        (STALE, {}, "stale"),
        ("/stories/new/", {}, "miss"),
        ("/stories/pier/?from=1", {}, "bypass"),
        ("/stories/pier/", {"method": "POST"}, "bypass"),
        ("/admin/", {}, "bypass"),
        ("/no/such/route/", {}, "bypass"),
    ],
)
def test_each_request_is_counted_by_what_the_store_gave(site, monkeypatch, address, options, result):
    counted = []
    monkeypatch.setattr("newsroom.counters.add", lambda key, amount=1.0: counted.append(split_key(key)))
    site(address, **options)
    assert counted == [["newsroom_stored_pages_total", result]]


@pytest.mark.parametrize("failure", [sqlite3.OperationalError("locked"), psycopg.OperationalError("gone")])
def test_while_the_database_fails_pages_count_as_missing(site, monkeypatch, failure):
    counted = []
    monkeypatch.setattr("newsroom.counters.add", lambda key, amount=1.0: counted.append(split_key(key)))
    site.failure = failure
    site(STALE)
    assert counted == [["newsroom_stored_pages_total", "miss"]]
