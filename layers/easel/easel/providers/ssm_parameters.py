"""The deployment's secrets: parameters of SSM, each a list of values."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from easel.common import aws, pasted
from easel.common.telemetry import logger
from easel.errors import InternalError
from easel.settings import settings

CACHE_SECONDS = 60.0
"""Time for which a process caches the values, so a new token is in use after a minute."""

_cache: dict[str, tuple[float, tuple[str, ...]]] = {}


def secrets(name: str) -> tuple[str, ...]:
    """The values of the parameter `/{stack}/{name}`, which may be cached; none if there is no such parameter.

    Raises `InternalError` if SSM does not answer and no value is cached.
    """
    path = f"{settings().parameters_path}/{name}"
    until, values = _cache.get(path, (0.0, ()))
    if time.monotonic() < until:
        return values
    try:
        values = _read(path)
    except InternalError:
        if not values:
            raise
        logger.warning("secret not read anew", extra={"parameter": path})
    _cache[path] = (time.monotonic() + CACHE_SECONDS, values)
    return values


def existing(names: Sequence[str]) -> frozenset[str]:
    """Those of at most ten parameters `/{stack}/{name}` that there are, which may be cached. None is decrypted.

    Raises `InternalError` if SSM does not answer.
    """
    folder = f"{settings().parameters_path}/"
    until, found = _cache.get(folder, (0.0, ()))
    if time.monotonic() >= until:
        with _translated_errors(f"{folder}tokens"):
            response = aws.ssm().get_parameters(Names=[f"{folder}{name}" for name in names])
        found = tuple(each["Name"].removeprefix(folder) for each in response["Parameters"])
        _cache[folder] = (time.monotonic() + CACHE_SECONDS, found)
    return frozenset(found)


def forget() -> None:
    """Empties the cache, so the next use reads SSM."""
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


def _read(path: str) -> tuple[str, ...]:
    client = aws.ssm()
    with _translated_errors(path):
        try:
            text = client.get_parameter(Name=path, WithDecryption=True)["Parameter"]["Value"]
        except client.exceptions.ParameterNotFound:
            return ()
    values = map(pasted.token, re.split(r"[,\n]", text))
    return tuple(dict.fromkeys(filter(None, values)))
