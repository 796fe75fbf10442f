"""Addresses of the desk under the names of the release before: an open form is sent on, with what it holds."""

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
def test_an_old_address_leads_to_the_new_one_with_method_and_query(editor_client, method, before, after):
    response = getattr(editor_client, method)(before)
    assert (response.status_code, response.headers["Location"]) == (308, after)
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_what_an_open_form_sends_to_an_old_address_arrives(editor_client):
    address = f"/admin/stories/story/{make_story().pk}"
    answer = editor_client.post(f"{address}/here/", {"window": str(uuid4()), "sequence": 1}, follow=True)
    assert answer.redirect_chain == [(f"{address}/presence/", 308)]
    assert (answer.status_code, answer.json()["people"]) == (200, [])


@pytest.mark.django_db
def test_text_that_is_not_saved_keeps_its_own_address(editor_client):
    assert editor_client.get("/admin/stories/story/7/unsaved/3/").status_code == 404
