"""Every public address, as somebody without an account finds it."""

import gzip
import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, resolve
from django.utils.http import quote_etag

from newsroom.http.languages import LIST_ROUTE_PREFIX
from newsroom.page_cache.models import StoredPage
from newsroom.public_pages import list_pages
from stories.models import PROJECTIONS, Edition, Freshness, FrontPlace, Outlet, OutletAlias, RelatedStories
from tests.journeys.world import make_world

NOT_FOR_READERS = ("admin/", "accounts/", "media/")
# What can be read of a page at addresses under its own.
UNDER_A_PAGE = ("", "history/", "history/1/")
BESIDE_A_STORY = ("/changes/?from=1", "/changes.atom", "/changes.json", ".txt", ".md", ".json")
# Where a page says what its editions froze, rather than the HTML that was made of it.
SAYS_DOCUMENTS = r"/(history|editions)/\d+/?$|/changes/\?from=\d+$|\.(txt|md|json)$"
FOR_MONITORS = {"healthz", "readyz"}
# A script of ours, or data that nothing executes.
MAY_STAND_IN_PAGES = r"[^>]*\ssrc=| type=\"application/ld\+json\">"
# What is sent from a page of ours is taken in there; see tests/stories/workflow/reader_reports/test_views.py.
TAKES_POSTS = {"reader_report"}
# An outlet and its further names are no text of the desk; a name that no reader has seen is not asked for.
WORKING_COPY = {
    table
    for model in apps.get_app_config("stories").get_models(include_auto_created=True)
    if model not in {Edition, Freshness, FrontPlace, Outlet, OutletAlias, RelatedStories, *PROJECTIONS}
    for table in [model._meta.db_table]
}


@pytest.fixture
def world(db):
    return make_world()


def words_at(client: Client, address: str) -> str:
    """Return what stands at the address; of a picture what letters there are."""
    return client.get(address).content.decode(errors="replace")


def route_names(under: URLResolver) -> Iterator[str]:
    """Yield the names of the routes under a resolver, without those that are not for readers."""
    for entry in under.url_patterns:
        if isinstance(entry, URLResolver):
            if not str(entry.pattern).startswith(NOT_FOR_READERS):
                space = f"{entry.namespace}:" if entry.namespace else ""
                yield from (f"{space}{name}" for name in route_names(entry))
        elif entry.name:
            yield str(entry.name)


def public_route_names() -> set[str]:
    """Return the names of all routes outside the desk that anybody opens: a draft needs a link, a key a setting."""
    names = set(route_names(get_resolver()))
    return names - {
        "shared_preview",
        "shared_preview_comments",
        "shared_preview_question",
        "shared_preview_image",
        "indexnow_key",
    }


def test_the_walk_leaves_no_public_route_out(world):
    assert set(world.public) == public_route_names()


def test_readers_never_touch_the_working_copy(client, world):
    assert {"stories_work", "stories_story", "stories_document", "stories_revision"} <= WORKING_COPY
    unders = [*(f"/{under}" for under in UNDER_A_PAGE), *BESIDE_A_STORY]
    hidden = [f"/stories/{story.slug}{under}" for story in (world.withdrawn, world.draft) for under in unders]
    for address in [*world.public.values(), *hidden]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        for query in queries.captured_queries:
            named = set(re.findall(r'"(\w+)"', query["sql"])) & WORKING_COPY
            assert named <= may_read(address, query["sql"]), f"{address} reads {named}"


def may_read(address: str, sql: str) -> set[str]:
    """Return which tables of the desk a page may read after all: an edition's document, by the edition's own row.

    Documents hold what the desk says as well as what readers saw; an edition is compared with the one before by the
    documents that both froze, and there is no other way to one than from the rows of editions that were once public.
    """
    by_edition = re.search(
        r'FROM "stories_edition" .*JOIN "stories_document" ON \("stories_edition"."document_id" =', sql
    )
    return {"stories_document"} if by_edition and re.search(SAYS_DOCUMENTS, address) else set()


def test_every_public_page_can_be_opened(client, world):
    assert {name: client.get(address).status_code for name, address in world.public.items()} == dict.fromkeys(
        world.public, 200
    )


def test_what_is_declared_to_be_stored_is_stored_and_nothing_else(client, world):
    paths = {name: address.partition("?")[0] for name, address in world.public.items()}
    for _ in range(2):  # where a key had no version the first page is not kept
        for path in paths.values():
            client.get(path)
    stored = set(StoredPage.objects.values_list("address", flat=True))
    assert {name for name, path in paths.items() if path in stored} == {
        page.name for page in list_pages() if page.is_stored
    }


