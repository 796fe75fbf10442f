"""Access events: each sign-in, failure and refusal is recorded once, with the account, and written to the log."""

import logging
import time
from contextlib import suppress
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from newsroom.accounts import invitations, sessions
from newsroom.accounts.offboarding import offboard
from newsroom.accounts.permissions import NotAllowedError, require_permission
from newsroom.accounts.refusals import RecordRefusalsMiddleware
from newsroom.accounts.roles import ADMINISTRATOR
from newsroom.audit.access import digest_connection, digest_name
from newsroom.audit.models import AccessEntry, AccessVerb
from newsroom.http import clock
from tests.conftest import signed_in
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW_PASSWORD = "another-long-password-of-mine"  # noqa: S105 -- for test accounts only


@pytest.fixture(autouse=True)
def _reset_rate_limits():
    cache.clear()


def list_events(account=None) -> list[str]:
    """Return what happened to an account, or to unknown names, oldest first."""
    return list(AccessEntry.objects.filter(account=account).order_by("pk").values_list("verb", flat=True))


def sign_in(user, password=PASSWORD, *, address="192.0.2.7"):
    client = Client(headers={"user-agent": FIREFOX}, REMOTE_ADDR=address)
    client.post(LOGIN, {"login": user.username, "password": password})
    return client


def test_a_sign_in_and_a_sign_out_are_recorded_with_the_connection_and_the_browser(editor):
    sign_in(editor).post("/accounts/logout/")
    assert list_events(editor) == ["signed in", "signed out"]
    for entry in AccessEntry.objects.all():
        assert (entry.connection, entry.browser) == (digest_connection("192.0.2.7"), "Firefox")
    assert "192.0.2.7" not in str(AccessEntry.objects.values())


def test_a_sign_in_that_bypasses_the_form_is_recorded_too(editor):
    signed_in(editor)
    assert list_events(editor) == ["signed in"]


def test_a_wrong_password_is_recorded_for_the_account_whatever_name_was_typed(editor):
    for name in (editor.username.upper(), editor.email):
        Client().post(LOGIN, {"login": name, "password": "not-the-password"})
    assert list_events(editor) == ["failed", "failed"]


def test_an_unknown_name_is_stored_as_a_digest():
    typed = "my-secret-password-in-the-wrong-field"
    Client().post(LOGIN, {"login": typed, "password": "x"})
    (entry,) = AccessEntry.objects.all()
    assert (entry.account, entry.unknown_name) == (None, digest_name(typed))
    assert typed not in str(AccessEntry.objects.values())


def test_each_event_is_one_line_of_the_log(editor, caplog):
    with caplog.at_level(logging.INFO, logger="newsroom.audit.access"):
        sign_in(editor)
        Client().post(LOGIN, {"login": "typed-in-the-wrong-field", "password": "x"})
    lines = [record for record in caplog.records if record.name == "newsroom.audit.access"]
    assert [(line.fields["access"], line.fields["account"]) for line in lines] == [
        ("signed in", editor.pk),
        ("failed", None),
    ]
    assert f"account {editor.pk}" in lines[0].getMessage()
    assert "typed-in-the-wrong-field" not in caplog.text
    assert "192.0.2.7" not in caplog.text


def test_a_wrong_second_factor_is_recorded(editor):
    TOTP.activate(editor, generate_totp_secret())
    client = sign_in(editor)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert list_events(editor) == ["second factor failed"]


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_a_passkey_that_is_not_accepted_is_recorded(editor, is_signed_in):
    Authenticator.objects.create(user=editor, type="webauthn", data={"name": "Key", "credential": {}})
    client = signed_in(editor) if is_signed_in else Client()
    screen = "reauthenticate" if is_signed_in else "login"
    client.post(f"/accounts/2fa/webauthn/{screen}/", {"credential": '{"id": "x"}'})
    assert list_events(editor if is_signed_in else None)[-1] == ("second factor failed" if is_signed_in else "failed")


def test_a_change_of_the_password_is_recorded_and_ends_the_other_sessions(editor):
    here, there = sign_in(editor), sign_in(editor)
    AccessEntry.objects.all().delete()
    data = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert here.post(reverse("account_change_password"), data).status_code == 302
    assert list_events(editor) == ["password changed", "session ended"]
    assert [client.get("/accounts/").status_code for client in (here, there)] == [200, 302]


def test_a_new_password_by_mail_is_recorded_and_ends_all_sessions(editor):
    client = sign_in(editor)
    AccessEntry.objects.all().delete()
    reset = Client()
    reset.post("/accounts/password/reset/", {"email": editor.email})
    link = next(line for line in mail.outbox[-1].body.splitlines() if "/password/reset/key/" in line).strip()
    form = reset.get(link.removeprefix("http://testserver"))["Location"]
    response = reset.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert response.status_code == 302
    assert list_events(editor) == ["password changed", "token used", "session ended"]
    assert client.get("/accounts/").status_code == 302


def test_a_change_of_factors_is_recorded(editor, django_capture_on_commit_callbacks):
    client = sign_in(editor)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    for name, form in (("mfa_activate_totp", {"code": code}), ("mfa_deactivate_totp", {})):
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(reverse(name), form).status_code == 302
    # The recovery codes are a factor of their own, which comes and goes with the first other one.
    assert list_events(editor) == ["signed in", *["factor changed"] * 4]


