"""The results of a running batch: which pages are requested, kept and reported."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cli import batch_running
from cli.batch_running import RunningResults

if TYPE_CHECKING:
    from pathlib import Path

FAILED = {"line": 3, "id": "b", "status": "failed", "error": {"code": "INVALID_MODEL", "message": "no such model"}}
PENDING = {"line": 4, "id": "c", "status": "pending"}


class Batch:
    """A batch of two pages. The first has a picture that waits. The second ends at the second poll."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def call(self, method: str, path: str) -> dict[str, Any]:
        self.asked.append(path.rpartition("cursor=")[2])
        if self.asked[-1] == "":
            return {"results": [FAILED, PENDING], "next": "1-90-0"}
        return {"results": [{"line": 5, "status": "succeeded"} if self.asked.count("1-90-0") > 1 else PENDING]}


def counts(ended: int) -> dict[str, Any]:
    return {"counts": {"succeeded": ended, "failed": 0, "cancelled": 0}}


def test_pages_are_requested_until_each_one_is_final(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_running, "LOOK_SECONDS", 0.0)
    batch, said, path = Batch(), list[str](), tmp_path / "results.jsonl"
    running = RunningResults(batch.call, "b1", path, said.append)
    looks = []
    for ended in (1, 1, 2, 3, 4):
        before = len(batch.asked)
        running.look(counts(ended))
        looks.append(batch.asked[before:])
    assert looks == [[""], [], ["1-90-0", ""], ["1-90-0", ""], [""]]
    assert [json.loads(line)["line"] for line in path.read_text().splitlines()] == [3, 5]
    assert said == ["  failed: line 3: INVALID_MODEL: no such model"]


def test_polls_are_seconds_apart(tmp_path: Path) -> None:
    batch = Batch()
    running = RunningResults(batch.call, "b1", tmp_path / "results.jsonl", print)
    for ended in (1, 2, 3):
        running.look(counts(ended))
    assert batch.asked == [""]
