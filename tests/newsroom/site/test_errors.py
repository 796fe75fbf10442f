"""Error pages: complete, in the design and language of the site, and cached only where that is correct."""

import gzip
from datetime import timedelta

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.http import quote_etag
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.db.postgresql.base import DatabaseWrapper
from newsroom.site import errors
from newsroom.site.models import AboutPage
from stories import publishing
from tests.factories import make_published_story, make_story

NO_STORE = "no-store"
PUBLIC = "public, max-age=0, must-revalidate"


@pytest.fixture
def reader():
    """Return a client that gets error pages instead of exceptions."""
    return Client(raise_request_exception=False)


@pytest.fixture
def database_unreachable(db):
    """Make every database query fail."""

    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("the connection was refused")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "cursor", refuse)
        patch.setattr(DatabaseWrapper, "prepared_cursor", refuse)
        yield


def assert_complete(page: str) -> None:
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")


def test_without_a_database_readers_get_a_complete_error_page(reader, database_unreachable):
    for address in ("/", "/stories/anything/", "/nowhere/"):
        response = reader.get(address)
        page = response.content.decode()
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5"), address
        assert_complete(page)
        assert "<span>503</span>" in page
        assert errors.UNSAVED not in page
        assert 'class="masthead"' in page
        assert response.headers["Cache-Control"] == NO_STORE
        assert response.cookies == {}


def test_an_outage_is_logged_without_a_traceback_for_each_request(reader, database_unreachable, caplog):
    reader.get("/stories/anything/")
    request_records = [record for record in caplog.records if record.name == "django.request"]
    assert [record.getMessage() for record in request_records][-1] == "Service Unavailable: /stories/anything/"
    assert [record.exc_info for record in request_records if record.exc_info] == []


def test_head_also_gets_the_error_status(reader, database_unreachable):
    response = reader.head("/")
    assert (response.status_code, response.content) == (503, b"")


def test_the_error_page_contains_the_name_of_the_site(settings):
    settings.SITE_NAME = "The Lisle Explainer"
    assert "The Lisle Explainer" in errors.failed(RequestFactory().get("/")).content.decode()


def test_without_static_files_the_error_page_has_plain_text(monkeypatch, caplog):
    def missing(name: str) -> str:
        raise ValueError(f"Missing staticfiles manifest entry for '{name}'")

    monkeypatch.setattr(staticfiles_storage, "url", missing)
    response = errors.failed(RequestFactory().get("/"))
    page = response.content.decode()
    assert response.status_code == 500
    assert_complete(page)
    assert "<h1>" in page
    assert 'href="/"' in page
    assert "masthead" not in page
    assert response.headers["Cache-Control"] == NO_STORE
    assert "The page for failures could not be rendered" in caplog.text


@pytest.mark.django_db
def test_a_404_is_revalidated_and_offers_a_search(client):
    response = client.get("/nowhere/")
    assert (response.status_code, response.headers["Cache-Control"]) == (404, PUBLIC)
    assert response.cookies == {}
    assert response.headers["Vary"] == "Accept-Encoding"
    assertContains(response, 'role="search"', status_code=404)
    assertContains(response, '<meta name="robots" content="noindex">', status_code=404)
    assertNotContains(response, "nowhere", status_code=404)
    assert client.head("/nowhere/").status_code == 404


