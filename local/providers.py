"""Who serves each provider: an address from the environment, an emulator, or the real one."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local.processes import Child, OnLine, Processes, environment
from local.settings import Settings

NAME = "The providers' emulators"
READY_SECONDS = 90.0  # Gradio takes long to import on a busy machine


@dataclass(frozen=True)
class Providers:
    """`parameters` are the template's, for base URLs; `lines` say for a person who serves what."""

    parameters: Mapping[str, str]
    lines: list[str]


class Emulators:
    """`python -m tests.emulators` as a child; started early, asked for its addresses when they are needed.

    When it is ready it prints a line of JSON: the environment variables that lead to it, with their values.
    """

    def __init__(self, processes: Processes, folder: Path, ports: Mapping[str, int], on_line: OnLine) -> None:
        self._urls: dict[str, Any] | None = None
        self._on_line = on_line
        options = [f"--{provider}-port={port}" for provider, port in ports.items()]
        command = [sys.executable, "-m", "tests.emulators", *options]
        self._child: Child = processes.start(NAME, command, environment(TMPDIR=str(folder)), self._read)

    def _read(self, line: str) -> None:
        if self._urls is None and line.startswith("{"):
            self._urls = json.loads(line)
        else:
            self._on_line(line)

    def wait(self) -> dict[str, Any]:
        """The addresses, as soon as they answer."""
        self._child.wait_until(lambda: self._urls is not None, READY_SECONDS)
        return self._urls or {}


def ports(emulators: Mapping[str, Any]) -> set[int]:
    """The ports that the emulators listen on."""
    urls = [emulators.get("GITEE_BASE_URL"), emulators.get("MODELSCOPE_BASE_URL")]
    found = (urlsplit(url).port for url in [*urls, *emulators.get("HF_SPACE_URLS", {}).values()] if url)
    return {port for port in found if port}


def needed(settings: Settings) -> bool:
    """Whether any provider is left to an emulator; of the Spaces some may be given and the others emulated."""
    return not settings.live


def choose(settings: Settings, emulators: Mapping[str, Any]) -> Providers:
    """Addresses from the environment win, each for itself; then emulators; then, with LIVE=1, the real providers."""
    spaces = {**emulators.get("HF_SPACE_URLS", {}), **settings.hf_space_urls}
    gitee = settings.gitee_base_url or emulators.get("GITEE_BASE_URL")
    modelscope = settings.modelscope_base_url or emulators.get("MODELSCOPE_BASE_URL")
    given = ", ".join(f"{name} at {url}" for name, url in settings.hf_space_urls.items())
    wanted = settings.emulator_ports
    rest = "the real Spaces"
    if spaces_url := next(iter(emulators.get("HF_SPACE_URLS", {}).values()), None):
        rest = f"real Gradio servers, {_origin(spaces_url)}{_moved(spaces_url, wanted.get('spaces'))}"
    return Providers(
        {
            **({"GiteeBaseUrl": gitee} if gitee else {}),
            **({"ModelScopeBaseUrl": modelscope} if modelscope else {}),
            **({"HfSpaceUrls": json.dumps(spaces)} if spaces else {}),
        },
        [
            _line("gitee", settings.gitee_base_url, gitee, wanted.get("gitee")),
            f"{'huggingface':<12} {given + '; for the others ' if given else ''}{rest}",
            _line("modelscope", settings.modelscope_base_url, modelscope, wanted.get("modelscope")),
        ],
    )


def _line(provider: str, given: str | None, chosen: str | None, port: int | None) -> str:
    if given:
        return f"{provider:<12} {given}"
    return f"{provider:<12} {f'an emulator, {chosen}{_moved(chosen, port)}' if chosen else 'the real provider'}"


def _moved(url: str, port: int | None) -> str:
    """What to say when an emulator is not where `sam local` looks for it."""
    return f" (port {port} is busy; `sam local` will not find it)" if port and urlsplit(url).port != port else ""


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
