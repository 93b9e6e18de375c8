"""The choice among a Space's endpoints."""

from __future__ import annotations

from typing import Any

import pytest

from easel.catalog.gradio_endpoints import endpoint_of

ARGUMENTS = ("prompt", "seed")


def endpoint(*needed: str, **defaults: Any) -> list[dict[str, Any]]:
    parameters = [{"parameter_name": name, "parameter_has_default": False} for name in needed]
    parameters += [{"parameter_name": name, "parameter_has_default": True} for name in defaults]
    return parameters


FITS = endpoint("prompt", seed=42)


@pytest.mark.parametrize(
    ("named", "chosen"),
    [
        ({"/generate": FITS, "/generate_1": FITS}, "/generate"),
        ({"/generate": endpoint("image"), "/generate_1": FITS}, "/generate"),
        ({"/reset": endpoint(), "/generate_1": FITS}, "/generate_1"),
        ({"/upscale": endpoint("image"), "/draw": FITS}, "/draw"),
        ({"/draw": FITS, "/generate_2": FITS}, "/generate_2"),
        ({"/draw": endpoint("prompt", "seed", "style")}, "/generate"),
        ({"/draw": endpoint("prompt", "seed", style="none")}, "/draw"),
        ({"/draw": endpoint("prompt")}, "/generate"),
        ({}, "/generate"),
        ({"/a": {}, "/b": "text", "/c": [1], "/d": 7}, "/generate"),
    ],
)
def test_the_configured_endpoint_comes_before_a_fitting_one(named: dict[str, Any], chosen: str) -> None:
    assert endpoint_of(named, "/generate", ARGUMENTS) == chosen
