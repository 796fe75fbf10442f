"""Which responses are stored: only those that are the same for everyone."""

import gzip
import json

import pytest
from django.http import HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.test import Client, RequestFactory
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override

from newsroom.page_cache.dependencies import get_dependencies
from newsroom.page_cache.invalidation import invalidate
from newsroom.page_cache.middleware import StorePageMiddleware
from newsroom.page_cache.models import StoredPage
from newsroom.page_cache.responses import public_page
from tests.factories import make_published_question, make_published_story
from tests.journeys.stored_pages import Page

pytestmark = pytest.mark.django_db


def is_stored_after_request(path: str = "/x/", *, change=None):
    """Request a page that depends on one key, with ``change`` applied to its response; return whether it was stored."""

    @public_page
    def view(request):
        get_dependencies(request).read_versions(["a"])
        return HttpResponse(b"Words. " * 99)

    def get_response(request):
        response = view(request)
        if change:
            change(response)
        return response

    request = RequestFactory().get(path)
    StorePageMiddleware(get_response)(request)
    return StoredPage.objects.filter(address=request.path_info).exists()


@pytest.fixture(autouse=True)
def _key(db):
    invalidate("a")


def test_a_page_that_depends_on_a_key_is_stored():
    assert is_stored_after_request()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Vary", "Accept-Encoding, Cookie"),
        ("Vary", "*"),
        ("Vary", "Accept-Language"),
        ("Content-Security-Policy", "script-src 'nonce-abc'"),
        ("Content-Security-Policy-Report-Only", "script-src 'nonce-abc'"),
    ],
)
def test_a_response_that_differs_between_readers_is_not_stored(name, value):
    assert not is_stored_after_request(change=lambda response: response.headers.__setitem__(name, value))


def test_a_response_that_sets_a_cookie_is_not_stored():
    assert not is_stored_after_request(change=lambda response: response.set_cookie("name", "value"))


@pytest.mark.parametrize("path", ["/x/?page=2", "/x/?utm_source=somewhere", "/cafe%CC%81/"])
def test_a_response_at_a_non_canonical_address_is_not_stored(path):
    assert not is_stored_after_request(path)


def test_a_response_at_a_canonical_address_is_stored():
    assert is_stored_after_request("/caf%C3%A9/")


def test_nothing_is_stored_in_debug_mode(settings):
    settings.DEBUG = True
    assert not is_stored_after_request()


def test_a_page_under_a_script_prefix_is_not_stored():
    @public_page
    def view(request):
        get_dependencies(request).read_versions(["a"])
        return HttpResponse(b"Words.")

    StorePageMiddleware(view)(RequestFactory().get("/under/x/", SCRIPT_NAME="/under"))
    assert not StoredPage.objects.exists()


@pytest.mark.parametrize(
    ("status", "is_stored"), [(200, True), (410, True), (404, False), (301, False), (500, False), (403, False)]
)
def test_only_pages_and_notices_are_stored(status, is_stored):
    @public_page
    def view(request):
        get_dependencies(request).read_versions(["a"])
        return HttpResponse(b"Words.", status=status)

    StorePageMiddleware(view)(RequestFactory().get("/x/"))
    assert StoredPage.objects.exists() is is_stored


def test_responses_without_keys_or_not_from_public_pages_are_not_stored():
    StorePageMiddleware(public_page(lambda request: HttpResponse(b"Words.")))(RequestFactory().get("/x/"))
    assert not StoredPage.objects.exists()

    def view_with_key(request):
        get_dependencies(request).read_versions(["a"])
        return HttpResponse(b"Words.")

    StorePageMiddleware(view_with_key)(RequestFactory().get("/x/"))
    assert not StoredPage.objects.exists()


REQUESTS = {
    "as it is": {},
    "packed": {"Accept-Encoding": "gzip"},
    "known": {"If-None-Match": "*"},
    "changed since": {"If-Match": '"nothing"'},
    "head": {"method": "HEAD"},
    "of a person": {"Cookie": f"csrftoken={'a' * 32}", "Authorization": "Basic YTpi", "Accept-Language": "de"},
    "at another name": {"Host": "localhost"},
    "at a port": {"Host": "testserver:8443"},
    "from a program": {"Accept": "application/json", "User-Agent": "curl", "X-Requested-With": "XMLHttpRequest"},
    "through a proxy": {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=x"},
    "a part": {"Range": "bytes=0-9"},
}


@pytest.fixture
def pages(editor):
    question = make_published_question(by=editor, slug="limits")
    make_published_story(by=editor, slug="pier", questions=(question,))
    return ["/stories/pier/", "/questions/limits/", "/stories/pier/embed/", "/stories/pier.txt", "/", "/robots.txt"]


@pytest.mark.parametrize("options", REQUESTS.values(), ids=REQUESTS)
def test_the_stored_page_is_the_same_for_any_first_request(pages, options):
    options = dict(options)
    method = options.pop("method", "GET")
    plain = store_and_read(pages, lambda address: Client().get(address))
    assert {"/stories/pier/", "/questions/limits/"} <= plain.keys()
    assert store_and_read(pages, lambda address: Client(headers=options).generic(method, address)) == plain


def test_the_stored_page_is_the_same_if_an_editor_requests_it_first(pages, editor_client):
    plain = store_and_read(pages, lambda address: Client().get(address))
    assert store_and_read(pages, editor_client.get) == plain


def store_and_read(pages, ask):
    """Request the pages so that all keys have versions, then with ``ask``; return the stored pages keyed by address."""
    for address in pages:
        Client().get(address)
    StoredPage.objects.all().delete()
    for address in pages:
        ask(address)
    return {
        row.address: Page.from_response(row.status, json.loads(row.headers), gzip.decompress(row.content))
        for row in StoredPage.objects.all()
    }


@pytest.mark.parametrize("headers", [{}, {"If-None-Match": "*"}, {"If-Match": '"another"'}])
def test_headers_set_by_a_view_are_stored_even_if_the_response_is_a_304(headers):
    @public_page
    @xframe_options_exempt
    @csp_override({"frame-ancestors": ["*"]})
    def view(request):
        get_dependencies(request).read_versions(["a"])
        return HttpResponse(b"Words.", content_type="text/plain")

    inner = ContentSecurityPolicyMiddleware(XFrameOptionsMiddleware(view))
    StorePageMiddleware(inner)(RequestFactory().get("/x/", headers=headers))
    stored = dict(json.loads(StoredPage.objects.get().headers))
    assert (stored["Content-Type"], stored["Content-Security-Policy"]) == ("text/plain", "frame-ancestors *")
    assert "X-Frame-Options" not in stored


def test_a_304_has_the_headers_of_the_full_response_except_those_of_the_content(pages):
    full = Client().get("/stories/pier/")
    not_modified = Client().get("/stories/pier/", headers={"If-None-Match": full["ETag"]})
    assert not_modified.status_code == 304
    omitted = {"Content-Type", "Content-Length", "Content-Language", "Link"}
    assert {name: value for name, value in full.headers.items() if name not in omitted} == dict(not_modified.headers)
