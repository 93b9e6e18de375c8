"""Init: it does nothing outside of Lambda, prepares everything in Lambda, and obeys SnapStart's rules."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

import easel
from easel.common import aws, startup


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Outside of Lambda unless a test sets otherwise. The changes of init to garbage collection are undone."""
    for name in ("INITIALIZATION_TYPE", "FUNCTION_NAME"):
        monkeypatch.delenv(f"AWS_LAMBDA_{name}", raising=False)
    yield
    gc.unfreeze()
    gc.enable()


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps of init, in order."""
    steps: list[str] = []
    for name in ("connect", "load", "forget_clients"):
        monkeypatch.setattr(aws, name, lambda name=name: steps.append(name))
    return steps


def prepare(done: list[str]) -> None:
    startup.prepare(lambda: done.append("own"), lambda: done.append("forget"))


def test_nothing_is_prepared_outside_of_lambda(done: list[str]) -> None:
    importlib.reload(easel)
    assert gc.isenabled()
    prepare(done)
    assert done == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INITIALIZATION_TYPE", "on-demand"),
        ("INITIALIZATION_TYPE", "provisioned-concurrency"),
        ("FUNCTION_NAME", "easel-gitee"),  # all that SAM's emulator sets
    ],
)
def test_in_lambda_init_loads_and_connects(
    name: str, value: str, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"AWS_LAMBDA_{name}", value)
    prepare(done)
    assert done == ["connect", "own"]


def test_garbage_is_collected_after_init_but_not_during_it(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "easel-gitee")
    importlib.reload(easel)
    assert not gc.isenabled()
    prepare(done)
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_a_restored_copy_starts_without_clients(done: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
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
    assert gc.isenabled()
