"""The sandbox is as restricted as Lambda's. Otherwise the other tests here would prove nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.harness.patience import until
from tests.runtime.sandbox import Runtime, Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

PROBE = """
import os, sys, tempfile, time

def handler(event, context):
    if "sleep" in event:
        time.sleep(event["sleep"])
    if "exit" in event:
        os._exit(event["exit"])
    if "megabytes" in event:
        return len(bytearray(event["megabytes"] * 1024 * 1024))
    with tempfile.TemporaryFile() as file:
        file.write(b"x")
    paths = {name: os.access(path, os.W_OK) for name, path in event.get("paths", {}).items()}
    return {"writable": paths, "user": os.getuid(), "path": sys.path, "pid": os.getpid(), "sent": event.get("sent")}
"""


@pytest.fixture
def probe(runtime: Runtime, tmp_path: Path) -> Iterator[Sandbox]:
    folder = tmp_path / "task"
    folder.mkdir()
    (folder / "probe.py").write_text(PROBE)
    if os.geteuid() != 0:
        folder.chmod(0o555)
    sandbox = Sandbox(runtime, [folder], "probe.handler", {}, memory=128, timeout=5, log=tmp_path / "log")
    answered(sandbox)
    yield sandbox
    sandbox.close()


def answered(sandbox: Sandbox) -> dict[str, Any]:
    """Return the probe's answer, once it answers within its time. A busy machine may need several attempts."""

    def answer() -> dict[str, Any] | None:
        response = sandbox.invoke({})
        return response if isinstance(response, dict) and "pid" in response else None

    return until(answer)


def test_code_is_read_only_and_tmp_is_writable(probe: Sandbox, runtime: Runtime, tmp_path: Path) -> None:
    paths = {"code": tmp_path / "task", "client": runtime.client / "awslambdaric", "tmp": "/tmp"}
    answer = probe.invoke({"paths": {name: str(path) for name, path in paths.items()}})
    expected = {"code": False, "client": os.geteuid() != 0, "tmp": True}
    assert answer["writable"] == expected
    assert answer["user"] == (993 if os.geteuid() == 0 else os.geteuid())


def test_our_environment_is_not_on_the_path(probe: Sandbox) -> None:
    assert not [path for path in probe.invoke({})["path"] if "/.venv" in path]


def test_memory_over_the_functions_limit_is_refused(probe: Sandbox) -> None:
    assert probe.invoke({"megabytes": 60}) == 60 * 1024 * 1024
    assert probe.invoke({"megabytes": 128})["errorType"] == "MemoryError"


@pytest.mark.parametrize("event", [{"sleep": 10}, {"exit": 3}])
def test_a_timed_out_or_dead_function_starts_again(probe: Sandbox, event: dict[str, Any]) -> None:
    before = probe.invoke({})["pid"]
    response = str(probe.invoke(event))
    assert "timed out after 5.00 seconds" in response or "Runtime.ExitError" in response
    assert answered(probe)["pid"] != before


def test_a_frozen_function_continues_where_it_was(probe: Sandbox) -> None:
    before = probe.invoke({"sent": 1})
    probe.stop()
    probe.go_on()
    assert probe.invoke({"sent": 2}) == {**before, "sent": 2}
    assert probe.pid == before["pid"]
    assert probe.peak_memory > 5
