"""Validates the first lines of a manifest as a batch does, before there is a batch."""

from __future__ import annotations

from itertools import islice
from typing import Any

from easel.batch import manifest
from easel.batch.manifest import Line
from easel.errors import EaselError, InternalError, PayloadTooLarge

LINES = 20
"""Maximum lines of a preview."""
MAX_BYTES = 256 * 1024
RAW_LINES = LINES * manifest.MAX_ROW_LINES
"""Lines of the file that are read for them: blank ones, and those within a row of a CSV."""
HIDDEN = ("seed", "response_format")
"""Fields that a preview leaves out."""


def validate_lines(beginning: bytes) -> list[dict[str, Any]]:
    """Each of the first lines with its `request` or its `error`; raises `InvalidRequest` for what is no manifest."""
    if len(beginning) > MAX_BYTES:
        raise PayloadTooLarge(f"body: send the first {MAX_BYTES} bytes at most, up to the end of a line", field="body")
    beginning = b"\n".join(beginning.split(b"\n", RAW_LINES)[:RAW_LINES])
    lines = manifest.lines(lambda start, length: beginning[start : start + length], len(beginning))
    return [_validate_line(line) for line in islice(lines, LINES)]


def _validate_line(line: Line) -> dict[str, Any]:
    try:
        if line.error or line.fields is None:
            raise line.error or InternalError("the line could not be read")
        return {"line": line.number, **_request_of(line.fields)}
    except EaselError as error:
        return {"line": line.number, **error.body()}


def _request_of(fields: dict[str, Any]) -> dict[str, Any]:
    name = manifest.name_of(fields)
    parsed, count = manifest.validate(manifest.body_of(fields))
    request = parsed.request.to_json(defaults=False)
    request["negativePrompt"] = request.pop("negative_prompt", "")
    preview = {
        "count": count,
        "request": {field: value for field, value in request.items() if value != "" and field not in HIDDEN},
        "warnings": list(parsed.warnings),
    }
    return {"id": name, **preview} if name else preview
