"""The list of what went out against a blocker, and its review."""

import pytest
from django.urls import reverse

from stories import publishing
from stories.models import Override
from tests.factories import make_story, make_user

pytestmark = pytest.mark.django_db
LIST = "admin:stories_override_changelist"


def overridden(*, by):
    """Publish a story without a topic, with a reason."""
    publishing.publish(make_story(topics=()), by=by, overrides={"topics.some topics": "The topic comes tomorrow."})
    return Override.objects.latest("pk")


def form_of(override):
    return reverse("admin:stories_override_change", args=[override.pk])


def test_the_list_shows_the_edition_the_blocker_and_the_reason(editor_client):
    overridden(by=make_user())
    page = editor_client.get(reverse(LIST)).content.decode()
    for words in ("No topic is named", "The topic comes tomorrow.", "edition 1.0", "Waits for a second person"):
        assert words in page


def test_a_second_person_can_review_an_override_once(editor_client):
    override = overridden(by=make_user())
    page = editor_client.get(form_of(override)).content.decode()
    assert "The topic comes tomorrow." in page
    answer = editor_client.post(form_of(override), {"review_note": "It was right.", "_save": "yes"}, follow=True)
    assert "Your review is on record." in answer.content.decode()
    override.refresh_from_db()
    assert override.review_note == "It was right."
    page = editor_client.get(form_of(override)).content.decode()
    assert "It was right." in page
    assert "I have reviewed it" not in page
    assert editor_client.post(form_of(override), {"review_note": "No.", "_save": "yes"}).status_code == 403


def test_the_user_who_overrode_a_check_can_read_the_override_but_not_review_it(client):
    editor = make_user()
    client.force_login(editor)
    override = overridden(by=editor)
    assert "Somebody else than" in client.get(form_of(override)).content.decode()
    assert client.post(form_of(override), {"review_note": "Fine.", "_save": "yes"}).status_code == 403
    assert not Override.objects.reviewed().exists()


@pytest.mark.parametrize(("wanted", "count"), [("no", 1), ("yes", 1), ("", 2)])
def test_the_list_can_be_filtered_by_review(editor_client, wanted, count):
    first, _ = overridden(by=make_user()), overridden(by=make_user())
    editor_client.post(form_of(first), {"review_note": "", "_save": "yes"})
    page = editor_client.get(reverse(LIST), {"reviewed": wanted} if wanted else {}).content.decode()
    assert page.count("No topic is named") == count


def test_overrides_cannot_be_added_or_deleted_by_hand(administrator_client):
    override = overridden(by=make_user())
    assert administrator_client.get("/admin/stories/override/add/").status_code == 403
    assert (
        administrator_client.post(f"/admin/stories/override/{override.pk}/delete/", {"post": "yes"}).status_code == 403
    )
