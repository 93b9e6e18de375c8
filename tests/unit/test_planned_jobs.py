"""A family's job in a batch is handed from provider to provider: no random faults generate or charge twice.

The providers' real handlers use the real table and the real bucket. Their adapters, Lambda's deliveries and crashes
are random. `HANDOVER_SEQUENCES` sets the number of sequences, and `HOSTILE_SEED` the seed.
"""

from __future__ import annotations

import json
import os
import random
import time
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

import planning
from easel.batch import batches, claims, planned_jobs, start, worker
from easel.budgets import keys
from easel.common.deadline import Deadline
from easel.errors import (
    AnswerLost,
    EaselError,
    GenerationTimeout,
    NoPicture,
    PromptRejected,
    ProviderError,
    QuotaExceeded,
    TaskFailed,
)
from easel.handler import lambda_handler
from easel.providers import lately, retired_models
from easel.providers.adapter import GeneratedImage, Run
from easel.store import checkpoints
from easel.store.checkpoints import Checkpoint
from easel.store.payer import Payer
from easel.store.records import Attempt, GenerationRequest, Job, ValidatedRequest
from tests.harness.batches import Killed, World, forget_cooldowns, killed_around, png, world
from tests.harness.easel_keys import give_key
from tests.harness.functions import Context
from tests.unit.test_handover import PASSING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from easel.batch.batches import Batch

__all__ = ["world"]  # a fixture

SEQUENCES = int(os.environ.get("HANDOVER_SEQUENCES", "40"))
SEED = os.environ.get("HOSTILE_SEED", "24")
FAMILY = "z-image-turbo"
PROVIDERS = ("gitee", "huggingface", "modelscope")
KINDS: dict[str, tuple[type[EaselError], ...]] = {
    "passing": PASSING,
    "final": (PromptRejected,),
    "drawn": (AnswerLost, NoPicture),
    "late": (GenerationTimeout,),
    "accepted": (TaskFailed, ProviderError),
}
"""Errors by what they say: `late` may be drawn and is tried again, `accepted` is of a task that was accepted."""
STEPS = 80
"""Deliveries after which a job must have ended."""


