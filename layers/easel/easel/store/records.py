"""Records of a generation: request, progress, result, and the job that contains them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from easel import catalog
from easel.catalog import stored_overlay
from easel.catalog.requests import GenerationFields
from easel.common.image_formats import EXTENSIONS
from easel.errors import InvalidModel
from easel.store.payer import Payer, PayerKind
from easel.store.webhooks import Delivery

Status = Literal["queued", "running", "succeeded", "failed"]

RETRY_STATUSES = (409, 429)
"""Error statuses below 500 after which a retry may succeed: cancelled, rate-limited."""
TYPICAL_UPSCALING = 30.0
TYPICAL_UNKNOWN = 15.0
"""Typical seconds for an upscaled picture, and for a model that is no longer in the catalog."""
_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
GENERATED = f"{_SOURCE_TYPES}trainedAlgorithmicMedia"
EDITED = f"{_SOURCE_TYPES}compositeWithTrainedAlgorithmicMedia"
ENHANCED = f"{_SOURCE_TYPES}algorithmicallyEnhanced"
"""IPTC's terms for a picture that a model generates from text, one from other pictures, and an upscaled one."""
_PICTURE = re.compile(rf"/api/images/(b?[0-9a-f]{{36,44}}\.(?:{EXTENSIONS}))$")


def own_picture(link: str) -> str:
    """Return the name `{job id}.{extension}` in a link to a picture of this deployment, or "" for other links."""
    match = _PICTURE.search(urlsplit(link).path)
    return match[1] if match else ""


class StoredRecord(BaseModel):
    """Base of the models that the table stores as JSON."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_by_name=True, serialize_by_alias=True)

    def to_json(self, *, defaults: bool = True) -> dict[str, Any]:
        """Return the fields that are not None, for `json.dumps`. `defaults=False` omits default values too."""
        return self.model_dump(exclude_none=True, exclude_defaults=not defaults)

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Return the record from `to_json()`. Ignore unknown fields, which a newer version may have added.

        Raise `ValueError` if the data is not such a record.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise ValueError(f"not a {cls.__name__}: {place}: {first['msg']}") from error

    def replace(self, **changes: Any) -> Self:
        """Return a copy with changed fields, without validation."""
        return self.model_copy(update=changes)


class GenerationRequest(StoredRecord, GenerationFields, defer_build=False):
    """A validated request, without the token. Every field has its final value.

    It has all of `GenerationFields`. The fields defined here were validated once and are not validated again.
    """

    provider: str
    model: str
    prompt: str = ""
    width: int = 0
    height: int = 0
    steps: int = 0
    guidance_scale: float | None = Field(None, alias="guidance")
    seed: int = 0
    output_format: str = ""
    """The format that a `/v1` call requests. Providers choose the format, so the response may have a warning."""
    images: tuple[str, ...] = ()
    """Source pictures: links, and keys of `easel.store.source_images`. If the call has no size, width and height are 0
    and the provider chooses them."""
    source_url: str = ""
    """Upscaling: the picture to enlarge."""
    scale: int = 0
    """Upscaling: the factor. 0 for a generation."""

    @property
    def catalog_provider(self) -> catalog.Provider:
        """The request's provider."""
        return catalog.provider(self.provider)

    @property
    def catalog_model(self) -> catalog.Model:
        """The request's model. Raise `InvalidModel` if the owner has removed it from the catalog."""
        return stored_overlay.provider_with(self.provider, self.model).model(self.model)

    @property
    def typical_seconds(self) -> float:
        """The request's typical duration in seconds."""
        if self.scale:
            return TYPICAL_UPSCALING
        try:
            return self.catalog_model.typical_seconds
        except InvalidModel:
            return TYPICAL_UNKNOWN

    def parameters(self, width: int, height: int, seed: int) -> dict[str, Any]:
        """Return the parameters of a picture of this size and seed, without the prompt."""
        if self.scale:
            return {"width": width, "height": height, "scale": self.scale}
        guidance = {} if self.guidance_scale is None else {"guidanceScale": self.guidance_scale}
        return {"width": width, "height": height, "steps": self.steps, **guidance, "seed": seed}

    @property
    def source_type(self) -> str:
        """IPTC's term for the picture. An upscaled picture of this deployment counts as generated."""
        if self.scale and not own_picture(self.source_url):
            return ENHANCED
        return EDITED if self.images else GENERATED

    @property
    def source_pictures(self) -> list[str]:
        """Names of the deployment's pictures that the request enlarges or edits."""
        return list(filter(None, map(own_picture, (self.source_url, *self.images))))

    @property
    def model_name(self) -> str:
        """The model's display name, or its id if it is no longer in the catalog."""
        if self.model == catalog.UPSCALER:
            return "Upscaler"
        try:
            return self.catalog_model.name
        except InvalidModel:
            return self.model


