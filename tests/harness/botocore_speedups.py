"""Patches that stop botocore from repeating work for each client. Every test creates Easel's clients again.

Clients share only what they never change: the rules that find an endpoint, and the class with a service's operations.
If a later version of botocore lacks a patched attribute, importing this module fails.
"""

from __future__ import annotations

from typing import Any

from botocore import regions
from botocore.client import ClientCreator


def save() -> None:
    """Apply the patches to this process."""
    _share_rules()
    _share_classes()


def _share_rules() -> None:
    """Build a service's endpoint rules once, which takes half of a client's creation."""
    build = vars(regions)["EndpointProvider"]
    built: dict[tuple[int, int], Any] = {}

    def provider(ruleset_data: Any, partition_data: Any, **more: Any) -> Any:
        key = id(ruleset_data), id(partition_data)
        if key not in built:
            # The data is kept, so that no other data gets its id.
            built[key] = build(ruleset_data, partition_data, **more), ruleset_data, partition_data
        return built[key][0]

    vars(regions)["EndpointProvider"] = provider


def _share_classes() -> None:
    """Build the class of a service's clients once for each session, whose hooks may change it."""
    build = ClientCreator._create_client_class  # type: ignore[attr-defined]
    built: dict[tuple[int, str], Any] = {}

    def client_class(self: Any, service_name: str, service_model: Any) -> Any:
        key = id(self._event_emitter), service_name
        if key not in built:
            built[key] = build(self, service_name, service_model), self._event_emitter
        return built[key][0]

    ClientCreator._create_client_class = client_class  # type: ignore[attr-defined]
