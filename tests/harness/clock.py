"""Easel's clock in a test, which pauses move forward instead of waiting."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[2]
USERS = tuple(f"{ROOT / folder}/" for folder in ("layers", "functions", "tests/emulators"))
"""Folders of the modules that read this clock. Others, as asyncio and botocore, keep the real one."""


class Clock:
    """A substitute for the module `time`. It runs on, and `sleep` moves it forward and returns at once."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        """The pauses that were skipped, in seconds."""
        self._ahead = 0.0

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Replace `time` in the loaded modules of Easel and of the emulators."""
        for module in list(sys.modules.values()):
            path = getattr(module, "__file__", None) or ""
            if path.startswith(USERS) and getattr(module, "time", None) is time:
                patch.setattr(module, "time", self)

    def time(self) -> float:
        return time.time() + self._ahead

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._ahead += seconds

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)
