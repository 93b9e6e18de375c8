"""Whether an IP address is public. Used for links from callers and providers."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""Prefix under which a network without IPv4 reaches an IPv4 address (RFC 6052)."""


def is_loopback(host: str) -> bool:
    """Return True if the host is `localhost`, `127.0.0.1` or `::1`."""
    return host in ("localhost", "127.0.0.1", "::1")


def is_public(address: Address) -> bool:
    """Return True if the address, and any IPv4 address embedded in it, is a public internet address.

    Private, loopback, link-local, shared (CGNAT), multicast and reserved addresses are not public.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    if address in NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if address.ipv4_mapped:
        return is_public(address.ipv4_mapped)
    embedded = [each for each in (address.sixtofour, *(address.teredo or ())) if each]
    special = address.is_multicast or address.is_reserved or address.is_site_local
    return address.is_global and not special and all(map(is_public, embedded))
