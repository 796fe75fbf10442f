"""What stands ahead of Django: answered from the store, or left to Django."""

import json
import sqlite3
from datetime import timedelta
from urllib.parse import unquote_to_bytes
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import psycopg
import pytest

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
KEPT = {"/stories/pier/": PAGE, "/stories/gone/": NOTICE, "/stories/short/": SHORT, "/stories/café/": PAGE}


def django(environ, start_response):
    start_response("299 Django", [("Content-Type", "text/plain")])
    return [b"Django."]


class Served:
    """The callable with a store of its own, asked as a server asks it; ``asked`` are the addresses looked for."""

    def __init__(self, folder, **said):
        self.asked = []
        self.failure = None
        options = {"hosts": ["testserver", ".lisle.example", "[::1]"], "is_secure": False, "proxy_header": None, **said}
        self.application = StoredPages(django, fetch=self.fetch, turns=folder, **options)

    def fetch(self, address, at):
        self.asked.append(address)
        if self.failure:
            raise self.failure
        return KEPT.get(address)

    def __call__(self, address="/stories/pier/", *, method="GET", **environ):
        """Return status, headers and body; None in the place of all where Django was asked."""
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
        told = []
        application = validator(self.application) if "wsgi.errors" in environ else self.application
        answer = application(environ, lambda status, headers, error=None: told.extend([status, headers]))
        body = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        return None if told[0] == "299 Django" else (told[0], dict(told[1]), body)


@pytest.fixture
def served(tmp_path, set_time):
    return Served(tmp_path)


def test_who_reads_gzip_is_sent_the_bytes_as_they_are_stored(served):
    status, headers, body = served(HTTP_ACCEPT_ENCODING="gzip, br")
    assert status == "200 OK"
    assert body == PAGE.content
    assert headers == {
        **dict(HEADERS),
        "Content-Encoding": "gzip",
        "Content-Length": str(len(PAGE.content)),
        "ETag": '"tag-gzip"',
    }


@pytest.mark.parametrize("accepted", [None, "", "br", "gzip;q=0", "identity"])
def test_everybody_else_is_sent_them_unpacked(served, accepted):
    status, headers, body = served(HTTP_ACCEPT_ENCODING=accepted)
    assert (status, body) == ("200 OK", WORDS)
    assert headers == {**dict(HEADERS), "Content-Length": str(len(WORDS)), "ETag": '"tag"'}


def test_what_packing_makes_longer_is_sent_unpacked_as_django_does(served):
    _, headers, body = served("/stories/short/", HTTP_ACCEPT_ENCODING="gzip")
    assert (body, headers["ETag"]) == (b"Few words.", '"short"')
    assert "Content-Encoding" not in headers


def test_head_is_told_all_but_the_content(served):
    status, headers, body = served(method="HEAD", HTTP_ACCEPT_ENCODING="gzip")
    assert (status, headers, body) == (*served(HTTP_ACCEPT_ENCODING="gzip")[:2], b"")


@pytest.mark.parametrize("known", ['"tag-gzip"', 'W/"tag-gzip"', "*", '"a", "tag-gzip"'])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_has_it_is_told_so(served, known, method):
    status, headers, body = served(method=method, HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH=known)
    assert (status, body) == ("304 Not Modified", b"")
    assert headers == {
        **{name: value for name, value in HEADERS if name not in {"Content-Type", "Link"}},
        "ETag": '"tag-gzip"',
    }


def test_the_etag_of_the_other_encoding_is_another_one(served):
    assert served(HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH='"tag"')[0] == "200 OK"
    assert served(HTTP_IF_NONE_MATCH='"tag-gzip"')[0] == "200 OK"
    assert served(HTTP_IF_NONE_MATCH='"tag"')[0] == "304 Not Modified"


def test_a_notice_is_a_failure_which_conditions_do_not_change(served):
    status, _, body = served("/stories/gone/", HTTP_IF_NONE_MATCH="*")
    assert (status, body) == ("410 Gone", WORDS)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_what_is_no_reading_is_left_to_django(served, method):
    assert served(method=method) is None


@pytest.mark.parametrize(
    "address",
    ["/stories/pier/?page=2", "/stories/pier", "/admin/", "/static/css/site.css", "/media/a.jpg", "/accounts/login/"],
)
def test_what_is_not_stored_is_left_to_django(served, address):
    assert served(address) is None


