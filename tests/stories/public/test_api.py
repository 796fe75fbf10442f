"""How the API is answered: problems, caching, other sites, limits, and its description."""

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
from tests.factories import make_published_story, make_user, update
from tests.journeys.world import make_world

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"
STORIES = "/api/v1/stories"


def arrived(request):
    """Return a request as views get it: with the moment at which it arrived."""
    request.moment = clock.now()
    return request


def problem_at(client, address, status, **kwargs):
    """Return the problem document that ``address`` answers with, after looking at what each of them has."""
    response = client.get(address, **kwargs)
    assert (response.status_code, response.headers["Content-Type"]) == (status, PROBLEM), address
    document = response.json()
    assert document["status"] == status
    assert document["type"] == "about:blank"
    assert {"title", "detail", "instance"} <= document.keys()
    return document


@pytest.mark.parametrize("path", ["", "nowhere", "stories/", "stories/no-such-story", "stories/a/b/c", "openapi.yaml"])
def test_an_address_that_nobody_has_is_a_problem_404(client, path):
    assert problem_at(client, f"/api/v1/{path}", 404)["instance"] == f"/api/v1/{path}"


def test_an_address_that_nobody_has_costs_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        problem_at(client, "/api/v1/nowhere", 404)


def test_a_withdrawn_story_is_a_problem_410_with_the_words_of_the_editor(client):
    story = make_published_story(slug="taken-back")
    publishing.withdraw(story, by=make_user(), notice="Its source took the numbers back.")
    for under in ("", "/editions", "/editions/1"):
        problem = problem_at(client, f"{STORIES}/taken-back{under}", 410)
        assert problem["detail"] == "Its source took the numbers back."
        assert problem["withdrawn_at"]
    assert problem_at(client, f"{STORIES}/{story.uid}", 410)["language"] == "en"


def test_a_request_that_is_not_understood_names_each_parameter_that_is_wrong(client):
    problem = problem_at(client, f"{STORIES}?limit=0&since=yesterday&language=~", 400)
    assert {error["name"] for error in problem["errors"]} == {"limit", "since", "language"}
    assert {error["in"] for error in problem["errors"]} == {"query"}
    assert all(error["detail"] for error in problem["errors"])


def test_a_parameter_or_field_that_nobody_knows_is_named(client):
    [error] = problem_at(client, f"{STORIES}?tpic=pier", 400)["errors"]
    assert error["name"] == "tpic"
    assert "topic" in error["detail"]
    [error] = problem_at(client, f"{STORIES}?fields=headline,sumary", 400)["errors"]
    assert error["name"] == "fields"
    assert "sumary" in error["detail"]


def test_an_error_of_ours_is_a_problem_500_that_tells_nothing_and_is_written_down(rf, caplog):
    @api_view
    def broken(request: HttpRequest):
        raise RuntimeError("qxsecret")

    response = broken(arrived(rf.get("/api/v1/broken")))
    assert (response.status_code, response.headers["Content-Type"]) == (500, PROBLEM)
    assert response.headers["Cache-Control"] == "no-store"
    assert "qxsecret" not in response.content.decode()
    assert "qxsecret" in caplog.text


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_it_can_only_be_read(method):
    client = Client(enforce_csrf_checks=True)
    response = getattr(client, method)(STORIES)
    assert (response.status_code, response.headers["Content-Type"]) == (405, PROBLEM)
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_pages_of_every_site_may_read_it_without_saying_who_asks(client):
    for address in (STORIES, "/api/v1/nowhere", f"{STORIES}?limit=x"):
        headers = client.get(address, headers={"Origin": "https://reader.example"}).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in headers
        assert {"ETag", "Link", "Retry-After"} <= set(headers["Access-Control-Expose-Headers"].split(", "))


def test_a_browser_that_asks_beforehand_is_told_that_it_may_send_conditions(client):
    asked = {"Origin": "https://reader.example", "Access-Control-Request-Method": "GET"}
    response = client.options(STORIES, headers=asked)
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in response.headers["Access-Control-Allow-Methods"]
    assert "If-None-Match" in response.headers["Access-Control-Allow-Headers"]


