"""What is sent to another machine in plain text is a warning."""

import pytest

from newsroom.env import Environment
from newsroom.operations.transport import check_transport, is_own_machine

HIDDEN = "tell-nobody"


@pytest.fixture(autouse=True)
def _nothing_is_sent(settings):
    settings.ALERT_URL = settings.PURGE_URL = settings.WEBSUB_HUB = ""
    settings.MAILERS = {"default": Environment({}).mailer("EMAIL_URL")}


def use_mail(settings, address):
    settings.MAILERS = {"default": Environment({"EMAIL_URL": address}).mailer("EMAIL_URL")}


def test_a_site_that_sends_nothing_passes():
    assert check_transport(None) == []


@pytest.mark.parametrize("name", ["ALERT_URL", "PURGE_URL", "WEBSUB_HUB"])
def test_plain_http_to_another_machine_is_a_warning_that_does_not_show_the_address(settings, name):
    setattr(settings, name, f"http://desk:{HIDDEN}@edge.example/purge")
    [message] = check_transport(None)
    assert (message.id, message.is_serious(), name in message.msg) == ("newsroom.W010", False, True)
    assert HIDDEN not in f"{message.msg} {message.hint}"
    for allowed in (
        "https://edge.example/purge",
        "http://127.0.0.1:6081/purge",
        "http://[::1]:6081",
        "http://localhost",
    ):
        setattr(settings, name, allowed)
        assert check_transport(None) == []


def test_plain_smtp_to_another_machine_is_a_warning_that_does_not_show_the_password(settings):
    use_mail(settings, f"smtp://desk:{HIDDEN}@mail.example")
    [message] = check_transport(None)
    assert (message.id, "EMAIL_URL" in message.msg) == ("newsroom.W010", True)
    assert HIDDEN not in f"{message.msg} {message.hint}"
    for allowed in (
        "smtp+tls://mail.example",
        "smtps://mail.example",
        "smtp://localhost",
        "smtp://127.0.0.1",
        "console://",
    ):
        use_mail(settings, allowed)
        assert check_transport(None) == []


def test_each_setting_has_its_warning(settings):
    settings.PURGE_URL = settings.WEBSUB_HUB = "http://edge.example"
    use_mail(settings, "smtp://mail.example")
    assert [message.id for message in check_transport(None)] == ["newsroom.W010"] * 3


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "mail.localhost", "localhost.", "127.3.2.1", "::1"])
def test_these_names_lead_to_this_machine(host):
    assert is_own_machine(host)


@pytest.mark.parametrize("host", ["", "localhost.example", "10.0.0.5", "192.168.1.1", "::2", "127.0.0.1.example"])
def test_these_names_lead_to_another_machine(host):
    assert not is_own_machine(host)
