"""Choosing a picture for a form, as pages without JavaScript and as data for the dialog."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from newsroom.media.models import Image
from tests.factories import make_author, make_image, make_story, make_topic, make_user
from tests.newsroom.media.processing.pictures import draw_patches, encode_image
from tests.stories.admin.form_data import filled


def make_file(data=None):
    return SimpleUploadedFile("gate_six.png", data or encode_image(draw_patches(64, 48)), "image/png")


JSON = {"Accept": "application/json"}


@pytest.fixture
def address():
    return reverse("admin:media_image_choose")


def test_24_pictures_are_shown_at_a_time_newest_first(client, editor, address):
    images = [make_image(title=f"Quay {number}") for number in range(26)]
    answer = client.get(address, headers=JSON).json()
    assert (len(answer["pictures"]), answer["status"], answer["more"]) == (24, "24 of 26 pictures", 24)
    assert answer["pictures"][0]["title"] == images[-1].title
    rest = client.get(address, {"from": "24"}, headers=JSON).json()
    assert (len(rest["pictures"]), rest["status"], rest["more"]) == (2, "26 of 26 pictures", None)


def test_pictures_are_searched(client, editor, address):
    make_image(title="The harbour")
    make_image(title="The pier")
    answer = client.get(address, {"q": "harb"}, headers=JSON).json()
    assert [each["title"] for each in answer["pictures"]] == ["The harbour"]


def test_only_the_uid_of_a_picture_chooses_it(client, editor, address):
    make_image(title="The harbour")
    story = make_story()
    assert client.get(address, {"picture": "harbour"}).status_code == 404
    form = filled(client.get(reverse(story.change_view_name, args=[story.pk]), {"place": "lead", "picture": "harbour"}))
    assert form["lead"] == ""


def test_an_expired_licence_is_a_warning(client, editor, address):
    make_image(licence="Agency, until 30 June 2020")
    make_image(licence="Agency, until 2099")
    pictures = client.get(address, headers=JSON).json()["pictures"]
    assert [bool(each["warning"]) for each in pictures] == [False, True]


def test_a_lead_picture_is_chosen_without_javascript(client, editor, save):
    image = make_image(title="The harbour", alt="A harbour.", credit="Ida Sund")
    story = make_story()
    pages = save(story, then="picture:lead")["Location"]
    parameters = {name: values[0] for name, values in parse_qs(urlsplit(pages).query).items()}
    described = client.get(pages, parameters | {"picture": image.uid})
    values = {name: value for name, value in filled(described).items() if name != "csrfmiddlewaretoken"}
    assert (values["alt"], values["credit"]) == ("A harbour.", "Ida Sund")
    form = filled(client.get(parameters["next"], values))
    assert (form["lead"], form["lead_alt"]) == ("The harbour", "A harbour.")
    client.post(parameters["next"], form | {"_continue": "save"})
    story.refresh_from_db()
    assert (story.lead_image, story.lead_alt) == (image, "A harbour.")


@pytest.mark.parametrize(("make", "role"), [(make_topic, "Curator"), (make_author, "Editor")])
def test_the_picture_of_a_topic_or_a_person_is_chosen_without_javascript(client, db, make, role):
    client.force_login(make_user(role=role))
    image = make_image(title="The harbour", alt="A harbour.")
    thing = make()
    meta = type(thing)._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[thing.pk])
    pages = client.post(address, filled(client.get(address)) | {"_continue": "picture:shown_picture"})["Location"]
    parameters = {name: values[0] for name, values in parse_qs(urlsplit(pages).query).items()}
    values = filled(client.get(pages, parameters | {"picture": image.uid}))
    form = filled(client.get(parameters["next"], values))
    assert form["shown_picture"] == "The harbour"
    client.post(parameters["next"], form | {"_continue": "save"})
    thing.refresh_from_db()
    assert thing.picture == image


def test_a_picture_for_the_text_fills_the_blank_row(client, editor):
    image = make_image(title="The harbour")
    story = make_story()
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(client.get(address, {"place": "pictures", "picture": image.uid, "alt": "A harbour."}))
    assert (form["pictures-0-picture"], form["pictures-0-alt"]) == ("The harbour", "A harbour.")


def test_an_upload_leads_to_its_description(client, editor, address):
    response = client.post(f"{address}?place=lead", {"picture": make_file()})
    assert parse_qs(urlsplit(response["Location"]).query)["picture"] == [str(Image.objects.get().uid)]


def test_a_duplicate_is_offered_for_use(client, editor, address):
    client.post(address, {"picture": make_file()})
    page = client.post(address, {"picture": make_file()})
    assert page.context["duplicate"] == Image.objects.get()
    assert "Already in the library" in page.rendered_content


def test_a_file_that_is_no_picture_is_refused_with_a_sentence(client, editor, address):
    page = client.post(address, {"picture": make_file(data=b"words")})
    assert page.context["upload"].errors["picture"]


def test_who_may_not_add_pictures_sees_no_upload(client, address, db):
    user = make_user(role="")
    user.is_staff = True
    user.save()
    user.user_permissions.add(Permission.objects.get(codename="view_image"))
    client.force_login(user)
    assert client.get(address).context["upload"] is None
    assert client.post(address, {"picture": make_file()}).status_code == 403
