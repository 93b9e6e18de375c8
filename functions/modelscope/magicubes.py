"""What is left of an account's magicubes, which pay for ModelScope's calls (docs/providers/modelscope.md#quotas).

Easel reads it when all tokens of a deployment rest, before it tries one again, and for `GET /api/quota`. It never reads
it in the path of a call that has a token. The endpoint is not a part of API-Inference: where it does not answer as
known, the token is simply tried.
"""

from __future__ import annotations

from typing import Any

import httpx2

from easel.common.telemetry import logger
from easel.providers.figures import answer_of, number_in
from easel.providers.http import Http
from easel.providers.token_use import Figure

PATH = "/openapi/v1/magicubes/balance"
API_HOST = "api-inference."
CHEAPEST = 0.5
"""Magicubes of a call of the cheapest models."""


def url(base_url: str) -> str:
    """Return the balance's address for a base URL: `api-inference.modelscope.ai` belongs to `modelscope.ai`."""
    base = httpx2.URL(base_url)
    return str(base.copy_with(host=base.host.removeprefix(API_HOST), raw_path=PATH.encode()))


def suffice(http: Http, base_url: str, token: str) -> bool | None:
    """Whether an account can pay for a picture; None if ModelScope does not say."""
    left = figure(http, base_url, token)
    return None if left is None else left.left >= CHEAPEST


def figure(http: Http, base_url: str, token: str) -> Figure | None:
    """What an account has; None if ModelScope does not say."""
    available = _available(answer_of(http, url(base_url), token))
    logger.info("magicubes were looked up", extra={"available": available})
    return None if available is None else Figure(available, "magicubes")


def _available(body: Any) -> float | None:
    """`data.available_balance`, which is the balance without what running tasks hold; the total in its place."""
    data = body.get("data") if isinstance(body, dict) else None
    available = number_in(data, "available_balance")
    return number_in(data, "total_balance") if available is None else available
