"""Convert a request for a family into one request for each provider, in the order to ask them.

A family is the same model at several providers. The caller sends the provider `auto` and the family as the model. On
`/v1`, aliases of models may also mean a family.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from easel import catalog
from easel.budgets import keys
from easel.catalog.families import ProviderModel
from easel.catalog.requests import GenerateBody
from easel.common import pasted
from easel.errors import AuthRequired, CallerError
from easel.front_door import own_models, validation
from easel.front_door.credentials import checked_token
from easel.providers import lately
from easel.settings import settings
from easel.store.records import ValidatedRequest

ModelsOf = Callable[[str], Sequence[ProviderModel]]
Holdings = Mapping[str, Sequence[str]]
"""Ids of the providers that a call may use, with the caller's tokens for each. Without tokens the list is empty."""


def usable_providers(headers: Mapping[str, str], key: str | None) -> Holdings:
    """Return the providers that a call may draw with. Raise `AuthInvalid` for an invalid token."""
    return own_tokens(headers) or without_tokens(key)


def own_tokens(headers: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the tokens in the providers' headers, by provider id. Raise `AuthInvalid` for an invalid token."""
    return {
        provider.id: [checked_token(provider, token, provider.auth_header)]
        for provider in catalog.providers().values()
        if (token := pasted.token(headers.get(provider.auth_header.lower(), "")))
    }


def without_tokens(key: str | None) -> Holdings:
    """Return the providers for a call without tokens.

    With an Easel key, these are the providers that the deployment can use. Otherwise, those that require no token.
    """
    every = own_models.usable_providers() if key else catalog.providers().values()
    return {each.id: () for each in every if key or not each.auth_required}


def models_of_deployment(family: str, key: str | None = None) -> list[ProviderModel]:
    """Return the family's models that the deployment can use, in the order to ask them. A key may restrict them.

    Raise `AuthRequired` if the deployment can use none, `AccessDenied` if the key may use none.
    """
    held = {each.id for each in own_models.usable_providers()}
    models = [entry for entry in catalog.in_family(family) if entry[0].id in held]
    if not models:
        raise _needs_token(family)
    return _in_order(family, _allowed(models, key), own=True)


def validate(body: GenerateBody, held: Holdings, key: str | None = None) -> ValidatedRequest:
    """Return the request at the first provider to ask, with those at the others.

    Args:
        body: the validated body. Its provider is `auto`, or the provider to ask first.
        held: the providers that the call may use.
        key: the id of the call's Easel key, or None.

    Raises:
        AuthRequired: none of the family's providers is among them.
        AccessDenied: the key allows none of the family's models.
        CallerError: no provider accepts the body's values.
    """
    family = body.catalog_model.family
    models = [entry for entry in catalog.in_family(family) if entry[0].id in held]
    if not models:
        raise _needs_token(family)
    models = _allowed(models, key)

    def at(fitting: GenerateBody, provider: catalog.Provider) -> ValidatedRequest:
        token, *spare = held[provider.id] or (None,)
        return replace(validation.generation(fitting, token, key), spare_tokens=tuple(filter(None, spare)))

    return _at_each(body, _in_order(family, models, own=not any(held.values())), at)


def line(
    body: GenerateBody, models_of: ModelsOf = catalog.in_family, *, any_of_family: bool = False
) -> ValidatedRequest:
    """Return the request in a batch's line. For a family, it contains the requests to the other providers.

    Args:
        body: the line's validated body.
        models_of: returns a family's models, in the order to ask them.
        any_of_family: True if other providers of the family may draw a line that names one provider, after that one.

    Raises:
        CallerError: no provider accepts the line's values, or `models_of` raises it.
    """
    if body.provider != catalog.AUTO and not any_of_family:
        return validation.line(body)
    return _at_each(body, models_of(body.catalog_model.family), lambda fitting, _: validation.line(fitting))


def _at_each(
    body: GenerateBody,
    models: Sequence[ProviderModel],
    request_at: Callable[[GenerateBody, catalog.Provider], ValidatedRequest],
) -> ValidatedRequest:
    """Return the request to the first model, with those to the others. Models that accept all values come first."""
    valid, refusals = [], []
    for provider, model in models:
        fitting, warnings = fit_to_model(body, model, provider)
        try:
            request = request_at(fitting, provider)
        except CallerError as error:  # such as too many source pictures for this model
            refusals.append(error)
            continue
        valid.append(replace(request, warnings=(*request.warnings, *warnings), family=body.catalog_model.family))
    if not valid:
        raise refusals[0]
    valid = valid if settings().family_order else sorted(valid, key=lambda each: len(each.warnings))
    first, *others = sorted(valid, key=lambda each: each.request.provider != body.provider)
    return replace(first, others=tuple(others))


def _allowed(models: Sequence[ProviderModel], key: str | None) -> list[ProviderModel]:
    """Return the models that the key may use, or all models without a key. Raise `AccessDenied` if it may use none."""
    if not key:
        return list(models)
    owner = keys.get(key)
    allowed = [entry for entry in models if owner.may_use(entry[0].id, entry[1].id)]
    if not allowed:
        owner.check_model(models[0][0].id, models[0][1].id)
    return allowed


def _in_order(family: str, models: Sequence[ProviderModel], *, own: bool) -> list[ProviderModel]:
    """Return the models in the order of the deployment's setting, or else by recent results: see `lately.in_order`."""
    if len(models) == 1:
        return list(models)
    order = list(settings().family_order) or lately.in_order(family, models, own=own)
    return sorted(models, key=lambda entry: order.index(entry[0].id) if entry[0].id in order else len(order))


def fit_to_model(
    body: GenerateBody, model: catalog.Model, provider: catalog.Provider
) -> tuple[GenerateBody, tuple[str, ...]]:
    """Return the body with the nearest values that the model accepts, and a warning for each changed value."""
    sized, given = body.sized(), body.model_fields_set
    changes: dict[str, object] = {"provider": provider.id, "model": model.id}
    warnings = []

    def warn(name: str, value: str, instead: str) -> None:
        warnings.append(f"{name}: {value} was changed to {instead}, which {model.id} of {provider.name} supports")

    if not all(side in model.sides for side in (sized.width, sized.height)):
        width, height = _nearest(model.sides, sized.width, sized.height)
        changes |= {"width": width, "height": height, "size": "auto"}
        warn("size", f"{sized.width} x {sized.height}", f"{width} x {height}")
    steps = _within(model.steps, body.steps) if "steps" in given else model.steps.default
    changes["steps"] = int(steps)
    if "steps" in given and steps != body.steps:
        warn("steps", f"{body.steps}", f"{steps}")
    if model.guidance:
        wanted = body.guidance_scale if "guidance_scale" in given else None
        wanted = model.guidance.default if wanted is None else wanted
        changes["guidance_scale"] = guidance = _within(model.guidance, wanted)
        if guidance != wanted:
            warn(body.rule("guidance_scale").name, f"{wanted:g}", f"{guidance:g}")
    return body.model_copy(update=changes), tuple(warnings)


def _within(limits: catalog.Range, value: float) -> float:
    return min(max(value, limits.min), limits.max)


def _nearest(sides: catalog.Sides, width: int, height: int) -> tuple[int, int]:
    """Return the sides that the model accepts, with nearly the same ratio if possible."""
    scale = min(1.0, sides.max / max(width, height))
    scale = max(scale, sides.min / min(width, height))
    return sides.nearest(round(width * scale)), sides.nearest(round(height * scale))


def _needs_token(family: str) -> AuthRequired:
    models = catalog.in_family(family)
    headers = " or ".join(f"{provider.auth_header} ({provider.name})" for provider, _ in models)
    return AuthRequired(
        f"the family {family} needs a token of one of its providers: send it in the header {headers}; or send an Easel "
        "key of this deployment as Authorization: Bearer ek_…",
        field=models[0][0].auth_header,
    )
