"""The catalog: providers and models, with what each supports."""

from easel.catalog.lookup import (
    by_cost,
    default_provider,
    described_provider,
    editing_models,
    name_of,
    named,
    provider,
    providers,
    qualified,
    upscaling_provider,
)
from easel.catalog.models import UPSCALER, Model, Provider, Space
from easel.catalog.ranges import Range, Sides

__all__ = [
    "UPSCALER",
    "Model",
    "Provider",
    "Range",
    "Sides",
    "Space",
    "by_cost",
    "default_provider",
    "described_provider",
    "editing_models",
    "name_of",
    "named",
    "provider",
    "providers",
    "qualified",
    "upscaling_provider",
]
