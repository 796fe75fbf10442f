"""E-mail addresses of accounts and password resets: an open session is not enough to take over an account."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from newsroom.accounts.models import User
from newsroom.audit import track_changes
from newsroom.audit.models import Event
from tests.conftest import signed_in
from tests.factories import PASSWORD
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db
THEIRS = "stranger@elsewhere.example"
ANOTHER = "another-long-password-of-theirs"


@pytest.fixture(autouse=True)
def _reset_rate_limits():
    cache.clear()


def run_worker():
    call_command("worker", batch=True, interval=0)


def reset_link(address: str) -> str:
    """Request a password reset by mail and return the link in the mail, or an empty string if there is none."""
    mail.outbox.clear()
    Client().post("/accounts/password/reset/", {"email": address})
    links = [re.search(r"/accounts/password/reset/key/\S+", str(message.body)) for message in mail.outbox]
    return next((link[0] for link in links if link), "")


def sign_in(user: User) -> Client:
    client = Client()
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    assert client.get("/accounts/").status_code == 200
    return client


@pytest.mark.parametrize("has_factor", [False, True])
def test_an_open_session_cannot_redirect_password_resets_to_another_address(editor, has_factor):
    own = editor.email
    client = sign_in(editor)
    if has_factor:
        TOTP.activate(editor, generate_totp_secret())
    for action in ("action_add", "action_primary", "action_send", "action_remove"):
        for address in ("/accounts/email/", "/accounts/confirm-email/", "/accounts/signup/"):
            assert client.post(address, {"email": THEIRS, action: "1"}).status_code == 404
    assert User.objects.get(pk=editor.pk).email == own
    assert not EmailAddress.objects.exists()
    assert not reset_link(THEIRS)
    assert reset_link(own)


@pytest.mark.django_db(transaction=True)  # the worker closes the connection, so the test's transaction would end
def test_an_administrator_changes_an_address_after_reauthentication_and_the_old_one_is_notified(administrator, editor):
    own, client = editor.email, signed_in(administrator, methods=())
    address = f"/admin/accounts/user/{editor.pk}/change/"
    form = filled(client.get(address)) | {"email": "new@lisle.example"}
    response = client.post(address, form)
    assert response["Location"].startswith("/accounts/reauthenticate/")
    assert User.objects.get(pk=editor.pk).email == own
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": address})
    assert User.objects.get(pk=editor.pk).email == "new@lisle.example"
    event = Event.objects.about(track_changes.uid_of(editor)).get()
    assert (event.by, event.before["email"], event.after["email"]) == (administrator, own, "new@lisle.example")
    run_worker()
    [message] = mail.outbox
    assert message.to == [own]
    assert "e-mail address" in message.body
    assert not reset_link(own)
    assert reset_link("new@lisle.example")


def test_an_address_matches_its_account_regardless_of_case(administrator, editor):
    address = f"/admin/accounts/user/{editor.pk}/change/"
    client = signed_in(administrator)
    client.post(address, filled(client.get(address)) | {"email": "Ana.Kestrel@Lisle.example"})
    for written in ("ana.kestrel@lisle.example", "Ana.Kestrel@Lisle.example"):
        assert reset_link(written), written


def test_a_reset_link_leads_to_the_site_whatever_the_host_of_the_request(editor, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://news.example", ["news.example", "other.example"]
    Client().post("/accounts/password/reset/", {"email": editor.email}, headers={"Host": "other.example:8443"})
    assert "https://news.example/accounts/password/reset/key/" in mail.outbox[0].body
    assert "other.example" not in mail.outbox[0].body


def test_an_address_without_an_account_gets_a_mail_without_a_link(db):
    assert not reset_link("nobody@lisle.example")
    assert [message.to for message in mail.outbox] == [["nobody@lisle.example"]]
    response = Client().post("/accounts/password/reset/", {"email": "nobody@lisle.example"})
    assert "account/email/unknown_account_message.txt" in [template.name for template in response.templates]
