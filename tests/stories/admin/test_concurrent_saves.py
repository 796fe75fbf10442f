"""Concurrent saves of a work: a later save is merged, or refused and shown again, and no text is lost."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from stories.drafts import revisions
from tests.factories import make_outlet, make_story, make_user
from tests.outcomes import find_summary
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.database


def test_a_conflicting_save_is_refused_and_shows_both_texts(client, editor):
    story = make_story(texts={"happened": "The sea came in at three."})
    address = reverse(story.change_view_name, args=[story.pk])
    mine = filled(client.get(address)) | {"_continue": "save", "sections-0-text": "The sea came in at four."}
    jonas = make_user(role="Editor", first_name="Jonas", last_name="Adebar")
    other = Client()
    other.force_login(jonas)
    theirs = filled(other.get(address)) | {"_continue": "save", "sections-0-text": "The sea came in before dawn."}
    other.post(address, theirs)

    response = client.post(address, mine)

    assert response.status_code == 200
    story.refresh_from_db()
    assert story.sections.first().text == "The sea came in before dawn."
    (text_conflict,) = response.context["text_conflicts"]
    assert text_conflict.anchor == f"sections.{story.sections.first().uid}.text"
    assert text_conflict.before == "The sea came in at three."
    assert "".join(run.text for run in text_conflict.theirs if run.kind != "gone") == "The sea came in before dawn."
    assert "".join(run.text for run in text_conflict.mine if run.kind != "gone") == "The sea came in at four."
    assert re.match(r"Jonas Adebar \D+\b2\b", find_summary(response))
    assert filled(response)["sections-0-text"] == "The sea came in at four."


def test_a_refused_save_can_be_submitted_again_to_replace_the_other_text(client, editor):
    story = make_story()
    address = reverse(story.change_view_name, args=[story.pk])
    mine = filled(client.get(address)) | {"_continue": "save", "standfirst": "Mine."}
    client.post(address, filled(client.get(address)) | {"_continue": "save", "standfirst": "Theirs."})
    refused = client.post(address, mine)
    saved = client.post(address, filled(refused) | {"_continue": "save"})
    assert saved.status_code == 302
    story.refresh_from_db()
    assert story.standfirst == "Mine."
    assert [revision.number for revision in revisions.list_revisions(story)] == [3, 2, 1]


def test_an_outdated_save_keeps_all_submitted_rows_even_invalid_ones(client, editor):
    story = make_story(outlets=(make_outlet(),))
    address = reverse(story.change_view_name, args=[story.pk])
    mine = filled(client.get(address)) | {
        "_continue": "save",
        "passages-0-addresses": "nine",
        "passages-1-text": "A passage of my own.",
    }
    client.post(address, filled(client.get(address)) | {"_continue": "save", "headline": "Why the sea came in at dawn"})
    values = filled(client.post(address, mine))
    assert values["passages-0-addresses"] == "nine"
    assert values["passages-1-text"] == "A passage of my own."


def test_a_save_without_a_base_revision_is_refused(client, editor):
    story = make_story()
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(client.get(address)) | {"_continue": "save", "standfirst": "Late.", "base_revision": ""}
    assert client.post(address, form).status_code == 200
    story.refresh_from_db()
    assert story.standfirst == ""


def test_a_refused_save_publishes_nothing(client, editor):
    story = make_story()
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(client.get(address)) | {"_continue": "publish", "standfirst": "Late."}
    client.post(address, filled(client.get(address)) | {"_continue": "save", "standfirst": "Early."})
    client.post(address, form)
    assert not story.editions.exists()


@pytest.mark.audit
@pytest.mark.django_db(transaction=True)
def test_one_of_many_simultaneous_saves_succeeds_and_the_others_are_refused(full_length):
    count = 60 if full_length else 20
    story = make_story()
    user = make_user(role="Editor")
    address = reverse(story.change_view_name, args=[story.pk])
    reader = Client()
    reader.force_login(user)
    form = filled(reader.get(address)) | {"_continue": "save"}
    session = reader.cookies

    def send(number: int) -> tuple[int, str]:
        client = Client(raise_request_exception=False)
        client.cookies = session
        try:
            response = client.post(address, form | {"standfirst": f"Version {number}."})
            return response.status_code, "" if response.status_code == 302 else filled(response)["standfirst"]
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as threads:
        responses = list(threads.map(send, range(count)))

    assert sorted(status for status, _ in responses) == [200] * (count - 1) + [302]
    assert [number for number in range(count) if responses[number] == (200, f"Version {number}.")] == [
        number for number in range(count) if responses[number][0] == 200
    ]
    assert [revision.number for revision in revisions.list_revisions(story)] == [2, 1]


def test_a_refused_form_keeps_the_chosen_order(client, editor):
    story = make_story(outlets=(make_outlet(name="Radio Tessen"), make_outlet(name="Morrow Daily")))
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(client.get(address)) | {"passages-0-place": "2", "passages-1-place": "1", "byline_names": "Nobody"}
    page = client.post(address, form | {"_continue": "save"}).rendered_content
    assert page.index("Morrow Daily reports") < page.index("Radio Tessen reports")


@pytest.mark.django_db(transaction=True)
def test_simultaneous_saves_of_different_places_are_all_merged():
    story = make_story()
    user = make_user(role="Editor")
    address = reverse(story.change_view_name, args=[story.pk])
    reader = Client()
    reader.force_login(user)
    form = filled(reader.get(address)) | {"_continue": "save"}
    session = reader.cookies
    changes = {
        "standfirst": "What is known.",
        "method_note": "From the log.",
        "sections-0-text": "It closed.",
        "sections-1-text": "A pillar cracked.",
        "sections-3-text": "It was built for boats.",
    }

    def send(name: str) -> int:
        client = Client(raise_request_exception=False)
        client.cookies = session
        try:
            return client.post(address, form | {name: changes[name]}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(changes)) as threads:
        assert set(threads.map(send, changes)) == {302}

    form = filled(reader.get(address))
    assert {name: form[name] for name in changes} == changes
    reasons = [revision.reason for revision in revisions.list_revisions(story)]
    assert [re.findall(r"\d+", reason) for reason in reasons[:4]] == [["5"], ["4"], ["3"], ["2"]]
    assert reasons[4:] == ["", ""]
