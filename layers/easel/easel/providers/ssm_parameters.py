"""Read the deployment's secrets from SSM. A parameter is a list of values with optional names: `t-1,alice=t-2`."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from easel.common import aws, pasted
from easel.common.telemetry import logger
from easel.errors import InternalError
from easel.settings import settings

CACHE_SECONDS = 60.0
"""Time for which a process caches the values, so a new token is in use after a minute."""

MAX_NAME = 20
"""Maximum characters of a name. Tokens have more characters before an equals sign, so they are not read as a name."""
NAME = re.compile(rf"\w[\w .@-]{{0,{MAX_NAME - 1}}}")
RESERVED = re.compile(r"\d+|(?:no )?token\b.*|none|every|removed", re.I)
"""Names that look like a place in the list, or like several tokens."""

_cache: dict[str, tuple[float, Mapping[str, str]]] = {}


def secrets(name: str) -> Mapping[str, str]:
    """Return the values of the parameter `/{stack}/{name}`, each with its owner's name for it, or "".

    The values may be cached. A missing parameter has no values. Raise `InternalError` if SSM does not respond and no
    value is cached.
    """
    path = f"{settings().parameters_path}/{name}"
    until, values = _cache.get(path, (0.0, {}))
    if time.monotonic() < until:
        return values
    try:
        values = _read(path)
    except InternalError:
        if not values:
            raise
        logger.warning("secret not read again; the cached values are used", extra={"parameter": path})
    _cache[path] = (time.monotonic() + CACHE_SECONDS, values)
    return values


def existing(names: Sequence[str]) -> frozenset[str]:
    """Return which of at most ten parameters `/{stack}/{name}` exist. The result may be cached. No value is decrypted.

    Raise `InternalError` if SSM does not respond.
    """
    folder = f"{settings().parameters_path}/"
    until, stored = _cache.get(folder, (0.0, {}))
    if time.monotonic() >= until:
        with _translated_errors(f"{folder}tokens"):
            response = aws.ssm().get_parameters(Names=[f"{folder}{name}" for name in names])
        stored = {each["Name"].removeprefix(folder): "" for each in response["Parameters"]}
        _cache[folder] = (time.monotonic() + CACHE_SECONDS, stored)
    return frozenset(stored)


def forget() -> None:
    """Empty the cache, so that the next use reads SSM."""
    _cache.clear()


@contextmanager
def _translated_errors(path: str) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        failure = InternalError(f"Easel could not read its parameter {path}; nothing was generated; try again")
        failure.drawn = False
        raise failure from error


def _read(path: str) -> dict[str, str]:
    client = aws.ssm()
    with _translated_errors(path):
        try:
            text = client.get_parameter(Name=path, WithDecryption=True)["Parameter"]["Value"]
        except client.exceptions.ParameterNotFound:
            return {}
    values: dict[str, str] = {}
    for value, name in map(_entry, re.split(r"[,\n]", text)):
        if value:
            values.setdefault(value, "" if name in values.values() else name)
    return values


def _entry(text: str) -> tuple[str, str]:
    """Return an entry's value, and its name or "": `alice=token`, `token`, `X-API-Key=token`."""
    name, _, value = (part.strip() for part in text.partition("="))
    headed = pasted.token(f"{name}=x") == "x"
    if headed or not NAME.fullmatch(name) or not value.strip("=") or value.startswith("="):
        return pasted.token(text), ""
    return pasted.token(value), "" if RESERVED.fullmatch(name) else name
