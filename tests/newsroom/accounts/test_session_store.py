"""Sessions end without activity, and a number of hours after the sign-in, however the user signed in."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from newsroom.accounts import sessions
from newsroom.accounts.session_store import STARTED_AT, SessionStore
from newsroom.env import Environment
from tests.clocks import set_clock
from tests.conftest import signed_in
from tests.factories import PASSWORD, make_story

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 9, 9, tzinfo=UTC)
IDLE, HOURS, SECOND = timedelta(minutes=120), timedelta(hours=12), timedelta(seconds=1)
DESK = "/admin/notices/"


@pytest.fixture(autouse=True)
def _default_limits(settings):
    settings.SESSION_IDLE_MINUTES, settings.SESSION_HOURS = 120, 12


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that stands at nine o’clock."""
    return set_clock(monkeypatch, NINE)


@pytest.fixture
def client_at_nine(clock, editor):
    return signed_in(editor)


def is_signed_in(client) -> bool:
    return bool(client.get(DESK).status_code == 200)


def test_a_session_without_activity_ends_at_the_second(clock, client_at_nine, editor):
    other = signed_in(editor)
    clock.go(to=NINE + IDLE - SECOND)
    assert is_signed_in(client_at_nine)
    clock.go(to=NINE + IDLE)
    assert not is_signed_in(other)
    assert is_signed_in(client_at_nine)


def test_activity_postpones_the_end(clock, client_at_nine):
    for _ in range(5):
        clock.go(minutes=119, seconds=59)
        assert is_signed_in(client_at_nine)
    clock.go(minutes=120)
    assert not is_signed_in(client_at_nine)


def test_a_session_ends_twelve_hours_after_the_sign_in_at_the_second_in_spite_of_activity(clock, client_at_nine):
    while clock() < NINE + HOURS - timedelta(hours=1):
        clock.go(hours=1)
        assert is_signed_in(client_at_nine)
    clock.go(to=NINE + HOURS - SECOND)
    assert is_signed_in(client_at_nine)
    clock.go(to=NINE + HOURS)
    assert not is_signed_in(client_at_nine)


def test_saving_a_session_does_not_postpone_the_limit_of_hours(clock, client_at_nine):
    for hour in range(1, 12):
        clock.go(to=NINE + timedelta(hours=hour))
        session = client_at_nine.session
        session["hour"] = hour
        session.save()
        assert is_signed_in(client_at_nine)
    clock.go(to=NINE + HOURS)
    assert not is_signed_in(client_at_nine)


def test_saving_a_session_is_no_activity(clock, client_at_nine):
    clock.go(minutes=60)
    sessions.clear_messages()
    session = client_at_nine.session
    session["looked_at"] = "by a command"
    session.save()
    clock.go(to=NINE + IDLE)
    assert not is_signed_in(client_at_nine)


def test_signing_in_again_begins_anew(clock, client_at_nine, editor):
    clock.go(to=NINE + timedelta(minutes=100))
    client_at_nine.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    assert client_at_nine.session[STARTED_AT] == clock().timestamp()
    clock.go(to=NINE + IDLE)
    assert is_signed_in(client_at_nine)


def test_typing_is_activity_and_an_open_window_is_not(clock, client_at_nine):
    story = make_story()
    form = f"/admin/stories/story/{story.pk}"
    window = {"window": "1c9b3a70-6a3e-4c55-9b0e-3f1f5c8d2e44", "place": ""}
    typed = {"_window": window["window"], "headline": "Half a sentence"}
    clock.go(minutes=60)
    saved = client_at_nine.post(
        f"{form}/autosave/", typed | {"_sequence": "1", "_person": client_at_nine.session[SESSION_KEY]}
    )
    assert saved.status_code == 200
    typed_at = clock()
    for sequence in range(10, 70):
        clock.go(minutes=1)
        response = client_at_nine.post(f"{form}/presence/", window | {"sequence": str(sequence), "active": "1"})
        assert response.status_code == 200
    clock.go(to=typed_at + IDLE - SECOND)
    assert client_at_nine.post(f"{form}/presence/", window | {"sequence": "98"}).status_code == 200
    clock.go(to=typed_at + IDLE)
    assert client_at_nine.post(f"{form}/presence/", window | {"sequence": "99"}).status_code == 302


