"""The models as `/v1/models` lists them; `easel.front_door.images_api` knows their names."""

from __future__ import annotations

from typing import Any

from easel.front_door.images_api import Found, aliases, everything, in_catalog, name_of

CREATED = 1764547200
"""When the models were made, which nobody knows; clients want a number. It is the first of December 2025."""


def shown() -> list[dict[str, Any]]:
    """Every model as OpenAI's list has it; the deployment's own aliases last."""
    known = [(name, found) for name, wanted in aliases()[0].items() if (found := in_catalog(wanted))]
    return [entry(name_of(found), found) for found in everything()] + [entry(*each) for each in known]


def entry(name: str, found: Found) -> dict[str, Any]:
    """A model under one of its names, as OpenAI's clients read it, and what Easel knows of it."""
    provider, model = found
    told = {"name": f"{model.name} ({provider.name})", "features": model.features()}
    return {"id": name, "object": "model", "created": CREATED, "owned_by": provider.id, "easel": told}
