"""`make bench`, or `python -m tests.bench`: measures Easel, each figure with its floor; five minutes, `--quick` one.

python -m tests.bench [FILE.json] [--quick] [--only lambda,warm]
python -m tests.bench --against CHECKOUT [--quick]
python -m tests.bench --compare OLD.json NEW.json
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench import lambdas, measures
from tests.bench.against import against
from tests.bench.figures import compare, save, table
from tests.bench.world import FOLDER, World
from tests.harness.template import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tests.bench.figures import Figure


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=FOLDER / f"{time.strftime('%Y%m%d-%H%M%S')}.json")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, no Spaces, no local stack")
    parser.add_argument("--only", default="", help=f"some of: {', '.join(parts(World(False), quick=True))}")
    parser.add_argument("--against", type=Path, metavar="CHECKOUT", help="only cold starts, beside another checkout's")
    parser.add_argument("--compare", nargs=2, type=Path, metavar="JSON")
    asked = parser.parse_args()
    if asked.compare:
        print(compare(*asked.compare))
        return
    wanted = [name for name in asked.only.split(",") if name]
    figures: list[Figure] = []
    with World(spaces=not asked.quick) as world:
        measured = parts(world, quick=asked.quick)
        if asked.against:
            rounds = 7 if asked.quick else 21
            measured = {"against": lambda: against(world, asked.against, rounds, spaces=not asked.quick)}
        for name, measure in measured.items():
            if not wanted or name in wanted:
                began = time.monotonic()
                figures += measure()
                print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    machine = conditions()
    save(asked.file, figures, machine)
    print(table(figures, machine))
    print(f"Saved as {asked.file}.", file=sys.stderr)


def parts(world: World, *, quick: bool) -> Mapping[str, Callable[[], Iterable[Figure]]]:
    """Return the measurements by name, in order."""
    if quick:
        return {
            "lambda": lambda: lambdas.lambda_costs(world, 5, spaces=False),
            "quota": lambda: lambdas.prediction_check(world, 3, spaces=False),
            "first": lambda: measures.first_answers(world, 3, spaces=False),
            "warm": lambda: measures.warm(world, 50),
            "lag": lambda: measures.modelscope_lag(world, 20, 20, 5),
            "memory": lambda: measures.memory(world, 20, spaces=False),
            "sizes": lambda: measures.sizes(world),
        }
    return {
        "lambda": lambda: lambdas.lambda_costs(world, 9, spaces=True),
        "quota": lambda: lambdas.prediction_check(world, 7, spaces=True),
        "first": lambda: measures.first_answers(world, 7, spaces=True),
        "warm": lambda: measures.warm(world, 300),
        "lag": lambda: measures.modelscope_lag(world, 100, 34, 20),
        "memory": lambda: measures.memory(world, 20, spaces=True),
        "sizes": lambda: measures.sizes(world),
        "local": lambda: measures.local_generations(40),
    }


def conditions() -> dict[str, Any]:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout
    return {
        "commit": commit.strip() or "none",
        "machine": f"{platform.machine()} with {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}",
        "CPython": "3.13, bare, with nothing but the built artifacts on its path",
        "date": time.strftime("%Y-%m-%d"),
    }


if __name__ == "__main__":
    main()
