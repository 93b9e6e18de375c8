"""The models that a deployment draws with its own tokens, in the order in which one stands for OpenAI's names."""

from __future__ import annotations

from easel import catalog
from easel.budgets import keys
from easel.catalog.families import ProviderModel
from easel.common.telemetry import logger
from easel.errors import InternalError
from easel.providers import ssm_parameters


def by_preference(*, edits: bool = False) -> list[ProviderModel]:
    """Every model that draws from a prompt alone, or with `edits` every one that changes pictures.

    Those of providers that the deployment has a token of come first, the cheapest first. Then those that need no token,
    since without one little is free, and at last those that cannot be drawn now.
    """
    owned, free, rest = _by_tokens()
    return [entry for some in (owned, free, rest) for entry in catalog.by_cost(some, edits=edits)]


def drawing() -> list[catalog.Provider]:
    """The providers that the deployment can draw with: those that it has a token of, and those that need none."""
    owned, free, _ = _by_tokens()
    return [*owned, *free]


def _by_tokens() -> tuple[list[catalog.Provider], ...]:
    """The providers of which the deployment has a token, those that need none, and the rest.

    If it is not known which tokens it has, all are among the first.
    """
    every = list(catalog.providers().values())
    try:
        known = ssm_parameters.existing([f"tokens/{each.id}" for each in every])
    except InternalError as error:
        logger.warning("the deployment's tokens are not known", extra={"reason": error.message})
        return every, [], []
    owned = [each for each in every if f"tokens/{each.id}" in known]
    free = [each for each in every if each not in owned and not each.auth_required]
    rest = [each for each in every if each not in owned and each.auth_required]
    return owned, free, rest


def of_key(key_id: str | None) -> list[ProviderModel]:
    """Those of them that an Easel key may use; all of them without a key. Raises `AccessRefused`."""
    if not key_id:
        return by_preference()
    key = keys.get(key_id)
    return [(provider, model) for provider, model in by_preference() if key.may_use(provider.id, model.id)]
