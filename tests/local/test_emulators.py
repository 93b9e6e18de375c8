"""`local.emulators` accepts calls before the emulators run. `tests/integration/test_local_stack.py` calls them."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from local import emulators
from local.settings import PROVIDERS, Settings
from tests.harness.patience import until


class Children:
    """A substitute for `Processes` that starts no program."""

    def __init__(self) -> None:
        self.started: dict[str, Any] = {}
        self.on_line: dict[str, Any] = {}

    def start(
        self, name: str, command: list[str], _env: object, on_line: Any, listeners: list[socket.socket]
    ) -> object:
        self.started[name] = (command, [each.fileno() for each in listeners])
        self.on_line[name] = on_line
        return object()


@pytest.fixture
def children() -> Children:
    return Children()


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def all_of_them(children: Children, lines: list[str], tmp_path: Path) -> Iterator[emulators.Emulators]:
    running = emulators.Emulators(children, tmp_path, Settings(), lines.append)  # type: ignore[arg-type]
    yield running
    running.close()


def test_they_listen_before_they_run(all_of_them: emulators.Emulators) -> None:
    assert all_of_them.urls.keys() == {section["url_setting"] for section in PROVIDERS.values()}
    for url in all_of_them.urls.values():
        parts = urlsplit(url if isinstance(url, str) else url["upscaler"])
        socket.create_connection((str(parts.hostname), int(parts.port or 0))).close()


def test_each_gets_the_sockets_of_its_providers(all_of_them: emulators.Emulators, children: Children) -> None:
    all_of_them.start_spaces()
    all_of_them._start_now.set()
    until(lambda: len(children.started) == 2)
    for command, files in children.started.values():
        assert [int(option.rpartition("=")[2]) for option in command if option.startswith("--listener")] == files
    assert sum(len(files) for _, files in children.started.values()) == len(PROVIDERS)


def test_a_space_that_is_called_while_it_loads_is_reported(
    all_of_them: emulators.Emulators, children: Children, lines: list[str]
) -> None:
    all_of_them.start_spaces()
    (spaces,) = (url for url in all_of_them.urls.values() if not isinstance(url, str))
    with socket.create_connection(("127.0.0.1", int(urlsplit(spaces["upscaler"]).port or 0))):
        until(lambda: lines)
    assert [line.split()[0] for line in lines] == ["huggingface"]
    assert emulators.WAIT_NOTICE in lines[0]
    children.on_line["The Spaces' emulator"](json.dumps(spaces))
    assert all_of_them._ready["huggingface"].is_set()
