"""Response models of `/api/images/{job_id}.json`."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from easel.front_door.response_models import (
    Format,
    JobId,
    JobUrl,
    ModelId,
    ProviderId,
    ResponseModel,
    Seconds,
    SpaceUrl,
    Url,
)


class MarksResponse(ResponseModel):
    """The machine-readable marks in the picture. The deployment's parameter `Marks` turns them on."""

    written: bool = Field(description="whether Easel has written its marks into the picture", examples=[True])
    reason: str | None = Field(
        None,
        description="why it has not, if the deployment's parameter asks for marks",
        examples=["a mark would break the file's C2PA signature"],
    )


class PictureFacts(ResponseModel):
    """The provider, model and parameters of a picture. The prompt is in the job."""

    job_id: JobId
    status_url: JobUrl
    url: Url
    format: Format
    provider: ProviderId
    model: ModelId
    space: SpaceUrl = None
    parameters: dict[str, Any] = Field(
        description="the request's parameters, without the prompt",
        examples=[{"width": 1024, "height": 1024, "steps": 9, "seed": 1234567}],
    )
    created_at: Seconds
    digital_source_type: str = Field(
        description="IPTC's term for the picture's origin",
        examples=["http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"],
    )
    marks: MarksResponse
