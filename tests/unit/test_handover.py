"""A family's job is handed from provider to provider: no random sequence of faults generates a picture twice.

The providers' real handlers use the real table. Their adapters, Lambda's deliveries and crashes are random.
`HANDOVER_SEQUENCES` sets the number of sequences, and `HOSTILE_SEED` the seed.
"""

from __future__ import annotations

import os
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from easel import catalog
from easel.budgets import admission
from easel.catalog.requests import GenerateBody
from easel.errors import (
    AnswerLost,
    AuthInvalid,
    ConnectionLost,
    EaselError,
    GenerationFailed,
    GenerationTimeout,
    InvalidDimensions,
    ModelMissing,
    ModelRetired,
    NoAllowance,
    NoPicture,
    PromptRejected,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
    TaskFailed,
)
from easel.front_door import families, handover, invoke, validation
from easel.handler import lambda_handler
from easel.providers import generated_images, lately, quotas, retired_models
from easel.providers.adapter import GeneratedImage, Run
from easel.store import jobs
from easel.store.records import GenerationRequest, Job, Result, ValidatedRequest
from tests.harness.batches import Killed, killed_around
from tests.harness.functions import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.harness.cloud import Cloud

SEQUENCES = int(os.environ.get("HANDOVER_SEQUENCES", "120"))
SEED = os.environ.get("HOSTILE_SEED", "24")
FAMILY = "z-image-turbo"
PROVIDERS = [provider.id for provider, _ in catalog.in_family(FAMILY)]
TOKENS = {provider: f"token-of-{provider}" for provider in PROVIDERS}

PASSING = (AuthInvalid, NoAllowance, QuotaExceeded, RateLimited, ModelMissing, ModelRetired, ProviderError,
           ProviderUnreachable)  # fmt: skip
"""Errors of a provider that has not accepted the request."""
FINAL = (PromptRejected, InvalidDimensions, GenerationFailed)
"""Errors that every provider would have, or of accepted work."""
DRAWN = (AnswerLost, GenerationTimeout, NoPicture)
"""Errors after which a picture may be drawn."""
ACCEPTED = (TaskFailed, RateLimited, ProviderError)
"""Errors of a task that was accepted."""


DEAD = "dead"
"""The target of Lambda's record of a function that died, which the router handles."""


@dataclass
class World:
    """Three providers' functions and the router, on a Lambda that loses and repeats events and kills functions."""

    dice: random.Random
    queue: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    calls: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    """What the adapters did for each job: the provider and how it ended."""
    settled: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))
    deaths: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.handlers: dict[str, Callable[..., Any]] = {
            each: lambda_handler(each, lambda provider: Adapter(self, provider.id)) for each in PROVIDERS
        }

    def reach(self, function: str, event: Mapping[str, Any], kind: str, *, fails: bool = True) -> None:
        """Deliver an event never, once or twice. The caller may get an error in each case."""
        assert kind == "Event"
        name = function.removeprefix("easel-")
        fate = self.dice.random()
        delivered = 0 if fate < 0.04 else 2 if fate > 0.85 else 1
        for _ in range(delivered):
            self.queue.insert(self.dice.randint(0, len(self.queue)), (name, dict(event)))
        if fails and self.dice.random() < 0.04:
            raise ConnectionLost("no answer")

    def run(self, name: str, event: dict[str, Any]) -> None:
        try:
            if name == DEAD:
                handover.died({"requestPayload": event, "responseContext": {"functionError": "Unhandled"}})
            elif name == handover.ROUTER:
                handover.forward(event)
            elif self.dice.random() < 0.1:
                raise Killed  # in init
            else:
                self.handlers[name](event, Context(f"easel-{name}", 60))
        except Killed:
            self.deaths[name] += 1
            if self.dice.random() < 0.8:
                self.reach(name if name == handover.ROUTER else DEAD, event, "Event", fails=False)


class Adapter:
    """Generates, refuses or fails at random."""

    def __init__(self, world: World, provider: str) -> None:
        self._world, self._provider = world, provider

    def generate(self, request: GenerationRequest, token: str | None, run: Run) -> GeneratedImage:
        assert request.provider == self._provider
        assert token == TOKENS[self._provider]
        dice, log = self._world.dice, self._world.calls[request.prompt]
        kind = dice.choices(("draws", "passing", "final", "drawn", "accepted"), (3, 8, 1, 1, 1))[0]
        log.append((self._provider, kind))
        if kind == "draws":
            return GeneratedImage(origin="https://provider.example", data=b"picture")
        if kind == "accepted":
            run.accept("task")
            run.accept("")
        raise error_of(kind, dice)


def error_of(kind: str, dice: random.Random) -> EaselError:
    classes: dict[str, tuple[type[EaselError], ...]] = {
        "passing": PASSING, "final": FINAL, "drawn": DRAWN, "accepted": ACCEPTED,
    }  # fmt: skip
    return dice.choice(classes[kind])("a fault")


