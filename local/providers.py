"""Who serves each provider: an emulator, an address from the environment, or the real one."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.processes import Child, Processes, environment
from local.settings import Settings
from local.tools import Tools

READY_SECONDS = 90.0  # Gradio takes long to import on a busy machine


@dataclass(frozen=True)
class Providers:
    """`parameters` of the template for base URLs; `lines` say for a person who serves what; `emulators` their URLs."""

    parameters: Mapping[str, str]
    lines: list[str]
    emulators: Mapping[str, Any]


class Emulators:
    """`python -m tests.emulators` as a child; started early, asked for its addresses when they are needed."""

    def __init__(self, processes: Processes, tools: Tools, on_line: Callable[[str], None]) -> None:
        self.urls: dict[str, Any] | None = None
        self._on_line = on_line
        self._child: Child = processes.start(
            "the providers' emulators", [sys.executable, "-m", "tests.emulators"], environment(), self._read
        )

    def _read(self, line: str) -> None:
        if self.urls is None and line.startswith("{"):
            self.urls = json.loads(line)
        else:
            self._on_line(line)

    def wait(self) -> dict[str, Any]:
        self._child.wait_until(lambda: self.urls is not None, READY_SECONDS)
        assert self.urls is not None
        return self.urls


def needed(settings: Settings) -> bool:
    """Whether any provider is left to an emulator. One Space may be given and the others emulated."""
    return not settings.live


def choose(settings: Settings, emulators: Mapping[str, Any] | None) -> Providers:
    """Addresses from the environment win, each for itself; then emulators; then, with LIVE=1, the real providers."""
    emulated = emulators or {}
    spaces = {**emulated.get("spaces", {}), **settings.hf_space_urls}
    gitee = settings.gitee_base_url or emulated.get("gitee")
    modelscope = settings.modelscope_base_url or emulated.get("modelscope")
    parameters = {
        "GiteeBaseUrl": gitee,
        "ModelScopeBaseUrl": modelscope,
        "HfSpaceUrls": json.dumps(spaces) if spaces else None,
    }
    given = ", ".join(sorted(settings.hf_space_urls))
    lines = [
        _line("gitee", settings.gitee_base_url, emulated.get("gitee")),
        _line(
            "huggingface",
            f"HF_SPACE_URLS for {given}" if given else None,
            "real Gradio servers" if emulated else None,
        ),
        _line("modelscope", settings.modelscope_base_url, emulated.get("modelscope")),
    ]
    return Providers({name: value for name, value in parameters.items() if value}, lines, emulated)


def _line(provider: str, given: str | None, emulated: str | None) -> str:
    rest = f"emulated ({emulated})" if emulated else "the real provider"
    return f"{provider:<12} {given or rest}"
