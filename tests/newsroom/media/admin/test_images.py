"""The library of pictures at the desk."""

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from newsroom.accounts.models import User
from newsroom.media.models import Image
from tests.factories import make_image, make_published_story, make_story, make_topic, make_user
from tests.newsroom.media.processing.pictures import drawn, encoded, patches

pytestmark = pytest.mark.django_db

LIST = "admin:media_image_changelist"
ADD = "admin:media_image_add"
MANY = "admin:media_image_upload"
CHANGE = "admin:media_image_change"


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(make_user(role="Curator"))
    return client


def upload(data: bytes, *, name: str = "harbour.jpg", **fields: object) -> dict[str, object]:
    return {
        "upload": SimpleUploadedFile(name, data, content_type="image/jpeg"),
        "title": "",
        "alt": "",
        "credit": "",
        "focal_x": 50,
        "focal_y": 50,
        **fields,
    }


def test_a_picture_is_taken_in_with_what_is_said_of_it(desk: Client) -> None:
    data = upload(encoded(drawn(64, 48), "JPEG"), title="The harbour", alt="Boats", focal_x=20)
    response = desk.post(reverse(ADD), data)
    assert response.status_code == 302
    image = Image.objects.get()
    assert (image.title, image.alt, image.focal_x, image.width) == ("The harbour", "Boats", 20, 64)
    assert image.created_by is not None


def test_a_picture_without_a_title_is_called_after_its_file(desk: Client) -> None:
    desk.post(reverse(ADD), upload(encoded(drawn(), "JPEG"), name="north_pier.jpg"))
    assert Image.objects.get().title == "north pier"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<script>alert(1)</script>", "This is not a picture"),
        (b"<svg onload='x()'></svg>", "SVG files can hold programs"),
        (encoded(drawn(), "JPEG")[:200], "The picture is broken"),
        (b"", "empty"),
    ],
)
def test_what_is_no_picture_is_refused_at_its_field(desk: Client, data: bytes, sentence: str) -> None:
    response = desk.post(reverse(ADD), upload(data))
    assert response.status_code == 200
    assert sentence in str(response.context["adminform"].form.errors["upload"])
    assert not Image.objects.exists()


def test_a_picture_that_is_here_already_is_named(desk: Client) -> None:
    data = encoded(drawn(), "JPEG")
    desk.post(reverse(ADD), upload(data, title="The first"))
    response = desk.post(reverse(ADD), upload(data))
    assert "as “The first”" in str(response.context["adminform"].form.errors["upload"])


def test_a_focal_point_outside_the_picture_is_refused(desk: Client) -> None:
    response = desk.post(reverse(ADD), upload(encoded(drawn(), "JPEG"), focal_x=101))
    assert "focal_x" in response.context["adminform"].form.errors


def test_a_picture_is_changed_but_never_exchanged(desk: Client) -> None:
    image = make_image(title="Before")
    page = desk.get(reverse(CHANGE, args=[image.pk]))
    assert 'type="file"' not in page.content.decode()
    desk.post(
        reverse(CHANGE, args=[image.pk]),
        {"title": "After", "alt": "Boats", "credit": "Newsroom", "focal_x": 10, "focal_y": 90},
    )
    image.refresh_from_db()
    assert (image.title, image.focal_x, image.focal_y) == ("After", 10, 90)


def test_a_picture_says_where_it_is_used(desk: Client) -> None:
    image = make_image()
    story = make_story(lead_image=image)
    topic = make_topic(picture=image)
    page = desk.get(reverse(CHANGE, args=[image.pk])).content.decode()
    assert story.headline in page
    assert topic.name in page


def test_the_list_parts_used_pictures_from_others(desk: Client) -> None:
    used, other = make_image(title="On a topic"), make_image(title="Waiting")
    make_topic(picture=used)
    for value, shown, hidden in (("yes", used, other), ("no", other, used)):
        found = desk.get(reverse(LIST), {"used": value}).context["cl"].queryset
        assert shown in found
        assert hidden not in found


def test_the_list_is_searched_by_what_a_picture_shows(desk: Client) -> None:
    make_image(title="One", alt="A storm barrier")
    make_image(title="Two")
    assert [image.title for image in desk.get(reverse(LIST), {"q": "barrier"}).context["cl"].queryset] == ["One"]


def test_the_list_costs_the_same_for_many_pictures(desk: Client, django_assert_max_num_queries) -> None:
    for _ in range(12):
        make_topic(picture=make_image())
    with django_assert_max_num_queries(12):
        desk.get(reverse(LIST))


def test_a_picture_that_nothing_uses_is_removed(desk: Client) -> None:
    image = make_image()
    desk.post(reverse("admin:media_image_delete", args=[image.pk]), {"post": "yes"})
    assert not Image.objects.exists()


