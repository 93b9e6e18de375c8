"""`/api`, `/api/providers` and `/api/models`: the deployment's features, providers and models."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from easel import __version__, catalog
from easel.catalog.requests import GenerateBody
from easel.errors import NotFound
from easel.front_door import catalog_response_models, response_models
from easel.settings import settings
from error_responses import error_responses

router = APIRouter(tags=["catalog"])

FEATURES = ["batches", "keys", "openai"]
"""Features in the response of `GET /api`. The page at `/` uses them."""
ProviderId = Annotated[
    str, Path(description="one of " + ", ".join(f"`{provider}`" for provider in catalog.providers()))
]


@router.get("/api", summary="Get the deployment's status and features", response_description="Easel runs")
async def health() -> response_models.HealthResponse:
    """Returns the version, the `features`, and the credentials that calls need (`access`)."""
    return response_models.HealthResponse.model_validate(
        {
            "name": "Easel",
            "version": __version__,
            "status": "ok",
            "providers": list(catalog.providers()),
            "features": FEATURES,
            "access": settings().access,
            "anonymous_pictures": settings().anonymous_pictures,
            "pictures_need_key": settings().pictures_need_key,
            "docs": "/docs",
        }
    )


@router.get("/api/providers", summary="List the providers", response_description="The providers")
async def list_providers() -> catalog_response_models.ProviderList:
    """Lists the providers, with the header for each provider's token."""
    return catalog_response_models.ProviderList(
        providers=[_provider(provider) for provider in catalog.providers().values()]
    )


@router.get(
    "/api/providers/{provider_id}/models",
    summary="List the models of one provider",
    response_model_exclude_none=True,
    response_description="Its models",
    responses=error_responses(NotFound),
)
async def list_provider_models(provider_id: ProviderId) -> catalog_response_models.ProviderModelList:
    """Lists one provider's models. The first is its default."""
    provider = catalog.described_provider(provider_id)
    return catalog_response_models.ProviderModelList(
        provider=provider.id, models=[_model(provider, model) for model in provider.models]
    )


@router.get(
    "/api/models",
    summary="List all models with their fields",
    response_model_exclude_none=True,
    response_description="The models",
)
async def list_models() -> catalog_response_models.ModelList:
    """Lists all providers' models, the families, and the fields of a generation request."""
    models = [_model(provider, model) for provider in catalog.providers().values() for model in provider.models]
    fields = GenerateBody.model_json_schema()["properties"]
    return catalog_response_models.ModelList(models=models, families=_families(), fields=fields)


def _families() -> list[catalog_response_models.FamilyResponse]:
    return [
        catalog_response_models.FamilyResponse(
            id=family.id,
            name=family.name,
            models=[
                response_models.ModelElsewhere(provider=provider.id, model=model.id)
                for provider, model in catalog.in_family(family.id)
            ],
        )
        for family in catalog.automatic().models
    ]


def _provider(provider: catalog.Provider) -> catalog_response_models.ProviderResponse:
    return catalog_response_models.ProviderResponse(
        id=provider.id,
        name=provider.name,
        auth_header=provider.auth_header,
        requires_auth=provider.auth_required,
        image_format=provider.image_format,
        token_url=provider.token_url,
        models=[model.id for model in provider.models],
    )


def _model(provider: catalog.Provider, model: catalog.Model) -> catalog_response_models.ModelResponse:
    return catalog_response_models.ModelResponse(
        id=model.id,
        name=model.name,
        provider=provider.id,
        family=model.family,
        features=catalog_response_models.Features.model_validate(model.features()),
        typical_seconds=model.typical_seconds,
        sizes=catalog_response_models.Sizes.model_validate(model.sizes()),
    )
