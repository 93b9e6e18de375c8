"""Turns at a provider: one batch at a time, in the order of asking, and none is lost with a batch that dies."""

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
    """Step Functions, as far as turns use it: which executions run, whose tokens were answered."""

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


def test_the_next_batch_has_its_turn_when_the_first_leaves(machine: Machine, batch: Batch) -> None:
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


def test_a_repeated_request_keeps_its_place_in_the_queue(machine: Machine, batch: Batch) -> None:
    for execution, token in (("one", "1"), ("two", "2"), ("three", "3"), ("two", "2 again")):
        take(batch, execution, token)
    provider_queue.leave("gitee", "one")
    assert machine.answered == ["1", "2 again"]


@pytest.mark.parametrize(
    ("gone", "left", "answered"),
    [({"two"}, [], ["one", "two", "three"]), (set(), ["two", "nobody"], ["one", "three"])],
    ids=["stopped", "left"],
)
def test_a_batch_that_is_gone_is_passed_over(
    machine: Machine, batch: Batch, gone: set[str], left: list[str], answered: list[str]
) -> None:
    for execution in ("one", "two", "three"):
        take(batch, execution)
    machine.gone = gone
    for execution in (*left, "one"):
        provider_queue.leave("gitee", execution)
    assert machine.answered == answered


def test_the_next_batch_notices_a_dead_execution(machine: Machine, batch: Batch) -> None:
    take(batch, "one")
    machine.running.remove("one")
    take(batch, "two")
    provider_queue.take(batch, "modelscope", "three", "three", "modelscope")  # a queue of its own
    assert machine.answered == ["one", "two", "three"]
