"""Submitting the form for a new work twice creates one work, with the same response both times."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.urls import reverse

from stories.drafts import revisions
from stories.models import FAQ, AutosaveSlot, Story
from tests.factories import make_user
from tests.stories.admin.form_data import filled

ADD = "/admin/stories/story/add/"


@pytest.fixture
def fill_new_form(db):
    """Return a function that opens the form for a new work, and returns the values that a script would submit."""

    def fill(client, page=ADD, **more):
        form = filled(client.get(page)) | {"_window": str(uuid4()), "_sequence": "2", "_continue": "save"}
        return form | {name.replace("__", "-"): value for name, value in more.items()}

    return fill


STORY = {
    "headline": "Why the sea came in at dawn",
    "sections__0__text": "It came at three. [@1]",
    "citations__0__url": "https://wire.example/1",
    "citations__0__title": "The sea came in",
    "citations__0__outlet_name": "Ansgar Wire",
    "passages__0__text": "Nobody was told before the siren.",
    "passages__0__outlet_names": "Ansgar Wire",
    "passages__0__source_numbers": "1",
    "work_topics__0__name": "Port Lisle",
    "story_questions__0__question": "Who was told?",
}


def test_submitting_a_new_story_twice_creates_one_story(client, editor, fill_new_form, messages_of):
    form = fill_new_form(client, **STORY)
    client.post("/admin/stories/story/new/autosave/", form | {"_sequence": "1", "_person": str(editor.pk)})
    responses = [client.post(ADD, form) for _ in range(2)]
    story = Story.objects.get()
    assert [response["Location"] for response in responses] == [reverse(story.change_view_name, args=[story.pk])] * 2
    first, second = (messages_of(response)[-1] for response in responses)
    assert first == second
    assert "1" in first
    assert [revision.number for revision in revisions.list_revisions(story)] == [1]
    assert (FAQ.objects.count(), AutosaveSlot.objects.get().values) == (1, [])


def test_submitting_a_new_question_twice_creates_one_question(client, editor, fill_new_form, messages_of):
    page = reverse("admin:stories_faq_add")
    form = fill_new_form(
        client, page, question="Who was told?", answers__0__question="When?", answers__0__text="At three."
    )
    first, second = (messages_of(client.post(page, form))[-1] for _ in range(2))
    assert first == second
    assert "1" in first
    assert FAQ.objects.count() == 1


def test_resubmitting_the_form_with_a_different_text_shows_a_conflict(client, editor, fill_new_form):
    form = fill_new_form(client, headline="Why the sea came in at dawn")
    client.post(ADD, form)
    response = client.post(ADD, form | {"headline": "Why the sea came in at noon"})
    assert [clash.anchor for clash in response.context["text_conflicts"]] == ["headline"]
    story = Story.objects.get()
    assert story.headline == "Why the sea came in at dawn"
    client.post(reverse(story.change_view_name, args=[story.pk]), filled(response) | {"_continue": "save"})
    assert Story.objects.get().headline == "Why the sea came in at noon"


def test_two_forms_with_the_same_text_create_two_stories(client, editor, fill_new_form):
    for _ in range(2):
        client.post(ADD, fill_new_form(client, headline="Why the sea came in at dawn"))
    assert Story.objects.count() == 2


def test_the_token_of_a_form_does_not_lead_to_another_users_story(client, editor, fill_new_form):
    form = fill_new_form(client, headline="Why the sea came in at dawn")
    client.post(ADD, form)
    other = Client()
    other.force_login(make_user(role="Editor"))
    other.post(ADD, form)
    assert Story.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_submitting_a_new_story_several_times_at_once_creates_one_story(fill_new_form):
    count = 4
    reader = Client()
    reader.force_login(make_user(role="Editor"))
    form, session = fill_new_form(reader, **STORY), reader.cookies

    def send(_: int) -> tuple[int, str, str]:
        client = Client(raise_request_exception=False)
        client.cookies = session
        try:
            response = client.post(ADD, form)
            texts = [str(message) for message in get_messages(response.wsgi_request)]
            return response.status_code, response.get("Location", ""), texts[-1] if texts else ""
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        responses = set(threads.map(send, range(count)))

    story = Story.objects.get()
    ((status, address, message),) = responses
    assert (status, address) == (302, reverse(story.change_view_name, args=[story.pk]))
    assert "1" in message
    assert [revision.number for revision in revisions.list_revisions(story)] == [1]
