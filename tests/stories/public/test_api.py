"""HTTP handling of the API: problem documents, caching, CORS, rate limits, and the OpenAPI description."""

import gzip
import json

import pytest
from django.core.cache import cache
from django.http import Http404, HttpRequest
from django.test import Client

from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.public.api.http import api_view
from stories.public.api.openapi import openapi_document
from tests.factories import make_published_story, make_update, make_user
from tests.journeys.world import make_world

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"
STORIES = "/api/v1/stories"


def with_arrival_time(request):
    """Return the request with its arrival time, as the middleware would set it."""
    request.moment = clock.now()
    return request


def get_problem(client, address, status, **kwargs):
    """Return the problem document at ``address``, after checking the members that every problem document has."""
    response = client.get(address, **kwargs)
    assert (response.status_code, response.headers["Content-Type"]) == (status, PROBLEM), address
    document = response.json()
    assert document["status"] == status
    assert document["type"] == "about:blank"
    assert {"title", "detail", "instance"} <= document.keys()
    return document


@pytest.mark.parametrize("path", ["", "nowhere", "stories/", "stories/no-such-story", "stories/a/b/c", "openapi.yaml"])
def test_an_unknown_address_is_a_problem_404(client, path):
    assert get_problem(client, f"/api/v1/{path}", 404)["instance"] == f"/api/v1/{path}"


def test_an_unknown_address_takes_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        get_problem(client, "/api/v1/nowhere", 404)


def test_a_withdrawn_story_is_a_problem_410_with_its_notice(client):
    story = make_published_story(slug="taken-back")
    publishing.withdraw(story, by=make_user(), notice="Its source took the numbers back.")
    for under in ("", "/editions", "/editions/1"):
        problem = get_problem(client, f"{STORIES}/taken-back{under}", 410)
        assert problem["detail"] == "Its source took the numbers back."
        assert problem["withdrawn_at"]
    assert get_problem(client, f"{STORIES}/{story.uid}", 410)["language"] == "en"


def test_a_problem_400_names_each_invalid_parameter(client):
    problem = get_problem(client, f"{STORIES}?limit=0&since=yesterday&language=~", 400)
    assert {error["name"] for error in problem["errors"]} == {"limit", "since", "language"}
    assert {error["in"] for error in problem["errors"]} == {"query"}
    assert all(error["detail"] for error in problem["errors"])


def test_a_problem_400_names_unknown_parameters_and_fields(client):
    [error] = get_problem(client, f"{STORIES}?tpic=pier", 400)["errors"]
    assert error["name"] == "tpic"
    assert "topic" in error["detail"]
    [error] = get_problem(client, f"{STORIES}?fields=headline,sumary", 400)["errors"]
    assert error["name"] == "fields"
    assert "sumary" in error["detail"]


def test_an_exception_is_logged_and_answered_with_a_problem_500_without_details(rf, caplog):
    @api_view
    def broken(request: HttpRequest):
        raise RuntimeError("qxsecret")

    response = broken(with_arrival_time(rf.get("/api/v1/broken")))
    assert (response.status_code, response.headers["Content-Type"]) == (500, PROBLEM)
    assert response.headers["Cache-Control"] == "no-store"
    assert "qxsecret" not in response.content.decode()
    assert "qxsecret" in caplog.text


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_only_get_head_and_options_are_allowed(method):
    client = Client(enforce_csrf_checks=True)
    response = getattr(client, method)(STORIES)
    assert (response.status_code, response.headers["Content-Type"]) == (405, PROBLEM)
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_every_origin_may_read_the_api_without_credentials(client):
    for address in (STORIES, "/api/v1/nowhere", f"{STORIES}?limit=x"):
        headers = client.get(address, headers={"Origin": "https://reader.example"}).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in headers
        assert {"ETag", "Link", "Retry-After"} <= set(headers["Access-Control-Expose-Headers"].split(", "))


def test_a_preflight_request_allows_conditional_headers(client):
    headers = {"Origin": "https://reader.example", "Access-Control-Request-Method": "GET"}
    response = client.options(STORIES, headers=headers)
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in response.headers["Access-Control-Allow-Methods"]
    assert "If-None-Match" in response.headers["Access-Control-Allow-Headers"]


