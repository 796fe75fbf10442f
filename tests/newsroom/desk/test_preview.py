"""The preview of Markdown at the desk."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_user
from tests.stories.admin.filling import filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def address():
    return reverse("admin:markdown_preview")


def test_the_preview_is_what_readers_would_get(client, address):
    client.force_login(make_user(role="Writer"))
    answer = client.post(address, {"content": "It was **never** closed.[@2] <script>alert(1)</script>"}).json()
    assert "<strong>never</strong>" in answer["html"]
    assert "<script>" not in answer["html"]


@pytest.mark.parametrize(("role", "word"), [(None, "signed out"), ("", "no place at the desk")])
def test_somebody_without_a_place_at_the_desk_is_told_in_json(client, address, role, word):
    if role is not None:
        client.force_login(make_user(role=role))
    answer = client.post(address, {"content": "Words."})
    assert answer.status_code == 403
    assert word in answer.json()["error"]


def test_a_text_beyond_all_measure_is_refused_in_a_sentence(client, address):
    client.force_login(make_user(role="Writer"))
    for text, said in [("a" * 200_001, "is longer than 200,000 characters"), ("[" * 25_001, "more than 25,000 lines")]:
        answer = client.post(address, {"content": text})
        assert answer.status_code == 413
        assert said in answer.json()["error"]


def test_a_preview_that_another_site_asks_for_is_refused(address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(role="Writer"))
    assert client.post(address, {"content": "Words."}).status_code == 403


def test_the_addresses_of_the_editor_s_library_do_not_exist(client):
    client.force_login(make_user(role="Editor"))
    assert client.post("/markdownx/markdownify/", {"content": "Words."}).status_code == 404
    assert client.post("/markdownx/upload/").status_code == 404


@pytest.mark.parametrize(
    ("form", "field", "model"),
    [
        ("topics_topic", "description", "topic"),
        ("stories_outlet", "description", "outlet"),
        ("site_aboutpage", "text", "about page"),
    ],
)
def test_a_text_beyond_all_measure_is_refused_on_every_form(administrator_client, form, field, model):
    where = reverse(f"admin:{form}_add")
    sent = filled(administrator_client.get(where)) | {"name": "North pier", "title": "About us", "slug": "north-pier"}
    for text in ("a" * 200_001, "[" * 25_001):
        answer = administrator_client.post(where, sent | {field: text})
        assert answer.status_code == 200, f"This {model} was saved."
        assert f"id_{field}" in [problem.field for problem in answer.context["problems"]]
