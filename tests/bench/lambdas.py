"""The time that Easel takes on Lambda: each function's init, first and warm invocation, and the effect of its memory.

Lambda runs init on a whole processor, and invocations on `share = min(1, memory / 1769)` of one, with memory in MB. So
a cold invocation takes `init + first / share`, and a warm one `warm / share`. Waiting and Lambda's own start of an
environment are added to it. The figures are processor time, which load affects least.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

import job_groups
from easel import catalog
from tests.bench import prices
from tests.bench.figures import Figure, figure
from tests.bench.quota import limited_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.bench.world import Subject, World

WHOLE = 1769
"""MB of memory with which a function gets one whole processor."""
SPACES = [provider.id for provider in catalog.providers().values() if provider.models[0].space]
FLOORS = {
    "router": "fastapi, mangum, botocore.session",
    **{
        provider: f"{'gradio_client' if provider in SPACES else 'httpx2'}, botocore.session"
        for provider in catalog.providers()
    },
}
INIT_AIM = 1.25
COLD_AIM, WARM_AIM = 1200, 60  # ms, router and provider together
ADDED_AIM = 4  # ms of processor time
COST_AIM, BATCH_AIM = 0.075, 0.05  # dollars for a thousand pictures
WARM_ROUNDS = 12  # invocations of each process after its first


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor time of one function. Each list has an entry for each new process."""

    module: str
    memory: int
    init: Sequence[float]
    floor: Sequence[float]
    first: Sequence[float]
    warm: Sequence[float]
    """The median of the process's warm invocations."""

    @property
    def cold_ms(self) -> float:
        """Return the predicted addition of a cold invocation on Lambda."""
        return statistics.median(self.init) + statistics.median(self.first) / share(self.memory)

    @property
    def warm_ms(self) -> float:
        """Return the predicted addition of a warm invocation on Lambda."""
        return statistics.median(self.warm) / share(self.memory)


def share(memory: float) -> float:
    """Return the share of a processor that a function with this many MB gets."""
    return min(1.0, memory / WHOLE)


def lambda_costs(world: World, rounds: int, spaces: bool) -> Iterator[Figure]:
    """Measure init, first and warm invocations of every function, and predict the overhead."""
    costs = {module: _cost(world, module, rounds) for module in FLOORS if spaces or module not in SPACES}
    yield from _measured(costs)
    yield from _added(world, costs, rounds)
    yield from _predicted(costs)


@dataclass(frozen=True)
class Sample:
    """Milliseconds of processor time of one new process. `warm` is the median of its warm invocations."""

    init: float
    first: float
    warm: float


def measured(world: World, subject: Subject) -> Sample:
    module = subject.function.module
    event = "generate" if module == "router" else "job"
    seconds = world.run("invoke.py", subject.paths, module, event, str(WARM_ROUNDS))
    warm = statistics.median(cpu for cpu, _ in seconds["warm"])
    return Sample(init=1000 * seconds["init"][0], first=1000 * seconds["first"][0], warm=1000 * warm)


def _cost(world: World, module: str, rounds: int) -> Cost:
    subject = world.subject(module)
    samples: list[Sample] = []
    floors: list[float] = []
    for _ in range(rounds):
        floors.append(1000 * world.run("start.py", subject.paths, "import", FLOORS[module])[0])
        samples.append(measured(world, subject))
    return Cost(
        module=module,
        memory=subject.function.properties["MemorySize"],
        init=[sample.init for sample in samples],
        floor=floors,
        first=[sample.first for sample in samples],
        warm=[sample.warm for sample in samples],
    )


def _measured(costs: dict[str, Cost]) -> Iterator[Figure]:
    group = "Processor time of init"
    for cost in costs.values():
        yield figure(
            group, cost.module, "ms", cost.init, cost.floor, f"`import {FLOORS[cost.module]}`", f"≤ {INIT_AIM}"
        )
    group = "Processor time of the first invocation, beside 1.5 × a warm one + 30 ms"
    for cost in costs.values():
        limits = [1.5 * warm + 30 for warm in cost.warm]
        yield figure(group, cost.module, "ms", cost.first, limits, "the limit", "≤ 1")
    for cost in costs.values():
        yield figure("Processor time of a warm invocation", cost.module, "ms", cost.warm)


