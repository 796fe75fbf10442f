"""Headers for edge caches: the keys of a response, and how long it may be cached."""

import gzip
from datetime import timedelta
from uuid import uuid4

import pytest

from newsroom.http.clock import FOREVER
from newsroom.page_cache.cdn_headers import MAX_LIFETIME, cdn_tag, format_lifetime, format_tag_headers
from newsroom.page_cache.dependencies import SITE, list_key, page_key
from newsroom.page_cache.fetch import FetchedPage
from newsroom.page_cache.models import StoredPage
from stories import publishing
from tests.clocks import MONDAY
from tests.factories import make_published_story, make_topic

CACHE_CONTROL = "public, max-age=0, must-revalidate"
EDGE_HEADERS = {"Surrogate-Key", "Cache-Tag", "CDN-Cache-Control"}


def keys(response) -> set[str]:
    return set(response["Surrogate-Key"].split(" "))


def address_of(story) -> str:
    return f"/stories/{story.slug}/"


def test_a_tag_consists_of_the_kind_and_the_start_of_the_uid():
    uid = uuid4()
    assert cdn_tag(page_key("story", uid)) == f"story:{uid.hex[:12]}"
    assert cdn_tag(list_key("topic", uid)) == f"list:topic:{uid.hex[:12]}"
    assert cdn_tag(SITE) == "site"


def test_the_tags_are_sent_separated_by_spaces_and_by_commas():
    headers = format_tag_headers(["site", "list:stories"])
    assert headers == {"Surrogate-Key": "list:stories release site", "Cache-Tag": "list:stories,release,site"}


def test_too_many_keys_are_replaced_by_a_tag_that_every_change_purges():
    assert format_tag_headers(page_key("story", uuid4()) for _ in range(500)) == {
        "Surrogate-Key": "many release",
        "Cache-Tag": "many,release",
    }


def test_the_two_longest_headers_leave_room_for_others_in_four_kilobytes():
    all_headers = [format_tag_headers(page_key("story", uuid4()) for _ in range(count)) for count in range(100)]
    longest = max(all_headers, key=lambda headers: len(headers["Cache-Tag"]))
    assert len(longest["Cache-Tag"].split(",")) > 50
    assert sum(map(len, longest.values())) < 2_500


@pytest.mark.parametrize(("left", "seconds"), [(10, 9), (1.5, 0), (1, 0), (-20, 0), (100_000, MAX_LIFETIME)])
def test_a_lifetime_ends_before_the_page_expires(left, seconds):
    assert format_lifetime(MONDAY + timedelta(seconds=left), at=MONDAY) == f"max-age={seconds}, must-revalidate"


def test_a_page_that_never_expires_has_the_longest_lifetime():
    assert format_lifetime(FOREVER, at=MONDAY) == f"max-age={MAX_LIFETIME}, must-revalidate"


@pytest.mark.django_db
def test_a_response_has_the_keys_of_its_page(client):
    topic = make_topic()
    story = make_published_story(topics=(topic,))
    response = client.get(address_of(story))
    assert {f"story:{story.uid.hex[:12]}", f"topic:{topic.uid.hex[:12]}", "release"} <= keys(response)
    assert set(response["Cache-Tag"].split(",")) == keys(response)
    assert keys(response) == {cdn_tag(name) for name in StoredPage.objects.get().keys} | {"release"}


@pytest.mark.django_db
def test_a_304_from_django_has_the_keys(client, edge):
    address = address_of(make_published_story())
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert all(again[name] == first[name] for name in EDGE_HEADERS)


@pytest.mark.django_db
def test_without_an_edge_a_response_has_no_lifetime_for_edges(client):
    response = client.get(address_of(make_published_story()))
    assert "CDN-Cache-Control" not in response.headers
    assert response["Cache-Control"] == CACHE_CONTROL


def test_without_an_edge_a_stored_response_has_no_lifetime_for_edges(ask):
    response = ask(
        "/stories/pier/", fetch=lambda _, at: FetchedPage(200, "tag", "[]", gzip.compress(b"words"), FOREVER)
    )
    assert (response.content, "CDN-Cache-Control" in response.headers) == (b"words", False)


@pytest.mark.django_db
def test_with_an_edge_the_headers_for_browsers_are_unchanged(client, edge):
    response = client.get(address_of(make_published_story()))
    assert response["CDN-Cache-Control"] == f"max-age={MAX_LIFETIME}, must-revalidate"
    assert response["Cache-Control"] == CACHE_CONTROL


@pytest.mark.django_db(transaction=True)
def test_the_lifetime_shrinks_while_the_page_is_stored_and_the_keys_remain(ask, edge, editor, set_time):
    story = make_published_story(by=editor)
    publishing.schedule_expiry(
        story, by=editor, notice="The survey was wrong.", at=set_time.moment + timedelta(minutes=10)
    )
    built = ask(address_of(story))
    set_time.go(minutes=4)
    stored = ask(address_of(story))
    set_time.go(minutes=4)
    known = ask(address_of(story), if_none_match=stored["ETag"])
    responses = (built, stored, known)
    assert [response.status_code for response in responses] == [200, 200, 304]
    assert [response["CDN-Cache-Control"] for response in responses] == [
        f"max-age={left}, must-revalidate" for left in (599, 359, 119)
    ]
    assert len({(response["Surrogate-Key"], response["Cache-Tag"]) for response in responses}) == 1
    assert StoredPage.objects.count() == 1


@pytest.mark.django_db
def test_the_notice_of_a_withdrawn_page_may_be_cached_but_a_404_may_not(client, edge, editor):
    story = make_published_story(by=editor)
    publishing.withdraw(story, by=editor, notice="The survey was wrong.")
    response = client.get(address_of(story))
    assert response.status_code == 410
    assert f"story:{story.uid.hex[:12]}" in keys(response)
    assert "CDN-Cache-Control" in response.headers
    missing = client.get("/stories/no-such-story/")
    assert missing.status_code == 404
    assert not EDGE_HEADERS & set(missing.headers)


@pytest.mark.django_db
def test_a_response_to_a_query_string_is_not_cached(client, edge):
    response = client.get(f"{address_of(make_published_story())}?from=1")
    assert response.status_code == 200
    assert "CDN-Cache-Control" not in response.headers


@pytest.mark.django_db
def test_edges_may_not_cache_pages_of_the_desk(edge, editor_client):
    response = editor_client.get("/admin/")
    assert not EDGE_HEADERS & set(response.headers)
