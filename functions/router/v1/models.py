"""`/v1/models`: the models as OpenAI lists them; `easel.front_door.openai_format` knows their names."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Path

from easel.errors import InvalidModel
from easel.front_door import openai_format
from easel.front_door.openai_format import ProviderModel, aliases, everything, in_catalog, name_of
from easel.front_door.response_models import Features, Sizes
from easel.front_door.v1_response_models import OpenAiModel, OpenAiModelFacts, OpenAiModels
from error_responses import error_responses

router = APIRouter(prefix="/v1/models", tags=["openai"])

CREATED = 1764547200
"""When the models were made, which nobody knows; clients want a number. It is the first of December 2025."""


@router.get("", response_model_exclude_unset=True, response_description="The models")
async def list_models() -> OpenAiModels:
    """Every model by the name that `/v1` knows it by, as OpenAI lists them; `easel` tells what it supports."""
    return OpenAiModels(object="list", data=every_model())


@router.get(
    "/{model_id:path}",
    response_model_exclude_unset=True,
    response_description="The model",
    responses=error_responses(InvalidModel, v1=True),
)
async def retrieve_model(
    model_id: Annotated[str, Path(description="a model's name, such as `gitee/z-image-turbo`")],
) -> OpenAiModel:
    """One model, by any of its names. The slash in a name may be sent as `%2F`."""
    name = unquote(model_id)
    return entry(name, openai_format.find(name))


def every_model() -> list[OpenAiModel]:
    """Every model in OpenAI's format. The deployment's own aliases come last."""
    aliased = [(alias, match) for alias, name in aliases()[0].items() if (match := in_catalog(name))]
    return [entry(name_of(model), model) for model in everything()] + [entry(*each) for each in aliased]


def entry(name: str, provider_model: ProviderModel) -> OpenAiModel:
    """A model under one of its names, in OpenAI's format, with Easel's facts about it."""
    provider, model = provider_model
    features = Features.model_validate(model.features())
    sizes = Sizes.model_validate(model.sizes())
    facts = OpenAiModelFacts(name=f"{model.name} ({provider.name})", features=features, sizes=sizes)
    return OpenAiModel(id=name, object="model", created=CREATED, owned_by=provider.id, easel=facts)
