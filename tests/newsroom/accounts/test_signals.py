"""Changes that users make to their own accounts are written to the audit log, without secrets."""

import time

import pytest
from allauth.mfa.totp.internal import auth
from django.urls import reverse

from newsroom.audit import track_changes
from newsroom.audit.models import Event
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "another-long-password-of-mine"  # noqa: S105 -- for test accounts only


@pytest.fixture
def editor_client(client, editor):
    client.post("/accounts/login/", {"login": editor.username, "password": PASSWORD})
    return client


def list_entries(user) -> list[tuple[str, str, dict[str, str]]]:
    return [(event.verb, event.by_name, event.after) for event in Event.objects.about(track_changes.uid_of(user))]


def test_a_password_change_is_logged(editor_client, editor):
    data = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    editor_client.post(reverse("account_change_password"), data)
    assert list_entries(editor) == [("password set", "editor", {})]
    assert NEW_PASSWORD not in str(Event.objects.values())


def test_the_address_of_djangos_own_screen_for_a_password_leads_to_the_account(editor_client):
    for name in ("password_change", "password_change_done"):
        response = editor_client.post(reverse(f"admin:{name}"))
        assert (response.status_code, response["Location"]) == (302, reverse("account_change_password"))


def test_a_rejected_password_change_is_not_logged(editor_client, editor):
    data = {"oldpassword": "not-the-password", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    editor_client.post(reverse("account_change_password"), data)
    assert list_entries(editor) == []


def test_adding_and_removing_a_second_factor_are_logged(editor_client, editor, django_capture_on_commit_callbacks):
    def submit(name: str, **fields: str) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            assert editor_client.post(reverse(name), fields).status_code == 302

    secret = editor_client.get(reverse("mfa_activate_totp")).context["form"].secret
    code = auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30))
    submit("mfa_activate_totp", code=code)
    assert ("second factor added", "editor", {"factor": "TOTP Authenticator"}) in list_entries(editor)
    assert secret not in str(Event.objects.values())
    submit("mfa_generate_recovery_codes")
    assert list_entries(editor)[0] == ("recovery codes made anew", "editor", {})
    submit("mfa_deactivate_totp")
    assert ("second factor removed", "editor", {"factor": "TOTP Authenticator"}) in list_entries(editor)
