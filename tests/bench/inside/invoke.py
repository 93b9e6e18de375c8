# mypy: ignore-errors
"""`invoke.py MODULE EVENT COUNT [GROUP]`: the time of a new process for init, its first invocation and COUNT more.

EVENT is `health`, `generate` or `job`. Prints processor seconds and elapsed seconds; both count every
thread. With GROUP, the folder of a control group, everything after init runs within that group's limits.
"""

import importlib
import json
import os
import sys
import time
from pathlib import Path

import calls

module, chosen, count = sys.argv[1], sys.argv[2], int(sys.argv[3])


def event(number):
    if chosen == "health":
        return calls.http("GET", "/api")
    return calls.generate() if chosen == "generate" else calls.job(module, number)


def took(work):
    began = time.process_time(), time.perf_counter()
    result = work()
    return result, [time.process_time() - began[0], time.perf_counter() - began[1]]


def invoke(number):
    given = event(number)
    answer, seconds = took(lambda: handler(given, calls.Context()))
    assert answer.get("statusCode") == 200 or answer.get("status") == "succeeded", answer
    return seconds


loaded, init = took(lambda: importlib.import_module(module))
handler = loaded.handler
if len(sys.argv) > 4:
    Path(sys.argv[4], "cgroup.procs").write_text(str(os.getpid()))
print(json.dumps({"init": init, "first": invoke(0), "warm": [invoke(1 + number) for number in range(count)]}))
