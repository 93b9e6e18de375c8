"""`/v1/models`: the models in OpenAI's format. `easel.front_door.v1_format` defines their names."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Path

from dependencies import Call
from easel.errors import InvalidModel
from easel.front_door import v1_format
from easel.front_door.catalog_response_models import Features, Sizes
from easel.front_door.v1_format import (
    ProviderModel,
    all_models,
    family_models,
    name_of,
    named_models,
    with_model,
)
from easel.front_door.v1_response_models import OpenAiModel, OpenAiModelFacts, OpenAiModels
from error_responses import error_responses
from v1 import credentials

router = APIRouter(prefix="/v1/models", tags=["openai"])

CREATED = 1764547200
"""The time of creation of every model: 2025-12-01. Clients expect a number, and the real dates are unknown."""


@router.get(
    "",
    summary="List all models",
    response_model_exclude_unset=True,
    response_description="The models",
)
async def list_models(call: Call) -> OpenAiModels:
    """Lists all models by their names under `/v1`, then the families, OpenAI's names and the deployment's own names.

    `easel` describes what a model supports. The models behind names such as `dall-e-3` depend on the call's tokens.
    """
    return OpenAiModels(object="list", data=every_model(call.headers))


@router.get(
    "/{model_id:path}",
    summary="Get a model by any of its names",
    response_model_exclude_unset=True,
    response_description="The model",
    responses=error_responses(InvalidModel, v1=True),
)
async def retrieve_model(
    model_id: Annotated[str, Path(description="a model's name, such as `gitee/z-image-turbo`")], call: Call
) -> OpenAiModel:
    """Returns a model by any of its names. The slash in a name may be sent as `%2F`."""
    name = unquote(model_id)
    return entry(name, _find(name, call.headers))


def every_model(headers: Mapping[str, str]) -> list[OpenAiModel]:
    """Return every model in OpenAI's format. OpenAI's names and the deployment's own come last."""
    models = [entry(name_of(model), model) for model in [*all_models(), *family_models()]]
    for name in named_models():
        with suppress(InvalidModel):  # an alias of a missing model
            models.append(entry(name, _find(name, headers)))
    return models


def _find(name: str, headers: Mapping[str, str]) -> ProviderModel:
    """Return the model with a name, which may depend on the call's tokens. Raise `InvalidModel`."""
    return v1_format.find_model(with_model({"model": name}, lambda: credentials.usable_models(headers))["model"])


def entry(name: str, provider_model: ProviderModel) -> OpenAiModel:
    """Return a model under one of its names, in OpenAI's format, with Easel's facts about it."""
    provider, model = provider_model
    features = Features.model_validate(model.features())
    sizes = Sizes.model_validate(model.sizes())
    facts = OpenAiModelFacts(name=f"{model.name} ({provider.name})", features=features, sizes=sizes)
    return OpenAiModel(id=name, object="model", created=CREATED, owned_by=provider.id, easel=facts)
