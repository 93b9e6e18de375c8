"""The catalog that is in force, and how its providers and models are looked up."""

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
"""The catalog in a built artifact: `build_artifact.py` has validated it, which takes 20 ms, a twentieth of init."""


class Catalog(NamedTuple):
    """Every provider by id, and further names that `/v1` takes for models."""

    providers: Mapping[str, Provider]
    aliases: Mapping[str, str] = MappingProxyType({})


_in_force: list[Catalog] = []
"""The catalog with the owner's overlay; empty while the built-in one is in force."""


def providers() -> Mapping[str, Provider]:
    """Return every provider by id, in the catalog's order: with the owner's overlay, if one is in force."""
    return _in_force[0].providers if _in_force else built_in()


def own_aliases() -> Mapping[str, str]:
    """Return the names that the owner's overlay adds to `/v1`, each with its model."""
    return _in_force[0].aliases if _in_force else {}


def use(catalog: Catalog | None = None) -> None:
    """Put a catalog in force; without one the built-in."""
    _in_force[:] = [catalog] if catalog else []
    automatic.cache_clear()


@cache
def automatic() -> Provider:
    """Return the provider `auto`, whose models are the families of the catalog in force."""
    return families.as_provider(providers())


def in_family(family: str) -> list[tuple[Provider, Model]]:
    """Return the models of a family with their providers, in the catalog's order."""
    return families.members(providers()).get(family, [])


@cache
def built_in() -> Mapping[str, Provider]:
    """Return every provider as Easel knows it, without an overlay."""
    if BUILT.exists():
        catalog: Mapping[str, Provider] = pickle.loads(BUILT.read_bytes())
        return catalog
    return read(SOURCE.read_text("utf-8"))


def read(text: str) -> Mapping[str, Provider]:
    """Return the providers in a catalog as TOML; pydantic's `ValidationError` names each key that is wrong."""
    return _CATALOG.validate_python(entries(text))


def entries(text: str) -> dict[str, Any]:
    """Return the sections of a catalog as TOML, each with its provider's id. Nothing is validated."""
    import tomllib  # here, since built artifacts do without

    return {provider_id: {"id": provider_id, **entry} for provider_id, entry in tomllib.loads(text).items()}


def default_provider() -> Provider:
    """Return the catalog's first provider: a request that names none goes to it."""
    return next(iter(providers().values()))


def upscaling_provider() -> Provider:
    """Return the provider that enlarges pictures."""
    return next(provider for provider in providers().values() if provider.upscaler)


def provider(name: str) -> Provider:
    """Return the provider of that name; raise `InvalidProvider` that names the valid ones."""
    entry = offered(name)
    if entry is None:
        known = ", ".join([*providers(), AUTO])
        raise InvalidProvider(f"provider: unknown provider {name[:100]!r}; Easel has: {known}", field="provider")
    return entry


def offered(name: str) -> Provider | None:
    """Return the provider of that name, or the provider `auto`."""
    return automatic() if folded(name) == AUTO else named(name)


def named(name: str, among: Mapping[str, Provider] | None = None) -> Provider | None:
    """Return the provider of that id, short id or name. Case, blanks and punctuation do not count."""
    among = among or providers()
    if name in among:
        return among[name]
    known = ((each, map(folded, (each.id, each.short, each.name, *each.names))) for each in among.values())
    wanted = folded(name)
    return next((each for each, names in known if wanted and wanted in names), None)


def name_of(provider_id: str) -> str:
    """Return the provider's display name; the id itself if it is unknown."""
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
    """Return the models of these providers that draw from a prompt alone, or with `edits` those that change pictures.

    The cheapest comes first. A provider that needs no token is free. Prices have each provider's own unit, so they
    order its own models alone; a model without a published price comes last.
    """
    free_first = sorted(among, key=lambda entry: entry.auth_required)
    return [
        (entry, model)
        for entry in free_first
        for model in sorted(entry.models, key=_price)
        if (model.edits if edits else not model.needs_image)
    ]


def editing_models() -> str:
    """Return the names of all models that take a picture to start from, for an error's text."""
    return ", ".join(f"{entry.id}/{model.id}" for entry, model in by_cost(providers().values(), edits=True))


def _price(model: Model) -> float:
    return math.inf if model.price is None else model.price


def described_provider(provider_id: str) -> Provider:
    """Return the provider named in a path. Raise `NotFound` naming the valid ones."""
    try:
        return provider(provider_id)
    except InvalidProvider as error:
        raise NotFound(error.message, field="provider") from error