def _added(world: World, costs: dict[str, Cost], rounds: int) -> Iterator[Figure]:
    """Return the time of both functions for a picture, minus the bare call to the provider."""
    paths = world.subject("gitee").paths
    bare = [world.run("direct.py", paths, "100") for _ in range(rounds)]
    asked, fetched = ([statistics.median(each[part]) for each in bare] for part in (0, 1))
    ours = [sum(both) for both in zip(costs["router"].warm, costs["gitee"].warm, strict=True)]
    group = "Processor time that router and gitee add to the provider's own call, warm"
    for name, floor, aim in (
        ("the call alone", asked, f"≤ {ADDED_AIM} ms"),
        ("the call and the picture's download", fetched, ""),
    ):
        least = statistics.median(floor)
        added = [each - least for each in ours]
        yield figure(group, f"beyond {name}, {least:.2f} ms", "ms", added, aim=aim)


def _predicted(costs: dict[str, Cost]) -> Iterator[Figure]:
    group = f"Predicted on Lambda: init + first / share, and warm / share; share = memory / {WHOLE}, at most 1"
    for cost in costs.values():
        name = f"{cost.module}, {cost.memory} MB"
        yield figure(group, f"{name}, cold", "ms", [cost.cold_ms])
        yield figure(group, f"{name}, warm", "ms", [cost.warm_ms])
    group = "Predicted on Lambda: `/api/generate`, router and provider one after the other"
    router = costs["router"]
    for cost in costs.values():
        if cost is not router:
            cold, warm = router.cold_ms + cost.cold_ms, router.warm_ms + cost.warm_ms
            yield figure(group, f"{cost.module}, both cold", "ms", [cold], aim=f"≤ {COLD_AIM} ms")
            yield figure(group, f"{cost.module}, both warm", "ms", [warm], aim=f"≤ {WARM_AIM} ms")
    group = f"A thousand pictures of 10 s, all counted (`tests/bench/prices.py`), router with {router.memory} MB"
    for cost in costs.values():
        if cost is not router:
            dollars = prices.interactive(router.memory, cost.memory)
            yield figure(group, f"{cost.module}, {cost.memory} MB", "dollars", [dollars], aim=f"≤ {COST_AIM}")
            at_once = job_groups.at_once_of_child(catalog.provider(cost.module).concurrency)
            dollars = prices.batch(cost.memory, at_once)
            yield figure(group, f"{cost.module}, in a batch", "dollars", [dollars], aim=f"≤ {BATCH_AIM}")


def prediction_check(world: World, rounds: int, spaces: bool) -> Iterator[Figure]:
    """Measure first invocations under a quota like Lambda's, and compare them with the formula.

    An invocation without a limit gives its processor time and its waiting time. The prediction is the waiting time plus
    the processor time divided by the share.
    """
    group = "First invocation under a control group's quota, time passed, beside the prediction"
    for module in FLOORS:
        if module in SPACES and not spaces:
            continue
        subject = world.subject(module)
        memory = subject.function.properties["MemorySize"]
        arguments = (module, "generate" if module == "router" else "job", "0")
        took, predicted = [], []
        for _ in range(rounds):
            cpu, passed = world.run("invoke.py", subject.paths, *arguments)["first"]
            predicted.append(1000 * (max(0.0, passed - cpu) + cpu / share(memory)))
            with limited_to(share(memory)) as quota:
                if quota is None:
                    yield figure(group, "not measured: no control group can be made here", "", [0])
                    return
                took.append(1000 * world.run("invoke.py", subject.paths, *arguments, str(quota))["first"][1])
        yield figure(group, f"{module}, {memory} MB", "ms", took, predicted, "predicted")
