"""Preview of a batch: validate a small manifest, or the beginning of a large one, without starting a batch."""

from __future__ import annotations

from collections import Counter
from functools import cache, partial
from itertools import islice
from typing import Any

from easel import catalog
from easel.batch import manifest
from easel.batch.manifest import Line
from easel.errors import EaselError, InternalError, PayloadTooLarge
from easel.front_door import families
from easel.front_door.families import ModelsOf

LINES = 20
"""Number of lines in a response."""
MAX_LINES = 1000
"""Maximum number of validated lines. The router needs about two seconds for them, and callers need no key."""
MAX_INVALID = 100
"""Number of invalid lines after which validation stops. A broken CSV row takes as long as 200 lines."""
MAX_BYTES = 256 * 1024
MAX_RAW_LINES = 4 * MAX_LINES
"""Maximum number of text lines that are read, including blank lines and lines within a CSV row."""
HIDDEN = ("seed", "response_format")
"""Fields left out of a preview."""


def validate(beginning: bytes, key: str | None = None) -> tuple[dict[str, Any], Counter[tuple[str, str]]]:
    """Return the fields of a `Preview`, and the number of pictures by the ids of provider and model.

    Lines are validated as in planning. A family's line is validated for the providers that the key may use and for
    which the deployment can pay.

    Args:
        beginning: the body, a manifest or its first lines.
        key: the id of an Easel key. Without it, a family's line is validated for all of the family's providers.

    Raises:
        InvalidRequest: the body is not a manifest.
        PayloadTooLarge: the body has more than `MAX_BYTES` bytes.
    """
    models_of: ModelsOf = cache(partial(families.models_of_deployment, key=key)) if key else catalog.in_family
    if len(beginning) > MAX_BYTES:
        raise PayloadTooLarge(f"body: send at most the first {MAX_BYTES} bytes, up to the end of a line", field="body")
    parts = beginning.split(b"\n", MAX_RAW_LINES)
    beginning, rest = b"\n".join(parts[:MAX_RAW_LINES]), parts[MAX_RAW_LINES:]
    lines = manifest.lines(lambda start, length: beginning[start : start + length], len(beginning))
    validated: list[dict[str, Any]] = []
    invalid: list[dict[str, Any]] = []
    for line in islice((_validate_line(each, models_of) for each in lines), MAX_LINES):
        validated.append(line)
        invalid += [line] if "error" in line else []
        if len(invalid) == MAX_INVALID:
            break
    pictures = sum(line.get("count", 0) for line in validated)
    wanted: Counter[tuple[str, str]] = Counter()
    for line in validated:
        if "request" in line:
            asked = (catalog.AUTO, line["family"]) if "family" in line else _model_of(line["request"])
            wanted[asked] += line["count"]
    preview = {
        "lines": validated[:LINES],
        "invalid": invalid,
        "counts": {"lines": len(validated), "pictures": pictures, "invalid": len(invalid)},
        "complete": next(lines, None) is None and not any(rest),
    }
    return preview, wanted


def _model_of(request: dict[str, Any]) -> tuple[str, str]:
    return request["provider"], request["model"]


def _validate_line(line: Line, models_of: ModelsOf) -> dict[str, Any]:
    try:
        if line.error or line.fields is None:
            raise line.error or InternalError("the line could not be read")
        return {"line": line.number, **_request_of(line.fields, models_of)}
    except EaselError as error:
        return {"line": line.number, **error.body()}


def _request_of(fields: dict[str, Any], models_of: ModelsOf) -> dict[str, Any]:
    name = manifest.name_of(fields)
    parsed, count = manifest.validate(manifest.body_of(fields), models_of)
    request = parsed.request.to_json(defaults=False)
    request["negativePrompt"] = request.pop("negative_prompt", "")
    preview = {
        "count": count,
        "request": {field: value for field, value in request.items() if value != "" and field not in HIDDEN},
        "warnings": list(parsed.warnings),
        **({"family": parsed.family} if parsed.family else {}),
    }
    return {"id": name, **preview} if name else preview
