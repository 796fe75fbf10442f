"""Redirects from desk addresses of the previous release, so that a form that is already open can be submitted."""

from uuid import uuid4

import pytest

from tests.factories import make_story


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("/admin/topics/topic/bring/", "/admin/topics/topic/import/"),
        ("/admin/stories/story/7/here/?window=a%20b", "/admin/stories/story/7/presence/?window=a%20b"),
        ("/admin/stories/story/7/review/looked/", "/admin/stories/story/7/review/reviewed/"),
        ("/admin/stories/faq/new/unsaved/", "/admin/stories/faq/new/local-copy/"),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_old_address_redirects_to_the_new_one_with_method_and_query(editor_client, method, before, after):
    response = getattr(editor_client, method)(before)
    assert (response.status_code, response.headers["Location"]) == (308, after)
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_form_submitted_to_an_old_address_arrives(editor_client):
    address = f"/admin/stories/story/{make_story().pk}"
    response = editor_client.post(f"{address}/here/", {"window": str(uuid4()), "sequence": 1}, follow=True)
    assert response.redirect_chain == [(f"{address}/presence/", 308)]
    assert (response.status_code, response.json()["people"]) == (200, [])


@pytest.mark.django_db
def test_the_address_of_unsaved_text_is_not_redirected(editor_client):
    assert editor_client.get("/admin/stories/story/7/unsaved/3/").status_code == 404
