"""The Markdown preview of the desk."""

import pytest
from django.test import Client
from django.urls import reverse

from newsroom.desk import markdown_preview
from newsroom.desk.forms.markdown import MarkdownEditor, render_preview
from newsroom.text.size_limits import describe_excess
from tests.factories import make_story, make_user
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def address():
    return reverse("admin:markdown_preview")


def test_the_preview_is_the_html_that_readers_would_see(client, address):
    client.force_login(make_user(role="Writer"))
    response = client.post(address, {"content": "It was **never** closed.[@3] <script>alert(1)</script>"})
    assert response["Content-Type"].startswith("text/html")
    html = response.content.decode()
    assert "<strong>never</strong>" in html
    assert ">3<" in html
    assert "<script>" not in html
    assert response.content.decode() == render_preview("It was **never** closed.[@3] <script>alert(1)</script>")


def test_only_users_who_edit_texts_get_a_preview(client, address):
    person = make_user(role="")
    person.is_staff = True
    person.save()
    client.force_login(person)
    refused = client.post(address, {"content": "Words."})
    assert (refused.status_code, refused.json()["error"]) == (403, "You don’t have permission to edit texts.")
    client.force_login(make_user(role="Curator"))
    assert client.post(address, {"content": "Words."}).status_code == 200
    assert client.post(address, {}).status_code == 400
    assert client.get(address).status_code == 405


def test_too_many_previews_are_refused_for_some_seconds(client, address, monkeypatch):
    monkeypatch.setattr(markdown_preview, "MAX_PREVIEWS", 1)
    client.force_login(make_user(role="Writer"))
    assert client.post(address, {"content": "Words."}).status_code == 200
    refused = client.post(address, {"content": "Words."})
    assert (refused.status_code, refused["Retry-After"], bool(refused.json()["error"])) == (429, "10", True)
    client.force_login(make_user(role="Writer"))
    assert client.post(address, {"content": "Words."}).status_code == 200


def test_the_editor_tells_its_script_the_addresses_and_the_delay(client):
    html = MarkdownEditor().render("text", "Words.", {"id": "id_text"})
    assert f'data-markdownx-urls-path="{reverse("admin:markdown_preview")}"' in html
    assert f'data-markdownx-upload-urls-path="{reverse("admin:upload_editor_image")}"' in html
    assert 'data-markdownx-latency="500"' in html
    assert 'data-markdownx-editor-resizable="True"' in html
    assert not MarkdownEditor().media.render()


def test_without_javascript_each_text_links_to_the_preview_of_the_saved_draft(editor_client):
    story = make_story()
    form = editor_client.get(reverse(story.change_view_name, args=[story.pk])).content.decode()
    preview = reverse("admin:stories_story_preview", args=[story.pk])
    assert f'<noscript><a class="button secondary preview-button" href="{preview}"' in form
    added = editor_client.get(reverse("admin:stories_story_add")).content.decode()
    assert "preview-button" not in added


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
    refused = client.post(address, {"content": "Words."})
    assert (refused.status_code, bool(refused.json()["error"])) == (403, True)


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