def test_an_administrator_changes_address_and_password_of_an_account(editor):
    administrator = make_user(role=ADMINISTRATOR)
    there, client = sign_in(editor), signed_in(administrator)
    AccessEntry.objects.all().delete()
    form = {
        "username": editor.username,
        "first_name": "Ana",
        "last_name": "",
        "email": "new@lisle.example",
        "groups": [group.pk for group in editor.groups.all()],
        "is_staff": "on",
        "is_active": "on",
    }
    assert client.post(f"/admin/accounts/user/{editor.pk}/change/", form).status_code == 302
    passwords = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    assert client.post(f"/admin/accounts/user/{editor.pk}/password/", passwords).status_code == 302
    assert list_events(editor) == ["address changed", "password changed", "session ended"]
    assert there.get("/accounts/").status_code == 302


def test_a_stolen_session_cannot_change_an_address(editor):
    administrator = make_user(role=ADMINISTRATOR)
    stolen = signed_in(administrator, methods=())
    session = stolen.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    response = stolen.post(f"/admin/accounts/user/{editor.pk}/change/", {"email": "thief@else.example"})
    assert response["Location"].startswith("/accounts/reauthenticate/")
    assert stolen.post("/accounts/email/", {"email": "thief@else.example", "action_add": "1"}).status_code == 404
    editor.refresh_from_db()
    assert editor.email != "thief@else.example"
    assert "address changed" not in list_events(editor)


def test_a_refused_permission_is_recorded_for_pages_and_for_scripts(writer):
    client = signed_in(writer)
    for number, path in enumerate(("/admin/record/event/", "/admin/names/new/outlet/"), start=1):
        assert client.get(path).status_code == 403
        assert list_events(writer) == ["signed in", *["permission refused"] * number]
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/nowhere/").status_code == 404
    assert list_events(writer).count("permission refused") == 2


@pytest.mark.parametrize(("path", "count"), [("/admin/stories/story/1/change/", 1), ("/stories/", 0)])
def test_a_verb_that_is_refused_is_recorded_although_the_view_answers_with_a_page(writer, rf, path, count):
    def view(request):
        with suppress(NotAllowedError):
            require_permission(request.user, "stories.publish_work", "Only editors publish.")
        return HttpResponse()

    for _ in range(2):
        request = rf.get(path)
        request.user = writer
        assert RecordRefusalsMiddleware(view)(request).status_code == 200
        view(request)
    assert list_events(writer) == ["permission refused"] * 2 * count


def test_a_form_from_before_the_sign_in_is_no_refused_permission(editor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/admin/stories/story/add/", {"headline": "x"}).status_code == 403
    assert list_events(editor) == ["signed in"]


def test_an_invitation_that_is_accepted_is_recorded(editor):
    administrator = make_user(role=ADMINISTRATOR)
    created = invitations.create_invitation("ida@lisle.example", roles=[], by=administrator, at=clock.now())
    form = {"first_name": "Ida", "username": "ida", "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    response = Client().post(f"/accounts/invitation/{created.token}/", form)
    assert response.status_code == 302
    (ida,) = [user for user in {entry.account for entry in AccessEntry.objects.all()} if user.username == "ida"]
    assert list_events(ida) == ["token used", "signed in"]


def test_a_session_that_the_user_ends_is_recorded_once(editor):
    here, there = sign_in(editor), sign_in(editor, address="198.51.100.3")
    AccessEntry.objects.all().delete()
    other = UserSession.objects.get(session_key=there.session.session_key)
    here.post(f"/accounts/sessions/{other.pk}/end/")
    here.post("/accounts/sessions/")
    assert there.get("/accounts/").status_code == 302
    (entry,) = AccessEntry.objects.all()
    assert (entry.verb, entry.connection) == (AccessVerb.SESSION_ENDED, digest_connection("198.51.100.3"))


def test_offboarding_ends_sessions(editor):
    sign_in(editor)
    offboard(editor, by=make_user(role=ADMINISTRATOR), at=clock.now())
    assert list_events(editor) == ["signed in", "session ended"]


def test_a_session_that_expired_is_recorded_once_when_it_is_used(editor):
    client = sign_in(editor)
    ended_at = clock.now() - timedelta(minutes=1)
    Session.objects.update(expire_date=ended_at)
    for _ in range(2):
        assert client.get("/accounts/").status_code == 302
    sessions.list_sessions(editor, current="", at=clock.now())
    call_command("tidy", "--only", "sessions")
    assert list_events(editor) == ["signed in", "session ended"]
    assert AccessEntry.objects.get(verb="session ended").at == ended_at


def test_a_session_that_expired_is_recorded_once_when_it_is_tidied(editor):
    client = sign_in(editor)
    Session.objects.update(expire_date=clock.now() - timedelta(minutes=1))
    call_command("tidy", "--only", "sessions")
    assert client.get("/accounts/").status_code == 302
    assert list_events(editor) == ["signed in", "session ended"]
    assert AccessEntry.objects.get(verb="session ended").browser == "Firefox"


def test_events_are_deleted_after_180_days(editor):
    sign_in(editor)
    AccessEntry.objects.update(at=clock.now() - timedelta(days=180, minutes=1))
    sign_in(editor)
    call_command("tidy", "--only", "access_events")
    assert list_events(editor) == ["signed in"]
