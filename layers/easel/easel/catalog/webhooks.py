"""The field `webhook` of calls and batches: the address to call when a job or a batch has ended."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from easel.catalog.bodies import Refusal
from easel.common import ip_addresses, public_urls
from easel.errors import InvalidParams
from easel.settings import settings

MAX_URL = 2048
ALLOWED = f"an https address at a public host, of at most {MAX_URL} characters, without a user name"


def is_allowed(url: str) -> bool:
    """Return True if the text of an address is valid for a webhook.

    The setting `WEBHOOK_LOOPBACK` also allows plain http and this machine.
    """
    public = public_urls.is_public(url)
    if not (public or settings().webhook_loopback):
        return False
    try:
        parts = urlsplit(url)
        host, named = parts.hostname or "", "@" in parts.netloc
    except ValueError:
        return False
    if settings().webhook_loopback and parts.scheme in ("http", "https") and ip_addresses.is_loopback(host):
        return True
    return public and parts.scheme == "https" and not named and len(url) <= MAX_URL


def allowed(url: str) -> str:
    """Return the address. Raise `InvalidParams` if it is not allowed, without the address: it may contain a secret."""
    if is_allowed(url):
        return url
    raise InvalidParams(f"webhook: must be {ALLOWED}", field="webhook")


Webhook = Annotated[
    str,
    Field(
        description="https address that is called after the end, as in Standard Webhooks; see docs/webhooks.md",
        examples=["https://example.com/hooks/easel"],
    ),
    AfterValidator(allowed),
    Refusal(InvalidParams, ALLOWED),
]
"""A webhook's address. The sender validates it again, with the host's IP addresses."""
