"""Which answers are kept: what is the same for everybody, and nothing else."""

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


def answered(path: str = "/x/", *, change=None):
    """Ask for a page that hangs on one key, in an answer that ``change`` changes; return whether it was kept."""

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


def test_a_page_that_hangs_on_a_key_is_kept():
    assert answered()


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
def test_what_is_another_answer_for_somebody_else_is_not_kept(name, value):
    assert not answered(change=lambda response: response.headers.__setitem__(name, value))


def test_what_sets_a_cookie_is_not_kept():
    assert not answered(change=lambda response: response.set_cookie("name", "value"))


@pytest.mark.parametrize("path", ["/x/?page=2", "/x/?utm_source=somewhere", "/cafe%CC%81/"])
def test_what_has_another_address_beside_its_own_is_not_kept(path):
    assert not answered(path)


def test_an_address_in_its_one_form_is_kept():
    assert answered("/caf%C3%A9/")


def test_nothing_is_kept_in_development(settings):
    settings.DEBUG = True
    assert not answered()


def test_what_stands_under_a_prefix_of_the_server_is_not_kept():
    @public_page
    def view(request):
        get_dependencies(request).read_versions(["a"])
        return HttpResponse(b"Words.")

    StorePageMiddleware(view)(RequestFactory().get("/under/x/", SCRIPT_NAME="/under"))
    assert not StoredPage.objects.exists()


@pytest.mark.parametrize(
    ("status", "is_kept"), [(200, True), (410, True), (404, False), (301, False), (500, False), (403, False)]
)
def test_what_is_kept_is_a_page_or_a_notice(status, is_kept):
    @public_page
    def view(request):
        get_dependencies(request).read_versions(["a"])
        return HttpResponse(b"Words.", status=status)

    StorePageMiddleware(view)(RequestFactory().get("/x/"))
    assert StoredPage.objects.exists() is is_kept


def test_what_no_key_guards_and_what_is_no_public_page_is_not_kept():
    StorePageMiddleware(public_page(lambda request: HttpResponse(b"Words.")))(RequestFactory().get("/x/"))
    assert not StoredPage.objects.exists()

    def guarded(request):
        get_dependencies(request).read_versions(["a"])
        return HttpResponse(b"Words.")

    StorePageMiddleware(guarded)(RequestFactory().get("/x/"))
    assert not StoredPage.objects.exists()


ASKED = {
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


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_what_is_kept_is_the_same_whoever_asked_first(pages, asked):
    asked = dict(asked)
    method = asked.pop("method", "GET")
    plain = as_kept(pages, lambda address: Client().get(address))
    assert {"/stories/pier/", "/questions/limits/"} <= plain.keys()
    assert as_kept(pages, lambda address: Client(headers=asked).generic(method, address)) == plain


def test_what_is_kept_is_the_same_when_somebody_of_the_desk_asked_first(pages, editor_client):
    plain = as_kept(pages, lambda address: Client().get(address))
    assert as_kept(pages, editor_client.get) == plain


def as_kept(pages, ask):
    """Ask for the pages twice, so that all keys have begun; return what is kept of each."""
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
def test_what_a_view_says_of_its_own_page_is_kept_though_the_answer_is_that_it_is_known(headers):
    @public_page
    @xframe_options_exempt
    @csp_override({"frame-ancestors": ["*"]})
    def view(request):
        get_dependencies(request).read_versions(["a"])
        return HttpResponse(b"Words.", content_type="text/plain")

    inner = ContentSecurityPolicyMiddleware(XFrameOptionsMiddleware(view))
    StorePageMiddleware(inner)(RequestFactory().get("/x/", headers=headers))
    kept = dict(json.loads(StoredPage.objects.get().headers))
    assert (kept["Content-Type"], kept["Content-Security-Policy"]) == ("text/plain", "frame-ancestors *")
    assert "X-Frame-Options" not in kept


def test_a_304_carries_what_the_whole_answer_says_but_for_its_content(pages):
    whole = Client().get("/stories/pier/")
    known = Client().get("/stories/pier/", headers={"If-None-Match": whole["ETag"]})
    assert known.status_code == 304
    left_out = {"Content-Type", "Content-Length", "Content-Language", "Link"}
    assert {name: value for name, value in whole.headers.items() if name not in left_out} == dict(known.headers)
