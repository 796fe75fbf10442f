"""On a quiet site, invitations and links to reset a password wait in the queue, without a secret that can be read.

The links also wait there while the mail server fails.
"""

import json
import re
from datetime import timedelta
from smtplib import SMTPAuthenticationError, SMTPRecipientsRefused
from time import monotonic
from unittest.mock import Mock

import pytest
from cryptography.fernet import InvalidToken
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.core.management import call_command

from newsroom.accounts import invitations
from newsroom.accounts.adapter import ClosedAccountAdapter
from newsroom.accounts.invitations import mail_invitation, mail_waiting_invitation
from newsroom.accounts.models import Invitation, User
from newsroom.accounts.waiting_mail import enqueue_secret_mail, mail_encrypted_text
from newsroom.background.models import Job
from newsroom.http import clock
from newsroom.operations.site_state import NOT_LIVE
from tests.conftest import signed_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)
RESET = "/accounts/password/reset/"
LINK = re.compile(r"http://testserver(/accounts/\S+)")


@pytest.fixture(autouse=True)
def quiet(settings):
    cache.clear()
    settings.EMAIL_CONFIGURED = settings.QUIET = True
    return settings


def send_waiting(settings):
    """End the quiet state and run the worker."""
    settings.QUIET = False
    call_command("worker", batch=True, interval=0)


def read_queue():
    return json.dumps(list(Job.objects.values_list("args_kwargs", flat=True)))


def invite(administrator):
    roles = [Group.objects.get(name="Writer")]
    return invitations.create_invitation("ana@lisle.example", roles=roles, by=administrator, at=clock.now())


def test_a_link_to_reset_a_password_waits_and_works(client, editor, quiet):
    assert client.post(RESET, {"email": editor.email}).status_code == 302
    assert mail.outbox == []
    stored = read_queue()
    assert "/accounts/" not in stored
    send_waiting(quiet)
    (message,) = mail.outbox
    assert (message.to, message.subject.count("Newsroom: ")) == ([editor.email], 1)
    page = client.get(LINK.search(message.body)[1], follow=True)
    assert page.redirect_chain
    assert 'name="password1"' in page.content.decode()


def test_a_reset_for_an_unknown_address_waits_as_well(client, quiet):
    assert client.post(RESET, {"email": "nobody@lisle.example"}).status_code == 302
    assert Job.objects.get().task_path == mail_encrypted_text.module_path
    send_waiting(quiet)
    assert [message.to for message in mail.outbox] == [["nobody@lisle.example"]]


def test_on_a_live_site_a_reset_is_mailed_at_once(client, editor, quiet):
    quiet.QUIET = False
    client.post(RESET, {"email": editor.email})
    assert len(mail.outbox) == 1
    assert not Job.objects.exists()


@pytest.fixture
def refuse_mail(monkeypatch, quiet):
    """Return a function that makes the mail server of a live site fail with an error, and returns the failing mock."""
    quiet.QUIET = False
    monkeypatch.setattr(ClosedAccountAdapter, "_send_again_at", 0.0)

    def refuse(error):
        failing = Mock(side_effect=error)
        monkeypatch.setattr(EmailMessage, "send", failing)
        return failing

    return refuse


@pytest.mark.parametrize("error", [ConnectionRefusedError(), TimeoutError(), SMTPAuthenticationError(535, "No")])
def test_a_mail_server_that_fails_is_asked_once_a_minute_and_the_worker_sends_the_mails(
    client, editor, refuse_mail, monkeypatch, error
):
    failing = refuse_mail(error)
    for email in (editor.email, "nobody@lisle.example"):
        assert client.post(RESET, {"email": email})["Location"] == f"{RESET}done/"
    assert failing.call_count == 1
    assert "/accounts/" not in read_queue()
    monkeypatch.undo()
    call_command("worker", batch=True, interval=0)
    assert {message.to[0]: bool(LINK.search(message.body)) for message in mail.outbox} == {
        editor.email: True,
        "nobody@lisle.example": False,
    }


def test_no_other_request_waits_while_one_tries_a_mail_server_again(client, editor, refuse_mail, monkeypatch):
    monkeypatch.setattr(ClosedAccountAdapter, "_send_again_at", monotonic() - 1)
    are_others_refused = []

    def send(*_, **__):
        are_others_refused.append(ClosedAccountAdapter._send_again_at > monotonic())
        raise TimeoutError

    refuse_mail(send)
    client.post(RESET, {"email": editor.email})
    assert are_others_refused == [True]


