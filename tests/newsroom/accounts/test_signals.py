"""What people do to their own accounts stands in the record, without any secret."""

import time

import pytest
from allauth.mfa.totp.internal import auth
from django.urls import reverse

from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
ANOTHER = "another-long-password-of-mine"


@pytest.fixture
def signed_in(client, editor):
    client.post("/accounts/login/", {"login": editor.username, "password": PASSWORD})
    return client


def told_of(user) -> list[str]:
    return [format_entry(event) for event in Event.objects.about(track_changes.uid_of(user))]


def test_another_password_stands_in_the_record(signed_in, editor):
    given = {"oldpassword": PASSWORD, "password1": ANOTHER, "password2": ANOTHER}
    signed_in.post(reverse("account_change_password"), given)
    assert told_of(editor) == ["editor set another password"]
    assert ANOTHER not in str(Event.objects.values())


def test_a_password_that_was_refused_does_not(signed_in, editor):
    given = {"oldpassword": "not-the-password", "password1": ANOTHER, "password2": ANOTHER}
    signed_in.post(reverse("account_change_password"), given)
    assert told_of(editor) == []


def test_a_second_factor_stands_in_the_record_when_it_comes_and_when_it_goes(
    signed_in, editor, django_capture_on_commit_callbacks
):
    def send(name: str, **fields: str) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            assert signed_in.post(reverse(name), fields).status_code == 302

    secret = signed_in.get(reverse("mfa_activate_totp")).context["form"].secret
    code = auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30))
    send("mfa_activate_totp", code=code)
    assert "editor set up a second factor: TOTP Authenticator" in told_of(editor)
    assert secret not in str(Event.objects.values())
    send("mfa_generate_recovery_codes")
    assert told_of(editor)[0] == "editor made recovery codes anew"
    send("mfa_deactivate_totp")
    assert "editor took a second factor away: TOTP Authenticator" in told_of(editor)
