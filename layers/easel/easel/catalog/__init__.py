"""The catalog of providers and models, and the validation of requests against it."""

from easel.catalog.families import AUTO
from easel.catalog.lookup import (
    automatic,
    by_cost,
    default_provider,
    described_provider,
    editing_models,
    in_family,
    name_of,
    named,
    offered,
    provider,
    providers,
    qualified,
    upscaling_provider,
)
from easel.catalog.models import UPSCALER, Model, Provider, Space
from easel.catalog.ranges import Range, Sides

__all__ = [
    "AUTO",
    "UPSCALER",
    "Model",
    "Provider",
    "Range",
    "Sides",
    "Space",
    "automatic",
    "by_cost",
    "default_provider",
    "described_provider",
    "editing_models",
    "in_family",
    "name_of",
    "named",
    "offered",
    "provider",
    "providers",
    "qualified",
    "upscaling_provider",
]
