"""The *Erase* screen, for court orders."""

import re

import pytest
from django.urls import reverse

from newsroom.audit.models import Erasure, Event
from newsroom.operations import erasures
from stories import publishing
from stories.drafts import revisions
from stories.models import Edition, SourceSummary, Story, Work
from stories.workflow import trash
from stories.workflow.duplicate_work import duplicate_work
from tests.factories import make_published_question, make_published_story, make_story, make_user
from tests.outcomes import list_errors, list_levels

pytestmark = pytest.mark.django_db
ORDER = "Regional court of Lisle, 3 November, file 12."


def build_post(what, **fields):
    return {"what": what, "reason": ORDER, "meant": "ERASE", **fields}


def address(work, screen="erase"):
    return reverse(f"admin:stories_{'story' if isinstance(work, Story) else 'faq'}_{screen}", args=[work.pk])


@pytest.mark.parametrize("make", [make_published_story, make_published_question])
def test_an_erased_page_is_reported_without_its_title(administrator_client, make):
    work = make()
    response = administrator_client.post(address(work), build_post("page"), follow=True)
    assert list_levels(response) == ["success"]
    assert str(work) not in response.content.decode()
    assert not Work.objects.filter(pk=work.pk).exists()
    assert Event.objects.about(work.uid)[0].reason == ORDER


def test_the_duplicates_of_a_page_are_listed_because_they_keep_its_text(administrator, administrator_client):
    story = make_published_story()
    assert administrator_client.get(address(story)).context["duplicates"] == []
    duplicate = duplicate_work(story, by=administrator)
    second = duplicate_work(duplicate, by=administrator)
    page = administrator_client.get(address(story))
    assert [each.pk for each in page.context["duplicates"]] == [duplicate.pk, second.pk]
    assert f'href="{reverse(duplicate.change_view_name, args=[duplicate.pk])}"' in page.rendered_content


def test_an_edition_or_a_passage_can_be_chosen(administrator_client):
    story = make_published_story()
    passage = story.passages.all()[0]
    page = administrator_client.get(address(story)).content.decode()
    assert re.search(r'<option value="edition 1">[^<]*\b1\b[^<]*\b1\b', page)
    assert re.search(rf'<option value="passage {passage.uid}">{re.escape(passage.text[:40])}', page)
    administrator_client.post(address(story), build_post(f"passage {passage.uid}"))
    assert not SourceSummary.objects.filter(pk=passage.pk).exists()
    story.standfirst = "Another summary."
    story.save()
    revisions.record_revision(story, by=None)
    administrator_client.post(address(story), build_post("edition 1"))
    assert Edition.objects.get(work=story).notice == "This edition was removed."
    assert [(each.scope, each.part, each.edition) for each in Erasure.objects.order_by("pk")] == [
        ("passage", passage.uid, None),
        ("edition", None, 1),
    ]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"meant": "erase"}, ("meant", "meant")),
        ({"meant": ""}, ("meant", "required")),
        ({"reason": " "}, ("reason", "required")),
        ({"what": ""}, ("what", "required")),
        ({"what": "edition 9"}, ("what", "invalid_choice")),
        ({"what": "edition 1"}, ("__all__", None)),  # the draft still contains the text of this edition
    ],
)
def test_an_invalid_form_erases_nothing(administrator_client, fields, error):
    story = make_published_story()
    page = administrator_client.post(address(story), {**build_post("page"), **fields})
    assert list_errors(page.context["form"]) == [error]
    assert Work.objects.filter(pk=story.pk).exists()
    assert not Erasure.objects.exists()


def test_only_administrators_can_open_the_screen_and_see_its_link(administrator_client, editor_client):
    story = make_story()
    assert editor_client.get(address(story)).status_code == 403
    assert editor_client.post(address(story), build_post("page")).status_code == 403
    assert address(story) in administrator_client.get(address(story, "change")).content.decode()
    assert address(story) not in editor_client.get(address(story, "change")).content.decode()


def test_a_withdrawn_work_and_one_in_the_trash_can_be_erased(administrator_client):
    withdrawn, binned = make_published_story(), make_story()
    publishing.withdraw(withdrawn, by=make_user(), notice="Its source took the numbers back.")
    trash.move_to_trash(binned, by=make_user())
    for story in (withdrawn, binned):
        administrator_client.post(address(story), build_post("page"))
        assert not Work.objects.filter(pk=story.pk).exists()


def test_the_screen_says_why_nothing_is_erased_if_the_file_of_erasures_cannot_be_written(administrator_client):
    story = make_published_story()
    erasures.path().mkdir()
    page = administrator_client.post(address(story), build_post("page"))
    assert page.context["form"].non_field_errors() == [
        f"{erasures.path()} cannot be written, and nothing is erased without it: Is a directory."
    ]
    assert Work.objects.filter(pk=story.pk).exists()
    assert not Erasure.objects.exists()
