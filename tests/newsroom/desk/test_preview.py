"""The Markdown preview of the desk."""

import pytest
from django.test import Client
from django.urls import reverse

from newsroom.text.size_limits import describe_excess
from tests.factories import make_user
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def address():
    return reverse("admin:markdown_preview")


def test_the_preview_is_the_html_that_readers_would_see(client, address):
    client.force_login(make_user(role="Writer"))
    response = client.post(address, {"content": "It was **never** closed.[@2] <script>alert(1)</script>"}).json()
    assert "<strong>never</strong>" in response["html"]
    assert "<script>" not in response["html"]


@pytest.mark.parametrize(("role", "is_signed_out"), [(None, True), ("", False)])
def test_users_without_access_to_the_desk_get_a_json_error(client, address, role, is_signed_out):
    if role is not None:
        client.force_login(make_user(role=role))
    response = client.post(address, {"content": "Words."})
    assert response.status_code == 403
    assert response.json()["error"]
    assert response.json().get("signed_out", False) is is_signed_out


def test_an_oversized_text_is_refused_with_a_message(client, address):
    client.force_login(make_user(role="Writer"))
    for text, limit in [("a" * 200_001, "200,000"), ("[" * 25_001, "25,000")]:
        response = client.post(address, {"content": text})
        assert response.status_code == 413
        assert limit in response.json()["error"]
        assert response.json()["error"] == describe_excess([text])


def test_a_cross_site_preview_request_is_refused(address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(role="Writer"))
    assert client.post(address, {"content": "Words."}).status_code == 403


def test_the_addresses_of_markdownx_do_not_exist(client):
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
def test_an_oversized_text_is_refused_on_every_form(administrator_client, form, field, model):
    add_address = reverse(f"admin:{form}_add")
    data = filled(administrator_client.get(add_address)) | {
        "name": "North pier",
        "title": "About us",
        "slug": "north-pier",
    }
    for text in ("a" * 200_001, "[" * 25_001):
        response = administrator_client.post(add_address, data | {field: text})
        assert response.status_code == 200, f"This {model} was saved."
        assert f"id_{field}" in [problem.field for problem in response.context["problems"]]
