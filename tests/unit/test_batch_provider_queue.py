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
    assert "next in turn" in batches.get(batch.id).waiting["gitee/"]["reason"]
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


def test_a_stopped_batch_in_the_queue_is_passed_over(machine: Machine, batch: Batch) -> None:
    for execution in ("one", "two", "three"):
        take(batch, execution)
    machine.gone = {"two"}
    provider_queue.leave("gitee", "one")
    assert machine.answered == ["one", "two", "three"]


def test_leaving_the_queue_does_not_disturb_the_others(machine: Machine, batch: Batch) -> None:
    for execution in ("one", "two", "three"):
        take(batch, execution)
    provider_queue.leave("gitee", "two")
    provider_queue.leave("gitee", "nobody")
    provider_queue.leave("gitee", "one")
    assert machine.answered == ["one", "three"]


def test_the_next_batch_notices_a_dead_execution(machine: Machine, batch: Batch) -> None:
    take(batch, "one")
    machine.running.remove("one")
    take(batch, "two")
    assert machine.answered == ["one", "two"]


def test_each_provider_has_turns_of_its_own(machine: Machine, batch: Batch) -> None:
    take(batch, "one")
    provider_queue.take(batch, "modelscope", "two", "two", "modelscope")
    assert machine.answered == ["one", "two"]
