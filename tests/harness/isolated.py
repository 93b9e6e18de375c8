"""`python -m tests.harness.isolated MODULE NAME`: run one invocation in its own process, by stdin and stdout."""

from __future__ import annotations

import importlib
import json
import os
import sys

from tests.harness import template


def main(module: str, name: str) -> None:
    sys.path[:0] = [str(template.ROOT / "layers/easel"), str(template.ROOT / "functions" / module)]
    from tests.harness.functions import Context

    answer = importlib.import_module(module).handler(json.loads(sys.stdin.read()), Context(name, 300))
    sys.stdout.write(f"\n{json.dumps(answer)}\n")
    sys.stdout.flush()
    os._exit(0)  # like Lambda, do not wait for threads


if __name__ == "__main__":
    main(*sys.argv[1:])