def test_each_encoding_has_a_strong_tag_of_its_own_that_answers_304(client):
    address = f"{STORIES}/{make_published_story().slug}"
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["ETag"] != plain.headers["ETag"]
    for encoding, first in (("identity", plain), ("gzip", packed)):
        again = client.get(address, headers={"Accept-Encoding": encoding, "If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_the_tag_changes_with_the_story_and_not_before(client):
    story = make_published_story()
    address = f"{STORIES}/{story.slug}"
    first = client.get(address).headers["ETag"]
    story.sections.filter(kind="background").update(text="A survey asked for a limit of nine tonnes.")
    revisions.record_revision(story, by=None)
    assert client.get(address).headers["ETag"] == first
    publishing.publish(story, by=make_user(), change=update())
    assert client.get(address).headers["ETag"] != first


def test_the_head_of_an_answer_is_that_of_the_whole(client):
    for address in make_world().public.values():
        if address.startswith("/api/"):
            whole, head = client.get(address), client.head(address)
            assert (head.status_code, head.content) == (200, b""), address
            assert dict(head.headers) == dict(whole.headers), address


def test_signing_in_changes_no_answer(client, administrator_client):
    for address in make_world().public.values():
        if address.startswith("/api/"):
            assert administrator_client.get(address).content == client.get(address).content, address


def test_an_address_that_asks_too_often_waits_and_no_other_does(client, settings, set_time):
    settings.API_REQUESTS_PER_MINUTE = 2
    cache.clear()
    set_time.go(seconds=20)
    assert [client.get(STORIES).status_code for _ in range(2)] == [200, 200]
    refused = client.get(STORIES)
    assert (refused.status_code, refused.headers["Content-Type"]) == (429, PROBLEM)
    assert refused.headers["Retry-After"] == "40"
    assert refused.headers["Cache-Control"] == "no-store"
    assert client.get(STORIES, REMOTE_ADDR="203.0.113.9").status_code == 200
    set_time.go(seconds=39)
    assert client.get(STORIES).status_code == 429
    set_time.go(seconds=1)
    assert client.get(STORIES).status_code == 200


def test_all_addresses_of_one_connection_share_the_limit(client, settings, set_time):
    settings.API_REQUESTS_PER_MINUTE = 3
    cache.clear()
    answers = [client.get(STORIES, REMOTE_ADDR=f"2001:db8:0:1::{n:x}").status_code for n in range(1, 12)]
    assert answers == [200] * 3 + [429] * 8
    assert client.get(STORIES, REMOTE_ADDR="2001:db8:0:2::1").status_code == 200


def test_behind_a_proxy_the_reader_is_counted_and_not_the_proxy(client, settings, set_time):
    settings.API_REQUESTS_PER_MINUTE, settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1, 1
    cache.clear()
    for reader in ("203.0.113.1", "203.0.113.2"):
        assert client.get(STORIES, headers={"X-Forwarded-For": reader}).status_code == 200
    assert client.get(STORIES, headers={"X-Forwarded-For": "203.0.113.1"}).status_code == 429


def test_a_malformed_header_of_a_proxy_frees_nobody_of_the_limit(client, settings, set_time):
    settings.API_REQUESTS_PER_MINUTE, settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2, 1
    cache.clear()
    answers = [client.get(STORIES, headers={"X-Forwarded-For": f"nobody-{n}"}).status_code for n in range(3)]
    assert answers == [200, 200, 429]


@pytest.fixture
def over_https(settings):
    """Have the site lead to https behind one proxy, which says how a request came to it."""
    settings.SECURE_SSL_REDIRECT, settings.ALLAUTH_TRUSTED_PROXY_COUNT = True, 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(
    "path", [STORIES, f"{STORIES}?topic=pier", "/api/v1/", "/api/v1/nowhere", "/api/v1/openapi.json"]
)
@pytest.mark.parametrize("method", ["get", "head", "options", "post"])
def test_a_site_on_https_refuses_the_api_over_plain_http(over_https, path, method):
    for headers in ({}, {"X-Forwarded-Proto": "http"}):
        response = getattr(Client(headers=headers), method)(path)
        assert (response.status_code, response.headers["Content-Type"]) == (403, PROBLEM)
        assert response.headers["Cache-Control"] == "no-store"
        assert "Location" not in response.headers
        if method != "head":
            assert response.json()["status"] == 403


def test_over_https_the_api_answers_and_a_site_without_it_refuses_nothing(client, over_https, settings):
    assert client.get(STORIES, headers={"X-Forwarded-Proto": "https"}).status_code == 200
    assert client.get("/accounts/login/").status_code == 301
    settings.SECURE_SSL_REDIRECT = False
    assert client.get(STORIES).status_code == 200


def test_the_description_names_every_call_with_every_answer(client):
    description = client.get("/api/v1/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    assert len({call["get"]["operationId"] for call in description["paths"].values()}) == len(description["paths"])
    for path, call in description["paths"].items():
        assert call["get"].keys() >= {"summary", "parameters", "responses", "tags"}, path
        assert all(parameter["description"] for parameter in call["get"]["parameters"]), path
        answers = call["get"]["responses"]
        assert {"200", "304", "400", "403", "404", "429"} <= answers.keys(), path
        assert ("410" in answers) == ("{slug}" in path), path
        assert all(answers[status]["content"].keys() == {PROBLEM} for status in answers if status >= "400"), path


def test_the_description_says_what_it_is_to_whoever_reads_only_that(client):
    openapi_document.cache_clear()  # another test may have asked for that of another site
    assert "http://testserver" in json.dumps(client.get("/api/v1/openapi.json").json()["servers"])


def test_what_a_view_does_not_find_is_a_problem_too(rf):
    @api_view
    def empty(request: HttpRequest):
        raise Http404

    assert empty(arrived(rf.get("/api/v1/x"))).headers["Content-Type"] == PROBLEM
