"""Compare this checkout with another one, in one run: `make bench ARGS="--against PATH"`.

Both are built by SAM and measured in turn, so that a busy machine is busy for both. Predicted chains use the memory
of this checkout's template for both sides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.tools import find_tools
from tests.bench.figures import Figure, figure
from tests.bench.lambdas import FLOORS, SPACES, WHOLE, Sample, measured, share
from tests.bench.world import BY_MODULE, FOLDER
from tests.harness.artifacts import build

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.bench.world import World

Samples = dict[str, list[Sample]]
"""One sample for each round, by function."""


def against(world: World, other: Path, rounds: int, spaces: bool) -> Iterator[Figure]:
    """Return ratios of every function's init, first and warm invocation, and of each predicted chain."""
    sides = (world.artifacts, build(find_tools(), FOLDER / "against", other))
    modules = [module for module in FLOORS if spaces or module not in SPACES]
    ours: Samples = {module: [] for module in modules}
    theirs: Samples = {module: [] for module in modules}
    for _ in range(rounds):
        for module in modules:
            for samples, artifacts in zip((ours, theirs), sides, strict=True):
                samples[module].append(measured(world, world.subject(module, artifacts)))
    memory = {module: BY_MODULE[module].properties["MemorySize"] for module in modules}
    yield from beside(ours, theirs, memory, str(other))


def beside(ours: Samples, theirs: Samples, memory: Mapping[str, int], name: str) -> Iterator[Figure]:
    """Return the figures of both sides. `memory` is in MB, by function."""
    for part in ("init", "first", "init + first", "warm"):
        for module in ours:
            mine, other = (_values(samples[module], part) for samples in (ours, theirs))
            yield figure(f"Processor time of {part}, against another checkout", module, "ms", mine, other, name)
    group = f"Predicted on Lambda, against another checkout: init + first / share, share = memory / {WHOLE}"
    for module in ours:
        mine, other = (_cold(samples, [module], memory) for samples in (ours, theirs))
        yield figure(group, f"{module} alone", "ms", mine, other, name)
        if module != "router":
            mine, other = (_cold(samples, ["router", module], memory) for samples in (ours, theirs))
            yield figure(group, f"router, then {module}", "ms", mine, other, name)


def _values(samples: Sequence[Sample], part: str) -> list[float]:
    return [sum(getattr(sample, name) for name in part.split(" + ")) for sample in samples]


def _cold(samples: Samples, chain: Sequence[str], memory: Mapping[str, int]) -> list[float]:
    """Return the milliseconds of each round's cold calls, for one function after the other."""
    rounds = zip(*(samples[module] for module in chain), strict=True)
    shares = [share(memory[module]) for module in chain]
    return [sum(one.init + one.first / part for one, part in zip(each, shares, strict=True)) for each in rounds]
