"""Look up providers and models in the present catalog."""

from __future__ import annotations

import math
import pickle
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import ConfigDict, TypeAdapter

from easel.catalog import families
from easel.catalog.families import AUTO
from easel.catalog.models import Model, Provider
from easel.common.pasted import folded
from easel.errors import InvalidProvider, NotFound

_CATALOG = TypeAdapter(dict[str, Provider], config=ConfigDict(defer_build=True))
SOURCE = Path(__file__).with_name("catalog.toml")
BUILT = SOURCE.with_suffix(".pickle")
"""The validated catalog in a built artifact. `build_artifact.py` writes it, since validation takes 20 ms of init."""


class Catalog(NamedTuple):
    """All providers by id, and aliases of models for `/v1`."""

    providers: Mapping[str, Provider]
    aliases: Mapping[str, str] = MappingProxyType({})


_current: list[Catalog] = []
"""The catalog with the owner's overlay. Empty while the built-in catalog is used."""


def providers() -> Mapping[str, Provider]:
    """Return all providers by id, in the catalog's order, with the owner's overlay if there is one."""
    return _current[0].providers if _current else built_in()


def own_aliases() -> Mapping[str, str]:
    """Return the aliases in the owner's overlay, each with its model."""
    return _current[0].aliases if _current else {}


def use(catalog: Catalog | None = None) -> None:
    """Use this catalog from now on. Without an argument, use the built-in one."""
    _current[:] = [catalog] if catalog else []
    automatic.cache_clear()


@cache
def automatic() -> Provider:
    """Return the provider `auto`, whose models are the families of the present catalog."""
    return families.as_provider(providers())


def in_family(family: str) -> list[tuple[Provider, Model]]:
    """Return the models of a family with their providers, in the catalog's order."""
    return families.members(providers()).get(family, [])


@cache
def built_in() -> Mapping[str, Provider]:
    """Return the providers of the built-in catalog."""
    if BUILT.exists():
        catalog: Mapping[str, Provider] = pickle.loads(BUILT.read_bytes())
        return catalog
    return read(SOURCE.read_text("utf-8"))


def read(text: str) -> Mapping[str, Provider]:
    """Return the providers in a catalog in TOML. Raise pydantic's `ValidationError`, which names each invalid key."""
    return _CATALOG.validate_python(entries(text))


def entries(text: str) -> dict[str, Any]:
    """Return the sections of a catalog in TOML, each with its provider's id, without validation."""
    import tomllib  # here, because built artifacts do not use it

    return {provider_id: {"id": provider_id, **entry} for provider_id, entry in tomllib.loads(text).items()}


def default_provider() -> Provider:
    """Return the provider of requests that name none: the first one in the catalog."""
    return next(iter(providers().values()))


def upscaling_provider() -> Provider:
    """Return the provider that enlarges pictures."""
    return next(provider for provider in providers().values() if provider.upscaler)


def provider(name: str) -> Provider:
    """Return the provider of that name. Raise `InvalidProvider`, which names the valid ones."""
    entry = offered(name)
    if entry is None:
        known = ", ".join([*providers(), AUTO])
        raise InvalidProvider(f"provider: unknown provider {name[:100]!r}; Easel has: {known}", field="provider")
    return entry


def offered(name: str) -> Provider | None:
    """Return the provider of that name, which may be `auto`, or None."""
    return automatic() if folded(name) == AUTO else named(name)


def named(name: str, among: Mapping[str, Provider] | None = None) -> Provider | None:
    """Return the provider of that id, short id or name, or None. Ignore case, blanks and punctuation."""
    among = among or providers()
    if name in among:
        return among[name]
    known = ((each, map(folded, (each.id, each.short, each.name, *each.names))) for each in among.values())
    wanted = folded(name)
    return next((each for each, names in known if wanted and wanted in names), None)


def name_of(provider_id: str) -> str:
    """Return the provider's display name, or the id if it is unknown."""
    entry = providers().get(provider_id)
    return entry.name if entry else provider_id


def qualified(name: str, among: Mapping[str, Provider] | None = None) -> tuple[Provider, Model] | None:
    """Return the provider and model of a name such as `gitee/z-image-turbo` or `ms/flux-2`. None for other names.

    Without `among`, a name such as `auto/z-image-turbo` gives the family.
    """
    prefix, slash, rest = name.partition("/")
    entry = (named(prefix, among) if among else offered(prefix)) if slash and rest else None
    models = entry.models if entry else ()
    return next(((entry, model) for model in models if entry and rest in (model.id, model.alias)), None)


def by_cost(among: Iterable[Provider], *, edits: bool = False) -> list[tuple[Provider, Model]]:
    """Return the models of these providers that need only a prompt, or with `edits` those that edit pictures.

    Providers that require no token come first. The models of a provider are sorted by price, since prices of different
    providers have different units. Models without a published price come last.
    """
    free_first = sorted(among, key=lambda entry: entry.auth_required)
    return [
        (entry, model)
        for entry in free_first
        for model in sorted(entry.models, key=_price)
        if (model.edits if edits else not model.needs_image)
    ]


def editing_models() -> str:
    """Return the names of all models that edit pictures, for an error's text."""
    return ", ".join(f"{entry.id}/{model.id}" for entry, model in by_cost(providers().values(), edits=True))


def _price(model: Model) -> float:
    return math.inf if model.price is None else model.price


def described_provider(provider_id: str) -> Provider:
    """Return the provider that a path names. Raise `NotFound`, which lists the valid names."""
    try:
        return provider(provider_id)
    except InvalidProvider as error:
        raise NotFound(error.message, field="provider") from error