def test_a_mail_server_that_works_again_is_used_for_every_mail(client, editor, quiet, monkeypatch):
    quiet.QUIET = False
    monkeypatch.setattr(ClosedAccountAdapter, "_send_again_at", monotonic() - 1)
    for email in (editor.email, "nobody@lisle.example"):
        client.post(RESET, {"email": email})
    assert [message.to for message in mail.outbox] == [[editor.email], ["nobody@lisle.example"]]
    assert not Job.objects.exists()


def test_an_address_that_the_mail_server_refuses_gets_the_usual_response_and_no_task(client, refuse_mail):
    refuse_mail(SMTPRecipientsRefused({"nobody@lisle.example": (550, b"No such user")}))
    assert client.post(RESET, {"email": "nobody@lisle.example"})["Location"] == f"{RESET}done/"
    assert not Job.objects.exists()


def test_a_waiting_mail_is_readable_after_the_key_was_rotated(quiet):
    enqueue_secret_mail(to="ana@lisle.example", subject="A line", text="Words")
    address, subject, encrypted = Job.objects.get().args_kwargs["args"]
    quiet.SECRET_KEY, quiet.SECRET_KEY_FALLBACKS = "another-key", [quiet.SECRET_KEY]
    mail_encrypted_text.call(address, subject, encrypted)
    assert mail.outbox[0].body == "Words"
    quiet.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        mail_encrypted_text.call(address, subject, encrypted)


def test_the_page_to_reset_a_password_says_that_mail_waits(client, quiet):
    assert "<strong>" in client.get(RESET).content.decode()
    quiet.QUIET = False
    assert "<strong>" not in client.get(RESET).content.decode()


def test_an_invitation_waits_and_is_mailed_with_a_link_that_works(client, administrator, quiet):
    new_invitation = invite(administrator)
    assert mail_invitation(new_invitation, at=clock.now()) is False
    assert mail.outbox == []
    assert new_invitation.token not in read_queue()
    Invitation.objects.update(ends_at=clock.now() - timedelta(days=1))
    send_waiting(quiet)
    (message,) = mail.outbox
    assert message.to == ["ana@lisle.example"]
    assert Invitation.objects.get().mailed_at is not None
    assert client.get(LINK.search(message.body)[1]).status_code == 200


def test_an_invitation_that_was_sent_again_while_it_waited_is_mailed_once(administrator, quiet):
    new_invitation = invite(administrator)
    mail_invitation(new_invitation, at=clock.now())
    again = invitations.renew_invitation(new_invitation.invitation, by=administrator, at=clock.now())
    mail_invitation(again, at=clock.now())
    send_waiting(quiet)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("reason", ["withdrawn", "accepted", "has an account", "inviter left"])
def test_an_invitation_that_opens_nothing_is_not_mailed(administrator, quiet, reason):
    inviter = make_user(role="Administrator")
    new_invitation = invite(inviter)
    mail_invitation(new_invitation, at=clock.now())
    match reason:
        case "withdrawn":
            invitations.withdraw_invitation(new_invitation.invitation, by=administrator, at=clock.now())
        case "accepted":
            Invitation.objects.update(taken_at=clock.now(), taken_by=administrator)
        case "has an account":
            User.objects.filter(pk=make_user().pk).update(email="ana@lisle.example")
        case _:
            User.objects.filter(pk=inviter.pk).update(is_active=False)
    quiet.QUIET = False
    assert mail_waiting_invitation.call(new_invitation.invitation.pk) == 0
    assert mail.outbox == []


def test_the_desk_says_that_an_invitation_waits(administrator):
    client = signed_in(administrator)
    add = "/admin/accounts/invitation/add/"
    roles = [Group.objects.get(name="Writer").pk]
    page = client.post(add, {"email": "ana@lisle.example", "roles": roles}, follow=True)
    assert NOT_LIVE in page.content.decode()
    assert Job.objects.get().task_path == mail_waiting_invitation.module_path


def test_the_home_of_the_desk_tells_administrators_that_the_site_is_quiet(administrator, editor, quiet):
    assert NOT_LIVE in signed_in(administrator).get("/admin/").content.decode()
    assert NOT_LIVE not in signed_in(editor).get("/admin/").content.decode()
    quiet.QUIET = False
    assert NOT_LIVE not in signed_in(administrator).get("/admin/").content.decode()
