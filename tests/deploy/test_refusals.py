"""What stands against an installation."""

import os
import platform
import socket

import pytest

from deploy import refusals
from deploy.machine import RefusedError


def resolve_to(monkeypatch, *addresses):
    """Make every name resolve to these addresses."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(refusals.socket, "getaddrinfo", lambda *_, **__: found)


def test_a_port_in_use_is_refused_with_the_name_of_the_program(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        [name] = refusals.list_listeners(port)
        assert name in {"python", "python3", "pytest"} or name.startswith("python")
        with pytest.raises(RefusedError, match=rf"^Port {port} is in use by {name}\. Stop it, or pass --proxy none\.$"):
            refusals.require_free_ports([port], proxy="caddy")
        refusals.require_free_ports([port], proxy=name)


def test_two_ports_in_use_are_refused_in_one_sentence(monkeypatch):
    monkeypatch.setattr(refusals, "list_listeners", lambda port: {"apache2"})
    with pytest.raises(RefusedError) as refused:
        refusals.require_free_ports([80, 443], proxy="caddy")
    assert str(refused.value) == "Ports 80 and 443 are in use by apache2. Stop it, or pass --proxy none."
    assert refused.value.code == 3


def test_a_free_port_is_not_refused():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    refusals.require_free_ports([port], proxy="caddy")


def test_a_name_that_leads_elsewhere_is_refused(monkeypatch):
    resolve_to(monkeypatch, "192.0.2.7")
    monkeypatch.setattr(refusals, "_find_address", lambda other: "192.0.2.9")
    with pytest.raises(RefusedError) as refused:
        refusals.require_name_leads_here("news.example")
    expected = "news.example resolves to 192.0.2.7; this machine is 192.0.2.9. Pass --no-dns-check to go on."
    assert str(refused.value) == expected


def test_a_name_may_have_other_addresses_too(monkeypatch):
    resolve_to(monkeypatch, "192.0.2.7", "127.0.0.1")
    refusals.require_name_leads_here("news.example")


def test_a_name_without_an_address_is_refused():
    with pytest.raises(RefusedError, match=r"^news\.invalid does not resolve\. Pass --no-dns-check to go on\.$"):
        refusals.require_name_leads_here("news.invalid")


@pytest.mark.parametrize("host", ["", "https://news.example", "news example", "news.example/", "-a.example", "a..b"])
def test_a_word_that_is_no_name_is_refused(host):
    with pytest.raises(RefusedError, match="is not the name of a host"):
        refusals.require_host_name(host)


def test_an_unknown_system_is_refused(monkeypatch):
    release = {"ID": "fedora", "VERSION_ID": "43", "PRETTY_NAME": "Fedora Linux 43"}
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: release)
    with pytest.raises(
        RefusedError, match=r"^This is Fedora Linux 43; the installer knows Debian 13 and Ubuntu 24\.04\.$"
    ):
        refusals.require_system()


def test_only_root_may_install(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(RefusedError, match="has to run as root"):
        refusals.require_root()


def test_nginx_needs_a_certificate():
    with pytest.raises(RefusedError, match=r"There is no certificate at /etc/letsencrypt/live/news\.example/"):
        refusals.require_certificate("news.example")
