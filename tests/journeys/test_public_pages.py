"""Rules that hold at every public address for readers without an account."""

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
from newsroom.media.icon_urls import FILES
from newsroom.page_cache.models import StoredPage
from newsroom.public_pages import list_pages
from stories.models import PROJECTIONS, Edition, Freshness, FrontPlace, Outlet, OutletAlias, RelatedStories
from tests.journeys.world import make_world

NOT_FOR_READERS = ("admin/", "accounts/", "media/")
# Endings of the addresses of a page, its history, and an old edition.
SUBPAGES = ("", "history/", "history/1/")
STORY_FORMATS = ("/changes/?from=1", "/changes.atom", "/changes.json", ".txt", ".md", ".json")
# Addresses of pages that are rendered from the documents of editions, not from stored HTML.
READS_DOCUMENTS = r"/(history|editions)/\d+/?$|/changes/\?from=\d+$|\.(txt|md|json)$"
FOR_MONITORS = {"healthz", "readyz"}
# What may follow ``<script``: the attributes of a script with a file, or of structured data.
PERMITTED_SCRIPTS = r"[^>]*\ssrc=| type=\"application/ld\+json\">"
# Forms that accept POST from our own pages; see tests/stories/workflow/reader_reports/test_views.py.
ACCEPTS_POST = {"reader_report"}
# Outlets and their aliases are not drafts; queries for readers exclude those that are not public.
DRAFT_TABLES = {
    table
    for model in apps.get_app_config("stories").get_models(include_auto_created=True)
    if model not in {Edition, Freshness, FrontPlace, Outlet, OutletAlias, RelatedStories, *PROJECTIONS}
    for table in [model._meta.db_table]
}


@pytest.fixture
def world(db):
    return make_world()


def read_text(client: Client, address: str) -> str:
    """Return the content of a page as text; bytes of a picture that are not text are replaced."""
    return client.get(address).content.decode(errors="replace")


def route_names(under: URLResolver) -> Iterator[str]:
    """Yield the names of the routes under a resolver, except those that are not for readers."""
    for entry in under.url_patterns:
        if isinstance(entry, URLResolver):
            if not str(entry.pattern).startswith(NOT_FOR_READERS):
                prefix = f"{entry.namespace}:" if entry.namespace else ""
                yield from (f"{prefix}{name}" for name in route_names(entry))
        elif entry.name:
            yield str(entry.name)


def public_route_names() -> set[str]:
    """Return the names of all public routes except those of shared previews and of the key file of IndexNow."""
    names = set(route_names(get_resolver()))
    return names - {
        "shared_preview",
        "shared_preview_comments",
        "shared_preview_question",
        "shared_preview_image",
        "indexnow_key",
    }


def test_the_world_has_an_address_for_every_public_route(world):
    assert set(world.public) == public_route_names()


def test_public_pages_read_no_draft_tables(client, world):
    assert {"stories_work", "stories_story", "stories_document", "stories_revision"} <= DRAFT_TABLES
    endings = [*(f"/{under}" for under in SUBPAGES), *STORY_FORMATS]
    hidden = [f"/stories/{story.slug}{ending}" for story in (world.withdrawn, world.draft) for ending in endings]
    for address in [*world.public.values(), *hidden]:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        for query in queries.captured_queries:
            without_values = re.sub("'(?:[^']|'')*'", "", query["sql"])
            tables = set(re.findall(r'"(\w+)"', without_values)) & DRAFT_TABLES
            assert tables <= permitted_tables(address, query["sql"]), f"{address} reads {tables}"


def permitted_tables(address: str, sql: str) -> set[str]:
    """Return the draft tables that a query at this address may read: that of documents, if it is joined to editions.

    The table also contains the documents of drafts. A page that compares or exports editions needs their documents, and
    finds them only through editions, which are or were public.
    """
    by_edition = re.search(
        r'FROM "stories_edition" .*JOIN "stories_document" ON \("stories_edition"."document_id" =', sql
    )
    return {"stories_document"} if by_edition and re.search(READS_DOCUMENTS, address) else set()


def test_every_public_page_can_be_opened(client, world):
    assert {name: client.get(address).status_code for name, address in world.public.items()} == dict.fromkeys(
        world.public, 200
    )


def test_exactly_the_pages_that_are_declared_as_stored_are_stored(client, world):
    paths = {name: address.partition("?")[0] for name, address in world.public.items()}
    for _ in range(2):  # if a page key has no version yet, the first response is not stored
        for path in paths.values():
            client.get(path)
    stored = set(StoredPage.objects.values_list("address", flat=True))
    assert {name for name, path in paths.items() if path in stored} == {
        page.name for page in list_pages() if page.is_stored
    }


@pytest.mark.usefixtures("four_languages")
def test_every_list_exists_in_every_language(client, world):
    for name, address in world.public.items():
        if resolve(address.partition("?")[0]).route.startswith(LIST_ROUTE_PREFIX):
            for code in settings.SITE_LANGUAGES[1:]:
                answer = client.get(f"/{code}{address}")
                # The archive of a month exists only in languages with stories in that month.
                assert answer.status_code == (404 if name == "stories_of_month" else 200), (name, code)
                if answer["Content-Type"].startswith("text/html"):
                    assert f'<html lang="{code}"' in answer.content.decode(), (name, code)


def test_public_responses_set_no_cookie_and_depend_on_none(client, world):
    for address in world.public.values():
        response = client.get(address)
        assert response.cookies == {}
        assert "Cookie" not in response.headers.get("Vary", "")


