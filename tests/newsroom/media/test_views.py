"""A rendition is served to readers while its picture is public, and to the desk always."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.utils import timezone

from newsroom.media import images
from newsroom.media.models import Image, Rendition
from newsroom.media.renditions.make import make_missing
from newsroom.media.renditions.specs import rendition_url
from stories import publishing
from stories.models import Edition, Story
from tests.factories import make_published_story, make_story, make_topic, make_user
from tests.newsroom.media.processing.pictures import drawn, encoded
from tests.newsroom.media.stored_files import named

pytestmark = pytest.mark.django_db


@pytest.fixture
def image() -> Image:
    return images.store_upload(ContentFile(encoded(drawn(700, 500), "JPEG"), name="harbour.jpg"), by=None)


def address(image: Image, ending: str = "jpg") -> str:
    return rendition_url(image, named(image, "free", 320, ending))


def lead(image: Image) -> dict[str, Any]:
    return {"lead_image": image, "lead_alt": "The harbour at night", "lead_credit": "Newsroom"}


def test_a_picture_of_a_live_story_is_served_to_everybody(client, image: Image) -> None:
    make_published_story(**lead(image))
    make_missing(image, [named(image, "free", 320, "webp")])
    response = client.get(address(image, "webp"))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Vary"] == "Accept-Encoding"
    assert not response.cookies
    assert response.content[8:12] == b"WEBP"


def test_a_cache_that_kept_a_picture_is_told_in_few_bytes_that_it_may_still_be_seen(client, image: Image) -> None:
    story = make_published_story(**lead(image))
    tag = client.get(address(image))["ETag"]
    again = client.get(address(image), headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    publishing.withdraw(story, by=make_user(), notice="The picture was not ours to show.")
    assert client.get(address(image), headers={"If-None-Match": tag}).status_code == 404


def test_what_was_made_before_costs_two_queries(client, image: Image, django_assert_num_queries) -> None:
    make_published_story(**lead(image))
    client.get(address(image))
    with django_assert_num_queries(2):
        client.get(address(image))


def test_edges_are_told_which_picture_it_is_and_may_keep_it_for_a_minute_where_they_are_purged(
    client, settings, image: Image
) -> None:
    make_published_story(**lead(image))
    answer = client.get(address(image))
    assert (answer["Surrogate-Key"], "CDN-Cache-Control" in answer) == (f"picture:{image.uid.hex[:12]} release", False)
    settings.PURGE_URL = "http://edge.example/purge"
    for headers in ({}, {"If-None-Match": answer["ETag"]}):
        again = client.get(address(image), headers=headers)
        assert again["Cache-Tag"] == f"picture:{image.uid.hex[:12]},release"
        assert again["CDN-Cache-Control"] == "max-age=60, must-revalidate"
        assert again["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_what_stands_in_for_a_rendition_is_kept_by_no_cache(client, image: Image) -> None:
    make_published_story(**lead(image))
    for _ in range(2):
        response = client.get(address(image, "avif"), headers={"If-None-Match": "*"})
        assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
        assert "Surrogate-Key" not in response
        assert response["Cache-Control"] == "private, no-store"
        assert "ETag" not in response
        assert response.content == client.get(address(image)).content
    make_missing(image, [named(image, "free", 320, "avif")])
    response = client.get(address(image, "avif"))
    assert (response["Content-Type"], response["Cache-Control"]) == (
        "image/avif",
        "public, max-age=0, must-revalidate",
    )


@pytest.mark.parametrize(
    "name", ["free-320.webp", "free-320-0123456789abcdef.webp", "1x1-320-10x10-0123456789abcdef.webp", "plate", "x"]
)
def test_a_name_that_was_not_given_out_is_not_answered(client, image: Image, name: str) -> None:
    make_published_story(**lead(image))
    assert client.get(f"/media/{image.uid}/{name}").status_code == 404
    assert not Rendition.objects.exists()


def test_a_picture_of_a_draft_answers_as_one_that_never_was(client, image: Image) -> None:
    make_story(**lead(image))
    hidden = client.get(address(image))
    absent = client.get(f"/media/{uuid4()}/free-320-0123456789abcdef.webp")
    assert hidden.status_code == absent.status_code == 404
    assert dict(hidden.headers) == dict(absent.headers)
    assert hidden.content == absent.content
    assert not Rendition.objects.exists()


def test_a_picture_goes_with_the_story_that_showed_it(client, image: Image) -> None:
    story = make_published_story(**lead(image))
    assert client.get(address(image)).status_code == 200
    publishing.withdraw(story, by=make_user(), notice="Taken back.")
    assert client.get(address(image)).status_code == 404


def test_a_picture_comes_with_its_story_and_not_a_moment_before(image: Image) -> None:
    story = make_published_story(**lead(image))
    edition = Edition.objects.get(work=Story.objects.get(pk=story.pk))
    assert Image.objects.public(edition.live_from).filter(pk=image.pk).exists()
    assert not Image.objects.public(edition.live_from - timedelta(microseconds=1)).filter(pk=image.pk).exists()


def test_a_picture_of_a_topic_is_public_while_a_live_story_names_the_topic(client, image: Image) -> None:
    topic = make_topic(picture=image)
    assert client.get(address(image)).status_code == 404
    make_published_story(topics=(topic,))
    assert client.get(address(image)).status_code == 200


def test_the_desk_sees_every_picture_and_no_cache_keeps_it(client, image: Image) -> None:
    client.force_login(make_user(role="Writer"))
    response = client.get(address(image))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"


def test_an_account_without_the_right_sees_what_readers_see(client, image: Image) -> None:
    outsider = make_user(role="")
    client.force_login(outsider)
    assert client.get(address(image)).status_code == 404
    outsider.user_permissions.add(Permission.objects.get(codename="view_image"))
    assert client.get(address(image)).status_code == 404


def test_only_reading_is_answered(client, image: Image) -> None:
    make_published_story(**lead(image))
    assert client.head(address(image)).status_code == 200
    assert client.post(address(image)).status_code == 405


def test_the_day_after_tomorrow_is_no_hindrance(image: Image) -> None:
    make_published_story(**lead(image))
    assert Image.objects.public(timezone.now() + timedelta(days=2)).filter(pk=image.pk).exists()
