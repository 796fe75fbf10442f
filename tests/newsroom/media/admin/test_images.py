"""The admin screens of the image library."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.accounts.models import User
from newsroom.media.models import Image
from tests.factories import make_image, make_published_story, make_story, make_topic, make_user
from tests.newsroom.media.processing.pictures import draw_image, draw_patches, encode_image

pytestmark = pytest.mark.django_db

LIST = "admin:media_image_changelist"
ADD = "admin:media_image_add"
BULK_UPLOAD = "admin:media_image_upload"
CHANGE = "admin:media_image_change"


@pytest.fixture
def curator_client() -> Client:
    client = Client()
    client.force_login(make_user(role="Curator"))
    return client


def make_form_data(data: bytes, *, name: str = "harbour.jpg", **fields: object) -> dict[str, object]:
    return {
        "upload": SimpleUploadedFile(name, data, content_type="image/jpeg"),
        "title": "",
        "alt": "",
        "credit": "",
        "focal_x": 50,
        "focal_y": 50,
        **fields,
    }


def test_a_picture_is_added_with_its_description(curator_client: Client) -> None:
    data = make_form_data(encode_image(draw_image(64, 48), "JPEG"), title="The harbour", alt="Boats", focal_x=20)
    response = curator_client.post(reverse(ADD), data)
    assert response.status_code == 302
    image = Image.objects.get()
    assert (image.title, image.alt, image.focal_x, image.width) == ("The harbour", "Boats", 20, 64)
    assert image.created_by is not None


def test_a_picture_without_a_title_gets_one_from_its_file_name(curator_client: Client) -> None:
    curator_client.post(reverse(ADD), make_form_data(encode_image(draw_image(), "JPEG"), name="north_pier.jpg"))
    assert Image.objects.get().title == "north pier"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<script>alert(1)</script>", "This is not a picture"),
        (b"<svg onload='x()'></svg>", "SVG is not supported"),
        (encode_image(draw_image(), "JPEG")[:200], "The file is damaged"),
        (b"", "empty"),
    ],
)
def test_a_file_that_is_not_a_picture_is_refused_at_its_field(
    curator_client: Client, data: bytes, sentence: str
) -> None:
    response = curator_client.post(reverse(ADD), make_form_data(data))
    assert response.status_code == 200
    assert sentence in str(response.context["adminform"].form.errors["upload"])
    assert not Image.objects.exists()


def test_a_duplicate_is_refused_with_the_title_of_the_existing_picture(curator_client: Client) -> None:
    data = encode_image(draw_image(), "JPEG")
    curator_client.post(reverse(ADD), make_form_data(data, title="The first"))
    response = curator_client.post(reverse(ADD), make_form_data(data))
    (error,) = response.context["adminform"].form.errors.as_data()["upload"]
    assert error.code == "same"
    assert "The first" in error.message
    assert response.context["duplicate"] == Image.objects.get()


def test_a_focal_point_outside_the_picture_is_refused(curator_client: Client) -> None:
    response = curator_client.post(reverse(ADD), make_form_data(encode_image(draw_image(), "JPEG"), focal_x=101))
    assert "focal_x" in response.context["adminform"].form.errors


def test_the_fields_of_a_picture_can_be_changed_but_not_its_file(curator_client: Client) -> None:
    image = make_image(title="Before")
    page = curator_client.get(reverse(CHANGE, args=[image.pk]))
    assert 'type="file"' not in page.content.decode()
    curator_client.post(
        reverse(CHANGE, args=[image.pk]),
        {"title": "After", "alt": "Boats", "credit": "Newsroom", "focal_x": 10, "focal_y": 90},
    )
    image.refresh_from_db()
    assert (image.title, image.focal_x, image.focal_y) == ("After", 10, 90)


def test_the_form_shows_where_a_picture_is_used(curator_client: Client) -> None:
    image = make_image()
    story = make_story(lead_image=image)
    topic = make_topic(picture=image)
    page = curator_client.get(reverse(CHANGE, args=[image.pk])).content.decode()
    assert story.headline in page
    assert topic.name in page


def test_the_list_can_be_filtered_by_usage(curator_client: Client) -> None:
    used, other = make_image(title="On a topic"), make_image(title="Waiting")
    make_topic(picture=used)
    for value, included, excluded in (("yes", used, other), ("no", other, used)):
        matching = curator_client.get(reverse(LIST), {"used": value}).context["cl"].queryset
        assert included in matching
        assert excluded not in matching


def test_the_list_is_searched_by_alternative_text(curator_client: Client) -> None:
    make_image(title="One", alt="A storm barrier")
    make_image(title="Two")
    assert [image.title for image in curator_client.get(reverse(LIST), {"q": "barrier"}).context["cl"].queryset] == [
        "One"
    ]


def test_the_list_takes_a_limited_number_of_queries(curator_client: Client, django_assert_max_num_queries) -> None:
    for _ in range(12):
        make_topic(picture=make_image())
    with django_assert_max_num_queries(12):
        curator_client.get(reverse(LIST))


def test_an_unused_picture_can_be_deleted(curator_client: Client) -> None:
    image = make_image()
    curator_client.post(reverse("admin:media_image_delete", args=[image.pk]), {"post": "yes"})
    assert not Image.objects.exists()


@pytest.mark.parametrize("is_used", [True, False])
def test_several_pictures_are_deleted_together_unless_one_is_used(curator_client: Client, is_used: bool) -> None:
    selected = [make_image(), make_image()]
    if is_used:
        make_topic(picture=selected[0])
    curator_client.post(
        reverse(LIST),
        {"action": "delete_selected", "_selected_action": [image.pk for image in selected], "post": "yes"},
    )
    assert Image.objects.count() == (2 if is_used else 0)


@pytest.mark.parametrize(("role", "allowed"), [("Writer", True), ("Editor", True), ("Curator", True), ("", False)])
def test_only_some_roles_may_add_pictures(role: str, allowed: bool) -> None:
    client = Client()
    client.force_login(make_user(role=role))
    assert (client.get(reverse(ADD)).status_code == 200) is allowed


def test_a_writer_may_not_delete_a_picture() -> None:
    client = Client()
    client.force_login(make_user(role="Writer"))
    image = make_image()
    assert client.post(reverse("admin:media_image_delete", args=[image.pk]), {"post": "yes"}).status_code == 403
    assert Image.objects.exists()


def make_files(*datas: tuple[str, bytes]) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, data, content_type="image/jpeg") for name, data in datas]


@pytest.mark.parametrize("is_script", [True, False])
def test_each_of_several_files_gets_its_own_outcome(curator_client: Client, is_script: bool) -> None:
    existing = encode_image(draw_image(64, 48), "JPEG")
    curator_client.post(reverse(ADD), make_form_data(existing, title="The harbour"))
    body = {
        "pictures": make_files(
            ("new_pier.jpg", encode_image(draw_image(80, 48), "JPEG")),
            ("same.jpg", existing),
            ("not.jpg", b"no picture"),
        ),
        "credit": "Ida Sund",
        "tags": "pier; Harbour, pier",
    }
    headers = {"Accept": "application/json"} if is_script else {}
    response = curator_client.post(reverse(BULK_UPLOAD), body, headers=headers)
    outcomes = response.json()["files"] if is_script else [outcomes for _, outcomes in response.context["outcomes"]]
    assert [outcome["what"] for outcome in outcomes] == ["taken", "there", "refused"]
    assert outcomes[1]["title"] == "The harbour"
    assert "The harbour" in outcomes[1]["said"]
    assert "This is not a picture" in outcomes[2]["said"]
    added = Image.objects.get(title="new pier")
    assert (added.credit, added.tags) == ("Ida Sund", "pier, Harbour")
    assert Image.objects.count() == 2


def test_both_of_two_equal_pictures_are_kept_if_requested(curator_client: Client) -> None:
    data = encode_image(draw_image(), "JPEG")
    for keep in ({}, {"keep_both": "on"}):
        curator_client.post(reverse(BULK_UPLOAD), {"pictures": make_files(("a.jpg", data)), **keep})
    assert curator_client.post(reverse(ADD), make_form_data(data, title="A third", keep_both="on")).status_code == 302
    assert Image.objects.count() == 3


def test_a_smaller_copy_of_a_picture_is_recognised(curator_client: Client) -> None:
    large = draw_patches(640, 480)
    curator_client.post(
        reverse(ADD), make_form_data(encode_image(large, "PNG"), name="large.png", title="The large one")
    )
    copy = encode_image(large.resize((320, 240)), "JPEG")
    outcome = curator_client.post(
        reverse(BULK_UPLOAD), {"pictures": make_files(("c.jpg", copy))}, headers={"Accept": "application/json"}
    )
    assert outcome.json()["files"][0]["title"] == "The large one"


def test_a_form_without_files_gets_an_error_message(curator_client: Client) -> None:
    refused = curator_client.post(reverse(BULK_UPLOAD), {}, headers={"Accept": "application/json"})
    page = curator_client.post(reverse(BULK_UPLOAD), {})
    errors = page.context["form"].errors
    (message,) = errors["pictures"]
    assert errors.as_data()["pictures"][0].code == "required"
    assert message in page.content.decode()
    assert (refused.status_code, refused.json()["error"]) == (400, message)


def test_search_covers_all_texts_and_ignores_case_and_accents(curator_client: Client) -> None:
    make_image(title="Flood gate", licence="CC BY 4.0", tags="Norrhavn, Storm Barrier")
    make_image(title="Other", tags="Storm")
    for query in ("flood cc by", "NÓRRHAVN gate", "barrier"):
        assert [image.title for image in curator_client.get(reverse(LIST), {"q": query}).context["cl"].queryset] == [
            "Flood gate"
        ]


def test_the_list_can_be_filtered_by_tag(curator_client: Client) -> None:
    make_image(title="One", tags="Storm Barrier")
    make_image(title="Two", tags="storm")
    included = curator_client.get(reverse(LIST), {"tag": "STORM barrier"})
    assert [image.title for image in included.context["cl"].queryset] == ["One"]


def test_the_form_shows_which_editions_use_a_picture_and_when(curator_client: Client, editor: User) -> None:
    image = make_image()
    story = make_published_story(lead_image=image, lead_alt="Boats", by=editor)
    page = curator_client.get(reverse(CHANGE, args=[image.pk]))
    (use,) = page.context["uses"].editions
    history = reverse("admin:stories_story_history", args=[story.pk])
    assert (use.address, use.note) == (history, "live")
    assert story.headline in use.label
    assert use.label.endswith("edition 1")
    assertContains(page, f'<a href="{history}">{use.label}</a> <span class="note">{use.note}</span>')


def test_a_user_who_may_not_see_a_work_sees_only_that_there_is_one(curator_client: Client) -> None:
    image = make_image()
    story = make_story(lead_image=image)
    user_without_permission = User.objects.create_user("outsider", is_staff=True)
    user_without_permission.user_permissions.add(Permission.objects.get(codename="view_image"))
    curator_client.force_login(user_without_permission)
    page = curator_client.get(reverse(CHANGE, args=[image.pk]))
    assertNotContains(page, story.headline)
    uses = page.context["uses"]
    assert (uses.drafts, uses.editions, uses.topics, uses.hidden) == ([], [], [], 1)
    assert re.search(r'<p class="note">[^<]*\b1\b[^<]*</p>\s*</section>', page.content.decode())