@pytest.fixture
def world(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(random.Random(SEED))
    monkeypatch.setenv("FUNCTION_PREFIX", "easel-")
    monkeypatch.setattr(invoke, "reach", made.reach)
    for name in ("claim", "hand_over", "hand_over_unclaimed", "give_up", "fail", "succeed"):
        monkeypatch.setattr(jobs, name, partial(killed_around, made.dice, 0.02, getattr(jobs, name)))
    monkeypatch.setattr(quotas, "begin_read", lambda request, tokens: None)
    monkeypatch.setattr(quotas, "read_by", lambda reading: {})
    monkeypatch.setattr(quotas, "_remember", lambda *args: None)
    monkeypatch.setattr(retired_models, "record_missing", lambda error, request: error)
    monkeypatch.setattr(lately, "_write", lambda *args: None)
    monkeypatch.setattr(lately, "read", lambda family: {})
    picture = Result(key="images/a.png", format="PNG", width=64, height=64, seed=1, seconds=1.0)
    monkeypatch.setattr(generated_images, "fetch_and_store", lambda *args: (picture, ()))

    def settle(job: Job, *, drawn: bool | None = None) -> None:
        if job.ended:
            made.settled[job.request.prompt].append(job.started is not None if drawn is None else drawn)

    monkeypatch.setattr(admission, "settle_job", settle)
    return made


def begin(world: World, prompt: str) -> Job:
    body = validation.validated(GenerateBody, {"provider": "auto", "model": FAMILY, "prompt": prompt})
    valid: ValidatedRequest = families.validate(body, {each: (token,) for each, token in TOKENS.items()})
    job = jobs.new(valid.request, valid.warnings).replace(family=FAMILY)
    event = invoke.job_event(job, valid.token, others=valid.others)
    world.queue += [(valid.request.provider, event)] * world.dice.choice((1, 1, 1, 2))
    return job


def check(world: World, job: Job) -> str:
    """Assert what holds for every sequence. Return the job's final status."""
    calls, settled = world.calls[job.request.prompt], world.settled[job.request.prompt]
    *before, last = calls or [("nobody", "nothing")]
    assert {kind for _, kind in before} <= {"passing"}, calls
    drew = [provider for provider, kind in calls if kind in ("draws", "drawn")]
    assert len(drew) <= 1
    assert len({provider for provider, _ in calls}) == len(calls), "a provider was asked twice"
    assert drew == [] or False not in settled, "a picture that may be drawn was given back"
    if not calls:
        return "unbegun"
    stored = jobs.get(job.id)
    tried = [each.provider for each in stored.tried if each.code != "UNKNOWN"]  # without the charges of dead functions
    assert tried == [provider for provider, _ in calls][: len(tried)]
    if stored.status == "succeeded":
        assert (stored.request.provider, "draws") == last
        assert set(settled) <= {True}  # if a function is killed after the end, a later call settles it
    return stored.status


def test_no_faults_generate_twice_or_leak_a_token(world: World) -> None:
    ends: Counter[str] = Counter()
    for number in range(SEQUENCES):
        job = begin(world, f"sequence {number}")
        while world.queue:
            world.run(*world.queue.pop(0))
        ends[check(world, job)] += 1
    lengths = Counter(len(calls) for calls in world.calls.values())
    assert min(ends["succeeded"], ends["failed"]) > SEQUENCES / 10, ends
    assert min(lengths[length] for length in (1, 2, 3)) > SEQUENCES / 20, lengths


def failing(error: EaselError, **attributes: Any) -> EaselError:
    for name, value in attributes.items():
        setattr(error, name, value)
    return error


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        *((kind("x"), True) for kind in PASSING),
        *((kind("x"), False) for kind in (*FINAL, *DRAWN, TaskFailed, *handover.FINAL_ERRORS)),
        (failing(ProviderUnreachable("x"), drawn=True), False),
        (failing(RateLimited("x"), accepted=True), False),
    ],
    ids=lambda value: value if isinstance(value, bool) else type(value).__name__,
)
def test_another_provider_is_used_only_if_none_has_accepted(error: EaselError, passes: bool) -> None:
    assert handover.others_may_draw(error) == passes
    assert handover.others_may_draw(error.without("token")) == (passes and not error.drawn)


@pytest.mark.parametrize("reason", ["late", "no family"])
def test_late_jobs_and_jobs_without_family_are_not_handed_on(reason: str, world: World) -> None:
    job = begin(world, reason)
    event = dict(world.queue.pop()[1])
    late = job.replace(deadline=time.time() + handover.MIN_SECONDS - 1)
    given = late if reason == "late" else Job.from_json(event["job"]).replace(family="")
    assert handover.hand_over(event, given, RateLimited("wait")) is None


def test_an_unreachable_function_fails_the_job(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: Any) -> None:
        raise ConnectionLost("no answer")

    monkeypatch.setattr(invoke, "reach", gone)
    job = begin(world, "unreached")
    handover.forward(world.queue.pop()[1])
    assert jobs.get(job.id).error_status == 500
    assert world.settled["unreached"] == [False]


def test_a_function_that_dies_before_its_claim_is_skipped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(invoke, "reach", lambda function, event, kind: sent.append(function))
    monkeypatch.setattr(world.dice, "random", lambda: 0.5)
    job = begin(world, "dead")
    first, event = world.queue.pop()
    handover.died({"requestPayload": event, "responseContext": {"functionError": "Unhandled"}})
    stored = jobs.get(job.id)
    assert (stored.status, stored.attempts, [each.provider for each in stored.tried]) == ("queued", 1, [first])
    assert sent == [f"easel-{stored.request.provider}"]
    assert jobs.claim(job) is None  # a late copy of the first event


def test_the_end_of_a_queued_job_refunds_its_picture(world: World) -> None:
    late = begin(world, "late end").replace(attempts=1, deadline=time.time() - 1)
    assert (jobs.current_state(late).status, jobs.may_be_drawn(jobs.current_state(late))) == ("failed", False)
    assert jobs.may_be_drawn(jobs.current_state(late.replace(status="running")))
