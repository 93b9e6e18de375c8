"""`/api/quota`: which of the deployment's provider tokens can be used now."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter, Response

from dependencies import CallersKey
from easel import catalog
from easel.budgets.keys import Key
from easel.catalog import Provider
from easel.common.deadline import Deadline, ends_within, in_thread
from easel.common.telemetry import logger
from easel.front_door import invoke, response_models
from easel.settings import settings
from error_responses import KEY_ERRORS, error_responses
from openapi import described

router = APIRouter(tags=["key"])

WAIT_SECONDS = 20.0
"""Seconds for all functions to respond. The Spaces' function starts slowly."""
CACHE_SECONDS = 60.0

_cache: dict[str, tuple[float, dict[str, Any]]] = {}


@router.get(
    "/api/quota",
    summary="Get the state of the deployment's tokens",
    response_model_exclude_none=True,
    responses={200: described("The tokens", None, "Cache-Control"), **error_responses(*KEY_ERRORS)},
)
async def get_quota(key: CallersKey, response: Response) -> response_models.QuotaResponse:
    """Returns the state of the deployment's tokens for the key's providers. The state is at most a minute old."""
    allowed = [each for each in catalog.providers().values() if may_use(key, each)]
    known = reports(allowed)
    response.headers["Cache-Control"] = "no-store"
    return response_models.QuotaResponse(
        providers=[
            response_models.ProviderQuotaResponse(provider=each.id, **_of_key(known[each.id], key, each))
            for each in allowed
        ]
    )


def may_use(key: Key, provider: Provider) -> bool:
    """Return whether the key may use any of the provider's models."""
    return any(key.may_use(provider.id, model.id) for model in provider.models)


def _of_key(report: dict[str, Any], key: Key, provider: Provider) -> dict[str, Any]:
    """Return the report with only those models that the key may use."""

    def usable(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [entry for entry in entries if key.may_use(provider.id, entry["model"])]

    own = [{**token, "refused": usable(token["refused"])} for token in report.get("tokens", [])]
    return {**report, "tokens": own, "models": usable(report.get("models", []))}


def reports(providers: list[Provider], seconds: float = WAIT_SECONDS) -> dict[str, dict[str, Any]]:
    """Return the providers' reports. Call their functions in parallel; use cached reports less than a minute old."""
    now = time.time()
    known = {each.id: _cache[each.id][1] for each in providers if each.id in _cache and _cache[each.id][0] > now}
    asked = {each.id: in_thread(_ask, each.id) for each in providers if each.id not in known}
    deadline = Deadline(seconds)
    for provider_id, asking in asked.items():
        if ends_within(asking, deadline.remaining()) and not asking.exception():
            known[provider_id] = asking.result()
        else:
            logger.warning("no token report from a provider's function", extra={"provider": provider_id})
            known[provider_id] = {"unknown": "the provider's function did not respond; try again"}
    return known


def _ask(provider_id: str) -> dict[str, Any]:
    report = invoke.reach(settings().function(provider_id), {"quota": True}, "RequestResponse")
    if not isinstance(report, dict) or "tokens" not in report:
        raise ValueError("the function sent no report")
    _cache[provider_id] = (time.time() + CACHE_SECONDS, report)
    return report


def forget() -> None:
    """Empty the cache."""
    _cache.clear()
