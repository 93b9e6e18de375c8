"""Records of a generation: the request, its progress, its result, and the job that holds them."""

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

PASSING = (409, 429)
"""Error statuses below 500 that may not recur in a retry: cancelled, rate-limited."""
TYPICAL_UPSCALING = 30.0
TYPICAL_UNKNOWN = 15.0
"""Typical seconds for an upscaled picture, and for a model that is no longer in the catalog."""
_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
GENERATED = f"{_SOURCE_TYPES}trainedAlgorithmicMedia"
EDITED = f"{_SOURCE_TYPES}compositeWithTrainedAlgorithmicMedia"
ENHANCED = f"{_SOURCE_TYPES}algorithmicallyEnhanced"
"""IPTC's terms for a picture that a model makes of text, of other pictures, and for an upscaled picture."""
_PICTURE = re.compile(rf"/api/images/(b?[0-9a-f]{{36,44}}\.(?:{EXTENSIONS}))$")


def own_picture(link: str) -> str:
    """Return the name `{job id}.{extension}` in a link to one of Easel's pictures, or "" for any other link."""
    match = _PICTURE.search(urlsplit(link).path)
    return match[1] if match else ""


class StoredRecord(BaseModel):
    """Base of the models that the table keeps as JSON."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_by_name=True, serialize_by_alias=True)

    def to_json(self, *, defaults: bool = True) -> dict[str, Any]:
        """Return the fields for `json.dumps`, without any None. `defaults=False` omits default values too."""
        return self.model_dump(exclude_none=True, exclude_defaults=not defaults)

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """Parse a record from `to_json()`. Unknown fields, which a newer version may have added, are ignored.

        Raise `ValueError` if the data is not such a record.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise ValueError(f"no {cls.__name__}: {place}: {first['msg']}") from error

    def replace(self, **changes: Any) -> Self:
        """Return a copy with other values, without validation."""
        return self.model_copy(update=changes)


class GenerationRequest(StoredRecord, GenerationFields, defer_build=False):
    """A validated request. Every field has its final value. It holds no token.

    It has all of `GenerationFields`. The fields defined here were validated once and are read back unchanged.
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
    """The format that a `/v1` call requests. Providers choose their own format, so the response may have a warning."""
    images: tuple[str, ...] = ()
    """Source pictures: links, and keys of `easel.store.source_images`. Without a size in the call, width and height are
    0 and the provider chooses them."""
    source_url: str = ""
    """Upscaling: the picture to enlarge."""
    scale: int = 0
    """Upscaling: the factor; 0 means that this is a generation."""

    @property
    def catalog_provider(self) -> catalog.Provider:
        return catalog.provider(self.provider)

    @property
    def catalog_model(self) -> catalog.Model:
        """The model. Raise `InvalidModel` if the owner has removed it from the catalog meanwhile."""
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
        """Return the parameters that made a picture of this size and seed, without the prompt."""
        if self.scale:
            return {"width": width, "height": height, "scale": self.scale}
        guidance = {} if self.guidance_scale is None else {"guidanceScale": self.guidance_scale}
        return {"width": width, "height": height, "steps": self.steps, **guidance, "seed": seed}

    @property
    def source_type(self) -> str:
        """IPTC's term for how the picture comes to be. An upscaled picture of Easel is a generated one."""
        if self.scale and not own_picture(self.source_url):
            return ENHANCED
        return EDITED if self.images else GENERATED

    @property
    def source_pictures(self) -> list[str]:
        """Names of Easel's pictures that the request enlarges or starts from."""
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
    """The caller's further tokens. Each is used if the one before is refused or rate-limited."""
    key: str | None = None
    """Id of the call's Easel key."""
    images: Mapping[str, bytes] = field(repr=False, default_factory=dict)
    """Source pictures in the call itself, by their keys in the bucket. They are not stored yet."""
    others: tuple[ValidatedRequest, ...] = ()
    """The same request at other providers, in the order of failover."""
    family: str = ""
    """The family that the call names with the provider `auto`, or "" if the call names a provider."""
    webhook: str = field(repr=False, default="")
    """The call's own webhook, or ""."""

    @property
    def every(self) -> tuple[ValidatedRequest, ...]:
        """This request, followed by the others."""
        return (self, *self.others)

    def changed(self, **changes: Any) -> ValidatedRequest:
        """Return the request with other values of its fields, and so the others."""
        others = tuple(other.changed(**changes) for other in self.others)
        return replace(self, request=self.request.replace(**changes), others=others)

    def at(self, provider: str, tried: Collection[str] = ()) -> ValidatedRequest:
        """Return the request at that provider, or this one. Its `others` leave out the providers that were tried."""
        first = next((each for each in self.every if each.request.provider == provider), self)
        others = (each for each in self.every if each.request.provider not in (first.request.provider, *tried))
        return replace(first, others=tuple(replace(each, others=()) for each in others))

    @property
    def uses_own_tokens(self) -> bool:
        """True if the picture is generated with the deployment's own tokens."""
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

    `key` is the picture's key in the bucket. If the picture could not be stored, `key` is "" and only `url` is set, the
    provider's own link.
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
    """Whether Easel has written its marks (docs/marks.md) into the picture."""
    unmarked: str = ""
    """Why it has not, although the deployment wants marks."""
    seconds: float
    """Duration from the start of the work to the stored picture."""
    price: float | None = None
    """What the provider says that this picture cost, in the provider's unit."""


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
    """For a failed job: whether the provider may have generated a picture. None in records of earlier versions."""
    batch: str | None = None
    """Id of the job's batch. Such a job records no progress, because nobody watches it."""
    payers: tuple[str, ...] = ()
    """Ids of the items on which its picture is counted, see `easel.budgets.admission`."""
    repeatable: bool = False
    """Whether a later call may resume this job: the call has an idempotency key, or an SDK repeats it."""
    continues: str | None = None
    """Id of the checkpoint (`easel.store.checkpoints`) of an earlier attempt, which has paid for the picture."""
    family: str = ""
    """The family in the call, or "" if the call names a provider. `request` is for the present provider."""
    tried: tuple[Attempt, ...] = ()
    """The providers that were tried before."""
    webhook: str = Field("", repr=False)
    """Address that is called when the job has ended, or ""."""
    delivery: Delivery | None = None
    """The attempts at its webhook."""

    @property
    def ended(self) -> bool:
        return self.status in ("succeeded", "failed")

    @property
    def key(self) -> str | None:
        """Id of the Easel key that started the job."""
        payers = (Payer.parse(item_id) for item_id in self.payers)
        return next((payer.id for payer in payers if payer.kind is PayerKind.KEY), None)

    @property
    def settled(self) -> bool:
        """True if a retry of the request would end the same way: with its picture, or refused again."""
        refused = 400 <= self.error_status < 500 and self.error_status not in PASSING
        return self.status == "succeeded" or (self.status == "failed" and refused)
