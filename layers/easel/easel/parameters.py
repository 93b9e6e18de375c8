"""The deployment's own secrets: SSM SecureStrings under `/{stack}/`, several values in one, comma-separated."""

from __future__ import annotations

import time

from easel import aws
from easel.errors import InternalError
from easel.settings import settings
from easel.telemetry import logger

KEPT_SECONDS = 60.0
"""How long a process keeps what it read: a new token is in use after a minute, and SSM is asked once a minute."""

_kept: dict[str, tuple[float, tuple[str, ...]]] = {}


def values(name: str) -> tuple[str, ...]:
    """The values of the parameter `/{stack}/{name}`; none where there is no such parameter.

    Raises `InternalError` when SSM cannot be asked and nothing was read before.
    """
    path = f"{settings().parameters_path}/{name}"
    until, found = _kept.get(path, (0.0, ()))
    if time.monotonic() < until:
        return found
    try:
        found = _read(path)
    except InternalError:
        if not found:
            raise
        logger.warning("secret not read anew", extra={"parameter": path})
    _kept[path] = (time.monotonic() + KEPT_SECONDS, found)
    return found


def forget() -> None:
    """Makes the next use ask SSM."""
    _kept.clear()


def _read(path: str) -> tuple[str, ...]:
    from botocore.exceptions import BotoCoreError, ClientError

    client = aws.ssm()
    try:
        text = client.get_parameter(Name=path, WithDecryption=True)["Parameter"]["Value"]
    except client.exceptions.ParameterNotFound:
        return ()
    except (BotoCoreError, ClientError) as error:
        raise InternalError(f"Easel could not read its parameter {path}; try again") from error
    return tuple(dict.fromkeys(value.strip() for value in text.split(",") if value.strip()))