@dataclass
class Machine:
    """The state machine's rounds, one job at a time, on a Lambda that kills functions and repeats events."""

    batch: Batch
    dice: random.Random
    calls: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    """What the adapters did for each job: the provider and how it ended."""
    deaths: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.handlers: dict[str, Callable[..., Any]] = {
            each: lambda_handler(each, lambda provider: Adapter(self, provider.id)) for each in PROVIDERS
        }

    def run(self, planned: Mapping[str, Any]) -> Job:
        """Run a job until it has ended."""
        provider, dead, at, past = planned_jobs.planned_provider(planned), "", 0.0, []
        for _ in range(STEPS):
            event = self.event(planned, dead, at)
            past.append((provider, event))
            answer = self.deliver(provider, event)
            if self.dice.random() < 0.1:
                self.deliver(*self.dice.choice(past))  # an Express child that was started twice
            claim = claims.read(planned["id"])
            if claim and claim.job.ended:
                return claim.job
            provider = claim.job.request.provider if claim else provider
            dead = "" if answer else event["worker"]
            at = max(at, answer["at"] if answer else 0.0)
        raise AssertionError(f"the job does not end: {self.calls[planned['request']['prompt']]}")

    def event(self, planned: Mapping[str, Any], dead: str, at: float) -> dict[str, Any]:
        began, name = datetime.now(UTC).isoformat(), uuid.uuid4().hex
        run = {"batch": self.batch.id, "run": self.batch.run, "job": planned, "began": began}
        return {**run, "worker": name, "dead": dead, "answer": {"at": at}}

    def deliver(self, provider: str, event: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the function's answer, or None if it died."""
        try:
            answer: dict[str, Any] = self.handlers[provider](event, Context(f"easel-{provider}", 60))
        except Killed:
            self.deaths[event["job"]["id"]] += 1
            return None
        return answer


class Adapter:
    """Generates, refuses or fails at random."""

    def __init__(self, machine: Machine, provider: str) -> None:
        self._machine, self._provider = machine, provider

    def generate(self, request: GenerationRequest, token: str | None, run: Run) -> GeneratedImage:
        assert request.provider == self._provider
        assert not token or token.startswith(self._provider[0])
        dice = self._machine.dice
        kind = dice.choices(("draws", *KINDS), (4, 12, 1, 1, 1, 1))[0]
        self._machine.calls[request.prompt].append((self._provider, kind))
        if kind == "draws":
            return GeneratedImage(origin="https://provider.example", data=png())
        if kind == "accepted":
            run.accept("task")
            run.accept("")
        raise dice.choice(KINDS[kind])("a fault")


def planned_batch(world: World, count: int, key: str | None = None) -> tuple[Batch, list[dict[str, Any]]]:
    """Return a planned batch of a family's lines that has not run, and its jobs."""
    line = {"provider": "auto", "model": FAMILY}
    lines = "".join(json.dumps({**line, "prompt": f"line {number}"}) + "\n" for number in range(count))
    manifest = world.upload(lines.encode())
    batch = batches.new(manifest, *start.check_manifest(manifest, None), endpoint="", scheduled=None, started_by=key)
    batches.create(batch)
    assert planning.plan(batch, Deadline(800))
    batch = batches.get(batch.id)
    return batch, [job for home in batch.jobs for job in planning.read_jobs(batch.run_key(f"{home}.json"))]


def check(calls: list[tuple[str, str]], job: Job, deaths: int) -> None:
    """Assert what holds for every sequence. A function that dies before it stores a failure may be called again."""
    kinds = [kind for _, kind in calls]
    first = next((number for number, kind in enumerate(kinds) if kind != "passing"), len(calls))
    assert len({provider for provider, _ in calls[first:]}) <= 1, calls
    assert kinds.count("draws") <= 1, calls
    assert sum(kind in ("draws", "drawn", "final") for kind in kinds) <= 1 + deaths, calls
    assert deaths or set(kinds[:-1]) <= {"passing", "late", "accepted"}, calls
    if job.status == "succeeded":
        assert calls[-1] == (job.request.provider, "draws")
    tried = [each.provider for each in job.tried]
    assert len({*tried, job.request.provider}) == len(tried) + 1


def test_no_faults_generate_or_charge_twice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "CLAIM_SECONDS", 0.0)
    monkeypatch.setattr(lately, "read", lambda family: {})
    monkeypatch.setattr(retired_models, "record_missing", lambda error, request: error)
    key = keys.id_of(give_key(world.cloud, batches=True))
    batch, planned = planned_batch(world, SEQUENCES, key)
    machine = Machine(batch, random.Random(SEED))
    for name in ("take", "hand_over", "release", "fail", "succeed"):
        monkeypatch.setattr(claims, name, partial(killed_around, machine.dice, 0.03, getattr(claims, name)))
    ends: Counter[str] = Counter()
    for each in planned:
        if machine.dice.random() < 0.7:
            forget_cooldowns()
        job = machine.run(each)
        check(machine.calls[job.request.prompt], job, machine.deaths[job.id])
        ends[job.status] += 1
    kinds = Counter(kind for calls in machine.calls.values() for _, kind in calls)
    counters = next(item for item in world.cloud.items() if item["id"]["S"] == Payer.of_key(key).counters_id)
    charged = sum(int(value["N"]) for name, value in counters.items() if name.startswith("day#"))
    assert charged == kinds["draws"] + kinds["drawn"] + kinds["late"]
    assert not [name for name in counters if name.startswith("held#")]
    counted = claims.counts(batch)[planned_jobs.planned_provider(planned[0])]
    assert {name: counted[name] for name in ("running", "succeeded", "failed")} == {"running": 0, **ends}
    assert machine.deaths.total() > SEQUENCES / 10
    assert ends["succeeded"] > SEQUENCES / 3