@pytest.mark.usefixtures("four_languages")
def test_every_list_is_there_in_every_language(client, world):
    for name, address in world.public.items():
        if resolve(address.partition("?")[0]).route.startswith(LIST_ROUTE_PREFIX):
            for code in settings.SITE_LANGUAGES[1:]:
                answer = client.get(f"/{code}{address}")
                # A month has a page in the languages in which stories were published.
                assert answer.status_code == (404 if name == "stories_of_month" else 200), (name, code)
                if answer["Content-Type"].startswith("text/html"):
                    assert f'<html lang="{code}"' in answer.content.decode(), (name, code)


def test_readers_get_no_cookie_and_no_answer_depends_on_one(client, world):
    for address in world.public.values():
        response = client.get(address)
        assert response.cookies == {}
        assert "Cookie" not in response.headers.get("Vary", "")


def test_public_pages_allow_nothing_from_elsewhere_and_carry_no_nonce(client, world):
    for name, address in world.public.items():
        policy = client.get(address).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "nonce-" not in policy, name
        assert "unsafe" not in policy, name


def test_pages_have_no_style_script_or_handler_written_into_them(client, world):
    for name, address in world.public.items():
        if not client.get(address).headers["Content-Type"].startswith("image/"):
            page = words_at(client, address)
            assert not re.search(r"<[^>]*\s(?:style|on\w+)=", page), name
            assert not re.search(rf"<style|<script(?!{MAY_STAND_IN_PAGES})|javascript:", page), name


def test_public_answers_may_be_kept_and_must_be_asked_for_again(client, world):
    for name in world.public.keys() - FOR_MONITORS:
        response = client.get(world.public[name])
        assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert "Accept-Encoding" in response.headers["Vary"]


def test_the_same_bytes_have_the_same_strong_tag_and_answer_304(client, world):
    for name in world.public.keys() - FOR_MONITORS:
        first = client.get(world.public[name])
        tag = first.headers["ETag"]
        assert tag == quote_etag(tag.strip('"')), name
        again = client.get(world.public[name], headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b""), name
        assert again.headers["ETag"] == tag


def test_packed_bytes_are_the_same_page_under_a_tag_of_their_own(client, world):
    address = world.public["story"]
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "br;q=1, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_who_refuses_gzip_gets_the_plain_page(client, world):
    response = client.get(world.public["story"], headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert "Content-Encoding" not in response.headers


def test_public_addresses_can_only_be_read(client, world):
    for name, address in world.public.items():
        assert client.head(address).status_code == 200, name
        assert client.post(address).status_code == (403 if name in TAKES_POSTS else 405), name


@pytest.mark.parametrize("under", UNDER_A_PAGE)
def test_a_draft_answers_exactly_like_an_address_that_never_existed(client, world, under):
    for kind, slug in (("stories", world.draft.slug), ("questions", world.draft_question.slug)):
        draft = client.get(f"/{kind}/{slug}/{under}")
        nothing = client.get(f"/{kind}/there-was-never-anything-here/{under}")
        assert (draft.status_code, draft.content) == (404, nothing.content)
        assert {**draft.headers} == {**nothing.headers}


def test_copies_of_a_draft_answer_exactly_like_those_of_an_address_that_never_existed(client, world):
    for beside in BESIDE_A_STORY:
        for encoding in ("identity", "gzip"):
            draft, nothing = (
                client.get(f"/stories/{slug}{beside}", headers={"Accept-Encoding": encoding})
                for slug in (world.draft.slug, "there-was-never-anything-here")
            )
            assert (draft.status_code, draft.content) == (404, nothing.content)
            assert {**draft.headers} == {**nothing.headers}


def test_a_draft_is_named_on_no_public_page(client, world):
    for name, address in world.public.items():
        assert world.draft.slug not in words_at(client, address), name


@pytest.mark.parametrize(("under", "status"), [("", 410), ("history/", 200), ("history/1/", 410)])
def test_a_withdrawn_story_answers_with_the_words_of_the_editor(client, world, under, status):
    response = client.get(f"/stories/{world.withdrawn.slug}/{under}")
    assert response.status_code == status
    assert "Its source took the numbers back." in response.content.decode()


def test_a_withdrawn_story_leaves_every_other_page(client, world):
    for name, address in world.public.items():
        assert f"/stories/{world.withdrawn.slug}/" not in words_at(client, address), name


def test_an_address_nobody_has_is_answered_in_the_sites_own_look(client, db):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    page = response.content.decode()
    assert "Nothing stands at this address" in page
    assert 'role="search"' in page


def test_before_the_first_story_every_list_says_that_it_is_empty(client, db):
    assert "No story has been published yet." in client.get("/").content.decode()
    assert "No story has been published yet." in client.get("/stories/").content.decode()
    assert "No question has been answered yet." in client.get("/questions/").content.decode()
    assert "No topic has been named yet." in client.get("/topics/").content.decode()
    assert "No outlet has been cited yet." in client.get("/sources/").content.decode()
