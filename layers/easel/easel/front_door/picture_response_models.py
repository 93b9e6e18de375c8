"""What `/api/images/{job_id}.json` answers, as models."""

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
    """The marks of the deployment's parameter `Marks`."""

    written: bool = Field(description="whether Easel has written its marks into the picture", examples=[True])
    reason: str | None = Field(
        None,
        description="why it has not, although the deployment wants marks",
        examples=["a mark would break the file's C2PA signature"],
    )


class PictureFacts(ResponseModel):
    """Who drew a picture, and how. The prompt is in the job."""

    job_id: JobId
    status_url: JobUrl
    url: Url
    format: Format
    provider: ProviderId
    model: ModelId
    space: SpaceUrl = None
    parameters: dict[str, Any] = Field(
        description="what made the picture, without the prompt",
        examples=[{"width": 1024, "height": 1024, "steps": 9, "seed": 1234567}],
    )
    created_at: Seconds
    digital_source_type: str = Field(
        description="IPTC's term for how it came to be",
        examples=["http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"],
    )
    marks: MarksResponse
