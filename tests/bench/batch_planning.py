"""How fast and in how much memory a manifest is planned: `python -m tests.bench.batch_planning 1000000 [csv]`.

The planner is this process, with Easel's own code and boto3. AWS is another one: moto for the table and the bucket,
and for SQS an end that takes each batch, checks that no job comes twice, and forgets it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request, Response

import planning
from easel import aws, batches
from easel.deadline import Deadline
from easel.settings import settings
from tests.harness.cloud import Cloud, Server

if TYPE_CHECKING:
    from collections.abc import Iterator

INVOCATION_SECONDS = 900.0  # the batch function's timeout
PROVIDERS = ("gitee", "huggingface", "modelscope")
BUCKET_KEY = "batches/uploads/bench/manifest"
_ID = re.compile(rb'\\"id\\":\\"([0-9a-f]{36})\\"')


@dataclass(frozen=True)
class Figures:
    """`megabytes` is the planner's peak; `jobs` and `twice` are what arrived at the queues."""

    lines: int
    seconds: float
    megabytes: float
    invocations: int
    calls: int
    jobs: int
    twice: int

    def __str__(self) -> str:
        return (
            f"{self.lines} lines in {self.seconds:.1f} s: {self.lines / self.seconds:.0f} lines/s, peak memory "
            f"{self.megabytes:.0f} MB, {self.invocations} invocation(s); {self.calls} SendMessageBatch calls brought "
            f"{self.jobs} jobs, {self.twice} of them twice"
        )


def plan_benchmark(lines: int, kind: str = "jsonl") -> Figures:
    """Plans a manifest of so many lines to its end."""
    command = [sys.executable, "-m", "tests.bench.batch_planning", "serve", str(lines), kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as server:
        assert server.stdout
        assert server.stdin
        os.environ.update(json.loads(server.stdout.readline()))
        os.environ.pop("AWS_PROFILE", None)
        started = time.monotonic()
        batch = _plan(_start())
        seconds = time.monotonic() - started
        peak = _peak()
        server.stdin.write("done\n")
        server.stdin.flush()
        arrived = json.loads(server.stdout.readline())
    assert batch.counted.requests == lines
    return Figures(lines, seconds, peak, batch.planners, **arrived)


def _peak() -> float:
    """The most memory that this process had, in MB; not `getrusage`, which counts in the one it was forked from."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def _start() -> batches.Batch:
    bucket = settings().images_bucket
    found = aws.s3().head_object(Bucket=bucket, Key=BUCKET_KEY)
    batch = batches.new(
        f"s3://{bucket}/{BUCKET_KEY}", found["ETag"], found["ContentLength"], endpoint="", scheduled=None
    )
    assert batches.create(batch)
    return batch


def _plan(batch: batches.Batch) -> batches.Batch:
    while batch.status == "planning":
        reached = planning.plan(batch, Deadline(INVOCATION_SECONDS))
        assert reached
        batch = batches.get(batch.id)
    return batch


def manifest(lines: int, kind: str) -> Iterator[str]:
    """One line in a hundred is bad."""
    if kind == "csv":
        yield "id,provider,prompt,steps\r\n"
    for number in range(lines):
        provider, steps = PROVIDERS[number % 3], 99 if number % 100 == 99 else 9
        prompt = f"a painting of cat number {number}, oil on canvas, warm evening light, a quiet harbour, 猫"
        if kind == "csv":
            yield f'line-{number},{provider},"{prompt}",{steps}\r\n'
        else:
            fields = {"id": f"line-{number}", "provider": provider, "prompt": prompt, "steps": steps}
            yield json.dumps(fields, ensure_ascii=False) + "\n"


class _End:
    """Takes messages and counts them."""

    def __init__(self) -> None:
        self.ids: set[bytes] = set()
        self.calls = self.jobs = 0
        self._lock = threading.Lock()

    def take(self, request: Request) -> Response:
        body = request.get_data()
        found = _ID.findall(body)
        with self._lock:
            self.calls += 1
            self.jobs += len(found)
            self.ids.update(found)
        entries = [
            {"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": ""} for entry in json.loads(body)["Entries"]
        ]
        return Response(json.dumps({"Successful": entries}), content_type="application/x-amz-json-1.0")


def serve(lines: int, kind: str) -> None:
    """Is AWS until it is told on standard input that all is planned."""
    cloud, end = Cloud(), _End()

    def answer(request: Request) -> Response:
        if request.headers.get("X-Amz-Target") == "AmazonSQS.SendMessageBatch":
            return end.take(request)
        return cloud._answer(request)

    url = Server(answer).url
    body = "".join(manifest(lines, kind)).encode()
    cloud.client("s3").put_object(Bucket=cloud.environment["IMAGES_BUCKET"], Key=BUCKET_KEY, Body=body)
    del body
    queues = {f"{name.upper()}_QUEUE_URL": f"{url}/123456789012/{name}" for name in PROVIDERS}
    print(json.dumps({**cloud.environment, "AWS_ENDPOINT_URL": url, **queues}), flush=True)
    sys.stdin.readline()
    print(json.dumps({"calls": end.calls, "jobs": end.jobs, "twice": end.jobs - len(end.ids)}), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]), sys.argv[3])
    else:
        print(plan_benchmark(int(sys.argv[1]), *sys.argv[2:]))
