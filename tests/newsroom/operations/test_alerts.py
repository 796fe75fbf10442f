"""Alerts to those who run the site."""

import json
import socket
import stat
from datetime import timedelta
from threading import Thread

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError

from newsroom.http import clock
from newsroom.operations.alerts import addresses
from newsroom.operations.alerts.delivery import AlertError, send_alert
from newsroom.operations.commands import IncompleteError
from tests.factories import make_user
from tests.newsroom.page_cache.edge import Edge

pytestmark = pytest.mark.django_db
MESSAGE = "Unit newsroom-web@a.service failed."


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    settings.EMAIL_CONFIGURED = True


@pytest.fixture
def receiver(settings):
    """Run a server at ``ALERT_URL``, which records its requests."""
    with Edge() as server:
        settings.ALERT_URL = f"http://127.0.0.1:{server.server_port}/hooks/s3cret"
        yield server
        server.shutdown()


def recipients():
    return [address for message in mail.outbox for address in message.to]


def break_database(monkeypatch):
    def fail():
        raise OperationalError("The database is away.")

    monkeypatch.setattr(addresses, "_readers", [fail])


def test_active_administrators_get_a_mail(settings):
    administrator = make_user(role="Administrator")
    make_user(role="Administrator", is_active=False)
    make_user(role="Editor")
    assert send_alert(MESSAGE, at=clock.now())
    assert recipients() == [administrator.email]
    assert mail.outbox[0].subject == f"{settings.SITE_NAME}: {MESSAGE}"


def test_only_the_addresses_of_the_setting_get_a_mail(settings):
    make_user(role="Administrator")
    settings.ALERT_EMAILS = ["operations@lisle.example", "night@lisle.example"]
    send_alert(MESSAGE, at=clock.now())
    assert recipients() == settings.ALERT_EMAILS


def test_the_address_of_the_setting_gets_the_alert_as_json(settings, receiver):
    at = clock.now()
    send_alert(MESSAGE, at=at)
    [(path, _, body)] = receiver.requests
    assert path == "/hooks/s3cret"
    assert body == {"site": settings.SITE_URL, "message": MESSAGE, "at": at.isoformat()}


def test_the_same_alert_is_not_sent_again_within_fifteen_minutes(receiver):
    at = clock.now()
    assert send_alert(MESSAGE, at=at)
    assert not send_alert(MESSAGE, at=at + timedelta(minutes=14))
    assert send_alert("Unit newsroom-worker@1.service failed.", at=at + timedelta(minutes=14))
    assert send_alert(MESSAGE, at=at + timedelta(minutes=16))
    assert len(receiver.requests) == 3


def test_an_alert_that_nobody_got_is_sent_again_at_once(receiver):
    receiver.status = 500
    for _ in range(2):
        with pytest.raises(AlertError) as refused:
            send_alert(MESSAGE, at=clock.now())
    assert len(receiver.requests) == 2
    assert not refused.value.is_sent
    assert "s3cret" not in str(refused.value)


def test_mail_is_sent_even_if_the_address_of_the_setting_does_not_answer(settings, receiver):
    receiver.status = 500
    settings.ALERT_EMAILS = ["operations@lisle.example"]
    with pytest.raises(IncompleteError, match="ALERT_URL did not accept the alert: HTTPError"):
        call_command("send_alert", MESSAGE)
    assert recipients() == settings.ALERT_EMAILS


def test_mail_is_sent_even_if_the_answer_is_not_http(settings):
    settings.ALERT_EMAILS = ["operations@lisle.example"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.ALERT_URL = f"http://127.0.0.1:{server.getsockname()[1]}/"
        answering = Thread(target=answer_without_http, args=(server,))
        answering.start()
        with pytest.raises(AlertError) as failed:
            send_alert(MESSAGE, at=clock.now())
        answering.join()
    assert failed.value.reasons == ["ALERT_URL did not accept the alert: OSError."]
    assert recipients() == settings.ALERT_EMAILS


def answer_without_http(server):
    connection, _ = server.accept()
    with connection:
        connection.recv(65_536)
        connection.sendall(b"SSH-2.0-OpenSSH\r\n")


def test_the_command_fails_if_nobody_can_be_told(settings):
    settings.EMAIL_CONFIGURED = False
    with pytest.raises(CommandError, match="No one can be notified: set ALERT_URL") as refused:
        call_command("send_alert", MESSAGE)
    assert refused.value.returncode == 1


def test_while_the_database_is_away_the_stored_addresses_get_the_mail(monkeypatch):
    administrator = make_user(role="Administrator")
    addresses.copy_addresses(clock.now())
    break_database(monkeypatch)
    send_alert(MESSAGE, at=clock.now())
    assert recipients() == [administrator.email]


def test_only_the_site_can_read_the_stored_addresses(tmp_path):
    administrator = make_user(role="Administrator")
    addresses.copy_addresses(clock.now())
    path = tmp_path / "alert_addresses"
    assert json.loads(path.read_text()) == [administrator.email]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["alert_addresses"]


def test_the_addresses_are_stored_once_an_hour(tmp_path):
    at = clock.now()
    addresses.copy_addresses(at)
    administrator = make_user(role="Administrator")
    addresses.copy_addresses(at + timedelta(minutes=59))
    assert json.loads((tmp_path / "alert_addresses").read_text()) == []
    addresses.copy_addresses(at + timedelta(minutes=61))
    assert json.loads((tmp_path / "alert_addresses").read_text()) == [administrator.email]
