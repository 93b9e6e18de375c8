"""Call a webhook: only at a public address, without following redirects, for at most ten seconds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import httpx2

import webhook_signature
from easel.catalog import webhooks
from easel.common import ip_addresses
from easel.common.deadline import Deadline
from easel.errors import InternalError
from easel.providers import http, network
from easel.settings import settings
from webhook_events import Event

TIMEOUT_SECONDS = 10.0


class Refusal(NamedTuple):
    """Reason why an attempt failed. `status` is the response's status, or 0. Neither contains the address."""

    reason: str
    status: int = 0


def send(event: Event) -> Refusal | None:
    """Call the event's webhook. Return None if the response is 2xx. The response's body is not read."""
    if not webhooks.is_allowed(event.url):
        return Refusal("the address is not a public https address")
    body = event.body
    try:
        headers = {**webhook_signature.headers(event.id, body, time.time()), "Content-Type": "application/json"}
        with (
            network.until(Deadline(TIMEOUT_SECONDS)),
            _client().stream("POST", event.url, content=body, headers=headers, timeout=TIMEOUT_SECONDS) as response,
        ):
            status = response.status_code
    except LookupError as error:
        return Refusal(str(error))
    except InternalError as error:
        return Refusal(error.message)
    except network.PrivateAddress:
        return Refusal("the host has a private address")
    except network.UnknownHost:
        return Refusal("the host has no address")
    except httpx2.TimeoutException:
        return Refusal(f"no response within {TIMEOUT_SECONDS:.0f} seconds")
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        return Refusal(f"the connection failed ({type(error).__name__})")
    if 200 <= status < 300:
        return None
    return Refusal(
        f"HTTP {status}" + (", a redirect, and redirects are not followed" if 300 <= status < 400 else ""), status
    )


def load() -> None:
    """Create the client and its TLS settings before the first call."""
    _client()


@cache
def _client() -> httpx2.Client:
    return http.plain_client(network.transport(_resolve))


def _resolve(host: str, port: int) -> Sequence[str]:
    """Return the host's addresses. The connection uses them without another DNS query."""
    if settings().webhook_loopback and ip_addresses.is_loopback(host):
        return network.resolve(host, port)
    return network.resolve_public(host, port)
