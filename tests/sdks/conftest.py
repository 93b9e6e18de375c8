"""OpenAI's SDKs against the local stack, as programs call it."""

from tests.harness.sdks import node, sdk

__all__ = ["node", "sdk"]  # fixtures
