"""The body of `POST /v1/images/generations`, read: OpenAI's fields, and Easel's own as extra ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import openai_tokens
from easel.front_door import images_api, validation
from easel.front_door.validation import MAX_SEED
from easel.store.records import ValidatedRequest


def read(body: bytes, headers: Mapping[str, str]) -> list[ValidatedRequest]:
    """What a call asks for, one request for each picture; `headers` have lower-case names.

    It is judged in this order: body, model, token present where required, then the fields. Raises `CallerError`, or
    `AuthInvalid` for what cannot be a token or a key.
    """
    given = {name: value for name, value in validation.read_object(body).items() if value is not None}
    found = images_api.model_of(given)
    brought = openai_tokens.read(found[0], headers)
    valid, count = images_api.judged(given, found, brought.key)
    token, *spare = brought.tokens or (None,)
    valid = replace(valid, token=token, spare_tokens=tuple(filter(None, spare)))
    first = valid.request.seed
    seeds = [(first + number) % (MAX_SEED + 1) for number in range(count)]
    return [replace(valid, request=replace(valid.request, seed=seed)) for seed in seeds]
