"""The queue of batches at a provider: one batch at a time, first come first served, without dead batches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import provider_queue
from easel.batch import batches
from tests.harness.batches import forget_cooldowns

if TYPE_CHECKING:
    from easel.batch.batches import Batch
    from tests.harness.cloud import Cloud


class Machine:
    """The part of Step Functions that the queue uses: running executions and answered task tokens."""

    def __init__(self) -> None:
        self.running = {"one", "two", "three"}
        self.answered: list[str] = []
        self.gone: set[str] = set()

    def answer(self, token: str) -> bool:
        self.answered.append(token)
        return token not in self.gone


@pytest.fixture
def machine(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Machine:
    forget_cooldowns()
    made = Machine()
    monkeypatch.setattr(provider_queue, "_runs", lambda execution: execution in made.running)
    monkeypatch.setattr(provider_queue, "_complete", made.answer)
    return made


@pytest.fixture
def batch(machine: Machine) -> Batch:
    made = batches.new("s3://b/k", "e", 1, endpoint="", scheduled=None)
    batches.create(made)
    return batches.get(made.id)


def take(batch: Batch, execution: str, token: str = "", home: str = "gitee") -> None:
    provider_queue.take(batches.get(batch.id), "gitee", execution, token or execution, home)


def test_the_next_batch_starts_when_the_first_leaves(machine: Machine, batch: Batch) -> None:
    take(batch, "one")
    take(batch, "two")
    take(batch, "three")
    assert machine.answered == ["one"]
    assert "waits for its turn" in batches.get(batch.id).waiting["gitee/"]["reason"]
    provider_queue.leave("gitee", "one")
    assert machine.answered == ["one", "two"]
    assert batches.get(batch.id).waiting == {}
    provider_queue.leave("gitee", "two")
    provider_queue.leave("gitee", "three")
    assert machine.answered == ["one", "two", "three"]
    take(batch, "one", "again")
    assert machine.answered[-1] == "again"


def test_a_repeated_request_keeps_its_place(machine: Machine, batch: Batch) -> None:
    for execution, token in (("one", "1"), ("two", "2"), ("three", "3"), ("two", "2 again")):
        take(batch, execution, token)
    provider_queue.leave("gitee", "one")
    assert machine.answered == ["1", "2 again"]


@pytest.mark.parametrize(
    ("gone", "left", "answered"),
    [({"two"}, [], ["one", "two", "three"]), (set(), ["two", "nobody"], ["one", "three"])],
    ids=["stopped", "left"],
)
def test_a_missing_batch_is_skipped(
    machine: Machine, batch: Batch, gone: set[str], left: list[str], answered: list[str]
) -> None:
    for execution in ("one", "two", "three"):
        take(batch, execution)
    machine.gone = gone
    for execution in (*left, "one"):
        provider_queue.leave("gitee", execution)
    assert machine.answered == answered


def test_the_next_batch_detects_a_dead_execution(machine: Machine, batch: Batch) -> None:
    take(batch, "one")
    machine.running.remove("one")
    take(batch, "two")
    provider_queue.take(batch, "modelscope", "three", "three", "modelscope")  # this provider has its own queue
    assert machine.answered == ["one", "two", "three"]
