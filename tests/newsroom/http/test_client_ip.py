"""Which addresses count as one."""

import logging

import pytest

from newsroom.http.client_ip import client_address, client_prefix, site_prefix


@pytest.mark.parametrize(
    ("address", "connection", "network"),
    [
        ("192.0.2.77", "192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:DB8:1:2:ffff::", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/64", "fe80::/48"),
    ],
)
def test_an_address_belongs_to_a_connection_and_to_a_network(address, connection, network):
    assert (client_prefix(address), site_prefix(address)) == (connection, network)


@pytest.mark.parametrize("read", [client_prefix, site_prefix])
def test_what_is_no_address_is_refused(read):
    with pytest.raises(ValueError, match="does not appear"):
        read("a proxy")


@pytest.fixture
def address_of(rf, settings):
    """Return what reads the address of a request that came from 192.0.2.1, behind so many proxies."""

    def read(forwarded, *, proxies, peer="192.0.2.1"):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
        headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
        return client_address(rf.get("/", headers=headers, REMOTE_ADDR=peer))

    return read


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
def test_of_the_addresses_that_proxies_tell_the_one_counts_that_the_outermost_trusted_one_heard(
    address_of, caplog, forwarded, proxies, address
):
    assert address_of(forwarded, proxies=proxies) == address
    assert not caplog.records


@pytest.mark.parametrize("proxies", [1, 2])
@pytest.mark.parametrize(
    "forwarded",
    ["x", "unknown", ",", "203.0.113", "203.0.113.7,x,", "1.2.3.4.5:80", "[::1", "٢٠٣.٠.١١٣.٧", "%", "x" * 9_000],
)
def test_where_proxies_tell_no_address_that_of_the_connection_counts_and_the_log_has_one_line(
    rf, settings, caplog, forwarded, proxies
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="192.0.2.1")
    assert [client_address(request) for _ in range(3)] == ["192.0.2.1"] * 3
    [line] = caplog.records
    assert (line.levelno, line.exc_info) == (logging.WARNING, None)
    assert len(line.getMessage()) < 200


def test_fewer_addresses_than_proxies_are_not_believed(address_of):
    assert address_of("203.0.113.7", proxies=2) == "192.0.2.1"


@pytest.mark.parametrize(
    ("peer", "address"), [("", "127.0.0.1"), ("unix:", "127.0.0.1"), ("::ffff:192.0.2.9", "192.0.2.9")]
)
def test_every_connection_has_an_address(address_of, peer, address):
    assert address_of(None, proxies=0, peer=peer) == address
