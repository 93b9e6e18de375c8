"""Choose a Space's endpoint from the Space's description (`/gradio_api/info`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any


def endpoint_of(described: Mapping[str, Any], configured: str, arguments: Collection[str]) -> str:
    """Return the configured endpoint if the Space has it, or another one that accepts the arguments.

    Gradio numbers the second and later uses of a name, so `/generate_image` may become `/generate_image_1`. Endpoints
    with such a name come first. If no endpoint accepts the arguments, return the configured one.

    Args:
        described: each endpoint's parameters, by name.
        configured: the endpoint in the catalog.
        arguments: names of the arguments that Easel sends.
    """
    if configured in described:
        return configured
    fitting = [name for name, parameters in described.items() if _fits(parameters, arguments)]
    alike = [name for name in fitting if name.startswith(f"{configured}_")]
    return next(iter([*alike, *fitting]), configured)


def _fits(parameters: Any, arguments: Collection[str]) -> bool:
    """Return True if an endpoint has every argument and requires no other."""
    if not isinstance(parameters, list) or not all(isinstance(parameter, Mapping) for parameter in parameters):
        return False
    known = {parameter.get("parameter_name") for parameter in parameters}
    needed = {p.get("parameter_name") for p in parameters if not p.get("parameter_has_default")}
    return needed <= set(arguments) <= known