@pytest.mark.django_db
def test_a_404_has_a_strong_etag_is_compressed_and_never_becomes_a_304(client):
    plain = client.get("/nowhere/")
    tag = plain.headers["ETag"]
    assert tag == quote_etag(tag.strip('"'))
    compressed = client.get("/nowhere/", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(compressed.content) == plain.content
    assert compressed.headers["ETag"] != tag
    repeated = client.get("/nowhere/", headers={"If-None-Match": tag})
    assert (repeated.status_code, repeated.content, repeated.headers["ETag"]) == (404, plain.content, tag)


@pytest.mark.django_db
def test_a_redirect_that_appends_a_slash_has_public_caching_headers(client):
    for address in ("/stories", "/stories/never-was"):
        response = client.get(address)
        assert (response.status_code, response.headers["Location"]) == (301, f"{address}/")
        assert response.headers["Cache-Control"] == PUBLIC
        assert response.headers["Vary"] == "Accept-Encoding"
    assert "Cache-Control" not in client.get("/accounts/login").headers


@pytest.mark.django_db
def test_the_404_is_the_same_for_drafts_scheduled_works_and_unknown_addresses(client, editor, set_time):
    draft, scheduled = make_story(), make_story()
    publishing.schedule(scheduled, by=editor, at=set_time() + timedelta(hours=1))
    responses = [client.get(f"/stories/{slug}/") for slug in (draft.slug, scheduled.slug, "never-was", "archive")]
    assert {response.status_code for response in responses} == {404}
    assert len({response.content for response in responses}) == 1
    assert len({str(sorted(response.headers.items())) for response in responses}) == 1


@pytest.mark.django_db
def test_a_404_at_the_desk_is_not_cached(editor_client):
    response = editor_client.get("/admin/nothing/at/all/")
    assert (response.status_code, response.headers["Cache-Control"]) == (404, NO_STORE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (lambda request: errors.bad_request(request, SuspiciousOperation()), 400),
        (lambda request: errors.not_allowed(request, PermissionDenied()), 403),
    ],
)
def test_a_refusal_has_the_design_of_the_site_and_is_not_cached(answer, status, rf):
    response = answer(rf.get("/"))
    assert response.status_code == status
    assert_complete(response.content.decode())
    assert f"<span>{status}</span>" in response.content.decode()
    assert 'class="masthead"' in response.content.decode()
    assert response.headers["Cache-Control"] == NO_STORE


@pytest.mark.django_db
def test_a_request_for_another_host_is_refused_without_repeating_its_name(client):
    response = client.get("/", headers={"Host": "elsewhere.example"})
    assertContains(response, "<span>400</span>", status_code=400)
    assertNotContains(response, "elsewhere.example", status_code=400)


@pytest.mark.django_db
def test_error_pages_are_in_the_language_of_the_site(rf):
    with translation.override("de"):
        page = errors.not_found(rf.get("/"), Http404()).content.decode()
        failure = errors.failed(rf.get("/")).content.decode()
    assert '<html lang="de"' in page
    assert '<html lang="de"' in failure


@pytest.mark.django_db
def test_a_withdrawn_page_shows_the_notice_its_date_and_links(client, editor):
    AboutPage.objects.create(slug="how", title="How we work", text="We read.")
    story = make_published_story()
    publishing.withdraw(story, by=editor, notice="Its source took the numbers back.")
    response = client.get(f"/stories/{story.slug}/")
    page = response.content.decode()
    assert (response.status_code, response.headers["Cache-Control"]) == (410, PUBLIC)
    assert "Its source took the numbers back." in page
    assert "<time datetime=" in page
    assert 'role="search"' in page
    assert 'href="/stories/"' in page
    assert "How we work" in page
    head = client.head(f"/stories/{story.slug}/")
    assert (head.status_code, head.content, head.headers["ETag"]) == (410, b"", response.headers["ETag"])


def test_errors_at_the_desk_have_the_design_of_the_desk(editor_client, client):
    missing = editor_client.get("/admin/nowhere/")
    assertContains(missing, '<li aria-current="page">404</li>', status_code=404)
    refused = editor_client.get("/admin/checks/")
    assertContains(refused, '<li aria-current="page">403</li>', status_code=403)
    for response in (missing, refused):
        assert b"desk-masthead" in response.content
        assert response.headers["Cache-Control"] == NO_STORE
    assert b"desk-masthead" not in client.get("/admin/nowhere/", follow=True).content
