"""Families: the same model at several providers, offered as the models of a provider `auto`.

A family accepts the values that at least one of its models accepts. `easel.front_door.families` converts a request
for a family into one request for each model.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from easel.catalog.models import Model, Provider
from easel.catalog.ranges import Range, Sides

AUTO = "auto"
"""The provider of a request for a family. The first provider that accepts the call draws the picture."""
ProviderModel = tuple[Provider, Model]


def members(providers: Mapping[str, Provider]) -> dict[str, list[ProviderModel]]:
    """Return every family's models with their providers, in the catalog's order."""
    families: dict[str, list[ProviderModel]] = {}
    for provider in providers.values():
        for model in provider.models:
            families.setdefault(model.family, []).append((provider, model))
    return families


def as_provider(providers: Mapping[str, Provider]) -> Provider:
    """Return the provider `auto`, whose models are the families. It has no token and no URL."""
    first = next(iter(providers.values()))
    families = [_as_model(family, [model for _, model in each]) for family, each in members(providers).items()]
    return Provider(
        id=AUTO,
        name="Automatic",
        auth_header="Authorization",
        auth_required=False,
        image_format=first.image_format,
        token_url=first.token_url,
        url_setting=first.url_setting,
        concurrency=first.concurrency,
        models=tuple(families),
    )


def _as_model(family: str, models: Sequence[Model]) -> Model:
    """Return a model that accepts the values that at least one of the models accepts."""
    guidance = [model.guidance for model in models if model.guidance]
    return Model(
        id=family,
        name=models[0].name,
        family=family,
        steps=_range([model.steps for model in models]),
        guidance=_range(guidance) if guidance else None,
        negative_prompt=any(model.negative_prompt for model in models),
        sides=_sides([model.sides for model in models]),
        typical_seconds=min(model.typical_seconds for model in models),
        edits=any(model.edits for model in models),
        needs_image=all(model.needs_image for model in models),
        max_images=max(model.max_images for model in models),
    )


def _range(ranges: Sequence[Range]) -> Range:
    least, most = min(each.min for each in ranges), max(each.max for each in ranges)
    return Range(min=least, max=most, default=ranges[0].default)


def _sides(sides: Sequence[Sides]) -> Sides:
    least = min(each.min for each in sides)
    step = math.gcd(*(each.step for each in sides), *(each.min - least for each in sides))
    return Sides(min=least, max=max(each.max for each in sides), step=step)