def test_nothing_is_looked_for_where_nothing_is_stored(served):
    for address in ("/admin/x/", "/static/a.js", "/media/a.jpg", "/accounts/", "/api/v1/", "/preview/a/", "/share/a"):
        served(address)
    served("/stories/pier/?a")
    served(method="POST")
    assert served.asked == []


def test_under_a_prefix_of_the_server_nothing_is_answered(served):
    assert served(SCRIPT_NAME="/under") is None


@pytest.mark.parametrize(
    "host",
    ["testserver", "testserver:8000", "TESTSERVER", "testserver.", "lisle.example", "www.lisle.example", "[::1]:8000"],
)
def test_a_host_of_ours_is_answered(served, host):
    assert served(HTTP_HOST=host) is not None


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "lisle.example.evil", "testserver@evil.example", "testserver:port", "[::2]", "a b", "notlisle.example", "testserver\x00"],
)  # fmt: skip
def test_another_host_is_left_to_django(served, host):
    assert served(HTTP_HOST=host) is None


def test_without_a_host_django_is_asked(served):
    assert served(HTTP_HOST=None, SERVER_NAME="testserver", SERVER_PORT="80") is None


def test_where_any_host_is_ours_any_is_answered(tmp_path, set_time):
    assert Served(tmp_path, hosts=["*"])(HTTP_HOST="anything.example") is not None
    assert Served(tmp_path, hosts=["*"])(HTTP_HOST="any thing") is None


def test_where_only_https_is_answered_http_is_left_to_django(tmp_path, set_time):
    secure = Served(tmp_path, is_secure=True)
    assert secure(**{"wsgi.url_scheme": "http"}) is None
    assert secure(**{"wsgi.url_scheme": "https"}) is not None
    assert secure(HTTP_X_FORWARDED_PROTO="https") is None


@pytest.mark.parametrize(
    ("told", "is_answered"), [("https", True), ("https, http", True), ("http", False), (None, False), ("http, https", False)]
)  # fmt: skip
def test_a_proxy_that_is_trusted_tells_of_https(tmp_path, set_time, told, is_answered):
    proxied = Served(tmp_path, is_secure=True, proxy_header=("HTTP_X_FORWARDED_PROTO", "https"))
    assert (proxied(HTTP_X_FORWARDED_PROTO=told) is not None) is is_answered


def test_an_address_is_found_however_it_is_encoded(served):
    assert served("/stories/caf%C3%A9/") is not None
    assert served("/%73tories/pier/") is not None


@pytest.mark.parametrize(
    "address", ["/stories/caf%E9/", "/stories/%FF/", "/stories/pier/%00", "/stories/pier/%00x", "/stories/pier%2F%00/"]
)
def test_what_is_no_address_of_ours_is_left_to_django(served, address):
    assert served(address) is None
    assert served.asked == []


@pytest.mark.parametrize("failure", [sqlite3.OperationalError("disk I/O error"), psycopg.OperationalError("gone")])
def test_where_the_database_fails_django_answers(served, failure, caplog):
    served.failure = failure
    assert served() is None
    assert "could not be fetched" in caplog.text


def test_a_condition_that_the_store_does_not_know_is_left_to_django(served):
    assert served(HTTP_IF_MATCH='"other"') is None


def test_edges_are_told_how_long_they_may_keep_it_only_where_they_are_purged(tmp_path, set_time):
    purged = Served(tmp_path, is_purged=True)
    set_time.go(to=PAGE.valid_until - timedelta(seconds=11))
    assert purged()[1]["CDN-Cache-Control"] == "max-age=10, must-revalidate"
    assert "CDN-Cache-Control" not in Served(tmp_path)()[1]


def test_where_no_turn_can_be_had_django_answers_at_once(set_time, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert Served(tmp_path / "file" / "turns")("/stories/other/") is None


def test_who_waited_while_another_one_built_is_answered_from_the_store(tmp_path, set_time, monkeypatch):
    from newsroom.page_cache import wsgi

    served = Served(tmp_path)
    found = iter([None, PAGE])
    monkeypatch.setattr(served.application, "_fetch", lambda address, at: next(found))
    monkeypatch.setattr(wsgi, "single_flight", lambda address, folder: _Turn())
    assert served("/stories/other/")[0] == "200 OK"


class _Turn:
    def __enter__(self):
        return True

    def __exit__(self, *error):
        return None
