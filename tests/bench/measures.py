"""The measurements and their floors, in interleaved rounds, so that a busy machine affects both sides of a ratio."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx2

from easel import catalog
from local.settings import Settings
from local.stack import local_stack
from tests.bench.figures import Figure, figure, percentile
from tests.bench.lambdas import FLOORS, SPACES
from tests.bench.world import HUGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.bench.world import World

MEGABYTES = {**dict.fromkeys(FLOORS, 20), **dict.fromkeys(SPACES, 32)}


FIRST = "First answer of a new process"


def first_answers(world: World, rounds: int, spaces: bool) -> Iterator[Figure]:
    """Measure from a process's start to its first answer: import and first call."""
    subjects = [("router", "health", "app"), ("router", "generate", "app")]
    subjects += [(module, "job", "call") for module in catalog.providers()]
    floors: dict[str, list[float]] = {"app": [], "call": []}
    took: dict[tuple[str, str], list[float]] = {}
    for _ in range(rounds):
        for name, module in (("app", "router"), ("call", "gitee")):
            floors[name].append(sum(world.run("floor.py", world.subject(module).paths, name)))
        for module, event, _ in subjects:
            if module in SPACES and not spaces:
                continue
            run = world.run("start.py", world.subject(module).paths, "answer", module, event)
            took.setdefault((module, event), []).append(sum(run))
    names = {"app": "bare FastAPI on Mangum", "call": "httpx2 alone: call, and fetch the picture"}
    for module, event, floor in subjects:
        if values := took.get((module, event)):
            yield figure(
                FIRST,
                f"{module}, {event}",
                "ms",
                _ms(values),
                _ms(floors[floor]),
                names[floor],
            )


def warm(world: World, count: int) -> Iterator[Figure]:
    """Measure Easel's addition to a call, and its speed for answers without a provider."""
    paths = [*world.subject("router").paths, *world.subject("gitee").paths]
    timings = world.run("warm.py", paths, str(count))
    direct, fetched, ours = (_ms(timings[name]) for name in ("direct", "fetched", "ours"))
    group = "Warm `/api/generate`: router and Gitee handler, AWS stubbed in process"
    yield figure(group, "p50", "ms", ours, direct, "direct upstream call")
    for name, floors, aims in (
        ("the direct call", direct, ("≤ 8 ms", "≤ 25 ms")),
        ("the direct call and the picture's download", fetched, ("", "")),
        ("handing the provider's link on (what storing adds)", _ms(timings["unstored"]), ("", "")),
    ):
        for share, aim in zip((0.5, 0.99), aims, strict=True):
            added = percentile(ours, share) - percentile(floors, share)
            yield figure(group, f"added to {name}, p{share * 100:.0f}", "ms", [added], aim=aim)
    counted = ", ".join(f"{number} {name}" for name, number in sorted(timings["aws"].items()))
    yield figure(group, f"AWS calls: {counted}", "calls", [sum(timings["aws"].values())], aim="≤ 4")
    group = "Calls a second in one execution environment, one after the other"
    bare = [1 / seconds for seconds in timings["bare"]]
    for name, label in (("health", "`GET /api`"), ("models", "`GET /api/models`")):
        yield figure(group, label, "1/s", [1 / seconds for seconds in timings[name]], bare, "bare FastAPI on Mangum")
    yield figure(
        group,
        "`POST /api/generate`",
        "1/s",
        [1000 / each for each in ours],
        [1000 / d for d in direct],
        "direct upstream call",
    )


def modelscope_lag(world: World, count: int, workers: int, longest: float) -> Iterator[Figure]:
    """Measure how late a task's end is noticed, for the first two jobs of each model and for later ones."""
    first, then = world.run(
        "lag.py", world.subject("modelscope").paths, str(count), str(workers), str(longest), seconds=900
    )
    group = f"ModelScope: {count} tasks at once by {workers}, of models that usually take 0.5 to {longest:.0f} s"
    lags = [lag for lag, _ in then]
    yield figure(group, "mean lag from a task's end to our answer", "s", [statistics.fmean(lags)], aim="≤ 0.2")
    yield figure(group, "lag", "s", lags)
    yield figure(group, "polls of a task, most", "polls", [max(polls for _, polls in then)], aim="≤ 12")
    yield figure(group, "polls of a task", "polls", [polls for _, polls in then])
    yield figure(
        group, "mean lag in the first two jobs of each model", "s", [statistics.fmean(lag for lag, _ in first)]
    )


def memory(world: World, count: int, spaces: bool) -> Iterator[Figure]:
    """Measure the peak memory of each handler's process. The template's memory is based on it."""
    for module in FLOORS:
        if module in SPACES and not spaces:
            continue
        subject = world.subject(module)
        configured = [subject.function.properties["MemorySize"]]
        imported, peak = world.run("memory.py", subject.paths, module, str(count))
        note = f"configured; {imported:.0f} MB after the import"
        yield figure(f"Peak memory after {count} generations", module, "MB", [peak], configured, note)
        if module == "router":
            _, largest = world.run("router_memory.py", subject.paths)
            what = "router: bodies of 6 MB with a picture to start from, and an answer of 4 MB in base64"
        else:
            inline = " [[fault=b64]]" if module == "gitee" else ""
            _, largest = world.run("memory.py", subject.paths, module, "3", f"a {HUGE} cat{inline}")
            what = f"{module}: pictures of 25 MB{', in base64' if inline else ''}"
        yield figure("Peak memory with the largest that is taken", what, "MB", [largest], configured, "configured")


def sizes(world: World) -> Iterator[Figure]:
    layer = _megabytes(world.artifacts.layer)
    for module, limit in MEGABYTES.items():
        own = _megabytes(world.artifacts.function(world.subject(module).function.logical_id))
        yield figure("Unzipped layer and function", module, "MB", [layer + own], aim=f"≤ {limit}")


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def local_generations(count: int) -> Iterator[Figure]:
    """Measure concurrent generations through `make run`, in the second round, when all environments have started."""
    with local_stack(Settings(port=0, aws_port=0)) as stack:
        stack.wait_for_spaces()  # importing Gradio uses a full processor
        _round(stack.endpoint, count)
        took, links = _round(stack.endpoint, count)
    group = f"{count} generations of 1 s at once through `make run`, second round"
    for share in (0.5, 0.99):
        yield figure(group, f"p{share * 100:.0f}", "s", [percentile(took, share)], [1.0], "the generation alone")
    yield figure(group, "answered", "calls", [len(took)], aim=f"{count}")
    yield figure(group, "pictures", "pictures", [len(set(links))], aim=f"{count}")


def _round(endpoint: str, count: int) -> tuple[list[float], list[str]]:
    with httpx2.Client(base_url=endpoint, timeout=60, limits=httpx2.Limits(max_connections=count)) as client:

        def generate(number: int) -> tuple[float, str]:
            fields = {"prompt": f"cat {number} [[delay=1]]", "width": 256, "height": 256}
            began = time.perf_counter()
            answer = client.post("/api/generate", json=fields, headers={"X-API-Key": "token"})
            answer.raise_for_status()
            body = answer.json()
            return time.perf_counter() - began, body.get("imageDetails", body).get("url", body.get("statusUrl"))

        with ThreadPoolExecutor(count) as pool:
            done = list(pool.map(generate, range(count)))
    return [seconds for seconds, _ in done], [link for _, link in done]


def _ms(seconds: Sequence[float]) -> list[float]:
    return [1000 * each for each in seconds]
