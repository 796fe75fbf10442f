"""The history of a work: reading, comparing and restoring revisions."""

import re
from datetime import timedelta

from django.urls import reverse

from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from tests.factories import make_published_story, make_story, make_user
from tests.stories.admin.form_data import filled


def test_the_history_lists_every_revision_with_its_editions(client, editor, save):
    story = make_published_story(by=editor, owner=editor)
    save(story, standfirst="The pier stays closed.")
    page = client.get(reverse("admin:stories_story_history", args=[story.pk])).rendered_content
    rows = re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", page, re.DOTALL)
    numbers = [2, 1]
    for row, number in zip(rows, numbers, strict=True):
        assert f'href="{reverse("admin:stories_story_revision", args=[story.pk, number])}"' in row
    label = story.editions.get().label
    assert [f" {label}, " in row for row in rows] == [False, True]


def test_the_history_says_of_a_cancelled_schedule_that_it_is_not_public(client, editor):
    story = make_story()
    edition = publishing.schedule(story, by=editor, at=clock.now() + timedelta(days=2))
    address = reverse("admin:stories_story_history", args=[story.pk])
    assert "not public" not in client.get(address).rendered_content
    publishing.cancel_schedule(edition, by=editor)
    assert "not public" in client.get(address).rendered_content


def test_a_revision_can_be_read_and_restored_as_a_new_one(client, editor, save):
    story = make_story(texts={"happened": "The sea came in at three."})
    save(story, sections__0__text="The sea came in at four.")
    revision_page = client.get(reverse("admin:stories_story_revision", args=[story.pk, 1])).rendered_content
    assert "The sea came in at three." in revision_page
    client.post(reverse("admin:stories_story_restore", args=[story.pk, 1]))
    assert story.sections.first().text == "The sea came in at three."
    newest = revisions.get_newest_revision(story)
    assert (newest.number, newest.created_by) == (3, editor)
    assert re.findall(r"\d+", newest.reason) == ["1"]


def test_a_form_opened_before_a_restore_saves_into_the_same_rows(client, editor, save):
    story = make_story(texts={"happened": "The sea came in at three."})
    save(story, sections__0__text="The sea came in at four.")
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(client.get(address))
    client.post(reverse("admin:stories_story_restore", args=[story.pk, 1]))
    client.post(address, form | {"base_revision": "3", "_continue": "save", "sections-0-text": "At five."})
    assert story.sections.count() == 4
    assert story.sections.first().text == "At five."


def test_an_unknown_revision_answers_404(client, editor):
    story = make_story()
    assert client.get(reverse("admin:stories_story_revision", args=[story.pk, 9])).status_code == 404


def test_curators_can_read_a_story_but_not_edit_it(client, db):
    client.force_login(make_user(role="Curator"))
    story = make_story(headline="Why the ferry to Norrhavn is late")
    address = reverse(story.change_view_name, args=[story.pk])
    page = client.get(address)
    assert "Why the ferry to Norrhavn is late" in page.rendered_content
    assert "<textarea" not in page.rendered_content
    assert client.post(address, {"headline": "Mine"}).status_code == 403
    assert client.post(reverse("admin:stories_story_restore", args=[story.pk, 1])).status_code == 403


def test_a_revision_is_compared_with_the_one_before_it(client, editor, save):
    story = make_story(texts={"happened": "The sea came in at three."})
    save(story, sections__0__text="The sea came in at **four**.")
    page = client.get(reverse("admin:stories_story_compare", args=[story.pk, 2]))
    assert re.findall(r"\d+", page.context["comparison"].summary) == ["1", "1"]
    assert page.context["compared"] == {1, 2}
    assert page.context["before_label"] in page.rendered_content
    assert "three" in page.rendered_content
    assert "<strong>four</strong>" in page.rendered_content


def test_any_two_revisions_can_be_compared_the_older_one_first(client, editor, save):
    story = make_story(texts={"happened": "The sea came in at three."})
    save(story, sections__0__text="The sea came in at four.")
    save(story, sections__0__text="The sea came in at five.")
    for number, other in ((3, 1), (1, 3)):
        address = reverse("admin:stories_story_compare", args=[story.pk, number])
        page = client.get(address, {"with": other})
        (mention,) = page.context["comparison"].changed_mentions
        assert (mention.before, mention.after) == ("three", "five")


def test_the_first_revision_is_compared_with_nothing(client, editor):
    story = make_story(texts={"happened": "The sea came in at three."})
    revisions.record_revision(story, by=editor)
    page = client.get(reverse("admin:stories_story_compare", args=[story.pk, 1]))
    assert page.context["comparison"].is_new
    assert page.context["comparison"].summary in page.rendered_content
    assert page.context["compared"] == {0, 1}


def test_a_comparison_with_an_unknown_revision_answers_404(client, editor, save):
    story = make_story()
    save(story, standfirst="The pier stays closed.")
    address = reverse("admin:stories_story_compare", args=[story.pk, 2])
    assert client.get(address, {"with": "9"}).status_code == 404
    assert client.get(address, {"with": "0"}).status_code == 404
    assert client.get(reverse("admin:stories_story_compare", args=[story.pk, 9])).status_code == 404


def test_markup_in_a_compared_text_is_escaped(client, editor, save):
    story = make_story(texts={"happened": "The sea came in."})
    save(story, sections__0__text="The sea <script>alert(1)</script> came in.")
    page = client.get(reverse("admin:stories_story_compare", args=[story.pk, 2])).rendered_content
    assert "<script>alert" not in page
