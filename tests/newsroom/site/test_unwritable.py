"""A database that takes no writes: readers are served, nobody is refused for a limit, and whoever saves hears the reason."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from newsroom.http import clock
from newsroom.page_cache.models import StoredPage
from newsroom.site.errors import UNSAVED
from stories.models import Edition
from stories.public.api.http import api_view
from tests.conftest import VENDOR, signed_in
from tests.factories import PASSWORD, make_published_story, make_story
from tests.stories.admin.form_data import filled

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

LOGIN = "/accounts/login/"
STORIES = "/api/v1/stories"
WORDS = "What was typed on deadline. " * 2_000
_ON_EACH_TABLE = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format({statement!r}, name);
  END LOOP;
END $$
"""


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def only_read() -> None:
    run("PRAGMA query_only = 1" if connection.vendor == "sqlite" else "SET default_transaction_read_only = on")


def fill() -> None:
    """Leave no page for anything new: SQLite refuses by itself, for PostgreSQL a trigger raises what it raises then."""
    if connection.vendor == "sqlite":
        run("PRAGMA max_page_count = 1")
        return
    run(
        "CREATE FUNCTION disk_is_full() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$",
        _ON_EACH_TABLE.format(
            statement="CREATE TRIGGER disk_is_full BEFORE INSERT OR UPDATE ON %I EXECUTE FUNCTION disk_is_full()"
        ),
    )


def mend() -> None:
    if connection.vendor == "sqlite":
        run("PRAGMA query_only = 0", "PRAGMA max_page_count = 4294967294")
    else:
        run("SET default_transaction_read_only = off", "DROP FUNCTION IF EXISTS disk_is_full CASCADE")


@pytest.fixture
def break_database(request: pytest.FixtureRequest) -> Iterator[object]:
    """Return what lets the database take no more writes, until the end of the test."""
    yield request.param
    mend()


each_way = pytest.mark.parametrize("break_database", [only_read, fill], indirect=True)
read_only = pytest.mark.parametrize("break_database", [only_read], indirect=True)
# In a full file of SQLite there is still room for a number beside another one.
uncounted = each_way if VENDOR == "postgresql" else read_only


@pytest.fixture
def desk(editor) -> Client:
    """Return the browser of an editor who sees our answers to our own failures."""
    client = signed_in(editor)
    client.raise_request_exception = False
    client.defaults["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client


@pytest.fixture
def stranger(settings) -> Client:
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    return Client(raise_request_exception=False)


def assert_unsaved(response) -> None:
    assertContains(response, UNSAVED, status_code=503)
    assert response.headers["Retry-After"] == "5"
    assert response.headers["Cache-Control"] == "no-store"


@read_only
def test_signing_in_says_that_nothing_can_be_saved_however_often_it_is_tried(break_database, stranger, editor):
    break_database()
    for _ in range(8):
        assert_unsaved(stranger.post(LOGIN, {"login": editor.username, "password": PASSWORD}))


@uncounted
def test_a_wrong_password_is_neither_a_failure_nor_over_a_limit(break_database, stranger, editor):
    break_database()
    for _ in range(8):
        assert stranger.post(LOGIN, {"login": editor.username, "password": "a guess"}).status_code in (200, 503)


@each_way
def test_a_save_says_that_nothing_can_be_saved_and_gives_the_text_back(break_database, desk):
    story = make_story()
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(desk.get(address)) | {"standfirst": WORDS, "_continue": "save"}
    break_database()
    response = desk.post(address, form)
    assert_unsaved(response)
    assertContains(response, WORDS.strip(), status_code=503)
    story.refresh_from_db()
    assert story.standfirst != WORDS


@each_way
def test_what_is_typed_is_answered_with_the_reason_in_json(break_database, desk):
    story = make_story()
    window = {"_window": "5f0d1f1e-7f5e-4d4c-8f6e-0d9c6f1d2b3a", "_sequence": "1"}
    address = reverse(story.change_view_name, args=[story.pk])
    # Longer than what the pages have room for that are there already.
    form = filled(desk.get(address)) | {"standfirst": WORDS * 40, **window}
    break_database()
    response = desk.post(f"{address.removesuffix('change/')}autosave/", form, headers={"Accept": "application/json"})
    assert (response.status_code, response.json()["error"], response.headers["Retry-After"]) == (503, UNSAVED, "5")


@read_only
def test_publishing_says_that_nothing_can_be_saved_and_publishes_nothing(break_database, desk):
    story = make_story()
    address = reverse("admin:stories_story_publish", args=[story.pk])
    form = filled(desk.get(address))
    break_database()
    assert_unsaved(desk.post(address, form))
    assert not Edition.objects.filter(work=story).exists()


@each_way
def test_readers_are_served_also_pages_that_are_not_stored_yet(break_database, stranger):
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
            response = stranger.get(address, follow=True)
            assert response.status_code == 200, address


@uncounted
def test_the_api_answers_uncounted(break_database, stranger, settings):
    settings.API_REQUESTS_PER_MINUTE = 2
    make_published_story()
    break_database()
    assert {stranger.get(STORIES).status_code for _ in range(6)} == {200}


@read_only
def test_the_limit_that_was_reached_before_still_refuses(break_database, stranger, settings, set_time):
    settings.API_REQUESTS_PER_MINUTE = 2
    assert [stranger.get(STORIES).status_code for _ in range(3)] == [200, 200, 429]
    break_database()
    assert stranger.get(STORIES).status_code == 429
    set_time.go(seconds=180)
    assert stranger.get(STORIES).status_code == 200


@each_way
def test_the_desk_can_be_read(break_database, desk):
    story = make_published_story()
    break_database()
    for address in (
        reverse("admin:index"),
        reverse("admin:stories_story_changelist"),
        reverse(story.change_view_name, args=[story.pk]),
        reverse("admin:stories_story_publish", args=[story.pk]),
    ):
        assert desk.get(address).status_code == 200, address


@read_only
def test_a_report_of_a_reader_is_given_back(break_database, stranger):
    story = make_published_story()
    form = {
        "page": f"/stories/{story.slug}/",
        "sentence": "The pier is in the north.",
        "problem": "It is in the south.",
    }
    break_database()
    response = stranger.post("/reports/", form, headers={"Sec-Fetch-Site": "same-origin"})
    assert_unsaved(response)
    assertContains(response, "It is in the south.", status_code=503)


@read_only
def test_a_form_that_another_site_sends_is_not_shown_under_our_name(break_database, stranger):
    break_database()
    form = {"login": "x", "password": PASSWORD, "words": "Words of somebody else."}
    response = stranger.post(LOGIN, form, headers={"Sec-Fetch-Site": "cross-site"})
    assert "Words of somebody else." not in response.content.decode()


def test_a_failing_answer_of_the_api_says_when_to_ask_again(rf):
    @api_view
    def broken(request):
        raise OperationalError("the connection was refused")

    request = rf.get(STORIES)
    request.moment = clock.now()
    response = broken(request)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.headers["Content-Type"] == "application/problem+json"
