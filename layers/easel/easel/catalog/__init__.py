"""The catalog: providers and models, with what each supports."""

from easel.catalog.models import (
    UPSCALER,
    Model,
    Provider,
    Range,
    Sides,
    Space,
    by_cost,
    default_provider,
    described_provider,
    name_of,
    named,
    provider,
    providers,
    qualified,
    upscaling_provider,
)

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
    "name_of",
    "named",
    "provider",
    "providers",
    "qualified",
    "upscaling_provider",
]
