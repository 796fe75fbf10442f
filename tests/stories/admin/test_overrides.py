"""The changelist of overrides, and the review of an override."""

import re

import pytest
from django.urls import reverse

from stories import publishing
from stories.models import Override
from tests.factories import make_story, make_user
from tests.outcomes import list_levels

pytestmark = pytest.mark.django_db
LIST = "admin:stories_override_changelist"


def make_override(*, by):
    """Publish a story without topics against a blocker, and return the override."""
    publishing.publish(make_story(topics=()), by=by, overrides={"topics.some topics": "The topic comes tomorrow."})
    return Override.objects.latest("pk")


def form_address(override):
    return reverse("admin:stories_override_change", args=[override.pk])


def test_the_list_shows_the_edition_the_blocker_and_the_reason(editor_client):
    override = make_override(by=make_user())
    page = editor_client.get(reverse(LIST)).content.decode()
    for words in (override.message, "The topic comes tomorrow.", override.edition.title, override.edition.label):
        assert words in page
    assert re.search(r'class="field-review_label[^"]*">[^<]', page)


def test_a_second_person_can_review_an_override_once(editor_client):
    override = make_override(by=make_user())
    page = editor_client.get(form_address(override)).content.decode()
    assert "The topic comes tomorrow." in page
    assert 'name="review_note"' in page
    assert 'name="_save"' in page
    response = editor_client.post(form_address(override), {"review_note": "It was right.", "_save": "yes"}, follow=True)
    assert list_levels(response) == ["success"]
    override.refresh_from_db()
    assert override.review_note == "It was right."
    page = editor_client.get(form_address(override)).content.decode()
    assert "It was right." in page
    assert 'name="review_note"' not in page
    assert 'name="_save"' not in page
    assert editor_client.post(form_address(override), {"review_note": "No.", "_save": "yes"}).status_code == 403


def test_the_user_who_overrode_a_check_can_read_the_override_but_not_review_it(client):
    editor = make_user()
    client.force_login(editor)
    override = make_override(by=editor)
    page = client.get(form_address(override))
    assert override.reason in page.content.decode()
    assert 'name="review_note"' not in page.content.decode()
    assert re.search(r'<p class="help">[^<]*' + re.escape(str(editor)), page.content.decode())
    assert client.post(form_address(override), {"review_note": "Fine.", "_save": "yes"}).status_code == 403
    assert not Override.objects.reviewed().exists()


@pytest.mark.parametrize(("reviewed", "count"), [("no", 1), ("yes", 1), ("", 2)])
def test_the_list_can_be_filtered_by_review(editor_client, reviewed, count):
    first, _ = make_override(by=make_user()), make_override(by=make_user())
    editor_client.post(form_address(first), {"review_note": "", "_save": "yes"})
    page = editor_client.get(reverse(LIST), {"reviewed": reviewed} if reviewed else {})
    assert len(page.context["cl"].result_list) == count


def test_overrides_cannot_be_added_or_deleted_by_hand(administrator_client):
    override = make_override(by=make_user())
    assert administrator_client.get("/admin/stories/override/add/").status_code == 403
    assert (
        administrator_client.post(f"/admin/stories/override/{override.pk}/delete/", {"post": "yes"}).status_code == 403
    )
