"""Presence: who has a work open, with few queries and small responses."""

import json
from datetime import timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.models import Presence
from stories.workflow import presence
from tests.factories import make_question, make_story, make_user

pytestmark = pytest.mark.django_db

FIRST, SECOND = str(uuid4()), str(uuid4())
# Sequence numbers for messages, ascending across all windows.
SEQUENCE = count(1)


@pytest.fixture
def story():
    return make_story()


@pytest.fixture
def jonas(editor):
    user = make_user(role="Editor", first_name="Jonas", last_name="Adebar")
    other = Client()
    other.force_login(user)
    other.user = user
    return other


def report(client, work, window=FIRST, expect=200, **fields):
    kind = "story" if work.kind == "story" else "faq"
    response = client.post(
        reverse(f"admin:stories_{kind}_presence", args=[work.pk]),
        {"window": window, "sequence": next(SEQUENCE)} | fields,
    )
    assert response.status_code == expect
    return response.json() if expect == 200 else response


def set_last_seen(seconds):
    Presence.objects.update(seen_at=clock.now() - timedelta(seconds=seconds))


def test_users_see_each_other_and_where_they_are_writing(client, jonas, story):
    assert report(client, story)["people"] == []
    response = report(jonas, story, SECOND, place="headline", unsaved=1, active=1)
    assert response["people"] == [{"name": "Ana Kestrel", "place": ""}]
    assert report(client, story)["people"] == [{"name": "Jonas Adebar", "place": "headline", "unsaved": 1}]


def test_questions_have_presence_too(client, jonas):
    question = make_question()
    report(client, question)
    assert len(report(jonas, question, SECOND)["people"]) == 1


def test_a_window_is_gone_after_thirty_seconds_or_when_it_is_closed(client, jonas, story):
    report(jonas, story, SECOND)
    set_last_seen(29)
    assert len(report(client, story)["people"]) == 1
    set_last_seen(31)
    assert report(client, story)["people"] == []
    report(jonas, story, SECOND)
    report(jonas, story, SECOND, gone=1)
    assert report(client, story)["people"] == []


def test_closing_a_window_deletes_expired_ones(client, jonas, story):
    report(jonas, story, SECOND)
    set_last_seen(31)
    report(client, story, gone=1)
    assert [row.window for row in Presence.objects.all()] == [UUID(FIRST)]


def test_a_delayed_message_does_not_reopen_a_closed_window(client, jonas, story):
    report(jonas, story, SECOND, sequence=1_000)
    report(jonas, story, SECOND, sequence=1_002, gone=1)
    report(jonas, story, SECOND, sequence=1_001)
    assert report(client, story)["people"] == []
    report(jonas, story, SECOND, sequence=1_003)
    assert len(report(client, story)["people"]) == 1


def test_a_message_delayed_past_the_closing_does_not_open_the_window(client, jonas, story):
    report(jonas, story, SECOND, sequence=1_001, gone=1)
    report(jonas, story, SECOND, sequence=1_000)
    assert report(client, story)["people"] == []


# The foreign key to the work is checked only when the transaction is committed.
@pytest.mark.django_db(transaction=True)
def test_a_window_of_an_erased_work_can_be_closed(client, editor, story):
    publishing.erase.erase_work(story, by=make_user(role="Administrator"), reason="Court order 7")
    report(client, story, gone=1)
    assert not Presence.objects.exists()


def test_an_inactive_user_is_idle(client, jonas, story):
    report(jonas, story, SECOND, active=1)
    Presence.objects.update(active_at=clock.now() - timedelta(minutes=3))
    report(jonas, story, SECOND)
    (other,) = report(client, story)["people"]
    assert other["idle"] == 1
    report(jonas, story, SECOND, active=1)
    assert "idle" not in report(client, story)["people"][0]


def test_a_users_own_windows_are_not_shown_as_another_editor(client, editor, story):
    report(client, story, FIRST, unsaved=1, place="headline")
    assert report(client, story, FIRST)["people"] == []
    assert report(client, story, SECOND)["people"] == [{"name": "Ana Kestrel", "place": "", "own": 1}]
    page = client.get(reverse(story.change_view_name, args=[story.pk]))
    assert page.context["present"] == []


