"""Public addresses: private ones are detected in every form."""

from __future__ import annotations

import ipaddress

import pytest

from easel.common import ip_addresses

PRIVATE = {
    "private": "10.0.0.1 172.16.0.1 192.168.1.1 fc00::1 fd00:ec2::254",
    "loopback": "127.0.0.1 127.255.255.254 ::1",
    "link-local": "169.254.169.254 fe80::1 fec0::1",
    "shared (CGNAT)": "100.64.0.1 100.127.255.254",
    "multicast": "224.0.0.1 239.1.1.1 ff02::1 ff0e::1",
    "reserved": "240.0.0.1 255.255.255.255 4000::1 ::127.0.0.1 ::ffff:0:7f00:1",
    "unspecified": "0.0.0.0 0.1.2.3 ::",
    "documentation": "192.0.2.1 198.51.100.1 203.0.113.1 2001:db8::1",
    "benchmarks": "198.18.0.1",
    "NAT64": "64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b::127.0.0.1 64:ff9b::224.0.0.1",
    "local NAT64": "64:ff9b:1::8.8.8.8",
    "IPv4-mapped": "::ffff:10.0.0.1 ::ffff:127.0.0.1 ::ffff:100.64.0.1 ::ffff:224.0.0.1",
    "6to4": "2002:a00:1:: 2002:7f00:1:: 2002:a9fe:a9fe::",
    "Teredo": "2001:0:a00:1::f7f7:f7f7 2001:0:808:808::f5ff:fffe",
}
PUBLIC = (
    "8.8.8.8 93.184.216.34 100.63.255.255 172.32.0.1 2606:2800:220:1::1 2001:4860:4860::8888 64:ff9b::8.8.8.8 "
    "::ffff:8.8.8.8"
)


@pytest.mark.parametrize(("addresses", "public"), [*((each, False) for each in PRIVATE.values()), (PUBLIC, True)])
def test_only_internet_addresses_are_public(addresses: str, public: bool) -> None:
    for address in addresses.split():
        assert ip_addresses.is_public(ipaddress.ip_address(address)) == public, address
