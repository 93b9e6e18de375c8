"""Response models of `/api/providers` and `/api/models`."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from easel.front_door.response_models import ModelElsewhere, ModelId, Number, ProviderId, ResponseModel


class ProviderResponse(ResponseModel):
    id: ProviderId
    name: str = Field(examples=["Gitee AI"])
    auth_header: str = Field(description="the request header for its token", examples=["X-API-Key"])
    requires_auth: bool = Field(examples=[True])
    image_format: str = Field(examples=["PNG"])
    token_url: str = Field(description="where to get a token", examples=["https://ai.gitee.com"])
    models: list[str] = Field(description="ids; the first is the default", examples=[["z-image-turbo", "Qwen-Image"]])


class ProviderList(ResponseModel):
    providers: list[ProviderResponse]


class RangeResponse(ResponseModel):
    min: Number = Field(examples=[1])
    max: Number = Field(examples=[20])
    default: Number = Field(examples=[9])


class Features(ResponseModel):
    negative_prompt: bool = Field(examples=[True])
    steps: RangeResponse
    guidance_scale: RangeResponse | None = None
    seed: bool = Field(examples=[True])
    edits: bool = Field(description="whether it accepts source pictures", examples=[False])
    needs_image: bool | None = Field(
        None, description="only with `edits`: whether it requires a source picture", examples=[True]
    )
    max_images: int | None = Field(
        None, description="only with `edits`: maximum number of source pictures", examples=[3]
    )


class Size(ResponseModel):
    name: str = Field(examples=["16:9"])
    width: int = Field(examples=[1024])
    height: int = Field(examples=[576])


class Sizes(ResponseModel):
    """Limits of width and height in pixels."""

    min: int = Field(examples=[256])
    max: int = Field(examples=[2048])
    step: int | None = Field(None, description="width and height must be multiples of it", examples=[16])
    only: list[Size] | None = Field(None, description="the supported sizes, if the model supports no others")


class ModelResponse(ResponseModel):
    id: ModelId
    name: str = Field(examples=["Z-Image Turbo"])
    provider: ProviderId
    family: str = Field(description="shared by all models with the same weights", examples=["z-image-turbo"])
    features: Features
    typical_seconds: Number = Field(examples=[5])
    sizes: Sizes


class FamilyResponse(ResponseModel):
    """Models with the same weights, at one provider or several. Its id is a `model` of the provider `auto`."""

    id: str = Field(examples=["z-image-turbo"])
    name: str = Field(examples=["Z-Image Turbo"])
    models: list[ModelElsewhere]


class ModelList(ResponseModel):
    models: list[ModelResponse]
    families: list[FamilyResponse]
    fields: dict[str, Any] = Field(
        description="the fields of a request, each with its JSON Schema",
        examples=[{"prompt": {"type": "string", "minLength": 1, "maxLength": 4000}}],
    )


class ProviderModelList(ResponseModel):
    provider: ProviderId
    models: list[ModelResponse]


class NoModel(ResponseModel):
    id: str = Field(examples=["not-supported"])
    name: str = Field(examples=["Easel generates pictures only; it has no text models"])


class NoModels(ResponseModel):
    models: list[NoModel]
