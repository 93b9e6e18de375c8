"""`/v1/models`: the models as OpenAI lists them; `easel.front_door.images_api` knows their names."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from fastapi import APIRouter, Response

from dependencies import answered
from easel.front_door import images_api
from easel.front_door.answers import HttpResponse
from easel.front_door.images_api import Found, aliases, everything, in_catalog, name_of

router = APIRouter(prefix="/v1/models", tags=["openai"])

CREATED = 1764547200
"""When the models were made, which nobody knows; clients want a number. It is the first of December 2025."""


@router.get("")
async def models() -> Response:
    """Every model by the name that `/v1` knows it by, as OpenAI lists them; `easel` tells what it supports."""
    return await answered(lambda: HttpResponse(200, {"object": "list", "data": shown()}))


@router.get("/{model_id:path}")
async def model(model_id: str) -> Response:
    """One model, by any of its names. The slash in a name may be sent as `%2F`."""
    name = unquote(model_id)
    return await answered(lambda: HttpResponse(200, entry(name, images_api.find(name))))


def shown() -> list[dict[str, Any]]:
    """Every model as OpenAI's list has it; the deployment's own aliases last."""
    known = [(name, found) for name, wanted in aliases()[0].items() if (found := in_catalog(wanted))]
    return [entry(name_of(found), found) for found in everything()] + [entry(*each) for each in known]


def entry(name: str, found: Found) -> dict[str, Any]:
    """A model under one of its names, as OpenAI's clients read it, and what Easel knows of it."""
    provider, model = found
    told = {"name": f"{model.name} ({provider.name})", "features": model.features()}
    return {"id": name, "object": "model", "created": CREATED, "owned_by": provider.id, "easel": told}