def test_scripts_hear_that_the_session_has_ended(clock, client_at_nine):
    story = make_story()
    clock.go(to=NINE + IDLE)
    for screen in ("autosave", "live"):
        response = client_at_nine.post(f"/admin/stories/story/{story.pk}/{screen}/", {"headline": "Half a sentence"})
        assert (response.status_code, response.json()["signed_out"]) == (403, True)


def test_activity_is_recorded_once_a_minute(clock, client_at_nine):
    def count_updates() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert is_signed_in(client_at_nine)
        return sum(each["sql"].startswith('UPDATE "django_session"') for each in queries)

    clock.go(seconds=60)
    assert count_updates() == 0
    clock.go(seconds=1)
    assert [count_updates(), count_updates()] == [1, 0]


def test_a_page_for_readers_neither_reads_nor_prolongs_a_session(clock, client_at_nine):
    with CaptureQueriesContext(connection) as queries:
        assert client_at_nine.get("/").status_code == 200
    assert not any("django_session" in each["sql"] for each in queries)


def test_the_hours_count_from_the_sign_in_with_a_second_factor_too(clock, editor):
    TOTP.activate(editor, generate_totp_secret())
    client = Client()
    assert client.post("/accounts/login/", {"login": editor.username, "password": PASSWORD}).status_code == 302
    assert STARTED_AT not in client.session
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.session[STARTED_AT] == clock().timestamp()


def test_the_session_of_an_earlier_release_has_the_same_limits(clock, client_at_nine):
    session = client_at_nine.session
    del session[STARTED_AT]
    session["account_authentication_methods"] = [{"method": "password", "at": NINE.timestamp()}]
    session.save()
    Session.objects.update(expire_date=NINE + timedelta(days=14))
    clock.go(to=NINE + HOURS - SECOND)
    assert is_signed_in(client_at_nine)
    clock.go(to=NINE + HOURS)
    assert not is_signed_in(client_at_nine)


def test_a_session_that_does_not_know_when_it_began_has_ended(clock, client_at_nine):
    session = client_at_nine.session
    del session[STARTED_AT], session["account_authentication_methods"]
    session.save()
    assert not is_signed_in(client_at_nine)


def test_the_limits_come_from_the_settings(clock, settings, editor):
    settings.SESSION_IDLE_MINUTES, settings.SESSION_HOURS = 1, 1
    client = signed_in(editor)
    for _ in range(59):
        clock.go(seconds=59)
        assert is_signed_in(client)
    clock.go(to=NINE + timedelta(hours=1))
    assert not is_signed_in(client)


def test_a_limit_of_zero_is_refused(monkeypatch):
    monkeypatch.setenv("SESSION_HOURS", "0")
    with pytest.raises(ImproperlyConfigured, match="SESSION_HOURS must be a whole number, at least 1"):
        Environment().number("SESSION_HOURS", 12, minimum=1)


def test_a_session_that_has_ended_is_neither_listed_nor_kept(clock, client_at_nine, editor):
    client = Client()
    client.post("/accounts/login/", {"login": editor.username, "password": PASSWORD})
    key = client.session.session_key
    assert len(sessions.list_sessions(editor, current=key, at=clock())) == 1
    clock.go(to=NINE + IDLE)
    assert sessions.list_sessions(editor, current=key, at=clock()) == []
    clock.go(seconds=1)
    call_command("tidy", "--only", "sessions")
    assert not Session.objects.filter(pk=key).exists()


def test_a_session_before_the_sign_in_ends_without_activity(clock):
    session = SessionStore()
    session["next"] = "/admin/"
    session.save()
    clock.go(to=NINE + IDLE - SECOND)
    assert SessionStore(session.session_key)["next"] == "/admin/"
    clock.go(to=NINE + IDLE)
    assert "next" not in SessionStore(session.session_key)
