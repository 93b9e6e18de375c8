# mypy: ignore-errors
"""`lag.py COUNT WORKERS SECONDS`: COUNT concurrent ModelScope tasks, of models that usually take up to SECONDS.

Each model has its own usual duration, from which a task deviates by up to a tenth. Two tasks of each model come first,
so that the adapter learns. Prints two lists, of the first and of the other tasks, with `[lag, polls]` of each
task: the lag is from the task's end, by the emulator's clock, to our answer.
"""

import json
import os
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import calls
import httpx2

from easel import catalog
from easel.common.deadline import Deadline
from easel.providers.adapter import Run
from easel.store.records import GenerationRequest
from modelscope import ModelScope

count, workers, longest = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
base_url = os.environ["MODELSCOPE_BASE_URL"]
models = [model.id for model in catalog.provider("modelscope").models if not model.needs_image]
usual = {model: 0.5 + (longest - 0.5) * number / (len(models) - 1) for number, model in enumerate(models)}
chance = random.Random(7)


class Watched(ModelScope):
    """Records which task was started for which seed."""

    def _submit(self, request, *arguments):
        started[request.seed] = super()._submit(request, *arguments)
        return started[request.seed]


started = {}
adapter = Watched(base_url)


def run(given):
    number, model = given
    seconds = usual[model] * chance.uniform(0.9, 1.1)
    prompt = f"{calls.PROMPT} [[delay={seconds:.3f}]]"
    request = GenerationRequest(
        provider="modelscope", model=model, prompt=prompt, width=512, height=512, steps=9, seed=number
    )
    adapter.generate(request, "token", Run(Deadline(120)))
    return started[number], time.time()


def round_of(number, chosen):
    with ThreadPoolExecutor(workers) as pool:
        return dict(pool.map(run, enumerate(chosen, number)))


first = {**round_of(0, models), **round_of(1000, models)}
then = round_of(2000, [models[number % len(models)] for number in range(count)])
tasks = httpx2.get(base_url.removesuffix("/v1") + "/_emulator/tasks").json()
tasks = {task["task_id"]: task for task in (tasks if isinstance(tasks, list) else tasks["tasks"])}
print(
    json.dumps(
        [[[done - tasks[id]["ended"], len(tasks[id]["polls"])] for id, done in some.items()] for some in (first, then)]
    )
)
