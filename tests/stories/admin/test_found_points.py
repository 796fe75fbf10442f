"""The points found in the passages of a story: the list of the form, and the screen that needs no script."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from newsroom.http import clock
from stories import drafts
from stories.drafts import revisions
from stories.models import DismissedProposal, Edition, Story
from stories.publishing import publish
from stories.publishing.erase import erase_passage
from tests.conftest import signed_in
from tests.factories import make_outlet, make_story, make_user
from tests.stories.admin.form_data import filled
from tests.transactions import of_the_test

pytestmark = pytest.mark.portable
PAGES_OF_CRATES = [
    "/stories/crates/",
    "/stories/crates.txt",
    "/api/v1/stories/crates",
    "/stories/",
    "/feeds/stories.atom",
]


def make_story_with_passages(*texts, **fields):
    """Make a story with one passage for each text, each of another outlet."""
    story = make_story(outlets=tuple(make_outlet() for _ in texts), **fields)
    for passage, text in zip(story.passages.order_by("pk"), texts, strict=True):
        passage.text = text
        passage.save()
    revisions.record_revision(story, by=None)
    return story


def make_disputed_story(**fields):
    return make_story_with_passages("It counts 17 injured guests.", "It counts 21 injured guests.", **fields)


def at(story, screen="found_points"):
    return reverse(f"admin:stories_story_{screen}", args=[story.pk])


def ask(client, story, **changes):
    """Return the points in the passages of the form of a story, which is changed and not saved."""
    form = filled(client.get(reverse(story.change_view_name, args=[story.pk])))
    form |= {name.replace("__", "-"): value for name, value in changes.items()}
    return client.post(at(story, "unsaved_points"), form).json()["points"]


def test_the_submitted_passages_are_searched_and_nothing_is_stored(client, editor):
    story = make_disputed_story()
    newest = revisions.get_newest_revision(story)
    (point,) = ask(client, story, passages__0__text="It counts 18 injured guests.")
    first, second = point["cells"]
    assert (point["kind"], first["value"], second["value"]) == ("figure", "18", "21")
    assert (first["stance"], first["low"], first["before"]) == ("says", "18", "It counts ")
    assert revisions.get_newest_revision(story) == newest
    assert not DismissedProposal.objects.exists()


def test_a_point_that_is_added_and_not_saved_is_not_listed_again(client, editor):
    story = make_disputed_story()
    (point,) = ask(client, story)
    names = [cell["outlet"] for cell in point["cells"]]
    added = {
        "cells__0__outlet_name": names[0],
        "cells__0__value": "17",
        "cells__1__outlet_name": names[1],
        "cells__1__value": "21",
    }
    assert ask(client, story, **added) == []


def test_a_dismissed_point_does_not_return(client, editor):
    story, other = make_disputed_story(), make_disputed_story()
    (point,) = ask(client, story)
    for _ in range(2):
        response = client.post(at(story), {"digest": point["digest"]}, headers={"accept": "application/json"})
        assert response.json() == {"dismissed": point["digest"]}
    assert ask(client, story) == []
    assert len(ask(client, other)) == 1
    row = story.dismissed_proposals.get()
    assert (row.digest, row.by) == (point["digest"], editor)


def test_without_scripts_the_points_are_a_screen_with_a_form_for_each(client, editor):
    story = make_disputed_story()
    page = client.get(at(story))
    (point,) = page.context["points"]
    response = client.post(at(story), {"digest": point.digest}, headers={"accept": "text/html"})
    assert (response.status_code, response["Location"]) == (302, at(story))
    assert client.get(at(story)).context["points"] == []


def test_the_form_offers_points_of_saved_stories_with_word_lists(client, editor):
    def offers(address):
        return "points_address" in client.get(address).context

    assert offers(reverse("admin:stories_story_change", args=[make_story().pk]))
    assert not offers(reverse("admin:stories_story_change", args=[make_story(language="nl").pk]))
    assert not offers(reverse("admin:stories_story_add"))


def test_points_need_the_right_to_edit_and_a_digest(client, editor):
    story = make_disputed_story()
    assert client.post(at(story), {"digest": "x"}).status_code == 400
    assert client.get(at(story, "unsaved_points")).status_code == 405
    curator = signed_in(make_user(role="Curator"))
    assert curator.get(at(story)).status_code == 403
    assert curator.post(at(story), {"digest": "0" * 64}).status_code == 403
    assert curator.post(at(story, "unsaved_points"), {}).status_code == 403
    assert not DismissedProposal.objects.exists()


def test_an_error_in_the_rules_leaves_a_form_that_saves(client, editor, save, monkeypatch):
    def fail(*args, **kwargs):
        raise ValueError

    story = make_disputed_story()
    monkeypatch.setattr("stories.admin.views.work.found_points.find_points", fail)
    client.raise_request_exception = False
    assert client.post(at(story, "unsaved_points"), {}).status_code == 500
    save(story, standfirst="A new summary.")
    assert Story.objects.get(pk=story.pk).standfirst == "A new summary."


def test_erasing_a_passage_removes_what_was_dismissed(editor):
    story = make_disputed_story()
    story.dismissed_proposals.create(digest="0" * 64, by=editor)
    administrator = make_user(role="Administrator")
    erase_passage(story, story.passages.first().uid, by=administrator, reason="A court has ordered it.")
    assert not DismissedProposal.objects.exists()


@pytest.mark.django_db
def test_a_story_is_published_byte_equal_whether_or_not_its_points_were_reviewed(client, editor):
    """The passages of two outlets have 100 numbers each."""
    numbers = range(1000, 1100)
    story = make_story_with_passages(
        " ".join(f"It counts {number} crates." for number in numbers),
        " ".join(f"There were {number} crates on the pier." for number in numbers),
        slug="crates",
    )

    at_once, by = clock.now(), make_user()

    def publish_and_read():
        with of_the_test(), clock.fixed_at(at_once):
            publish(Story.objects.get(pk=story.pk), by=by)
            edition = Edition.objects.filter(work=story).values().get()
            document = Edition.objects.get(work=story).document.body
            pages = [Client().get(address).content for address in PAGES_OF_CRATES]
            transaction.set_rollback(True)
        columns = {name: value for name, value in edition.items() if name not in {"id", "document_id"}}
        return columns, document, pages

    before = publish_and_read()
    assert all(b"crates" in page or b"pier" in page for page in before[-1])
    points = ask(client, story)
    assert len(points) >= 100
    assert len(client.get(at(story)).context["points"]) == len(points)
    client.post(at(story), {"digest": points[0]["digest"]})
    assert drafts.build_document(story).claims == ()
    assert publish_and_read() == before
