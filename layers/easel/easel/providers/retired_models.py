"""Recognise models that their provider no longer offers, and name other models with the same weights.

A provider says that a model is retired, or responds 404. One 404 proves nothing: gateways send it while they are
changed, and Gitee AI sent it for models in use (docs/providers/gitee.md#errors). The providers' lists of models prove
nothing either: Gitee's list lacks models that work, and ModelScope's is not documented. So a 404 is a passing fault,
which the job table records. The model counts as retired once it has been missing for a while without a picture.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

from easel.catalog import UPSCALER, providers
from easel.common.telemetry import logger
from easel.errors import EaselError, ModelMissing, ModelRetired
from easel.store import versioned_items
from easel.store.records import GenerationRequest

LASTING_SECONDS = 600.0
"""A model is retired if it has been missing for this long."""
LASTING_COUNT = 3
"""Minimum number of 404s of a retired model."""
GAP_SECONDS = 6 * 3600.0
"""404s further apart belong to two outages."""
LOOK_SECONDS = 300.0
"""Minimum time between two reads of a model's record by a process that has drawn a picture with the model."""
KEPT_SECONDS = 2 * 24 * 3600.0

_looked: dict[tuple[str, str], float] = {}


@dataclass(frozen=True)
class _Missing:
    """The number of a model's 404s, and the times of the first and the last one, in seconds since the epoch."""

    first: float = 0.0
    last: float = 0.0
    count: int = 0

    def again(self, now: float) -> _Missing:
        if not self.count or now - self.last > GAP_SECONDS:
            return _Missing(now, now, 1)
        return _Missing(self.first, now, self.count + 1)

    @property
    def lasts(self) -> bool:
        return self.count >= LASTING_COUNT and self.last - self.first >= LASTING_SECONDS


def retired(error: EaselError, request: GenerationRequest | None) -> ModelRetired:
    """Return the error for a model that its provider no longer offers. It names the same model at other providers."""
    models = elsewhere(request) if request else []
    names = ", ".join(f"{model['model']} of {providers()[model['provider']].name}" for model in models)
    return ModelRetired(
        f"{error.message}; the same model elsewhere: {names}" if names else f"{error.message}; choose another model",
        provider=error.provider,
        upstream=error.upstream,
        elsewhere=models,
    )


def elsewhere(request: GenerationRequest) -> list[dict[str, str]]:
    """Return the models of the same family at other providers, as `{"provider", "model"}`."""
    if request.model == UPSCALER:
        return []
    family = request.catalog_model.family
    return [
        {"provider": other.id, "model": model.id}
        for other in providers().values()
        for model in other.models
        if other.id != request.provider and model.family == family
    ]


def record_missing(error: ModelMissing, request: GenerationRequest) -> EaselError:
    """Record a 404. Return the error for the caller: `ModelRetired` if the model stays missing, else the same error."""
    try:
        fields = versioned_items.change(
            _item_id(request),
            lambda before: asdict(_Missing(**(before or {})).again(time.time())),
            lambda _: time.time() + KEPT_SECONDS,
        )
    except Exception as failure:
        logger.warning("a missing model was not recorded", extra={"reason": type(failure).__name__})
        return error
    _looked[request.provider, request.model] = 0.0  # the next picture of this process clears the record
    return retired(error, request) if _Missing(**fields).lasts else error


def clear_missing(request: GenerationRequest) -> None:
    """Clear the record of a missing model that has drawn a picture. Most calls read nothing."""
    now, model = time.monotonic(), (request.provider, request.model)
    due = _looked.setdefault(model, now + LOOK_SECONDS)
    if now < due:
        return
    _looked[model] = now + LOOK_SECONDS
    try:
        versioned_items.change(
            _item_id(request),
            lambda before: asdict(_Missing()) if before and before.get("count") else None,
            lambda _: time.time() + KEPT_SECONDS,
        )
    except Exception as failure:
        logger.warning("a missing model was not cleared", extra={"reason": type(failure).__name__})


def _item_id(request: GenerationRequest) -> str:
    return f"missing#{request.provider}#{request.model}"
