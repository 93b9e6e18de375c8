"""A Space's own description of its endpoints (`/gradio_api/info`), and which of them takes what is to be sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any


def endpoint_of(described: Mapping[str, Any], configured: str, arguments: Collection[str]) -> str:
    """Return the configured endpoint if the Space has it, else one that fits the arguments, else the configured one.

    Gradio numbers the second and later uses of a name, so that `/generate_image` may become `/generate_image_1`; of
    several that fit, one named like that goes first. `described` holds each endpoint's parameters by its name.
    """
    if configured in described:
        return configured
    fitting = [name for name, parameters in described.items() if _fits(parameters, arguments)]
    alike = [name for name in fitting if name.startswith(f"{configured}_")]
    return next(iter([*alike, *fitting]), configured)


def _fits(parameters: Any, arguments: Collection[str]) -> bool:
    """Return whether an endpoint knows every argument, and needs no other."""
    if not isinstance(parameters, list) or not all(isinstance(parameter, Mapping) for parameter in parameters):
        return False
    known = {parameter.get("parameter_name") for parameter in parameters}
    needed = {p.get("parameter_name") for p in parameters if not p.get("parameter_has_default")}
    return needed <= set(arguments) <= known
