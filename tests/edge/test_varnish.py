"""Varnish caches public pages and pictures, and purges the pages that have changed."""

import json
import time
from datetime import timedelta
from http.client import HTTPConnection
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.core.management import call_command

from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from tests.edge.varnish import SECRET
from tests.factories import file_of, make_image, make_published_story, make_update, make_user
from tests.responses import check_headers

OLD, NEW = b"The crack was a hand wide.", b"The crack was a finger wide."


def address_of(story):
    return f"/stories/{story.slug}/"


def rewrite(story, words, *, by):
    story.sections.filter(kind="background").update(text=words.decode())
    revisions.record_revision(story, by=by)


def run_worker():
    call_command("worker", batch=True, interval=0)


def test_a_publication_is_visible_after_the_purge_and_other_pages_stay_cached(read):
    editor = make_user()
    story, other = make_published_story(by=editor), make_published_story(by=editor)
    rewrite(story, OLD, by=editor)
    publishing.publish(story, by=editor, change=make_update())
    run_worker()
    pages = (address_of(story), address_of(other))
    assert [read(page).is_hit for page in (*pages, *pages)] == [False, False, True, True]
    rewrite(story, NEW, by=editor)
    publishing.publish(story, by=editor, change=make_update("It was measured again."))
    assert OLD in read(address_of(story)).words, "Varnish serves the old page until the worker has purged it."
    run_worker()
    after, unchanged = read(address_of(story)), read(address_of(other))
    assert (after.is_hit, NEW in after.words, OLD in after.words) == (False, True, False)
    assert (unchanged.status, unchanged.is_hit) == (200, True)
    publishing.withdraw(story, by=editor, notice="The survey was wrong.")
    run_worker()
    assert [read(address_of(story)).status for _ in range(2)] == [410, 410]
    assert read(address_of(story)).is_hit
    assert read(address_of(other)).is_hit
    call_command("purge", stdout=StringIO())
    assert not read(address_of(other)).is_hit


def test_a_page_is_not_cached_beyond_its_expiry(read):
    editor = make_user()
    story = make_published_story(by=editor)
    end = clock.now() + timedelta(seconds=4)
    publishing.schedule_expiry(story, by=editor, notice="It was for a day only.", at=end)
    assert [read(address_of(story)).is_hit for _ in range(2)] == [False, True]
    while (requested_at := clock.now()) < end + timedelta(seconds=0.5):
        status = read(address_of(story)).status
        assert status == 410 or requested_at < end
        time.sleep(0.05)
    assert read(address_of(story)).status == 410


def test_varnish_revalidates_pages_and_hides_surrogate_keys_from_readers(read):
    story = make_published_story()
    first = read(address_of(story), Accept_Encoding="gzip")
    again = read(address_of(story), Accept_Encoding="gzip", If_None_Match=first.headers["ETag"])
    assert (again.status, again.is_hit) == (304, True)
    for answer in (first, again):
        assert not {"Surrogate-Key", "Cache-Tag", "CDN-Cache-Control", "xkey"} & set(answer.headers)
        assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_missing_pages_login_forms_health_checks_and_searches_are_not_cached(read):
    for path in ("/stories/no-such-story/", "/admin/login/", "/accounts/login/", "/healthz", "/search/?q=pier"):
        assert [read(path).is_hit for _ in range(2)] == [False, False], path


def test_a_picture_is_cached(read):
    image = make_image()
    make_published_story(lead_image=image, lead_alt="The harbour at night", lead_credit="Newsroom")
    path = f"/media/{file_of(image)}"
    assert [read(path).is_hit for _ in range(2)] == [False, True]


def test_purging_requires_the_secret(read):
    path = address_of(make_published_story())
    read(path)
    refused = [
        read("/purge", body=b"", Surrogate_Key="release", **headers) for headers in ({}, {"X_Purge_Secret": "guess"})
    ]
    assert [answer.status for answer in refused] == [403, 403]
    assert read(path).is_hit
    assert read("/purge", body=b"", Surrogate_Key="release", X_Purge_Secret=SECRET).status == 200
    assert not read(path).is_hit


def hang_up(environ, start_response):
    """Make the server close the connection without a response."""
    raise ConnectionResetError


def test_answers_of_varnish_itself_have_the_security_headers(read, server_and_address):
    refused = read("/purge", body=b"", Surrogate_Key="release")
    assert refused.status == 403
    check_headers(refused.headers)
    server, _ = server_and_address
    server.set_app(hang_up)
    away = read("/stories/")
    assert away.status == 503
    check_headers(away.headers)


def echo(environ, start_response):
    """Return the headers of the request, as WSGI knows them."""
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({name: value for name, value in environ.items() if name.startswith("HTTP_")}).encode()]


def test_every_header_with_an_underscore_in_its_name_is_dropped(server_and_address):
    server, address = server_and_address
    server.set_app(echo)
    forged = ("X_Request_Id", "X-Request_Id", "x_request-id", "X_Real_Ip", "_Leading", "Trailing_", "Transfer_Encoding")
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request("GET", "/", headers={**dict.fromkeys(forged, "forged: a_b"), "X-Sent": "sent: a_b"})
    received = json.loads(connection.getresponse().read())
    connection.close()
    assert received["HTTP_X_SENT"] == "sent: a_b"
    assert [name for name, value in received.items() if "forged" in value] == []
    assert "HTTP_X_DROPPED" not in received


NAMES = ("X_Forwarded_{}", "X_Forwarded-{}", "X-Forwarded_{}", "x_forwarded_{}")


@pytest.fixture
def proxied(settings, transactional_db):
    """Configure the site to trust Varnish and one proxy in front of it."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT, settings.API_REQUESTS_PER_MINUTE = 2, 2
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    cache.clear()


@pytest.mark.parametrize("name", NAMES)
def test_a_forged_forwarding_header_with_an_underscore_does_not_evade_the_limit(proxied, send_request, name):
    answers = [send_request("/api/v1/stories", {name.format("For"): f"203.0.113.{n}"}).status for n in range(3)]
    assert answers == [200, 200, 429]


@pytest.fixture
def https_only(proxied, settings):
    """Configure the site to redirect to HTTPS."""
    settings.SECURE_SSL_REDIRECT = True


@pytest.mark.parametrize("name", NAMES)
def test_a_forged_header_with_an_underscore_does_not_make_a_request_secure(https_only, send_request, name):
    assert send_request("/accounts/login/", {name.format("Proto"): "https"}).status == 301
