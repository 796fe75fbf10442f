"""The pages that say what went wrong: whole, in the site's look and language, and kept by nobody who should not."""

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

from newsroom.site import errors
from newsroom.site.models import AboutPage
from stories import publishing
from tests.factories import make_published_story, make_story

NO_STORE = "no-store"
PUBLIC = "public, max-age=0, must-revalidate"


@pytest.fixture
def reader():
    """Return a browser that is shown the page for our own failures."""
    return Client(raise_request_exception=False)


@pytest.fixture
def database_is_away(db):
    """Let every question to the database fail."""

    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("the connection was refused")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "cursor", refuse)
        yield


def assert_whole(page: str) -> None:
    assert page.startswith("<!doctype html>")
    assert page.rstrip().endswith("</html>")


def test_without_a_database_readers_still_get_a_whole_page(reader, database_is_away):
    for address in ("/", "/stories/anything/", "/nowhere/"):
        response = reader.get(address)
        page = response.content.decode()
        assert (response.status_code, response.headers["Retry-After"]) == (503, "5"), address
        assert_whole(page)
        assert "Not available just now" in page
        assert 'class="masthead"' in page
        assert response.headers["Cache-Control"] == NO_STORE
        assert response.cookies == {}


def test_an_outage_is_logged_without_a_traceback_for_each_request(reader, database_is_away, caplog):
    reader.get("/stories/anything/")
    of_requests = [record for record in caplog.records if record.name == "django.request"]
    assert [record.getMessage() for record in of_requests][-1] == "Service Unavailable: /stories/anything/"
    assert [record.exc_info for record in of_requests if record.exc_info] == []


def test_head_of_a_failure_is_a_failure_too(reader, database_is_away):
    response = reader.head("/")
    assert (response.status_code, response.content) == (503, b"")


def test_our_own_failure_names_the_site(settings):
    settings.SITE_NAME = "The Lisle Explainer"
    assert "The Lisle Explainer" in errors.failed(RequestFactory().get("/")).content.decode()


def test_where_not_even_our_own_files_can_be_named_the_words_remain(monkeypatch, caplog):
    def missing(name: str) -> str:
        raise ValueError(f"Missing staticfiles manifest entry for '{name}'")

    monkeypatch.setattr(staticfiles_storage, "url", missing)
    response = errors.failed(RequestFactory().get("/"))
    page = response.content.decode()
    assert response.status_code == 500
    assert_whole(page)
    assert "Something failed on our side" in page
    assert response.headers["Cache-Control"] == NO_STORE
    assert "failed itself" in caplog.text


@pytest.mark.django_db
def test_what_is_not_there_is_asked_for_again_and_offers_search(client):
    response = client.get("/nowhere/")
    assert (response.status_code, response.headers["Cache-Control"]) == (404, PUBLIC)
    assert response.cookies == {}
    assert response.headers["Vary"] == "Accept-Encoding"
    assertContains(response, 'role="search"', status_code=404)
    assertContains(response, '<meta name="robots" content="noindex">', status_code=404)
    assertNotContains(response, "nowhere", status_code=404)
    assert client.head("/nowhere/").status_code == 404


@pytest.mark.django_db
def test_what_is_not_there_has_a_strong_tag_is_packed_and_stays_missing_to_whoever_knows_it(client):
    plain = client.get("/nowhere/")
    tag = plain.headers["ETag"]
    assert tag == quote_etag(tag.strip('"'))
    packed = client.get("/nowhere/", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["ETag"] != tag
    again = client.get("/nowhere/", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (404, plain.content, tag)


@pytest.mark.django_db
def test_an_address_that_lacks_its_slash_leads_on_as_public_answers_are_kept(client):
    for address in ("/stories", "/stories/never-was"):
        response = client.get(address)
        assert (response.status_code, response.headers["Location"]) == (301, f"{address}/")
        assert response.headers["Cache-Control"] == PUBLIC
        assert response.headers["Vary"] == "Accept-Encoding"
    assert "Cache-Control" not in client.get("/accounts/login").headers


@pytest.mark.django_db
def test_what_is_not_there_says_the_same_of_a_draft_a_schedule_and_of_nothing(client, editor, set_time):
    draft, later = make_story(), make_story()
    publishing.schedule(later, by=editor, at=set_time() + timedelta(hours=1))
    answers = [client.get(f"/stories/{slug}/") for slug in (draft.slug, later.slug, "never-was", "archive")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1


@pytest.mark.django_db
def test_what_the_desk_does_not_have_is_kept_by_nobody(editor_client):
    response = editor_client.get("/admin/nothing/at/all/")
    assert (response.status_code, response.headers["Cache-Control"]) == (404, NO_STORE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (lambda request: errors.bad_request(request, SuspiciousOperation()), 400, "We cannot read this address"),
        (lambda request: errors.not_allowed(request, PermissionDenied()), 403, "You may not open this"),
    ],
)
def test_a_refusal_wears_the_look_of_the_site_and_is_kept_by_nobody(answer, status, words, rf):
    response = answer(rf.get("/"))
    assert response.status_code == status
    assert_whole(response.content.decode())
    assert words in response.content.decode()
    assert response.headers["Cache-Control"] == NO_STORE


@pytest.mark.django_db
def test_a_request_for_another_host_is_refused_without_repeating_it(client):
    response = client.get("/", headers={"Host": "elsewhere.example"})
    assertContains(response, "We cannot read this address", status_code=400)
    assertNotContains(response, "elsewhere.example", status_code=400)


@pytest.mark.django_db
def test_what_went_wrong_is_said_in_the_language_of_the_site(rf):
    with translation.override("de"):
        page = errors.not_found(rf.get("/"), Http404()).content.decode()
        failure = errors.failed(rf.get("/")).content.decode()
    assert '<html lang="de"' in page
    assert '<html lang="de"' in failure


@pytest.mark.django_db
def test_a_withdrawn_page_gives_the_notice_its_day_and_ways_on(client, editor):
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


def test_who_works_at_the_desk_is_refused_in_its_look_and_finds_the_way_back(editor_client, client):
    missing = editor_client.get("/admin/nowhere/")
    assertContains(missing, "Nothing stands at this address", status_code=404)
    refused = editor_client.get("/admin/checks/")
    assertContains(refused, "You may not open this", status_code=403)
    for answer in (missing, refused):
        assert b"desk-masthead" in answer.content
        assert answer.headers["Cache-Control"] == NO_STORE
    assert b"desk-masthead" not in client.get("/admin/nowhere/", follow=True).content
