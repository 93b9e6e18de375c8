"""What is left of an account's magicubes, which pay for ModelScope's calls (docs/providers/modelscope.md#quotas).

Easel looks when all tokens of a deployment rest, before it tries one again, and never in the path of a call that has a
token. The endpoint is not a part of API-Inference: where it does not answer as known, the token is simply tried.
"""

from __future__ import annotations

import json
from typing import Any

import httpx2

from easel.common.deadline import Deadline
from easel.common.telemetry import logger
from easel.errors import EaselError
from easel.providers.http import Http

PATH = "/openapi/v1/magicubes/balance"
API_HOST = "api-inference."
CHEAPEST = 0.5
"""Magicubes of a call of the cheapest models."""
SECONDS = 2.5
"""Time for an answer; less than that of the trial, which is reserved meanwhile."""
MAX_ANSWER = 64 * 1024


def url(base_url: str) -> str:
    """The address of the balance beside a base URL: `api-inference.modelscope.ai` belongs to `modelscope.ai`."""
    base = httpx2.URL(base_url)
    return str(base.copy_with(host=base.host.removeprefix(API_HOST), raw_path=PATH.encode()))


def suffice(http: Http, base_url: str, token: str) -> bool | None:
    """Whether an account can pay for a picture; None if ModelScope does not say."""
    headers = {"Authorization": f"Bearer {token}"}
    try:
        reply = http.get(url(base_url), Deadline(SECONDS), headers=headers, limit=MAX_ANSWER, attempts=1)
        available = _available(json.loads(reply.content)) if reply.is_success else None
    except (EaselError, ValueError, RecursionError):
        available = None
    logger.info("magicubes were looked up", extra={"available": available})
    return None if available is None else available >= CHEAPEST


def _available(body: Any) -> float | None:
    """`data.available_balance`, which is the balance without what running tasks hold; the total in its place."""
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict):
        return None
    for name in ("available_balance", "total_balance"):
        value = data.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12:
            return float(value)
    return None
