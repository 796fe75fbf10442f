"""What edges are told of an answer: its keys, and for how long they may keep it."""

import gzip
from datetime import timedelta
from uuid import uuid4

import pytest

from newsroom.http.clock import FOREVER
from newsroom.page_cache.cdn import MAX_LIFETIME, cdn_tag, format_lifetime, format_tag_headers
from newsroom.page_cache.dependencies import SITE, list_key, page_key
from newsroom.page_cache.fetch import FetchedPage
from newsroom.page_cache.models import StoredPage
from stories import publishing
from tests.clocks import MONDAY
from tests.factories import make_published_story, make_topic

KEPT = "public, max-age=0, must-revalidate"
TOLD = {"Surrogate-Key", "Cache-Tag", "CDN-Cache-Control"}


def keys(answer) -> set[str]:
    return set(answer["Surrogate-Key"].split(" "))


def address_of(story) -> str:
    return f"/stories/{story.slug}/"


def test_a_key_is_called_by_its_kind_and_the_beginning_of_its_uid():
    uid = uuid4()
    assert cdn_tag(page_key("story", uid)) == f"story:{uid.hex[:12]}"
    assert cdn_tag(list_key("topic", uid)) == f"list:topic:{uid.hex[:12]}"
    assert cdn_tag(SITE) == "site"


def test_the_same_keys_are_told_to_those_who_part_them_by_commas():
    headers = format_tag_headers(["site", "list:stories"])
    assert headers == {"Surrogate-Key": "list:stories release site", "Cache-Tag": "list:stories,release,site"}


def test_more_keys_than_proxies_pass_on_are_told_as_one_that_any_change_purges():
    assert format_tag_headers(page_key("story", uuid4()) for _ in range(500)) == {
        "Surrogate-Key": "many release",
        "Cache-Tag": "many,release",
    }


def test_two_headers_of_as_many_keys_as_fit_leave_room_for_the_others_in_four_kilobytes():
    told = [format_tag_headers(page_key("story", uuid4()) for _ in range(count)) for count in range(100)]
    longest = max(told, key=lambda headers: len(headers["Cache-Tag"]))
    assert len(longest["Cache-Tag"].split(",")) > 50
    assert sum(map(len, longest.values())) < 2_500


@pytest.mark.parametrize(("left", "said"), [(10, 9), (1.5, 0), (1, 0), (-20, 0), (100_000, MAX_LIFETIME)])
def test_a_lifetime_ends_before_time_changes_the_page(left, said):
    assert format_lifetime(MONDAY + timedelta(seconds=left), at=MONDAY) == f"max-age={said}, must-revalidate"


def test_what_nothing_ends_is_kept_no_longer_than_the_longest():
    assert format_lifetime(FOREVER, at=MONDAY) == f"max-age={MAX_LIFETIME}, must-revalidate"


@pytest.mark.django_db
def test_a_page_names_what_it_was_built_from(client):
    topic = make_topic()
    story = make_published_story(topics=(topic,))
    answer = client.get(address_of(story))
    assert {f"story:{story.uid.hex[:12]}", f"topic:{topic.uid.hex[:12]}", "release"} <= keys(answer)
    assert set(answer["Cache-Tag"].split(",")) == keys(answer)
    assert keys(answer) == {cdn_tag(name) for name in StoredPage.objects.get().keys} | {"release"}


@pytest.mark.django_db
def test_django_names_the_keys_on_a_304_of_its_own(client, edge):
    address = address_of(make_published_story())
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert all(again[name] == first[name] for name in TOLD)


@pytest.mark.django_db
def test_without_an_edge_no_answer_says_how_long_one_may_keep_it(client):
    answer = client.get(address_of(make_published_story()))
    assert "CDN-Cache-Control" not in answer.headers
    assert answer["Cache-Control"] == KEPT


def test_without_an_edge_no_stored_answer_does_so_either(ask):
    answer = ask("/stories/pier/", fetch=lambda _, at: FetchedPage(200, "tag", "[]", gzip.compress(b"words"), FOREVER))
    assert (answer.content, "CDN-Cache-Control" in answer.headers) == (b"words", False)


@pytest.mark.django_db
def test_with_an_edge_browsers_are_told_what_they_always_were(client, edge):
    answer = client.get(address_of(make_published_story()))
    assert answer["CDN-Cache-Control"] == f"max-age={MAX_LIFETIME}, must-revalidate"
    assert answer["Cache-Control"] == KEPT


@pytest.mark.django_db(transaction=True)
def test_the_time_that_is_left_shrinks_while_the_page_is_stored_and_its_keys_stay(ask, edge, editor, set_time):
    story = make_published_story(by=editor)
    publishing.schedule_expiry(
        story, by=editor, notice="The survey was wrong.", at=set_time.moment + timedelta(minutes=10)
    )
    built = ask(address_of(story))
    set_time.go(minutes=4)
    stored = ask(address_of(story))
    set_time.go(minutes=4)
    known = ask(address_of(story), if_none_match=stored["ETag"])
    answers = (built, stored, known)
    assert [answer.status_code for answer in answers] == [200, 200, 304]
    assert [answer["CDN-Cache-Control"] for answer in answers] == [
        f"max-age={left}, must-revalidate" for left in (599, 359, 119)
    ]
    assert len({(answer["Surrogate-Key"], answer["Cache-Tag"]) for answer in answers}) == 1
    assert StoredPage.objects.count() == 1


@pytest.mark.django_db
def test_a_withdrawn_page_may_be_kept_and_one_that_never_was_may_not(client, edge, editor):
    story = make_published_story(by=editor)
    publishing.withdraw(story, by=editor, notice="The survey was wrong.")
    answer = client.get(address_of(story))
    assert answer.status_code == 410
    assert f"story:{story.uid.hex[:12]}" in keys(answer)
    assert "CDN-Cache-Control" in answer.headers
    missing = client.get("/stories/no-such-story/")
    assert missing.status_code == 404
    assert not TOLD & set(missing.headers)


@pytest.mark.django_db
def test_the_answer_to_a_query_is_kept_nowhere(client, edge):
    answer = client.get(f"{address_of(make_published_story())}?from=1")
    assert answer.status_code == 200
    assert "CDN-Cache-Control" not in answer.headers


@pytest.mark.django_db
def test_nothing_of_the_desk_may_be_kept(edge, editor_client):
    answer = editor_client.get("/admin/")
    assert not TOLD & set(answer.headers)
