"""Find the models that a deployment can use with its own tokens. By default, OpenAI's names mean the first one."""

from __future__ import annotations

from easel import catalog
from easel.budgets import keys
from easel.catalog.families import ProviderModel
from easel.common.telemetry import logger
from easel.errors import InternalError
from easel.providers import ssm_parameters


def by_preference(*, edits: bool = False) -> list[ProviderModel]:
    """Return every model that needs only a prompt. With `edits`, return every model that edits pictures.

    Models of providers with a token come first, the cheapest first. Then come models that need no token, because few
    pictures are free without one. Models that the deployment cannot use come last.
    """
    owned, free, rest = _by_tokens()
    return [entry for some in (owned, free, rest) for entry in catalog.by_cost(some, edits=edits)]


def usable_providers() -> list[catalog.Provider]:
    """Return the providers that the deployment can use: it has their token, or they need none."""
    owned, free, _ = _by_tokens()
    return [*owned, *free]


def _by_tokens() -> tuple[list[catalog.Provider], ...]:
    """Return the providers with a token of the deployment, those that need none, and the rest.

    If SSM does not say which tokens exist, all providers count as having one.
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


def models_of_key(key_id: str | None) -> list[ProviderModel]:
    """Return the models of `by_preference` that the Easel key may use. Raise `AccessRefused`."""
    if not key_id:
        return by_preference()
    key = keys.get(key_id)
    return [(provider, model) for provider, model in by_preference() if key.may_use(provider.id, model.id)]
