"""A database that accepts no writes: readers are served, and users who save are told the reason."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import InternalError, OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from newsroom.db.outages import Outage, classify_error
from newsroom.http import clock
from newsroom.http.sessions import ReadableSessionMiddleware
from newsroom.media.renditions.specs import rendition_url
from newsroom.page_cache.models import StoredPage
from newsroom.site.errors import UNSAVED
from stories.models import Edition
from stories.public.api.http import api_view
from tests.conftest import VENDOR, signed_in
from tests.factories import PASSWORD, make_published_story, make_story
from tests.newsroom.media.processing.pictures import draw_image, encode_image
from tests.newsroom.media.stored_files import rendition_spec, store_upload
from tests.stories.admin.form_data import filled

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

LOGIN = "/accounts/login/"
STORIES = "/api/v1/stories"
WORDS = "What was typed on deadline. " * 2_000
_FOR_EACH_TABLE = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format({statement!r}, name);
  END LOOP;
END $$
"""


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def make_read_only() -> None:
    execute("PRAGMA query_only = 1" if connection.vendor == "sqlite" else "SET default_transaction_read_only = on")


def fill_disk() -> None:
    """Leave no space for new data. SQLite itself refuses writes; on PostgreSQL, triggers raise the error."""
    if connection.vendor == "sqlite":
        execute("PRAGMA max_page_count = 1")
        return
    execute(
        "CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$",
        _FOR_EACH_TABLE.format(
            statement="CREATE TRIGGER disk_is_full BEFORE INSERT OR UPDATE ON %I EXECUTE FUNCTION disk_is_full()"
        ),
    )


def restore_writes() -> None:
    if connection.vendor == "sqlite":
        execute("PRAGMA query_only = 0", "PRAGMA max_page_count = 4294967294")
    else:
        execute("SET default_transaction_read_only = off", "DROP FUNCTION IF EXISTS disk_is_full CASCADE")


@pytest.fixture
def break_database(request: pytest.FixtureRequest) -> Iterator[object]:
    """Return a function that makes the database refuse writes until the end of the test."""
    yield request.param
    restore_writes()


all_outages = pytest.mark.parametrize("break_database", [make_read_only, fill_disk], indirect=True)
read_only = pytest.mark.parametrize("break_database", [make_read_only], indirect=True)
# A full SQLite file still has space for another number, so requests are counted.
without_counting = all_outages if VENDOR == "postgresql" else read_only