def test_each_encoding_has_its_own_strong_etag(client):
    address = f"{STORIES}/{make_published_story().slug}"
    plain = client.get(address)
    compressed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(compressed.content) == plain.content
    assert compressed.headers["ETag"] != plain.headers["ETag"]
    for encoding, first in (("identity", plain), ("gzip", compressed)):
        again = client.get(address, headers={"Accept-Encoding": encoding, "If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_the_etag_changes_only_when_the_story_is_published(client):
    story = make_published_story()
    address = f"{STORIES}/{story.slug}"
    first = client.get(address).headers["ETag"]
    story.sections.filter(kind="background").update(text="A survey asked for a limit of nine tonnes.")
    revisions.record_revision(story, by=None)
    assert client.get(address).headers["ETag"] == first
    publishing.publish(story, by=make_user(), change=make_update())
    assert client.get(address).headers["ETag"] != first


def test_head_returns_the_same_headers_as_get(client):
    for address in make_world().public.values():
        if address.startswith("/api/"):
            get_response, head_response = client.get(address), client.head(address)
            assert (head_response.status_code, head_response.content) == (200, b""), address
            assert dict(head_response.headers) == dict(get_response.headers), address


def test_signing_in_does_not_change_responses(client, administrator_client):
    for address in make_world().public.values():
        if address.startswith("/api/"):
            assert administrator_client.get(address).content == client.get(address).content, address


def test_the_rate_limit_applies_to_each_network_address(client, settings, set_time):
    settings.API_REQUESTS_PER_MINUTE = 2
    cache.clear()
    set_time.go(seconds=20)
    assert [client.get(STORIES).status_code for _ in range(2)] == [200, 200]
    response = client.get(STORIES)
    assert (response.status_code, response.headers["Content-Type"]) == (429, PROBLEM)
    assert response.headers["Retry-After"] == "40"
    assert response.headers["Cache-Control"] == "no-store"
    assert client.get(STORIES, REMOTE_ADDR="203.0.113.9").status_code == 200
    set_time.go(seconds=39)
    assert client.get(STORIES).status_code == 429
    set_time.go(seconds=1)
    assert client.get(STORIES).status_code == 200


def test_all_addresses_of_an_ipv6_prefix_share_the_limit(client, settings, set_time):
    settings.API_REQUESTS_PER_MINUTE = 3
    cache.clear()
    statuses = [client.get(STORIES, REMOTE_ADDR=f"2001:db8:0:1::{n:x}").status_code for n in range(1, 12)]
    assert statuses == [200] * 3 + [429] * 8
    assert client.get(STORIES, REMOTE_ADDR="2001:db8:0:2::1").status_code == 200


def test_behind_a_proxy_the_limit_applies_to_the_client(client, settings, set_time):
    settings.API_REQUESTS_PER_MINUTE, settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1, 1
    cache.clear()
    for reader in ("203.0.113.1", "203.0.113.2"):
        assert client.get(STORIES, headers={"X-Forwarded-For": reader}).status_code == 200
    assert client.get(STORIES, headers={"X-Forwarded-For": "203.0.113.1"}).status_code == 429


def test_a_malformed_proxy_header_does_not_bypass_the_limit(client, settings, set_time):
    settings.API_REQUESTS_PER_MINUTE, settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2, 1
    cache.clear()
    statuses = [client.get(STORIES, headers={"X-Forwarded-For": f"nobody-{n}"}).status_code for n in range(3)]
    assert statuses == [200, 200, 429]


@pytest.fixture
def over_https(settings):
    """Make the site redirect to https behind one proxy, which sends the scheme of the request in a header."""
    settings.SECURE_SSL_REDIRECT, settings.ALLAUTH_TRUSTED_PROXY_COUNT = True, 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(
    "path", [STORIES, f"{STORIES}?topic=pier", "/api/v1/", "/api/v1/nowhere", "/api/v1/openapi.json"]
)
@pytest.mark.parametrize("method", ["get", "head", "options", "post"])
def test_a_site_that_requires_https_refuses_plain_http(over_https, path, method):
    for headers in ({}, {"X-Forwarded-Proto": "http"}):
        response = getattr(Client(headers=headers), method)(path)
        assert (response.status_code, response.headers["Content-Type"]) == (403, PROBLEM)
        assert response.headers["Cache-Control"] == "no-store"
        assert "Location" not in response.headers
        if method != "head":
            assert response.json()["status"] == 403


def test_https_is_accepted_and_plain_http_too_if_https_is_not_required(client, over_https, settings):
    assert client.get(STORIES, headers={"X-Forwarded-Proto": "https"}).status_code == 200
    assert client.get("/accounts/login/").status_code == 301
    settings.SECURE_SSL_REDIRECT = False
    assert client.get(STORIES).status_code == 200


def test_every_operation_has_a_unique_id_and_describes_its_parameters_and_responses(client):
    description = client.get("/api/v1/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    assert len({operations["get"]["operationId"] for operations in description["paths"].values()}) == len(
        description["paths"]
    )
    for path, operations in description["paths"].items():
        assert operations["get"].keys() >= {"summary", "parameters", "responses", "tags"}, path
        assert all(parameter["description"] for parameter in operations["get"]["parameters"]), path
        responses = operations["get"]["responses"]
        assert {"200", "304", "400", "403", "404", "429"} <= responses.keys(), path
        assert ("410" in responses) == ("{slug}" in path), path
        assert all(responses[status]["content"].keys() == {PROBLEM} for status in responses if status >= "400"), path


def test_the_description_has_the_address_of_the_site(client):
    openapi_document.cache_clear()  # another test may have cached the description for another site
    assert "http://testserver" in json.dumps(client.get("/api/v1/openapi.json").json()["servers"])


def test_an_http404_of_a_view_is_a_problem_404(rf):
    @api_view
    def empty(request: HttpRequest):
        raise Http404

    assert empty(with_arrival_time(rf.get("/api/v1/x"))).headers["Content-Type"] == PROBLEM
