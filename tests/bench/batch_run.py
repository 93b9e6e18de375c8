"""A batch through the whole local stack: `python -m tests.bench.batch_run [--lines 1000] [--weather]`.

1,000 requests at a provider that takes 1 s for each, 20 at once: 50 s would be ideal. With `--weather`, 5 % of the
calls fail transiently, every hundredth line always fails, and three workers are killed while their provider works.
With `--per-minute 10 --lines 33` the provider has one token, and answers 429 to all but ten calls a minute.
The provider runs in this process and counts how often each line was generated.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import random
import signal
import threading
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Request, Response

from local import access
from local.settings import Settings
from local.stack import LocalStack, local_stack
from tests.harness.batches import png
from tests.harness.cloud import Server

FAULTS = ((503, "Server is busy"), (500, "internal error"), (502, "bad gateway"), (429, "too many requests"))
TOKENS = {"tokens/gitee": "one,two,three"}
MINUTE = 60.0


class Provider:
    """Speaks Gitee AI's protocol and takes one second for a picture."""

    def __init__(self, seconds: float, weather: bool, per_minute: int = 0) -> None:
        self._seconds, self._weather, self._per_minute = seconds, weather, per_minute
        self._window, self._in_window = 0.0, 0
        self._chance = random.Random(4)
        self._lock = threading.Lock()
        self._kills = {300, 500, 700} if weather else set[int]()
        self._picture = base64.b64encode(png(256, 256)).decode()
        self.calls = self.faults = self.kills = self.at_once = self.most = 0
        self.drawn: Counter[str] = Counter()
        self.server = Server(self._answer)

    def _answer(self, request: Request) -> Response:
        prompt = json.loads(request.get_data())["prompt"]
        with self._lock:
            self.calls += 1
            self.at_once += 1
            self.most = max(self.most, self.at_once)
            kill = self.calls in self._kills
            fault = self._weather and not kill and self._chance.random() < 0.05
        try:
            if kill:
                self._kill(request)
            return self._draw(prompt, fault)
        finally:
            with self._lock:
                self.at_once -= 1

    def _limited(self) -> bool:
        """Return whether this minute's calls are used up. A minute begins with its first call."""
        with self._lock:
            if time.monotonic() - self._window >= MINUTE:
                self._window, self._in_window = time.monotonic(), 0
            self._in_window += 1
            return bool(self._per_minute) and self._in_window > self._per_minute

    def _draw(self, prompt: str, fault: bool) -> Response:
        if self._limited():
            return Response(json.dumps({"error": {"message": "too many requests"}}), 429)
        if fault:
            self.faults += 1
            status, text = self._chance.choice(FAULTS)
            headers = {"Retry-After": "1"} if status == 429 else {}
            return Response(json.dumps({"error": {"message": text}}), status, headers)
        if "poison" in prompt:
            return Response(json.dumps({"error": {"code": "400", "message": "内容违规"}}), 400)
        time.sleep(self._seconds)
        self.drawn[prompt] += 1
        return Response(json.dumps({"data": [{"b64_json": self._picture}]}), content_type="application/json")

    def _kill(self, request: Request) -> None:
        """Kill the worker of a call while it waits."""
        time.sleep(self._seconds / 2)
        pid = _caller(int(request.environ["REMOTE_PORT"]))
        self.kills += 1
        os.kill(pid, signal.SIGKILL)


def _caller(port: int) -> int:
    """Return the process at the other end of a local connection."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    # The inode of a closed connection is 0.
    (inode,) = (row[9] for row in rows if row[1].endswith(f":{port:04X}") and row[9] != "0")
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(descriptor) == f"socket:[{inode}]":
                return int(descriptor.parts[2])
        except OSError:
            continue
    raise LookupError(f"nobody has port {port}")


def manifest(lines: int, weather: bool) -> list[dict[str, Any]]:
    poison = [" poison" if weather and number % 100 == 50 else "" for number in range(lines)]
    return [{"prompt": f"cat {number}{poison[number]}", "width": 256, "height": 256} for number in range(lines)]


def run(stack: LocalStack, requests: list[dict[str, Any]]) -> tuple[float, dict[str, Any], list[dict[str, Any]]]:
    """Return the seconds from the call to the last picture, the batch's status, and its results."""
    access.store_credentials(stack.client, stack.deployed.outputs["JobsTable"], live=True)
    for name, value in TOKENS.items():
        stack.client("ssm").put_parameter(Name=f"/easel/{name}", Value=value, Type="SecureString")
    started = time.time()
    batch = _call(stack, "/api/batches", {"requests": requests})
    while "finishedAt" not in (status := _call(stack, f"/api/batches/{batch['batchId']}")):
        time.sleep(1)
    bucket = stack.deployed.outputs["ImagesBucket"]
    body = stack.client("s3").get_object(Bucket=bucket, Key=f"batches/{batch['batchId']}/results.jsonl")["Body"].read()
    pictures = stack.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="images/")
    last = max(entry["LastModified"].timestamp() for page in pictures for entry in page.get("Contents", []))
    return last - started, status, [json.loads(line) for line in body.splitlines()]


def _call(stack: LocalStack, path: str, body: Any = None) -> dict[str, Any]:
    headers = {"Authorization": "Bearer local", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{stack.endpoint}{path}", body and json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as response:
        response_body: dict[str, Any] = json.load(response)
        return response_body


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.batch_run", description=__doc__)
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=20)
    parser.add_argument("--per-minute", type=int, default=0)
    parser.add_argument("--weather", action="store_true")
    arguments = parser.parse_args()
    provider = Provider(1.0, arguments.weather, arguments.per_minute)
    parameters = {"GiteeConcurrency": str(arguments.concurrency), "LogLevel": "WARNING"}
    settings = Settings(port=0, aws_port=0, urls={"GITEE_BASE_URL": f"{provider.server.url}/v1"}, parameters=parameters)
    if arguments.per_minute:
        TOKENS["tokens/gitee"] = "one"
    with local_stack(settings, print) as stack:
        stack.wait_for_spaces()  # importing Gradio uses a full processor
        seconds, status, results = run(stack, manifest(arguments.lines, arguments.weather))
        bucket = stack.deployed.outputs["ImagesBucket"]
        pages = stack.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="images/")
        pictures = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    ideal = arguments.lines / arguments.concurrency
    if arguments.per_minute:
        ideal = (arguments.lines - 1) // arguments.per_minute * MINUTE + 1.0
    whole = status["finishedAt"] - status["createdAt"]
    print(f"{arguments.lines} lines: {seconds:.1f} s to the last picture, {seconds / ideal:.2f} of the ideal "
          f"{ideal:.0f}; {whole:.1f} s to the results; {provider.most} at once")  # fmt: skip
    print(f"results: {dict(Counter(line['status'] for line in results))}, pictures: {len(pictures)}, jobs with two "
          f"pictures: {len(pictures) - len({key.partition('.')[0] for key in pictures})}")  # fmt: skip
    print(f"the provider: {provider.calls} calls, {provider.faults} faults, {provider.kills} workers killed, "
          f"{len(provider.drawn)} lines drawn, {sum(count > 1 for count in provider.drawn.values())} of them "
          "more than once (a killed worker's call goes on at the provider)")  # fmt: skip


if __name__ == "__main__":
    main()
