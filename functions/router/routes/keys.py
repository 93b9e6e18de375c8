"""`/api/key`: what an Easel key allows, and how much of it is used."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from dependencies import answered, read_call
from easel.budgets import keys, usage
from easel.budgets.keys import Key
from easel.budgets.usage import Use
from easel.front_door.answers import HttpRequest, HttpResponse
from easel.store.payer import Payer

router = APIRouter(tags=["key"])


@router.get("/api/key")
async def key(request: Request) -> Response:
    """What the key that the call shows allows, how much of it is used, and when it may be used again."""
    call = await read_call(request)
    return await answered(partial(_key, call))


@router.get("/v1/key", include_in_schema=False)
async def key_v1(request: Request) -> Response:
    """The same, beside the routes of OpenAI's clients."""
    return await key(request)


def _key(call: HttpRequest) -> HttpResponse:
    now = time.time()
    item = keys.read_item(keys.required(call.headers))
    found = Key.from_item(item)
    found.check(now)
    used = usage.uses(Payer.of_key(found.id), item, now)
    facts = {
        "name": found.name,
        "use": {_NAMES[use.kind]: _shown(use, now) for use in used},
        "models": list(found.models),
        "batches": found.batches,
        "createdAt": found.created,
        "expiresAt": found.until,
    }
    told = {name: value for name, value in facts.items() if value is not None}
    return HttpResponse(200, told, {"Cache-Control": "no-store", **usage.headers(used, now)})


_NAMES = {"minute": "callsThisMinute", "running": "callsAtOnce", "day": "picturesToday", "month": "picturesThisMonth"}


def _shown(use: Use, now: float) -> dict[str, Any]:
    """`used`; where there is a limit, `limit` and `left`; where time brings it back, `resetsAt` and `resetsIn`."""
    told: dict[str, Any] = {"used": use.used}
    if use.limit:
        told |= {"limit": use.limit, "left": use.left}
    if use.period:
        told |= {"resetsAt": use.period.ends, "resetsIn": use.resets_in(now)}
    return told
