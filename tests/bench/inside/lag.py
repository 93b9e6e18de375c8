# mypy: ignore-errors
"""`lag.py COUNT WORKERS SECONDS`: that many ModelScope tasks of random length up to SECONDS, at once.

Prints for each `[lag, polls a second]`: the lag is from the task's end, by the emulator's clock, to our answer.
"""

import json
import os
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import calls
import httpx

from easel.adapter import Run
from easel.deadline import Deadline
from easel.jobs import Request
from modelscope import ModelScope

count, workers, longest = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
base_url = os.environ["MODELSCOPE_BASE_URL"]


class Watched(ModelScope):
    """Remembers the task it started."""

    task = ""

    def _submit(self, *arguments):
        self.task = super()._submit(*arguments)
        return self.task


def run(seconds):
    adapter = Watched(base_url)
    prompt = f"{calls.PROMPT} [[delay={seconds:.3f}]]"
    request = Request(
        provider="modelscope", model=calls.MODELS["modelscope"], prompt=prompt, width=512, height=512, steps=9
    )
    adapter.generate(request, "token", Run(Deadline(120)))
    return adapter.task, time.time()


chance = random.Random(7)
with ThreadPoolExecutor(workers) as pool:
    done = dict(pool.map(run, [chance.uniform(0.5, longest) for _ in range(count)]))
tasks = httpx.get(base_url.removesuffix("/v1") + "/_emulator/tasks").json()
tasks = tasks if isinstance(tasks, list) else tasks["tasks"]
found = []
for task in tasks:
    if task["task_id"] in done:
        polls = task["polls"]
        found.append([done[task["task_id"]] - task["ended"], len(polls) / (polls[-1] - task["submitted"])])
print(json.dumps(found))
