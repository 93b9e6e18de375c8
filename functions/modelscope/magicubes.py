"""Read the balance of magicubes, ModelScope's currency for calls (docs/providers/modelscope.md#quotas).

Easel reads it for `GET /api/quota`, and before it retries a token when all tokens of a deployment are cooling down. It
does not read it in calls that have a usable token. The endpoint is not part of API-Inference. If its response is
unexpected, Easel tries the token anyway.
"""

from __future__ import annotations

from typing import Any

import httpx2

from easel.common.telemetry import logger
from easel.providers.allowances import number_in, read_json
from easel.providers.http import Http
from easel.providers.token_use import Allowance

PATH = "/openapi/v1/magicubes/balance"
API_HOST = "api-inference."
CHEAPEST = 0.5
"""Magicubes of a call to the cheapest models."""


def url(base_url: str) -> str:
    """Return the balance's URL for an API's base URL: at `modelscope.ai` for `api-inference.modelscope.ai`."""
    base = httpx2.URL(base_url)
    return str(base.copy_with(host=base.host.removeprefix(API_HOST), raw_path=PATH.encode()))


def can_pay(http: Http, base_url: str, token: str) -> bool | None:
    """Return whether an account can pay for a picture, or None if it is unknown."""
    left = allowance(http, base_url, token)
    return None if left is None else left.left >= CHEAPEST


def allowance(http: Http, base_url: str, token: str) -> Allowance | None:
    """Return an account's balance, or None if it is unknown."""
    available = _available(read_json(http, url(base_url), token))
    logger.info("magicubes read", extra={"available": available})
    return None if available is None else Allowance(available, "magicubes")


def _available(body: Any) -> float | None:
    """Return `data.available_balance`, which excludes the costs of running tasks, else the total balance."""
    data = body.get("data") if isinstance(body, dict) else None
    available = number_in(data, "available_balance")
    return number_in(data, "total_balance") if available is None else available