def test_a_planned_job_has_a_request_for_each_provider() -> None:
    fields = {"prompt": "a hat", "width": 512, "height": 512, "seed": 7}
    first = GenerationRequest(provider="gitee", model="a", guidance_scale=2.0, negative_prompt="rain", **fields)
    second = GenerationRequest(provider="modelscope", model="b", steps=20, **fields)
    other = ValidatedRequest(second, ("steps: 9 became 20",), family="hats")
    valid = ValidatedRequest(first, (), family="hats", others=(other,))
    planned = json.loads(json.dumps(planned_jobs.to_json("b1", valid)))
    assert planned_jobs.planned_provider(planned) == "gitee"
    assert planned_jobs.request_at(planned, "gitee") == (first, ())
    assert planned_jobs.request_at(planned, "modelscope") == (second, other.warnings)
    assert "prompt" not in planned["others"][0]["request"]
    with pytest.raises(EaselError, match="no request at huggingface"):
        planned_jobs.request_at(planned, "huggingface")


@pytest.mark.parametrize(
    ("tried", "until", "to"),
    [
        ({"gitee": 100.0}, 200.0, "modelscope"),  # each provider is asked once before any is asked again
        ({"gitee": 100.0, "modelscope": None}, 200.0, "gitee"),
        ({"gitee": 100.0, "modelscope": 50.0}, None, "modelscope"),
        ({"gitee": 300.0, "modelscope": None}, 200.0, None),
        ({"gitee": None, "modelscope": None}, None, None),
    ],
)
def test_a_job_waits_where_tokens_return_first(
    world: World, tried: dict[str, float | None], until: float | None, to: str | None
) -> None:
    batch, (planned,) = planned_batch(world, 1)
    left = [Attempt(provider=name, model="m", code="QUOTA_EXCEEDED", message="x", until=t) for name, t in tried.items()]
    request, _ = planned_jobs.request_at(planned, "huggingface")
    job = Job(id=planned["id"], request=request, created=1, deadline=2, batch=batch.id, tried=tuple(left))
    claim = claims.take(job, 1, worker="w:1", dead="", until=time.time() + 60, planned_provider="gitee")
    handed = planned_jobs.hand_over(batch, planned, claim, QuotaExceeded("used up"), until=until)
    after = claims.read(job.id)
    assert after
    assert handed == bool(to)
    assert after.job.request.provider == (to or "huggingface")
    waiting = {name.split("/")[0] for name in batches.get(batch.id).waiting}
    assert waiting == ({to} if to in tried else set())


def test_a_second_run_asks_only_the_provider_that_accepted(world: World) -> None:
    batch, (first, second) = planned_batch(world, 2)
    for planned in (first, second):
        request, _ = planned_jobs.request_at(planned, "modelscope")
        job = Job(id=planned["id"], request=request, created=1, deadline=2, batch=batch.id, family=FAMILY)
        claim = claims.take(job, 1, worker="w:1", dead="", until=time.time() + 60, planned_provider="gitee")
        claims.fail(claim, GenerationTimeout("slow", provider="modelscope"))
    checkpoints.write(first["id"], Checkpoint(token="t", task="50"))
    batches.finish(batch, {})
    batches.rerun(batches.get(batch.id))
    again = batches.get(batch.id)
    assert planning.plan(again, Deadline(800))
    assert batches.get(batch.id).jobs == {"gitee": 1, "modelscope": 1}
    (kept,) = planning.read_jobs(again.run_key("modelscope.json"))
    assert (kept["id"], "others" in kept) == (first["id"], False)
    request, _ = planned_jobs.request_at(second, "gitee")
    job = Job(id=second["id"], request=request, created=1, deadline=2, batch=batch.id, family=FAMILY)
    claim = claims.take(job, 2, worker="w:2", dead="", until=time.time() + 60)
    assert (claim.worker, claim.job.request.provider, claim.job.tried) == ("w:2", "gitee", ())
