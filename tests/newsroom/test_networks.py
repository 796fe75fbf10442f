"""Which addresses count as one."""

import pytest

from newsroom.networks import connection_of, network_of


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
    assert (connection_of(address), network_of(address)) == (connection, network)


@pytest.mark.parametrize("read", [connection_of, network_of])
def test_what_is_no_address_is_refused(read):
    with pytest.raises(ValueError, match="does not appear"):
        read("a proxy")
