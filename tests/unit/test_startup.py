"""What init does: nothing outside of Lambda, everything in it, and with SnapStart what a snapshot may hold."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from easel import aws, startup


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done, in its order."""
    found: list[str] = []
    for name in ("connect", "load", "forget_clients"):
        monkeypatch.setattr(aws, name, lambda name=name: found.append(name))
    return found


def prepare(done: list[str]) -> None:
    startup.prepare(lambda: done.append("own"), lambda: done.append("forget"))


def test_outside_of_lambda_nothing_is_done(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_LAMBDA_INITIALIZATION_TYPE", raising=False)
    prepare(done)
    assert done == []


@pytest.mark.parametrize("kind", ["on-demand", "provisioned-concurrency"])
def test_in_lambda_init_loads_and_connects(kind: str, done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", kind)
    prepare(done)
    assert done == ["own", "connect"]


def test_a_snapshot_holds_what_was_loaded_and_a_copy_begins_without_clients(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before: list[Callable[[], object]] = []
    after: list[Callable[[], object]] = []
    hooks = SimpleNamespace(register_before_snapshot=before.append, register_after_restore=after.append)
    monkeypatch.setitem(sys.modules, "snapshot_restore_py", hooks)
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start")
    prepare(done)
    assert done == []
    for step in before:
        step()
    assert done == ["own", "load"]
    for step in after:
        step()
    assert done == ["own", "load", "forget_clients", "forget"]
