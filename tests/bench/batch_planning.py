"""Time and memory to plan and report a manifest: `python -m tests.bench.batch_planning 1000000`.

`csv` after the number uses a CSV. Planner and reporter run in this process, with Easel's own code and boto3. AWS runs
in another process: moto for the table and the bucket, and a simple responder for the jobs, all of which have
succeeded, because moto would be slower for them than DynamoDB.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

import planning
import report
from easel import catalog
from easel.batch import batches, claims
from easel.batch.claims import Claim
from easel.common import aws
from easel.common.deadline import Deadline
from easel.settings import settings
from easel.store.records import GenerationRequest as Asked
from easel.store.records import Job, Result
from tests.harness.cloud import Cloud, Server

if TYPE_CHECKING:
    from collections.abc import Iterator

INVOCATION_SECONDS = 900.0  # the batch function's timeout
PROVIDERS = tuple(catalog.providers())
KEY = "batches/uploads/bench/manifest"


def benchmark(lines: int, kind: str) -> None:
    command = [sys.executable, "-m", "tests.bench.batch_planning", "serve", str(lines), kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as server:
        assert server.stdout
        assert server.stdin
        os.environ.update(json.loads(server.stdout.readline()))
        os.environ.pop("AWS_PROFILE", None)
        bucket = settings().images_bucket
        manifest = aws.s3().head_object(Bucket=bucket, Key=KEY)
        place, size = f"s3://{bucket}/{KEY}", manifest["ContentLength"]
        batch = batches.new(place, manifest["ETag"], size, endpoint="https://easel.test", scheduled=None)
        assert batches.create(batch)

        started = time.monotonic()
        assert planning.plan(batch, Deadline(INVOCATION_SECONDS))
        _tell("planned", lines, time.monotonic() - started)
        batch = batches.get(batch.id)
        assert batch.requests == lines

        ids = {job["id"] for name in batch.jobs for job in planning.read_jobs(batch.run_key(f"{name}.json"))}
        total = sum(batch.jobs.values())
        print(f"the files have {total} jobs, {total - len(ids)} of them twice")
        del ids

        started = time.monotonic()
        assert report.report(batch) == (0, 0)
        _tell("reported", lines, time.monotonic() - started)
        counts = batches.get(batch.id).counts
        assert counts
        assert counts["succeeded"] == total
        server.stdin.write("done\n")
        server.stdin.flush()


def _tell(what: str, lines: int, seconds: float) -> None:
    """Return this process's peak memory. `getrusage` would include the process that it was forked from."""
    status = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
    rate = f"{lines / seconds:.0f} lines/s"
    print(f"{what} {lines} lines in {seconds:.1f} s: {rate}, peak memory {peak:.0f} MB", flush=True)


def manifest(lines: int, kind: str) -> Iterator[str]:
    """Write a manifest. One line in a hundred is invalid."""
    if kind == "csv":
        yield "id,provider,prompt,steps\r\n"
    for number in range(lines):
        provider, steps = PROVIDERS[number % len(PROVIDERS)], 99 if number % 100 == 99 else 9
        prompt = f"a painting of cat number {number}, oil on canvas, warm evening light, a quiet harbour, 猫"
        if kind == "csv":
            yield f'line-{number},{provider},"{prompt}",{steps}\r\n'
        else:
            fields = {"id": f"line-{number}", "provider": provider, "prompt": prompt, "steps": steps}
            yield json.dumps(fields, ensure_ascii=False) + "\n"


def _items(body: bytes) -> Response:
    """Return DynamoDB's response for jobs. Each has succeeded, and has the requested attributes."""
    ((table, wanted),) = json.loads(body)["RequestItems"].items()
    names = wanted.get("ProjectionExpression", "").split(",")
    job = {name: value for name, value in _job().items() if names == [""] or name in names}
    items = [{**job, "id": key["id"]} for key in wanted["Keys"] if not key["id"]["S"].startswith("batch#")]
    answer = {"Responses": {table: items}, "UnprocessedKeys": {}}
    return Response(json.dumps(answer), content_type="application/x-amz-json-1.0")


def _job(known: dict[str, Any] = {}) -> dict[str, Any]:  # noqa: B006  made once
    if not known:
        request = Asked(provider="gitee", model="z-image-turbo", prompt="a cat", width=1024, height=1024, steps=9)
        result = Result(key="images/x.png", format="PNG", width=1024, height=1024, size=1, seed=1, seconds=9.5)
        job = Job(id="x", request=request, created=time.time(), deadline=time.time(), batch="b", result=result)
        known.update(claims._item(Claim(job.replace(status="succeeded"), 1, 2)))
    return known


def serve(lines: int, kind: str) -> None:
    """Emulate AWS until standard input ends."""
    cloud = Cloud()

    def answer(request: Request) -> Response:
        if request.headers.get("X-Amz-Target", "").endswith(".BatchGetItem"):
            return _items(request.get_data())
        return cloud._answer(request)

    body = "".join(manifest(lines, kind)).encode()
    cloud.client("s3").put_object(Bucket=cloud.environment["IMAGES_BUCKET"], Key=KEY, Body=body)
    del body
    os.environ.update({**cloud.environment, "AWS_ENDPOINT_URL": (url := Server(answer).url)})
    print(json.dumps({**cloud.environment, "AWS_ENDPOINT_URL": url}), flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]), sys.argv[3])
    else:
        benchmark(int(sys.argv[1]), *(sys.argv[2:] or ["jsonl"]))
