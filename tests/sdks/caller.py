"""The local stack, called with one of OpenAI's SDKs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx2

if TYPE_CHECKING:
    from local.stack import LocalStack
    from tests.harness.sdks import Outcome, Sdk

TOKEN = "any-token-will-do"
SMALL = {"model": "gitee/z-image-turbo", "size": "256x256"}
LONG = 70
"""Seconds of a picture for which a client has to follow twice."""


class Caller:
    """The local stack, called with one SDK, at its HTTP API or at another address."""

    def __init__(self, stack: LocalStack, sdk: Sdk, address: str = "") -> None:
        self._stack, self._sdk, self._address = stack, sdk, address or stack.endpoint
        self._mark = getattr(sdk, "__name__", "on_node")

    def call(self, method: str, key: str = TOKEN, **arguments: Any) -> Outcome:
        return self._sdk(self._address, key, method, **arguments)

    def generate(self, prompt: str, **arguments: Any) -> Outcome:
        return self.call("images.generate", **{**SMALL, "prompt": f"{prompt} {self._mark}", **arguments})

    def paid(self, prompt: str) -> int:
        """Return how often the provider was called for such a picture."""
        log = self._stack.providers.parameters["GiteeBaseUrl"].removesuffix("/v1") + "/_emulator/requests"
        return sum(f"{prompt} {self._mark}" in json.dumps(entry) for entry in httpx2.get(log, trust_env=False).json())
