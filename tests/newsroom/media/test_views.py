"""A rendition is served to readers while its picture is public, and always to the desk."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.utils import timezone

from newsroom.media.models import Image, Rendition
from newsroom.media.renditions.make import make_missing
from newsroom.media.renditions.specs import rendition_url
from stories import publishing
from stories.models import Edition, Story
from tests.factories import make_published_story, make_story, make_topic, make_user
from tests.newsroom.media.processing.pictures import draw_image, encode_image
from tests.newsroom.media.stored_files import rendition_spec, store_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def image() -> Image:
    return store_upload(ContentFile(encode_image(draw_image(700, 500), "JPEG"), name="harbour.jpg"))


def address(image: Image, ending: str = "jpg") -> str:
    return rendition_url(image, rendition_spec(image, "free", 320, ending))


def lead_image_fields(image: Image) -> dict[str, Any]:
    return {"lead_image": image, "lead_alt": "The harbour at night", "lead_credit": "Newsroom"}


def test_a_picture_of_a_live_story_is_served_to_everyone(client, image: Image) -> None:
    make_published_story(**lead_image_fields(image))
    make_missing(image, [rendition_spec(image, "free", 320, "webp")])
    response = client.get(address(image, "webp"))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Vary"] == "Accept-Encoding"
    assert not response.cookies
    assert response.content[8:12] == b"WEBP"


def test_a_cached_picture_is_revalidated_with_304_until_it_is_withdrawn(client, image: Image) -> None:
    story = make_published_story(**lead_image_fields(image))
    tag = client.get(address(image))["ETag"]
    next_response = client.get(address(image), headers={"If-None-Match": tag})
    assert (next_response.status_code, next_response.content) == (304, b"")
    publishing.withdraw(story, by=make_user(), notice="The picture was not ours to show.")
    assert client.get(address(image), headers={"If-None-Match": tag}).status_code == 404


def test_an_existing_rendition_costs_two_queries(client, image: Image, django_assert_num_queries) -> None:
    make_published_story(**lead_image_fields(image))
    client.get(address(image))
    with django_assert_num_queries(2):
        client.get(address(image))


def test_edges_get_the_key_of_a_picture_and_may_cache_it_for_a_minute_if_they_are_purged(
    client, settings, image: Image
) -> None:
    make_published_story(**lead_image_fields(image))
    response = client.get(address(image))
    assert (response["Surrogate-Key"], "CDN-Cache-Control" in response) == (
        f"picture:{image.uid.hex[:12]} release",
        False,
    )
    settings.PURGE_URL = "http://edge.example/purge"
    for headers in ({}, {"If-None-Match": response["ETag"]}):
        next_response = client.get(address(image), headers=headers)
        assert next_response["Cache-Tag"] == f"picture:{image.uid.hex[:12]},release"
        assert next_response["CDN-Cache-Control"] == "max-age=60, must-revalidate"
        assert next_response["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_a_fallback_rendition_is_not_cached(client, image: Image) -> None:
    make_published_story(**lead_image_fields(image))
    for _ in range(2):
        response = client.get(address(image, "avif"), headers={"If-None-Match": "*"})
        assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
        assert "Surrogate-Key" not in response
        assert response["Cache-Control"] == "private, no-store"
        assert "ETag" not in response
        assert response.content == client.get(address(image)).content
    make_missing(image, [rendition_spec(image, "free", 320, "avif")])
    response = client.get(address(image, "avif"))
    assert (response["Content-Type"], response["Cache-Control"]) == (
        "image/avif",
        "public, max-age=0, must-revalidate",
    )


@pytest.mark.parametrize(
    "name", ["free-320.webp", "free-320-0123456789abcdef.webp", "1x1-320-10x10-0123456789abcdef.webp", "plate", "x"]
)
def test_an_unknown_rendition_name_gets_a_404(client, image: Image, name: str) -> None:
    make_published_story(**lead_image_fields(image))
    assert client.get(f"/media/{image.uid}/{name}").status_code == 404
    assert not Rendition.objects.exists()


def test_a_picture_of_a_draft_gets_the_same_404_as_one_that_never_existed(client, image: Image) -> None:
    make_story(**lead_image_fields(image))
    hidden = client.get(address(image))
    missing = client.get(f"/media/{uuid4()}/free-320-0123456789abcdef.webp")
    assert hidden.status_code == missing.status_code == 404
    assert dict(hidden.headers) == dict(missing.headers)
    assert hidden.content == missing.content
    assert not Rendition.objects.exists()


def test_withdrawing_the_story_hides_its_picture(client, image: Image) -> None:
    story = make_published_story(**lead_image_fields(image))
    assert client.get(address(image)).status_code == 200
    publishing.withdraw(story, by=make_user(), notice="Taken back.")
    assert client.get(address(image)).status_code == 404


def test_a_picture_becomes_public_with_its_story(image: Image) -> None:
    story = make_published_story(**lead_image_fields(image))
    edition = Edition.objects.get(work=Story.objects.get(pk=story.pk))
    assert Image.objects.public(edition.live_from).filter(pk=image.pk).exists()
    assert not Image.objects.public(edition.live_from - timedelta(microseconds=1)).filter(pk=image.pk).exists()


def test_a_picture_of_a_topic_is_public_while_a_live_story_names_the_topic(client, image: Image) -> None:
    topic = make_topic(picture=image)
    assert client.get(address(image)).status_code == 404
    make_published_story(topics=(topic,))
    assert client.get(address(image)).status_code == 200


def test_the_desk_sees_every_picture_uncached(client, image: Image) -> None:
    client.force_login(make_user(role="Writer"))
    response = client.get(address(image))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


def test_an_account_without_permission_sees_only_public_pictures(client, image: Image) -> None:
    user = make_user(role="")
    client.force_login(user)
    assert client.get(address(image)).status_code == 404
    user.user_permissions.add(Permission.objects.get(codename="view_image"))
    assert client.get(address(image)).status_code == 404


def test_only_get_and_head_are_allowed(client, image: Image) -> None:
    make_published_story(**lead_image_fields(image))
    assert client.head(address(image)).status_code == 200
    assert client.post(address(image)).status_code == 405


def test_a_picture_is_still_public_two_days_later(image: Image) -> None:
    make_published_story(**lead_image_fields(image))
    assert Image.objects.public(timezone.now() + timedelta(days=2)).filter(pk=image.pk).exists()
