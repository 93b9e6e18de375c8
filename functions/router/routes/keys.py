"""`/api/key`: an Easel key's permissions, limits and usage."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter, Response

from dependencies import ACCESS_KEY, Call
from easel.budgets import keys, usage
from easel.budgets.usage import Usage
from easel.front_door import response_models
from easel.store import table
from easel.store.payer import Payer
from error_responses import KEY_ERRORS, error_responses
from openapi import LIMITED, described

router = APIRouter(tags=["key"], dependencies=[ACCESS_KEY])

_NAMES = {
    "minute": "calls_this_minute",
    "running": "calls_at_once",
    "day": "pictures_today",
    "month": "pictures_this_month",
}


@router.get("/v1/key", include_in_schema=False, response_model_exclude_none=True)
@router.get(
    "/api/key",
    summary="Get your key's permissions, limits and usage",
    response_model_exclude_none=True,
    responses={200: described("The key", None, "Cache-Control", *LIMITED), **error_responses(*KEY_ERRORS)},
)
async def get_key(call: Call, response: Response) -> response_models.KeyResponse:
    """Returns the permissions and limits of the call's key, their usage, and when they reset."""
    now = time.time()
    item = keys.read_item(keys.required(call.headers))
    own_key = keys.Key.from_item(item)
    own_key.check(now)
    with table.translated_errors("try again"):
        (item,) = keys.with_counters([item])
    used = usage.uses(Payer.of_key(own_key.id), item, now)
    response.headers.update({"Cache-Control": "no-store", **usage.headers(used, now)})
    return response_models.KeyResponse(
        name=own_key.name,
        use=response_models.KeyUsageResponse(**{_NAMES[use.kind]: _use(use, now) for use in used}),
        models=list(own_key.models),
        batches=own_key.batches,
        created_at=own_key.created,
        expires_at=own_key.until,
    )


def _use(use: Usage, now: float) -> response_models.UsageResponse:
    """Return `used`. With a limit, add `limit` and `left`. With a period, add `resetsAt` and `resetsIn`."""
    facts: dict[str, Any] = {"used": use.used}
    if use.limit:
        facts |= {"limit": use.limit, "left": use.left}
    if use.period:
        facts |= {"resets_at": use.period.ends, "resets_in": use.resets_in(now)}
    return response_models.UsageResponse(**facts)
