"""The IP address of a client, and the prefixes that rate limits use."""

import logging

import pytest

from newsroom.http.client_ip import client_address, client_prefix, site_prefix


@pytest.mark.parametrize(
    ("address", "client", "site"),
    [
        ("192.0.2.77", "192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:DB8:1:2:ffff::", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
    ],
)
def test_an_address_has_the_prefixes_of_its_client_and_of_its_site(address, client, site):
    assert (client_prefix(address), site_prefix(address)) == (client, site)


@pytest.mark.parametrize("get_prefix", [client_prefix, site_prefix])
def test_an_invalid_address_is_refused(get_prefix):
    with pytest.raises(ValueError, match="does not appear"):
        get_prefix("a proxy")


@pytest.fixture
def get_address(rf, settings):
    """Return a function that determines the client address of a request behind a number of proxies."""

    def get_address(forwarded, *, proxies, peer="192.0.2.1"):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
        headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
        return client_address(rf.get("/", headers=headers, REMOTE_ADDR=peer))

    return get_address


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        (None, 0, "192.0.2.1"),
        ("203.0.113.7", 0, "192.0.2.1"),
        (None, 1, "192.0.2.1"),
        ("203.0.113.7", 1, "203.0.113.7"),
        ("198.51.100.9, 203.0.113.7", 1, "203.0.113.7"),
        ("198.51.100.9,203.0.113.7 , 10.0.0.2", 2, "203.0.113.7"),
        ("nobody, 203.0.113.7", 1, "203.0.113.7"),
        ("203.0.113.7:4711", 1, "203.0.113.7"),
        ("2001:DB8::7", 1, "2001:db8::7"),
        ("[2001:db8::7]:4711", 1, "2001:db8::7"),
        ("[2001:db8::7]", 1, "2001:db8::7"),
        ("::ffff:203.0.113.7", 1, "203.0.113.7"),
        ("fe80::7%eth0", 1, "fe80::7"),
    ],
)
def test_the_client_address_is_the_one_that_the_outermost_trusted_proxy_reports(
    get_address, caplog, forwarded, proxies, address
):
    assert get_address(forwarded, proxies=proxies) == address
    assert not caplog.records


@pytest.mark.parametrize("proxies", [1, 2])
@pytest.mark.parametrize(
    "forwarded",
    ["x", "unknown", ",", "203.0.113", "203.0.113.7,x,", "1.2.3.4.5:80", "[::1", "٢٠٣.٠.١١٣.٧", "%", "x" * 9_000],
)
def test_a_malformed_header_is_logged_once_and_the_address_of_the_connection_is_used(
    rf, settings, caplog, forwarded, proxies
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="192.0.2.1")
    assert [client_address(request) for _ in range(3)] == ["192.0.2.1"] * 3
    [record] = caplog.records
    assert (record.levelno, record.exc_info) == (logging.WARNING, None)
    assert len(record.getMessage()) < 200


def test_a_header_with_fewer_addresses_than_trusted_proxies_is_ignored(get_address):
    assert get_address("203.0.113.7", proxies=2) == "192.0.2.1"


@pytest.mark.parametrize(
    ("peer", "address"), [("", "127.0.0.1"), ("unix:", "127.0.0.1"), ("::ffff:192.0.2.9", "192.0.2.9")]
)
def test_every_connection_has_an_address(get_address, peer, address):
    assert get_address(None, proxies=0, peer=peer) == address