def test_the_policy_of_public_pages_allows_no_other_sites_and_has_no_nonce(client, world):
    for name, address in world.public.items():
        policy = client.get(address).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "nonce-" not in policy, name
        assert "unsafe" not in policy, name


# What other sites show: images, stories that they embed, and feeds, which some readers of feeds fetch in the browser.
LOADED_BY_OTHER_SITES = {
    "author_feed",
    "correction_feed",
    "forecast_feed",
    "list_share_image",
    "oembed",
    "open_question_feed",
    "outlet_feed",
    "share_image",
    "story_changes_feed",
    "story_changes_json",
    "story_embed",
    "story_feed",
    "story_json_feed",
    "story_rss",
    "topic_feed",
}


def test_only_feeds_embeds_and_images_may_be_loaded_by_other_sites(client, world):
    policies = {name: client.get(address)["Cross-Origin-Resource-Policy"] for name, address in world.public.items()}
    assert {name for name, policy in policies.items() if policy == "cross-origin"} == LOADED_BY_OTHER_SITES
    assert set(policies.values()) == {"cross-origin", "same-origin"}


def test_pages_have_no_inline_styles_scripts_or_event_handlers(client, world):
    for name, address in world.public.items():
        if not client.get(address).headers["Content-Type"].startswith("image/"):
            page = read_text(client, address)
            assert not re.search(r"<[^>]*\s(?:style|on\w+)=", page), name
            assert not re.search(rf"<style|<script(?!{PERMITTED_SCRIPTS})|javascript:", page), name


def test_public_responses_may_be_cached_and_must_be_revalidated(client, world):
    for name in world.public.keys() - FOR_MONITORS - FILES.keys():  # icons are cached without asking again
        response = client.get(world.public[name])
        assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert "Accept-Encoding" in response.headers["Vary"]


def test_an_unchanged_page_has_the_same_strong_etag_and_answers_304(client, world):
    for name in world.public.keys() - FOR_MONITORS:
        first = client.get(world.public[name])
        tag = first.headers["ETag"]
        assert tag == quote_etag(tag.strip('"')), name
        again = client.get(world.public[name], headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b""), name
        assert again.headers["ETag"] == tag


def test_a_compressed_page_has_the_same_content_and_its_own_etag(client, world):
    address = world.public["story"]
    plain = client.get(address)
    compressed = client.get(address, headers={"Accept-Encoding": "br;q=1, gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed.content) == plain.content
    assert compressed.headers["ETag"] != plain.headers["ETag"]


def test_a_client_that_refuses_gzip_gets_an_uncompressed_page(client, world):
    response = client.get(world.public["story"], headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert "Content-Encoding" not in response.headers


def test_public_addresses_allow_only_get_and_head(client, world):
    for name, address in world.public.items():
        assert client.head(address).status_code == 200, name
        assert client.post(address).status_code == (403 if name in ACCEPTS_POST else 405), name


@pytest.mark.parametrize("under", SUBPAGES)
def test_a_draft_answers_exactly_like_an_address_that_never_existed(client, world, under):
    for kind, slug in (("stories", world.draft.slug), ("questions", world.draft_question.slug)):
        draft = client.get(f"/{kind}/{slug}/{under}")
        nothing = client.get(f"/{kind}/there-was-never-anything-here/{under}")
        assert (draft.status_code, draft.content) == (404, nothing.content)
        assert {**draft.headers} == {**nothing.headers}


def test_other_formats_of_a_draft_answer_exactly_like_those_of_an_address_that_never_existed(client, world):
    for ending in STORY_FORMATS:
        for encoding in ("identity", "gzip"):
            draft, nothing = (
                client.get(f"/stories/{slug}{ending}", headers={"Accept-Encoding": encoding})
                for slug in (world.draft.slug, "there-was-never-anything-here")
            )
            assert (draft.status_code, draft.content) == (404, nothing.content)
            assert {**draft.headers} == {**nothing.headers}


def test_no_public_page_contains_the_slug_of_a_draft(client, world):
    for name, address in world.public.items():
        assert world.draft.slug not in read_text(client, address), name


@pytest.mark.parametrize(("under", "status"), [("", 410), ("history/", 200), ("history/1/", 410)])
def test_a_withdrawn_story_answers_with_the_notice(client, world, under, status):
    response = client.get(f"/stories/{world.withdrawn.slug}/{under}")
    assert response.status_code == status
    assert "Its source took the numbers back." in response.content.decode()


def test_no_other_page_links_to_a_withdrawn_story(client, world):
    for name, address in world.public.items():
        assert f"/stories/{world.withdrawn.slug}/" not in read_text(client, address), name


def test_an_unknown_address_gets_the_sites_own_error_page(client, db):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert response.templates[0].name == "404.html"
    assert 'role="search"' in response.content.decode()


def test_without_content_every_list_says_that_it_is_empty(client, db):
    def list_notes() -> dict[str, list[str]]:
        lists = ("/", "/stories/", "/questions/", "/topics/", "/sources/", "/corrections/")
        return {
            address: re.findall(r'<p class="empty[^"]*">([^<]+)</p>', read_text(client, address)) for address in lists
        }

    notes = list_notes()
    assert {address: len(note) for address, note in notes.items()} == dict.fromkeys(notes, 1)
    make_world()
    assert list_notes() == {address: [] for address in notes}
