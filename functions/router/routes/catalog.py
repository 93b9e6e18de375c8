"""`/api`, providers and models: what the deployment offers."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from dependencies import answered
from easel import __version__, catalog
from easel.catalog import Model, Provider
from easel.front_door.answers import HttpResponse
from easel.settings import settings

router = APIRouter(tags=["catalog"])

FEATURES = ["batches", "keys", "openai"]
"""What clients can ask `GET /api` for; the page at `/` shows what stands here."""


@router.get("/api")
async def health() -> dict[str, Any]:
    """That Easel runs, what it offers beside pictures (`features`), and what calls need (`access`)."""
    return {
        "name": "Easel",
        "version": __version__,
        "status": "ok",
        "providers": list(catalog.providers()),
        "features": FEATURES,
        "access": settings().access,
        "picturesNeedKey": settings().pictures_need_key,
        "docs": "/docs",
    }


@router.get("/api/providers")
async def providers() -> dict[str, Any]:
    """Every provider, with the header that its token goes in."""
    return {"providers": [_provider(provider) for provider in catalog.providers().values()]}


@router.get("/api/providers/{provider_id}/models")
async def models_of(provider_id: str) -> Response:
    """The models of one provider; the first is its default."""
    return await answered(lambda: HttpResponse(200, _models_of(catalog.described_provider(provider_id))))


@router.get("/api/models")
async def models() -> dict[str, Any]:
    """Every model of every provider."""
    everything = catalog.providers().values()
    return {"models": [_model(provider, model) for provider in everything for model in provider.models]}


def _provider(provider: Provider) -> dict[str, Any]:
    return {
        "id": provider.id,
        "name": provider.name,
        "authHeader": provider.auth_header,
        "requiresAuth": provider.auth_required,
        "imageFormat": provider.image_format,
        "tokenUrl": provider.token_url,
        "models": [model.id for model in provider.models],
    }


def _models_of(provider: Provider) -> dict[str, Any]:
    return {"provider": provider.id, "models": [_model(provider, model) for model in provider.models]}


def _model(provider: Provider, model: Model) -> dict[str, Any]:
    return {
        "id": model.id,
        "name": model.name,
        "provider": provider.id,
        "family": model.family,
        "features": model.features(),
        "typicalSeconds": model.typical_seconds,
        "sizes": _sizes(model),
    }


def _sizes(model: Model) -> dict[str, Any]:
    """The sides that the model makes, in pixels; `only` where it makes some sizes and no others.

    Other sizes within the API's limits are taken as well, and give the nearest one with a warning.
    """
    space = model.space
    if space and space.ratios:
        only = [{"name": name, "width": width, "height": height} for name, (width, height) in space.ratios.items()]
        sides = [side for width_and_height in space.ratios.values() for side in width_and_height]
        return {"min": min(sides), "max": max(sides), "only": only}
    return dict(space.sides) if space and space.sides else {"min": 256, "max": 2048}
