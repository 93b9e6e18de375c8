"""The artifacts are shared with tests/runtime, which runs them. See tests/harness/artifacts.py."""

from __future__ import annotations

from tests.harness.artifacts import Artifacts

__all__ = ["Artifacts"]
