"""The *Search* screen, which searches several changelists."""

import pytest
from django.urls import reverse

from stories.drafts import revisions
from tests.conftest import signed_in
from tests.factories import make_image, make_outlet, make_story, make_topic, make_user

SEARCH = "admin:search"


def search(client, query):
    page = client.get(reverse(SEARCH), {"q": query})
    hits = {part.all_hits_url: [label for label, _ in part.hits] for part in page.context["found"]}
    return hits, page.rendered_content


def list_address(model, query):
    return f"{reverse(f'admin:{model}_changelist')}?q={query}"


def test_several_changelists_are_searched(editor_client):
    story = make_story(headline="Why the qxgate stood open")
    revisions.record_revision(story, by=None)
    make_topic(name="Gate keepers", aliases=("Qxgate crew",))
    make_outlet(name="The Qxgate Mail")
    make_image(title="Night", tags="qxgate")
    hits, _ = search(editor_client, "qxgate")
    assert hits == {
        list_address("stories_story", "qxgate"): ["Why the qxgate stood open"],
        list_address("topics_topic", "qxgate"): ["Gate keepers"],
        list_address("stories_outlet", "qxgate"): ["The Qxgate Mail"],
        list_address("media_image", "qxgate"): ["Night"],
    }


def test_a_list_with_more_hits_is_linked(editor_client):
    for number in range(8):
        make_topic(name=f"Gate {number}")
    hits, page = search(editor_client, "gate")
    assert len(hits[list_address("topics_topic", "gate")]) == 6
    assert list_address("topics_topic", "gate") in page


def test_users_without_permissions_find_nothing(db):
    make_topic(name="Secret gate")
    person = make_user(role="")
    person.is_staff = True
    person.save()
    hits, page = search(signed_in(person), "gate")
    assert hits == {}
    assert "Secret" not in page


@pytest.mark.parametrize("query", ["", "\0", '"', "-", "%", "a" * 5_000, '"a -"'])
def test_any_query_is_answered(editor_client, query):
    assert editor_client.get(reverse(SEARCH), {"q": query}).status_code == 200