@dataclass(frozen=True)
class ValidatedRequest:
    """A validated request with its token. The token is a separate field, so it is neither stored nor printed."""

    request: GenerationRequest
    warnings: tuple[str, ...]
    token: str | None = field(repr=False, default=None)
    spare_tokens: tuple[str, ...] = field(repr=False, default=())
    """Further tokens of the caller. Each is used if the previous one is refused or rate-limited."""
    key: str | None = None
    """Id of the call's Easel key."""
    images: Mapping[str, bytes] = field(repr=False, default_factory=dict)
    """Source pictures that the call contains, by their keys in the bucket. They are not stored yet."""
    others: tuple[ValidatedRequest, ...] = ()
    """The requests to other providers, in the order of failover."""
    family: str = ""
    """The family that the call names with the provider `auto`, or "" if the call names a provider."""
    webhook: str = field(repr=False, default="")
    """The call's own webhook, or ""."""

    @property
    def every(self) -> tuple[ValidatedRequest, ...]:
        """This request, followed by the others."""
        return (self, *self.others)

    def changed(self, **changes: Any) -> ValidatedRequest:
        """Return the request, and the requests in `others`, with changed fields."""
        others = tuple(other.changed(**changes) for other in self.others)
        return replace(self, request=self.request.replace(**changes), others=others)

    def at(self, provider: str, tried: Collection[str] = ()) -> ValidatedRequest:
        """Return the request to that provider, or else this one. Its `others` omit the providers in `tried`."""
        first = next((each for each in self.every if each.request.provider == provider), self)
        others = (each for each in self.every if each.request.provider not in (first.request.provider, *tried))
        return replace(first, others=tuple(replace(each, others=()) for each in others))

    @property
    def uses_own_tokens(self) -> bool:
        """True if the picture is generated with the deployment's tokens."""
        return bool(self.key) and not self.token


class Progress(StoredRecord):
    """The job's progress, as the provider reports it. Unreported fields are None."""

    queue_position: int | None = None
    eta_seconds: float | None = None
    percent: int | None = None

    def as_response(self) -> dict[str, Any]:
        """Return the object `progress` in a job's response."""
        shape = {
            "queuePosition": self.queue_position,
            "etaSeconds": self.eta_seconds,
            "percent": self.percent,
        }
        return {name: value for name, value in shape.items() if value is not None}


class Result(StoredRecord):
    """The outcome of a successful job.

    `key` is the picture's key in the bucket. If the picture could not be stored, `key` is "", and `url` is the
    provider's link.
    """

    key: str = ""
    url: str = ""
    format: str
    width: int
    height: int
    size: int = 0
    """Bytes of the picture."""
    seed: int
    space: str = ""
    """URL of the Space that generated the picture; "" for providers without Spaces."""
    is_marked: bool = False
    """True if Easel has written marks (docs/marks.md) into the picture."""
    unmarked: str = ""
    """Why the picture has no marks although `Marks` is on, or ""."""
    seconds: float
    """Duration from the start of the work to the stored picture."""
    price: float | None = None
    """The provider's price of this picture, in the provider's unit."""


class Attempt(StoredRecord):
    """A provider that did not accept a call for a family's picture, and its error."""

    provider: str
    model: str
    code: str
    message: str
    until: float | None = None
    """In a batch: when the provider may accept again, if all its tokens rest."""


class Job(StoredRecord, allow_inf_nan=False):
    """A stored job. Times are seconds since the epoch."""

    id: str
    request: GenerationRequest
    warnings: tuple[str, ...] = ()
    status: Status = "queued"
    created: float
    started: float | None = None
    finished: float | None = None
    deadline: float
    seen: float | None = None
    """Time of the worker's last heartbeat. Jobs of batches have none, see `easel.batch.claims`."""
    attempts: int = 0
    progress: Progress | None = None
    result: Result | None = None
    error: dict[str, Any] | None = None
    """Body of the error response."""
    error_status: int = 500
    drawn: bool | None = None
    """For a failed job: True if the provider may have generated a picture. None in records of earlier versions."""
    batch: str | None = None
    """Id of the job's batch. Such a job records no progress, because no caller reads it."""
    payers: tuple[str, ...] = ()
    """Ids of the items on which its picture is counted, see `easel.budgets.admission`."""
    repeatable: bool = False
    """True if a later call may resume this job: the call has an idempotency key, or an SDK repeats it."""
    continues: str | None = None
    """Id of the checkpoint (`easel.store.checkpoints`) of an earlier attempt, which was charged for the picture."""
    family: str = ""
    """The family in the call, or "" if the call names a provider. `request` is for the present provider."""
    tried: tuple[Attempt, ...] = ()
    """The providers that were tried before."""
    webhook: str = Field("", repr=False)
    """Address of the webhook that reports the job's end, or ""."""
    delivery: Delivery | None = None
    """The attempts to deliver the webhook."""

    @property
    def ended(self) -> bool:
        """True if the job has succeeded or failed."""
        return self.status in ("succeeded", "failed")

    @property
    def key(self) -> str | None:
        """Id of the Easel key that started the job."""
        payers = (Payer.parse(item_id) for item_id in self.payers)
        return next((payer.id for payer in payers if payer.kind is PayerKind.KEY), None)

    @property
    def settled(self) -> bool:
        """True if a retry of the request would end in the same way: with the picture, or with the same refusal."""
        refused = 400 <= self.error_status < 500 and self.error_status not in RETRY_STATUSES
        return self.status == "succeeded" or (self.status == "failed" and refused)
