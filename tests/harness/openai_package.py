"""OpenAI's package, imported at its first use.

Each worker imports all test modules, and this import takes a second and a half.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import openai
else:

    class _ImportedAtFirstUse:
        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):  # pytest looks for `_mock_name`
                raise AttributeError(name)
            return getattr(import_module("openai"), name)

    openai = _ImportedAtFirstUse()

__all__ = ["openai"]
