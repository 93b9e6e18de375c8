"""The names of models on `/v1`: `provider/model`, and what programs have built in.

| name | stands for |
|---|---|
| `gitee/z-image-turbo`, `hf/…`, `ms/…` | the provider's model of that id or alias |
| `z-image-turbo`, `Tongyi-MAI/Z-Image-Turbo` | the model of that id: of a provider that needs no token, if one has it |
| `dall-e-3` | what the deployment's parameter `ModelAliases` says |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from easel import catalog, settings
from easel.catalog import Model, Provider
from easel.errors import InvalidModel, InvalidSetting
from easel.telemetry import logger

CREATED = 1764547200
"""When the models were made, which nobody knows; clients want a number. It is the first of December 2025."""

Found = tuple[Provider, Model]


def find(name: str) -> Found:
    """The provider and model of a name; raises `InvalidModel`, which tells the names that there are."""
    aliases, complaint = _aliases()
    wanted = aliases.get(name, name)
    if found := _in_catalog(wanted):
        return found
    meant = f"{name[:100]!r}" if wanted == name else f"{name[:100]!r}, for which ModelAliases says {wanted[:100]!r},"
    names = ", ".join([*aliases, *map(name_of, _everything())])
    raise InvalidModel(f"model: {meant} is no model here; there are: {names}{complaint}"[:2000], field="model")


def default() -> Found:
    """What is taken where a call names no model."""
    provider = catalog.default_provider()
    return provider, provider.models[0]


def shown() -> list[dict[str, Any]]:
    """Every model as OpenAI's list has it; the deployment's own aliases last."""
    known = [(name, found) for name, wanted in _aliases()[0].items() if (found := _in_catalog(wanted))]
    return [entry(name_of(found), found) for found in _everything()] + [entry(*each) for each in known]


def entry(name: str, found: Found) -> dict[str, Any]:
    """A model under one of its names, as OpenAI's clients read it, and what Easel knows of it."""
    provider, model = found
    told = {"name": f"{model.name} ({provider.name})", "features": model.features()}
    return {"id": name, "object": "model", "created": CREATED, "owned_by": provider.id, "easel": told}


def name_of(found: Found) -> str:
    """The name under which the list has the model."""
    provider, model = found
    return f"{provider.id}/{model.id}"


def _in_catalog(name: str) -> Found | None:
    prefix, _, rest = name.partition("/")
    for provider, model in _everything():
        if prefix in (provider.id, provider.short) and rest in (model.id, model.alias) and rest:
            return provider, model
    bare = [found for found in _everything() if found[1].id == name]
    return min(bare, key=lambda found: found[0].auth_required, default=None)


def _everything() -> list[Found]:
    return [(provider, model) for provider in catalog.providers().values() for model in provider.models]


def _aliases() -> tuple[Mapping[str, str], str]:
    """The deployment's own names; with what is wrong with its parameter, if nobody can read it."""
    try:
        return settings.model_aliases(), ""
    except InvalidSetting as error:
        logger.error(error.message)  # which is an alarm for the owner; calls go on without aliases
        return {}, f"; {error.message}"
