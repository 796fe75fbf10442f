"""Who has a work open: told to everybody else who has, in one query read and one written, below a kilobyte."""

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
# What a window says is numbered, as its script does it.
WORDS = count(1)


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


def ping(client, work, window=FIRST, expect=200, **said):
    kind = "story" if work.kind == "story" else "faq"
    response = client.post(
        reverse(f"admin:stories_{kind}_presence", args=[work.pk]), {"window": window, "sequence": next(WORDS)} | said
    )
    assert response.status_code == expect
    return response.json() if expect == 200 else response


def later(seconds):
    Presence.objects.update(seen_at=clock.now() - timedelta(seconds=seconds))


def test_each_sees_the_other_with_where_they_write(client, jonas, story):
    assert ping(client, story)["people"] == []
    answer = ping(jonas, story, SECOND, place="headline", unsaved=1, active=1)
    assert answer["people"] == [{"name": "Ana Kestrel", "place": ""}]
    assert ping(client, story)["people"] == [{"name": "Jonas Adebar", "place": "headline", "unsaved": 1}]


def test_a_question_is_open_as_a_story_is(client, jonas):
    question = make_question()
    ping(client, question)
    assert len(ping(jonas, question, SECOND)["people"]) == 1


def test_somebody_is_gone_after_thirty_seconds_or_at_once_when_they_close(client, jonas, story):
    ping(jonas, story, SECOND)
    later(29)
    assert len(ping(client, story)["people"]) == 1
    later(31)
    assert ping(client, story)["people"] == []
    ping(jonas, story, SECOND)
    ping(jonas, story, SECOND, left=1)
    assert ping(client, story)["people"] == []


def test_closing_a_window_forgets_all_that_were_not_seen_for_long(client, jonas, story):
    ping(jonas, story, SECOND)
    later(31)
    ping(client, story, left=1)
    assert [row.window for row in Presence.objects.all()] == [UUID(FIRST)]


def test_a_word_sent_before_a_window_closed_and_heard_after_it_does_not_open_it_again(client, jonas, story):
    ping(jonas, story, SECOND, sequence=1_000)
    ping(jonas, story, SECOND, sequence=1_002, left=1)
    ping(jonas, story, SECOND, sequence=1_001)
    assert ping(client, story)["people"] == []
    ping(jonas, story, SECOND, sequence=1_003)
    assert len(ping(client, story)["people"]) == 1


def test_a_window_that_closes_before_its_first_word_is_heard_was_never_there(client, jonas, story):
    ping(jonas, story, SECOND, sequence=1_001, left=1)
    ping(jonas, story, SECOND, sequence=1_000)
    assert ping(client, story)["people"] == []


# Whether a work exists is asked when the transaction ends.
@pytest.mark.django_db(transaction=True)
def test_a_work_that_is_gone_can_be_closed(client, editor, story):
    publishing.erase.erase_work(story, by=make_user(role="Administrator"), reason="Court order 7")
    ping(client, story, left=1)
    assert not Presence.objects.exists()


def test_somebody_who_does_nothing_is_idle(client, jonas, story):
    ping(jonas, story, SECOND, active=1)
    Presence.objects.update(active_at=clock.now() - timedelta(minutes=3))
    ping(jonas, story, SECOND)
    (other,) = ping(client, story)["people"]
    assert other["idle"] == 1
    ping(jonas, story, SECOND, active=1)
    assert "idle" not in ping(client, story)["people"][0]


def test_never_is_it_said_against_oneself_that_someone_else_is_editing(client, editor, story):
    ping(client, story, FIRST, unsaved=1, place="headline")
    assert ping(client, story, FIRST)["people"] == []
    assert ping(client, story, SECOND)["people"] == [{"name": "Ana Kestrel", "place": "", "own": 1}]
    page = client.get(reverse(story.desk_view, args=[story.pk]))
    assert page.context["present"] == []


def test_the_form_names_who_is_there_without_a_script(client, jonas, story):
    ping(jonas, story, SECOND)
    page = client.get(reverse(story.desk_view, args=[story.pk])).content.decode()
    assert "Jonas Adebar" in page


def test_who_saved_meanwhile_is_told_once_it_is_not_known(client, jonas, story):
    story.standfirst = "New."
    story.save()
    revisions.record_revision(story, by=jonas.user)
    answer = ping(client, story, revision=1)
    assert (answer["newest"], answer["by"], answer["own"]) == (2, "Jonas Adebar", False)
    assert "newest" not in ping(client, story, revision=2)
    assert ping(jonas, story, revision=1)["own"] is True


def test_a_ping_reads_one_query_and_writes_one(client, jonas, story):
    ping(jonas, story, SECOND)
    ping(client, story)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        ping(client, story, place="headline", unsaved=1, active=1, revision=1)
    about = [query["sql"] for query in queries if "stories_" in query["sql"]]
    assert [sql.split()[0] for sql in about] == ["SELECT", "INSERT"]
    others = [sql for query in queries if "stories_" not in (sql := query["sql"]) and "SAVEPOINT" not in sql]
    assert all("session" in sql or "accounts_user" in sql or "auth_" in sql or "mfa" in sql for sql in others), others


def test_a_ping_stays_below_a_kilobyte_both_ways_however_many_are_there(client, editor, story):
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
    sent = {"place": f"sections.{uuid4()}.text", "unsaved": 1, "active": 1, "revision": 10**8}
    answer = ping(client, story, **sent)
    assert len(json.dumps(answer, ensure_ascii=False).encode()) < 1_000
    assert len(answer["people"]) >= 3
    assert len(answer["people"]) + answer["more"] == 30


@pytest.mark.parametrize("window", ["", "none", "\0", "9" * 500])
def test_a_window_without_a_name_is_refused(client, editor, story, window):
    ping(client, story, window, expect=400)
    assert not Presence.objects.exists()


@pytest.mark.parametrize("sequence", ["", "-1", "1.5", "9" * 30])
def test_a_word_without_a_number_is_refused(client, editor, story, sequence):
    ping(client, story, sequence=sequence, expect=400)
    assert not Presence.objects.exists()


@pytest.mark.parametrize("place", ["a" * 500, "\0", "a\nb"])
def test_a_place_that_is_none_is_left_out(client, jonas, story, place):
    ping(client, story, FIRST, place=place)
    assert ping(jonas, story, SECOND)["people"] == [{"name": "Ana Kestrel", "place": ""}]


def test_who_may_not_see_a_work_learns_of_nobody(client, jonas, story):
    ping(jonas, story, SECOND)
    stranger = Client()
    nobody = make_user(role="")
    nobody.is_staff = True
    nobody.save()
    stranger.force_login(nobody)
    ping(stranger, story, expect=403)
    assert (
        Client()
        .post(reverse("admin:stories_story_presence", args=[story.pk]), {"window": FIRST, "sequence": 1})
        .status_code
        == 302
    )
    question = make_question()
    wrong = reverse("admin:stories_story_presence", args=[question.pk])
    assert client.post(wrong, {"window": FIRST, "sequence": 1}).status_code == 404
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


def test_nobody_is_told_by_opening_the_address(client, editor, story):
    assert client.get(reverse("admin:stories_story_presence", args=[story.pk])).status_code == 405


def test_an_erased_work_takes_its_windows_along(client, editor, story):
    ping(client, story)
    publishing.erase.erase_work(story, by=make_user(role="Administrator"), reason="Court order 7")
    assert not Presence.objects.exists()
    ping(client, story, expect=404)
