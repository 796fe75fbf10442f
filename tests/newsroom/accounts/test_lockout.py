"""Wrong passwords and password resets are limited, and nobody can lock the owner of an account out."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core import mail
from django.core.cache import cache
from django.test import Client

from newsroom.accounts import lockout
from newsroom.audit.models import AccessEntry
from newsroom.background.models import Job
from newsroom.http import clock
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
LOGIN, RESET, CHANGE = "/accounts/login/", "/accounts/password/reset/", "/accounts/password/change/"
OWNER, OTHER = "192.0.2.7", "198.51.100.1"


@pytest.fixture(autouse=True)
def _reset_rate_limits(db):
    cache.clear()


def attempt(user, password="not-the-password", *, address=OTHER, host="testserver"):  # noqa: S107 -- no password
    """Try a password, and return the client and the status: 200 if it is wrong, 302 if it is right, 429 if refused."""
    name = user if isinstance(user, str) else user.username
    client = Client(REMOTE_ADDR=address, headers={"host": host})
    return client, client.post(LOGIN, {"login": name, "password": password}).status_code


def list_statuses(count, user, **options):
    return [attempt(user, **options)[1] for _ in range(count)]


def use_up_account(user):
    """Use up the limit of wrong passwords of an account from 20 connections."""
    for number in range(20):
        for _ in range(5):
            lockout.begin_attempt(user.username, f"203.0.113.{number}", at=clock.now())


def list_mails() -> list[tuple[str, str]]:
    """Return the address and the subject of each mail that waits."""
    path = "newsroom.accounts.tasks.mail_account_notice"
    return [tuple(job.args_kwargs["args"][:2]) for job in Job.objects.filter(task_path=path).order_by("enqueued_at")]


def test_five_wrong_passwords_from_a_connection_close_the_account_for_it_alone(editor):
    assert list_statuses(6, editor) == [200] * 5 + [429]
    assert attempt(editor, PASSWORD)[1] == 429
    assert attempt(editor, PASSWORD, address=OWNER)[1] == 302


def test_the_name_of_the_host_does_not_matter(editor):
    assert [attempt(editor, host=f"testserver:{port}")[1] for port in range(81, 87)] == [200] * 5 + [429]


def test_a_connection_has_ten_wrong_passwords_a_minute_for_all_accounts_together():
    users = [make_user() for _ in range(3)]
    statuses = [status for user in users for status in list_statuses(4, user)]
    assert statuses == [200] * 10 + [429, 429]
    assert attempt(users[2], PASSWORD, address=OWNER)[1] == 302


def test_an_account_has_a_hundred_wrong_passwords_an_hour(editor):
    use_up_account(editor)
    assert attempt(editor, PASSWORD, address=OTHER)[1] == 429


def test_a_known_connection_stays_open(editor):
    assert attempt(editor, PASSWORD, address=OWNER)[1] == 302
    use_up_account(editor)
    assert attempt(editor, PASSWORD, address=OWNER)[1] == 302
    assert list_statuses(6, editor, address=OWNER) == [200] * 5 + [429]


def test_a_connection_is_known_for_thirty_days(editor):
    assert attempt(editor, PASSWORD, address=OWNER)[1] == 302
    use_up_account(editor)
    AccessEntry.objects.update(at=clock.now() - timedelta(days=30, minutes=1))
    assert attempt(editor, PASSWORD, address=OWNER)[1] == 429


def test_right_passwords_are_not_counted(editor):
    assert list_statuses(12, editor, password=PASSWORD) == [302] * 12


def test_a_refusal_does_not_tell_whether_an_account_exists(editor):
    assert list_statuses(6, "nobody") == list_statuses(6, editor, address="198.51.100.2")
    for number in range(20):
        for _ in range(5):
            lockout.begin_attempt("somebody-else", f"203.0.113.{number}", at=clock.now())
    assert attempt("somebody-else")[1] == 429


def test_being_locked_out_is_recorded_once(editor):
    list_statuses(9, editor)
    verbs = list(AccessEntry.objects.filter(account=editor).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["failed"] * 5 + ["locked out"]


def test_a_wrong_password_in_the_form_for_reauthentication_counts(editor):
    client, _ = attempt(editor, PASSWORD)
    for _ in range(5):
        client.post("/accounts/reauthenticate/", {"password": "not-the-password"})
    assert attempt(editor, PASSWORD)[1] == 429


def test_a_wrong_current_password_in_the_form_for_another_one_counts(editor):
    client, _ = attempt(editor, PASSWORD)
    wrong = {"oldpassword": "not-the-password", "password1": "another-long-password"}
    assert [client.post(CHANGE, wrong).status_code for _ in range(5)] == [200] * 5
    assert attempt(editor, PASSWORD)[1] == 429
    verbs = AccessEntry.objects.filter(account=editor).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["signed in", *["failed"] * 5, "locked out"]


def request_reset(email, *, address=OTHER):
    """Request a link that resets the password, and return the status: 302 if one is sent, 429 if refused."""
    return Client(REMOTE_ADDR=address).post(RESET, {"email": email}).status_code


def test_a_connection_gets_five_links_for_an_address_in_five_minutes_with_and_without_an_account(editor):
    for email in (editor.email, "nobody@lisle.example"):
        assert [request_reset(email) for _ in range(6)] == [302] * 5 + [429]
        assert [message.to for message in mail.outbox[-5:]] == [[email]] * 5
    assert len(mail.outbox) == 10


def test_a_connection_gets_ten_links_a_minute():
    assert [request_reset(f"{number}@lisle.example") for number in range(11)] == [302] * 10 + [429]
    assert request_reset("nobody@lisle.example", address=OWNER) == 302


def test_ten_links_an_hour_are_sent_to_an_address_with_and_without_an_account(editor):
    for email in (editor.email, "nobody@lisle.example"):
        spellings = [email, email.upper()] * 6
        statuses = [request_reset(each, address=f"203.0.113.{number}") for number, each in enumerate(spellings)]
        assert statuses == [302] * 10 + [429] * 2
    assert request_reset("somebody@lisle.example") == 302


def test_a_refused_request_for_a_link_is_recorded_once(editor):
    for email in (editor.email, "nobody@lisle.example"):
        for _ in range(7):
            request_reset(email)
    known, unknown = AccessEntry.objects.order_by("pk")
    assert (known.verb, known.account, known.unknown_name) == ("locked out", editor, "")
    assert (unknown.verb, unknown.account, bool(unknown.unknown_name)) == ("locked out", None, True)


def test_requests_for_links_do_not_count_as_wrong_passwords(editor):
    for _ in range(6):
        request_reset(editor.email)
    assert attempt(editor, PASSWORD)[1] == 302


def test_a_password_reset_opens_the_account_again(editor):
    use_up_account(editor)
    assert attempt(editor, PASSWORD)[1] == 429
    lockout.clear(editor, OTHER)
    assert attempt(editor, PASSWORD)[1] == 302


def add_passkey(user, monkeypatch):
    """Give the user a passkey, which the server accepts whatever it signs."""
    passkey = Authenticator.objects.create(user=user, type="webauthn", data={"name": "Key", "credential": {}})
    monkeypatch.setattr(webauthn, "parse_authentication_response", lambda response: None)
    monkeypatch.setattr(webauthn, "extract_user_from_response", lambda response: user)
    monkeypatch.setattr(webauthn, "complete_authentication", lambda user, response: passkey)
    monkeypatch.setattr(webauthn, "begin_authentication", lambda user=None: {})


def test_a_passkey_stays_open(editor, monkeypatch):
    add_passkey(editor, monkeypatch)
    use_up_account(editor)
    list_statuses(6, editor, address=OWNER)
    assert attempt(editor, PASSWORD, address=OWNER)[1] == 429
    client = Client(REMOTE_ADDR=OWNER)
    assert client.post("/accounts/2fa/webauthn/login/", {"credential": '{"id": "x"}'}).status_code == 302
    assert client.get("/accounts/").status_code == 200


def test_wrong_codes_of_a_thief_do_not_close_the_passkey_of_the_owner(editor, monkeypatch):
    add_passkey(editor, monkeypatch)
    TOTP.activate(editor, generate_totp_secret())
    thief, _ = attempt(editor, PASSWORD)
    for _ in range(7):
        thief.post("/accounts/2fa/authenticate/", {"code": "000000"})
    owner, _ = attempt(editor, PASSWORD, address=OWNER)
    owner.post("/accounts/2fa/authenticate/", {"credential": '{"id": "x"}'})
    assert owner.get("/accounts/").status_code == 200


def enter_code(user, code="000000", *, address=OTHER):
    """Enter a code after the right password, and return the client and the status."""
    client, _ = attempt(user, PASSWORD, address=address)
    return client, client.post("/accounts/2fa/authenticate/", {"code": code}).status_code


def make_code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_wrong_codes_of_a_thief_do_not_close_the_authenticator_app_of_the_owner(editor):
    secret = generate_totp_secret()
    TOTP.activate(editor, secret)
    assert [enter_code(editor)[1] for _ in range(6)] == [200] * 5 + [429]
    assert enter_code(editor, make_code(secret))[1] == 429
    assert enter_code(editor, make_code(secret), address=OWNER)[1] == 302


def test_an_account_has_a_hundred_wrong_codes_an_hour_from_unknown_connections(editor):
    secret = generate_totp_secret()
    TOTP.activate(editor, secret)
    assert enter_code(editor, make_code(secret), address=OWNER)[1] == 302
    cache.clear()  # each code can be used only once
    for number in range(20):
        for _ in range(5):
            lockout.begin_code_attempt(editor, f"203.0.113.{number}", at=clock.now())
    assert enter_code(editor, make_code(secret))[1] == 429
    assert enter_code(editor, make_code(secret), address=OWNER)[1] == 302


def test_too_many_wrong_codes_are_recorded_once(editor):
    TOTP.activate(editor, generate_totp_secret())
    for _ in range(7):
        enter_code(editor)
    verbs = list(AccessEntry.objects.filter(account=editor).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["second factor failed"] * 5 + ["locked out"]


def test_wrong_codes_for_reauthentication_are_limited_too(editor):
    secret = generate_totp_secret()
    TOTP.activate(editor, secret)
    client, _ = enter_code(editor, make_code(secret))
    statuses = [client.post("/accounts/2fa/reauthenticate/", {"code": "000000"}).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]


def test_five_wrong_second_factors_send_one_mail_to_the_owner(editor):
    TOTP.activate(editor, generate_totp_secret())
    client, _ = attempt(editor, PASSWORD)
    for count in range(1, 8):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
        assert len(list_mails()) == (1 if count >= 5 else 0)
    assert list_mails() == [(editor.email, "Someone entered your password but failed two-factor authentication")]


def test_the_right_second_factor_ends_the_count(editor):
    secret = generate_totp_secret()
    TOTP.activate(editor, secret)
    for code in ["000000"] * 4 + [format_hotp_value(hotp_value(secret, int(time.time()) // 30))] + ["000000"] * 4:
        client, _ = attempt(editor, PASSWORD)
        client.post("/accounts/2fa/authenticate/", {"code": code})
    assert list_mails() == []


def test_a_sign_in_from_a_new_connection_sends_a_mail_to_the_owner(editor):
    editor.date_joined = clock.now() - timedelta(days=1)
    editor.save()
    for address in (OWNER, OWNER, OTHER):
        assert attempt(editor, PASSWORD, address=address)[1] == 302
    assert list_mails() == [(editor.email, "New connection to your account")] * 2
    text = Job.objects.filter(task_path__endswith="mail_account_notice").latest("enqueued_at").args_kwargs["args"][2]
    assert OTHER in text


def test_the_first_sign_in_after_an_invitation_sends_no_mail(editor):
    assert attempt(editor, PASSWORD)[1] == 302
    assert list_mails() == []