@pytest.fixture
def editor_client(editor) -> Client:
    """Return a client that is signed in as an editor and gets error pages instead of exceptions."""
    client = signed_in(editor)
    client.raise_request_exception = False
    client.defaults["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client


@pytest.fixture
def anonymous_client(settings) -> Client:
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    return Client(raise_request_exception=False)


def assert_unsaved(response) -> None:
    assertContains(response, UNSAVED, status_code=503)
    assert response.headers["Retry-After"] == "5"
    assert response.headers["Cache-Control"] == "no-store"


@read_only
def test_signing_in_reports_that_nothing_can_be_saved_however_often_it_is_tried(
    break_database, anonymous_client, editor
):
    break_database()
    for _ in range(8):
        assert_unsaved(anonymous_client.post(LOGIN, {"login": editor.username, "password": PASSWORD}))


@without_counting
def test_a_wrong_password_causes_no_error_and_reaches_no_limit(break_database, anonymous_client, editor):
    break_database()
    for _ in range(8):
        assert anonymous_client.post(LOGIN, {"login": editor.username, "password": "a guess"}).status_code in (200, 503)


@all_outages
def test_saving_reports_that_nothing_can_be_saved_and_returns_the_text(break_database, editor_client):
    story = make_story()
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(editor_client.get(address)) | {"standfirst": WORDS, "_continue": "save"}
    break_database()
    response = editor_client.post(address, form)
    assert_unsaved(response)
    assertContains(response, WORDS.strip(), status_code=503)
    story.refresh_from_db()
    assert story.standfirst != WORDS


@read_only
def test_a_page_with_a_message_is_shown_and_the_message_remains(break_database, editor_client):
    story = make_story()
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(editor_client.get(address)) | {"standfirst": "Short.", "_continue": "save"}
    assert editor_client.post(address, form).status_code == 302
    break_database()
    for _ in range(2):
        response = editor_client.get(address)
        assert response.status_code == 200
        assert len(response.context["messages"]) == 1
        assert "Cookie" in response["Vary"]
    restore_writes()
    assert [len(editor_client.get(address).context["messages"]) for _ in range(2)] == [1, 0]


def save_session(user, rf, *, before_saving):
    """Call ``before_saving`` in a POST request of the user that changes the session, which is saved afterwards."""
    request = rf.post("/", headers={"Cookie": f"sessionid={signed_in(user).cookies['sessionid'].value}"})

    def view(request):
        request.session["changed"] = True
        before_saving()
        return HttpResponse()

    return ReadableSessionMiddleware(view)(request)


@read_only
def test_a_session_that_cannot_be_saved_is_not_taken_for_one_that_was_deleted(break_database, editor, rf):
    """Django would answer 400, as if somebody had signed out meanwhile."""
    with pytest.raises(OperationalError if VENDOR == "sqlite" else InternalError) as failed:
        save_session(editor, rf, before_saving=break_database)
    assert classify_error(failed.value) is Outage.UNWRITABLE


def test_a_session_that_was_deleted_meanwhile_is_not_saved_again(editor, rf):
    with pytest.raises(SessionInterrupted):
        save_session(editor, rf, before_saving=Session.objects.all().delete)


@all_outages
def test_autosave_gets_the_reason_as_json(break_database, editor_client):
    story = make_story()
    window = {"_window": "5f0d1f1e-7f5e-4d4c-8f6e-0d9c6f1d2b3a", "_sequence": "1"}
    address = reverse(story.change_view_name, args=[story.pk])
    # This text is too long for the free space in the existing pages of the file.
    form = filled(editor_client.get(address)) | {"standfirst": WORDS * 40, **window}
    break_database()
    response = editor_client.post(
        f"{address.removesuffix('change/')}autosave/", form, headers={"Accept": "application/json"}
    )
    assert (response.status_code, response.json()["error"], response.headers["Retry-After"]) == (503, UNSAVED, "5")


@read_only
def test_publishing_reports_that_nothing_can_be_saved(break_database, editor_client):
    story = make_story()
    address = reverse("admin:stories_story_publish", args=[story.pk])
    form = filled(editor_client.get(address))
    break_database()
    assert_unsaved(editor_client.post(address, form))
    assert not Edition.objects.filter(work=story).exists()


@all_outages
def test_readers_are_served_pages_that_are_not_stored(break_database, anonymous_client):
    story = make_published_story()
    StoredPage.objects.all().delete()
    break_database()
    for _ in range(2):
        for address in (
            f"/stories/{story.slug}/",
            "/",
            "/stories/",
            "/search/?q=harbour",
            "/sitemap.xml",
            "/feeds/stories.atom",
        ):
            response = anonymous_client.get(address, follow=True)
            assert response.status_code == 200, address


@all_outages
@pytest.mark.parametrize("ending", ["jpg", "webp"])
def test_readers_are_served_pictures_that_are_not_made_yet(break_database, anonymous_client, ending):
    image = store_upload(ContentFile(encode_image(draw_image(700, 500), "JPEG"), name="harbour.jpg"))
    make_published_story(lead_image=image, lead_alt="The harbour at night")
    break_database()
    for _ in range(2):
        response = anonymous_client.get(rendition_url(image, rendition_spec(image, "free", 320, ending)))
        assert (response.status_code, response.headers["Content-Type"]) == (200, "image/jpeg")


@without_counting
def test_the_api_answers_without_counting_requests(break_database, anonymous_client, settings):
    settings.API_REQUESTS_PER_MINUTE = 2
    make_published_story()
    break_database()
    assert {anonymous_client.get(STORIES).status_code for _ in range(6)} == {200}


@read_only
def test_a_limit_that_was_reached_before_still_applies(break_database, anonymous_client, settings, set_time):
    settings.API_REQUESTS_PER_MINUTE = 2
    assert [anonymous_client.get(STORIES).status_code for _ in range(3)] == [200, 200, 429]
    break_database()
    assert anonymous_client.get(STORIES).status_code == 429
    set_time.go(seconds=180)
    assert anonymous_client.get(STORIES).status_code == 200


@all_outages
def test_the_desk_can_still_be_read(break_database, editor_client):
    story = make_published_story()
    break_database()
    for address in (
        reverse("admin:index"),
        reverse("admin:stories_story_changelist"),
        reverse(story.change_view_name, args=[story.pk]),
        reverse("admin:stories_story_publish", args=[story.pk]),
    ):
        assert editor_client.get(address).status_code == 200, address


@read_only
def test_the_text_of_a_reader_report_is_returned(break_database, anonymous_client):
    story = make_published_story()
    form = {
        "page": f"/stories/{story.slug}/",
        "sentence": "The pier is in the north.",
        "problem": "It is in the south.",
    }
    break_database()
    response = anonymous_client.post("/reports/", form, headers={"Sec-Fetch-Site": "same-origin"})
    assert_unsaved(response)
    assertContains(response, "It is in the south.", status_code=503)


@read_only
def test_text_submitted_from_another_site_is_not_shown(break_database, anonymous_client):
    break_database()
    form = {"login": "x", "password": PASSWORD, "words": "Words of somebody else."}
    response = anonymous_client.post(LOGIN, form, headers={"Sec-Fetch-Site": "cross-site"})
    assert "Words of somebody else." not in response.content.decode()


def test_an_api_error_says_when_to_retry(rf):
    @api_view
    def broken(request):
        raise OperationalError("the connection was refused")

    request = rf.get(STORIES)
    request.moment = clock.now()
    response = broken(request)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.headers["Content-Type"] == "application/problem+json"