def test_the_form_names_present_users_without_javascript(client, jonas, story):
    report(jonas, story, SECOND)
    page = client.get(reverse(story.change_view_name, args=[story.pk])).content.decode()
    assert "Jonas Adebar" in page


def test_the_response_names_the_newest_revision_if_the_window_does_not_know_it(client, jonas, story):
    story.standfirst = "New."
    story.save()
    revisions.record_revision(story, by=jonas.user)
    response = report(client, story, revision=1)
    assert (response["newest"], response["by"], response["own"]) == (2, "Jonas Adebar", False)
    assert "newest" not in report(client, story, revision=2)
    assert report(jonas, story, revision=1)["own"] is True


def test_a_report_takes_one_read_and_one_write(client, jonas, story):
    report(jonas, story, SECOND)
    report(client, story)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        report(client, story, place="headline", unsaved=1, active=1, revision=1)
    presence_sql = [query["sql"] for query in queries if "stories_" in query["sql"]]
    assert [sql.split()[0] for sql in presence_sql] == ["SELECT", "INSERT"]
    other_sql = [sql for query in queries if "stories_" not in (sql := query["sql"]) and "SAVEPOINT" not in sql]
    assert all("session" in sql or "accounts_user" in sql or "auth_" in sql or "mfa" in sql for sql in other_sql), (
        other_sql
    )


def test_a_response_stays_below_a_kilobyte_with_many_windows(client, editor, story):
    at = clock.now()
    for number in range(30):
        user = make_user(first_name=f"Çağla-{number}" + "ş" * 60, last_name="Öztürk" * 10)
        place = f"sections.{uuid4()}.text"
        presence.report_presence(
            str(story.pk),
            "story",
            by=user,
            window=uuid4(),
            sequence=1,
            place=place,
            has_unsaved=True,
            is_active=True,
            at=at,
        )
    message = {"place": f"sections.{uuid4()}.text", "unsaved": 1, "active": 1, "revision": 10**8}
    response = report(client, story, **message)
    assert len(json.dumps(response, ensure_ascii=False).encode()) < 1_000
    assert len(response["people"]) >= 3
    assert len(response["people"]) + response["more"] == 30


@pytest.mark.parametrize("window", ["", "none", "\0", "9" * 500])
def test_an_invalid_window_is_refused(client, editor, story, window):
    report(client, story, window, expect=400)
    assert not Presence.objects.exists()


@pytest.mark.parametrize("sequence", ["", "-1", "1.5", "9" * 30])
def test_an_invalid_sequence_number_is_refused(client, editor, story, sequence):
    report(client, story, sequence=sequence, expect=400)
    assert not Presence.objects.exists()


@pytest.mark.parametrize("place", ["a" * 500, "\0", "a\nb"])
def test_an_invalid_place_is_ignored(client, jonas, story, place):
    report(client, story, FIRST, place=place)
    assert report(jonas, story, SECOND)["people"] == [{"name": "Ana Kestrel", "place": ""}]


def test_users_who_may_not_see_a_work_see_nobody(client, jonas, story):
    report(jonas, story, SECOND)
    outsider = Client()
    user = make_user(role="")
    user.is_staff = True
    user.save()
    outsider.force_login(user)
    report(outsider, story, expect=403)
    assert (
        Client()
        .post(reverse("admin:stories_story_presence", args=[story.pk]), {"window": FIRST, "sequence": 1})
        .status_code
        == 302
    )
    question = make_question()
    wrong_address = reverse("admin:stories_story_presence", args=[question.pk])
    assert client.post(wrong_address, {"window": FIRST, "sequence": 1}).status_code == 404
    assert (
        client.post(
            reverse("admin:stories_story_presence", args=["9" * 30]), {"window": FIRST, "sequence": 1}
        ).status_code
        == 404
    )
    assert (
        client.post(
            reverse("admin:stories_story_presence", args=["9" * 30]), {"window": FIRST, "sequence": 1, "gone": 1}
        ).status_code
        == 200
    )
    assert Presence.objects.count() == 1


def test_get_is_not_allowed(client, editor, story):
    assert client.get(reverse("admin:stories_story_presence", args=[story.pk])).status_code == 405


def test_erasing_a_work_deletes_its_windows(client, editor, story):
    report(client, story)
    publishing.erase.erase_work(story, by=make_user(role="Administrator"), reason="Court order 7")
    assert not Presence.objects.exists()
    report(client, story, expect=404)