@pytest.mark.parametrize("is_used", [True, False])
def test_several_pictures_are_removed_together_unless_one_is_used(desk: Client, is_used: bool) -> None:
    chosen = [make_image(), make_image()]
    if is_used:
        make_topic(picture=chosen[0])
    desk.post(
        reverse(LIST),
        {"action": "delete_selected", "_selected_action": [image.pk for image in chosen], "post": "yes"},
    )
    assert Image.objects.count() == (2 if is_used else 0)


@pytest.mark.parametrize(("role", "allowed"), [("Writer", True), ("Editor", True), ("Curator", True), ("", False)])
def test_who_may_take_pictures_in(role: str, allowed: bool) -> None:
    client = Client()
    client.force_login(make_user(role=role))
    assert (client.get(reverse(ADD)).status_code == 200) is allowed


def test_a_writer_may_not_remove_a_picture() -> None:
    client = Client()
    client.force_login(make_user(role="Writer"))
    image = make_image()
    assert client.post(reverse("admin:media_image_delete", args=[image.pk]), {"post": "yes"}).status_code == 403
    assert Image.objects.exists()


def files(*datas: tuple[str, bytes]) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, data, content_type="image/jpeg") for name, data in datas]


@pytest.mark.parametrize("is_script", [True, False])
def test_each_of_many_files_gets_an_answer_of_its_own(desk: Client, is_script: bool) -> None:
    known = encoded(drawn(64, 48), "JPEG")
    desk.post(reverse(ADD), upload(known, title="The harbour"))
    body = {
        "pictures": files(
            ("new_pier.jpg", encoded(drawn(80, 48), "JPEG")), ("same.jpg", known), ("not.jpg", b"no picture")
        ),
        "credit": "Ida Sund",
        "tags": "pier; Harbour, pier",
    }
    headers = {"Accept": "application/json"} if is_script else {}
    response = desk.post(reverse(MANY), body, headers=headers)
    said = response.json()["files"] if is_script else [said for _, said in response.context["answers"]]
    assert [answer["what"] for answer in said] == ["taken", "there", "refused"]
    assert "in the library already, as “The harbour”" in said[1]["said"]
    assert "This is not a picture" in said[2]["said"]
    taken = Image.objects.get(title="new pier")
    assert (taken.credit, taken.tags) == ("Ida Sund", "pier, Harbour")
    assert Image.objects.count() == 2


def test_both_of_two_equal_pictures_are_kept_where_that_is_chosen(desk: Client) -> None:
    data = encoded(drawn(), "JPEG")
    for keep in ({}, {"keep_both": "on"}):
        desk.post(reverse(MANY), {"pictures": files(("a.jpg", data)), **keep})
    assert desk.post(reverse(ADD), upload(data, title="A third", keep_both="on")).status_code == 302
    assert Image.objects.count() == 3


def test_a_smaller_copy_of_a_picture_is_known_by_its_look(desk: Client) -> None:
    large = patches(640, 480)
    desk.post(reverse(ADD), upload(encoded(large, "PNG"), name="large.png", title="The large one"))
    copy = encoded(large.resize((320, 240)), "JPEG")
    answer = desk.post(reverse(MANY), {"pictures": files(("c.jpg", copy))}, headers={"Accept": "application/json"})
    assert answer.json()["files"][0]["title"] == "The large one"


def test_sending_nothing_is_answered_in_words(desk: Client) -> None:
    refused = desk.post(reverse(MANY), {}, headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["error"]) == (400, "Choose at least one picture.")
    assert "Choose at least one picture." in desk.post(reverse(MANY), {}).content.decode()


def test_pictures_are_found_by_every_word_said_of_them_however_it_is_written(desk: Client) -> None:
    make_image(title="Flood gate", licence="CC BY 4.0", tags="Norrhavn, Storm Barrier")
    make_image(title="Other", tags="Storm")
    for query in ("flood cc by", "NÓRRHAVN gate", "barrier"):
        assert [image.title for image in desk.get(reverse(LIST), {"q": query}).context["cl"].queryset] == ["Flood gate"]


def test_the_list_is_narrowed_to_one_tag(desk: Client) -> None:
    make_image(title="One", tags="Storm Barrier")
    make_image(title="Two", tags="storm")
    shown = desk.get(reverse(LIST), {"tag": "STORM barrier"})
    assert [image.title for image in shown.context["cl"].queryset] == ["One"]


def test_a_picture_says_which_editions_showed_it_and_when(desk: Client, editor: User) -> None:
    image = make_image()
    story = make_published_story(lead_image=image, lead_alt="Boats", by=editor)
    page = desk.get(reverse(CHANGE, args=[image.pk])).content.decode()
    assert f"{story.headline}, edition 1.0" in page
    assert "live" in page


def test_who_may_not_see_a_work_hears_only_that_there_is_one(desk: Client) -> None:
    image = make_image()
    story = make_story(lead_image=image)
    outsider = User.objects.create_user("outsider", is_staff=True)
    outsider.user_permissions.add(Permission.objects.get(codename="view_image"))
    desk.force_login(outsider)
    page = desk.get(reverse(CHANGE, args=[image.pk])).content.decode()
    assert story.headline not in page
    assert "And 1 that you may not see." in page
