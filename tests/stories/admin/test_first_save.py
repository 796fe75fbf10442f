"""A form of something new that is sent twice makes one page, and both answers say the same."""

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
from tests.stories.admin.filling import filled

pytestmark = pytest.mark.database

ADD, SAVED = "/admin/stories/story/add/", ["Saved as revision 1."]


@pytest.fixture
def begun(db):
    """Return a function that opens the form of something new and fills it in, as its script would send it."""

    def filling(client, page=ADD, **more):
        form = filled(client.get(page)) | {"_window": str(uuid4()), "_sequence": "2", "_continue": "save"}
        return form | {name.replace("__", "-"): value for name, value in more.items()}

    return filling


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


def test_a_new_story_that_is_sent_twice_is_made_once(client, editor, begun, messages_of):
    sent = begun(client, **STORY)
    client.post("/admin/stories/story/new/autosave/", sent | {"_sequence": "1", "_person": str(editor.pk)})
    answers = [client.post(ADD, sent) for _ in range(2)]
    story = Story.objects.get()
    assert [answer["Location"] for answer in answers] == [reverse(story.desk_view, args=[story.pk])] * 2
    assert [messages_of(answer)[-1:] for answer in answers] == [SAVED] * 2
    assert [revision.number for revision in revisions.list_revisions(story)] == [1]
    assert (FAQ.objects.count(), AutosaveSlot.objects.get().values) == (1, [])


def test_a_new_question_that_is_sent_twice_is_made_once(client, editor, begun, messages_of):
    page = reverse("admin:stories_faq_add")
    sent = begun(client, page, question="Who was told?", answers__0__question="When?", answers__0__text="At three.")
    assert [messages_of(client.post(page, sent))[-1:] for _ in range(2)] == [SAVED] * 2
    assert FAQ.objects.count() == 1


def test_other_words_in_the_same_form_are_shown_beside_those_that_were_saved(client, editor, begun):
    sent = begun(client, headline="Why the sea came in at dawn")
    client.post(ADD, sent)
    again = client.post(ADD, sent | {"headline": "Why the sea came in at noon"})
    assert [clash.label for clash in again.context["text_conflicts"]] == ["Headline"]
    story = Story.objects.get()
    assert story.headline == "Why the sea came in at dawn"
    client.post(reverse(story.desk_view, args=[story.pk]), filled(again) | {"_continue": "save"})
    assert Story.objects.get().headline == "Why the sea came in at noon"


def test_two_forms_make_two_stories_also_of_the_same_words(client, editor, begun):
    for _ in range(2):
        client.post(ADD, begun(client, headline="Why the sea came in at dawn"))
    assert Story.objects.count() == 2


def test_nobody_finds_another_person_s_story_by_the_name_of_its_form(client, editor, begun):
    sent = begun(client, headline="Why the sea came in at dawn")
    client.post(ADD, sent)
    other = Client()
    other.force_login(make_user(role="Editor"))
    other.post(ADD, sent)
    assert Story.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_new_story_that_is_sent_several_times_at_once_is_made_once(begun):
    many = 4
    reader = Client()
    reader.force_login(make_user(role="Editor"))
    sent, session = begun(reader, **STORY), reader.cookies

    def send(_: int) -> tuple[int, str, str]:
        client = Client(raise_request_exception=False)
        client.cookies = session
        try:
            answer = client.post(ADD, sent)
            told = [str(message) for message in get_messages(answer.wsgi_request)]
            return answer.status_code, answer.get("Location", ""), told[-1] if told else ""
        finally:
            connection.close()

    with ThreadPoolExecutor(many) as threads:
        answers = set(threads.map(send, range(many)))

    story = Story.objects.get()
    assert answers == {(302, reverse(story.desk_view, args=[story.pk]), *SAVED)}
    assert [revision.number for revision in revisions.list_revisions(story)] == [1]
