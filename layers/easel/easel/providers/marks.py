"""Write machine-readable marks into a picture: that it is generated, its provider, its model and its job.

The marks are one XMP packet, merged with the provider's own. See docs/marks.md.
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import Any, NamedTuple

from easel.common.contents import Content
from easel.common.telemetry import logger
from easel.providers import xmp, xmp_containers
from easel.providers.xmp import AIGC, EASEL, IPTC, Merge
from easel.settings import settings
from easel.store.images import ImageInfo
from easel.store.records import ENHANCED, Job

IS_GENERATED, MAY_BE_GENERATED = "1", "2"
"""Values of `Label` in GB 45438-2025."""
_PROPAGATOR_FIELDS = ("ContentPropagator", "PropagateID")
_EMPTY_FIELD = re.compile(r'"(\w+)"\s*:\s*(?:""|null)')
"""A field of JSON that is empty or null."""


class MarkResult(NamedTuple):
    """A picture's bytes with marks, or the unchanged bytes and the reason why they have no marks.

    Attributes:
        data: the bytes.
        reason: why the picture has no marks, or "".
    """

    data: Content
    reason: str


def marked(data: Content, info: ImageInfo, job: Job, seed: int) -> MarkResult:
    """Return the picture with its marks. Raise nothing: a picture that cannot be marked is returned unchanged.

    Args:
        data: the provider's file.
        info: its format and size.
        job: the picture's job.
        seed: the seed that the provider used.
    """
    try:
        properties = _properties(job, info, seed)
        sides = (info.width, info.height)
        return MarkResult(
            xmp_containers.rewritten(data, info.format, sides, lambda packet: xmp.merged(packet, properties)), ""
        )
    except xmp.Unreadable as error:
        logger.warning("picture not marked", extra={"reason": str(error), "format": info.format})
        return MarkResult(data, str(error))
    except Exception:  # a paid picture without marks is better than no picture
        logger.exception("picture not marked")
        return MarkResult(data, "Easel failed to write the mark")


def _properties(job: Job, info: ImageInfo, seed: int) -> dict[xmp.Name, Merge]:
    request, provider = job.request, job.request.catalog_provider
    facts = {"provider": provider.id, "model": request.model, "job": job.id}
    facts |= request.parameters(info.width, info.height, seed)
    label = MAY_BE_GENERATED if request.source_type == ENHANCED else IS_GENERATED
    return {
        (IPTC, "DigitalSourceType"): _unless_present(request.source_type),
        (IPTC, "AISystemUsed"): _unless_present(f"{request.model_name} ({provider.name})"),
        (AIGC, "AIGC"): lambda present: aigc(present, label, provider.name, job.id),
        **{(EASEL, name[0].upper() + name[1:]): _always(str(value)) for name, value in facts.items()},
    }


def _unless_present(value: str) -> Merge:
    def merge(present: str | None) -> str | None:
        return value if present is None else None

    return merge


def _always(value: str) -> Merge:
    def merge(_: str | None) -> str:
        return value

    return merge


def aigc(present: str | None, label: str, producer: str, job_id: str) -> str | None:
    """Return the value of the property `AIGC` of GB 45438-2025, or None if the present value must not be changed.

    Add the two fields about the propagator to the provider's value. Do not change a value that names a propagator
    already, or that is not JSON.

    Args:
        present: the provider's value, or None without one.
        label: whether the picture is generated, or may be.
        producer: the provider's name.
        job_id: the job's id.
    """
    pair = dict(zip(_PROPAGATOR_FIELDS, (settings().marks_propagator, job_id), strict=True))
    if present is None:
        produced = {"Label": label, "ContentProducer": producer, "ProduceID": job_id, "ReservedCode1": ""}
        return json.dumps({**produced, **pair, "ReservedCode2": ""}, ensure_ascii=False)
    try:
        fields = json.loads(present)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or any(fields.get(name) for name in _PROPAGATOR_FIELDS):
        return None
    return _with_pair(present, fields, pair)


def _replaced(name: str, entry: str, empty: re.Match[str]) -> str:
    return entry if empty[1] == name else empty[0]


def _with_pair(present: str, fields: dict[str, Any], pair: dict[str, str]) -> str:
    """Fill in or append the pair without changing the other text. If that fails, serialize all fields again."""
    text = present.strip()
    for name, value in pair.items():
        entry = f'"{name}":{json.dumps(value, ensure_ascii=False)}'
        if name in fields:
            text = _EMPTY_FIELD.sub(partial(_replaced, name, entry), text)
        else:
            text = f"{text[:-1].rstrip()},{entry}}}"
    try:
        if json.loads(text) == {**fields, **pair}:
            return text
    except ValueError:
        pass
    return json.dumps({**fields, **pair}, ensure_ascii=False)
