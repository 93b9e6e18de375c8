"""Recognise links and addresses of private hosts, in any spelling.

Clients parse hosts as https://url.spec.whatwg.org/#host-parsing defines: `http://127.1/`, `http://0x7f000001/` and
`http://2130706433/` all mean 127.0.0.1. This module checks only the name in a link. The code that fetches a link must
check the addresses that the name resolves to.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from easel.common import ip_addresses
from easel.common.image_formats import EXTENSIONS
from easel.common.ip_addresses import Address

PRIVATE_DOMAINS = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "onion", "home.arpa")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_NAMED = "|".join(map(re.escape, PRIVATE_DOMAINS))
_IN_TEXT = (
    r"\b(?:https?|wss?)://(?:\[[0-9a-f:.]+\]|[\w%])[\w.~:/?#@!$&*+,;=%-]*"
    rf"|(?<![\w.@-])(?:\d{{1,3}}(?:\.\d{{1,3}}){{3}}|\[[0-9a-f:.]*::?[0-9a-f:.]*\]|(?:[\w-]+\.)*localhost"
    rf"|(?:[\w-]+\.)+(?:{_NAMED}))(?::\d{{1,5}})?(?![\w.-])"
)
"""Matches a link, or a host that may be private, with or without a port. `re` compiles it at its first use."""
PRIVATE_ADDRESS = "(a private address)"
"""Replaces a private address in a text."""
_OWN_PICTURE = re.compile(rf"/api/images/[A-Za-z0-9_-]{{1,64}}\.({EXTENSIONS})")


def is_public(url: str) -> bool:
    """Return True if the URL is an http(s) link to a public address, or to a name that may be public."""
    host = _host(url)
    if not host:
        return False
    try:
        address = _address(host)
    except ValueError:
        return False
    return ip_addresses.is_public(address) if address else _is_public_name(host)


def without_private(text: str) -> str:
    """Replace private addresses in a text, such as those of a provider's servers."""

    def replacement(match: re.Match[str]) -> str:
        address = match[0].rstrip(".,;:!?")
        host = address.partition("://")[2] or address
        return match[0] if is_public(f"http://{host}") else PRIVATE_ADDRESS + match[0][len(address) :]

    return re.sub(_IN_TEXT, replacement, text, flags=re.I | re.A)


def is_own_picture(url: str) -> bool:
    """Return True if the URL may be a link to a picture of this deployment, which is read from the bucket.

    The host may be any public host, or a private one in its plain spelling. If the picture does not exist, the upscaler
    refuses a private host.
    """
    host = _host(url)
    if not host or not _OWN_PICTURE.fullmatch(urlsplit(url).path):
        return False
    if host == "localhost":
        return True
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return is_public(url)


def _host(url: str) -> str:
    """Return the host in lower-case ASCII without a trailing dot, or "" if the URL is not a valid http(s) link."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and parts.port != 0 and url.isprintable()
        host = parts.hostname or ""
        named = host if ":" in host else host.encode("idna").decode("ascii").lower()
    except ValueError:  # an invalid port or host
        return ""
    return named.removesuffix(".") if fine and not re.search(r"[ \\]", url) else ""


def _address(host: str) -> Address | None:
    """Return the IP address that the host denotes, or None for a name. Raise `ValueError` if it is neither."""
    if ":" in host:
        return ipaddress.IPv6Address(host)
    parts = host.split(".")
    if not _NUMBER.fullmatch(parts[-1]):
        return None
    *front, last = (_number(part) for part in parts)
    if len(front) > 3 or any(number > 255 for number in front) or last >= 256 ** (4 - len(front)):
        raise ValueError(f"not an IP address: {host[:60]}")
    return ipaddress.IPv4Address(sum(number << 8 * (3 - at) for at, number in enumerate(front)) + last)


def _number(part: str) -> int:
    """Parse a part of an IPv4 address: hexadecimal after `0x`, octal after `0`, else decimal."""
    if part.startswith("0x"):
        return int(part[2:] or "0", 16)
    return int(part, 8 if len(part) > 1 and part.startswith("0") else 10)


def _is_public_name(host: str) -> bool:
    labels = host.split(".")
    private = any(host == domain or host.endswith(f".{domain}") for domain in PRIVATE_DOMAINS)
    return len(labels) > 1 and not private and all(_LABEL.fullmatch(label) for label in labels)
