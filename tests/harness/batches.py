"""Batches without deployment: moto's queues, an event source for each in threads, and a provider that does as told."""

from __future__ import annotations

import json
import struct
import threading
import time
import uuid
import zlib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.sqs.models import sqs_backends

import batch as batch_function
from easel import aws, batches, jobs, manifests, parameters, provider, queues, retries
from easel.errors import NotFound
from easel.provider import Picture
from easel.records import Request
from tests.harness.functions import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest

    from easel.provider import Run
    from tests.harness.cloud import Cloud

PROVIDERS = ("gitee", "huggingface", "modelscope")
MAX_RECEIVES = 6


class Killed(BaseException):
    """The worker's process is gone."""


def png(width: int = 8, height: int = 8) -> bytes:
    """A small picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + b"\x10\x80\xf0" * width for _ in range(height))
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@dataclass
class FakeProvider:
    """An adapter: every call is noted; `seconds` long; `answer` may raise instead."""

    seconds: float = 0.0
    answer: Callable[[Request, str | None], None] = lambda request, token: None
    calls: list[tuple[str, str | None]] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)

    def generate(self, request: Request, token: str | None, run: Run) -> Picture:
        self.calls.append((request.prompt, token))
        time.sleep(self.seconds)
        self.answer(request, token)
        self.drawn.append(request.prompt)
        return Picture(origin="http://fake", data=png())


class Source:
    """An event source mapping: threads that take messages from a queue and invoke a handler with each."""

    def __init__(self, url: str, handler: Callable[[Any, Any], Any], concurrency: int, seconds: float) -> None:
        self._url, self._handler, self._seconds = url, handler, seconds
        self._stopped = threading.Event()
        self.deaths = 0
        self.deliveries: Counter[str] = Counter()
        self.kill: Callable[[], bool] = lambda: False
        self._threads = [threading.Thread(target=self._poll, daemon=True) for _ in range(concurrency)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _poll(self) -> None:
        while not self._stopped.is_set():
            found = aws.sqs().receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=1, MessageSystemAttributeNames=["All"]
            )
            for message in found.get("Messages", ()):
                self._invoke(message)
            if not found.get("Messages"):
                time.sleep(0.05)

    def _invoke(self, message: Any) -> None:
        record = {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "eventSource": "aws:sqs",
        }
        self.deliveries[message["Body"]] += 1
        try:
            reply = self._handler({"Records": [record]}, Context("function", self._seconds))
        except Killed:
            self.deaths += 1
            return
        if not reply["batchItemFailures"]:
            aws.sqs().delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])


class World:
    """The batch part of a deployment: `start` a batch, let it `run`, read its `results`."""

    def __init__(self, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cloud = cloud
        self.monkeypatch = monkeypatch
        self.name = f"world-{uuid.uuid4().hex[:8]}"
        self.providers = {name: FakeProvider() for name in PROVIDERS}
        self.urls: dict[str, str] = {}
        self.dead: dict[str, str] = {}
        self.sources: dict[str, Source] = {}
        for name in (*PROVIDERS, queues.BATCH):
            self.urls[name], self.dead[name] = self._queue(name)
            monkeypatch.setenv(f"{name.upper()}_QUEUE_URL", self.urls[name])
        monkeypatch.setenv("PARAMETERS_PATH", f"/{self.name}")
        monkeypatch.setenv("PUBLIC_URL", "https://easel.test")
        parameters.forget()
        self.put("tokens/gitee", f"g-{self.name}")
        self.put("tokens/modelscope", f"m-{self.name}")

    @property
    def bucket(self) -> str:
        return self.cloud.environment["IMAGES_BUCKET"]

    def hurry(self, first_delay: float = 0.01, lease: float = 60.0) -> None:
        """Delays that a test can wait for."""
        self.monkeypatch.setattr(retries, "FIRST_DELAY", first_delay)
        self.monkeypatch.setattr(queues, "LEASE_SECONDS", lease)
        send = queues.send

        def sooner(queue: str, body: str, delay: float = 0) -> None:
            send(queue, body, 0 if queue == queues.BATCH else delay)

        self.monkeypatch.setattr(queues, "send", sooner)

    def put(self, name: str, value: str) -> None:
        """Sets a secret, at once."""
        path = f"/{self.name}/{name}"
        aws.ssm().put_parameter(Name=path, Value=value, Type="SecureString", Overwrite=True)
        parameters.forget()

    def upload(self, content: bytes, name: str = "manifest.jsonl") -> str:
        key = f"batches/uploads/{uuid.uuid4().hex}/{name}"
        aws.s3().put_object(Bucket=self.bucket, Key=key, Body=content)
        return f"s3://{self.bucket}/{key}"

    def start(self, **order: Any) -> batches.Batch:
        return manifests.start(manifests.Order.read(order), "https://easel.test")

    @contextmanager
    def working(self, concurrency: int = 4, seconds: float = 30.0) -> Iterator[None]:
        """The event sources, while this lasts."""
        self.sources[queues.BATCH] = Source(self.urls[queues.BATCH], batch_function.handler, 1, 900)
        for name, fake in self.providers.items():
            handler = provider.lambda_handler(name, lambda fake=fake: fake)  # type: ignore[misc]
            self.sources[name] = Source(self.urls[name], handler, concurrency, seconds)
        try:
            yield
        finally:
            for source in self.sources.values():
                source._stopped.set()
            for source in self.sources.values():
                source.stop()

    def finished(self, batch_id: str, seconds: float = 40) -> batches.Batch:
        """The batch when its results are there."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            batch = batches.get(batch_id)
            if batch.finished:
                return batch
            time.sleep(0.1)
        raise TimeoutError(f"batch has not ended: {batches.get(batch_id)}")

    def wait(self, come: Callable[[], bool], seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not come():
            if time.monotonic() > end:
                raise TimeoutError("it has not come")
            time.sleep(0.02)

    def exists(self, batch_id: str) -> bool:
        try:
            batches.get(batch_id)
        except NotFound:
            return False
        return True

    def run(self, batch: batches.Batch, seconds: float = 40) -> list[dict[str, Any]]:
        """Works until the batch has ended; its results."""
        with self.working():
            self.finished(batch.id, seconds)
        return self.results(batch)

    def results(self, batch: batches.Batch) -> list[dict[str, Any]]:
        body = self.cloud.object(batch.key("results.jsonl"))["Body"]
        return [json.loads(line) for line in body.splitlines()]

    def summary(self, batch: batches.Batch) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.cloud.object(batch.key("summary.json"))["Body"])
        return found

    def pictures(self, batch: batches.Batch) -> list[str]:
        """Keys of the batch's pictures."""
        prefix = f"images/{int(batch.created * 1000):012x}"
        return [key for key in self.cloud.stored() if key.startswith(prefix)]

    def waiting(self, url: str) -> int:
        """Messages in a queue, visible, hidden and delayed."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        names.append("ApproximateNumberOfMessagesDelayed")
        found: Any = aws.sqs().get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return sum(int(found[name]) for name in names)

    def hidden(self, name: str) -> list[int]:
        """How many of a provider's messages are hidden, and how many wait as delayed copies."""
        found: Any = aws.sqs().get_queue_attributes(QueueUrl=self.urls[name], AttributeNames=["All"])["Attributes"]
        names = ("ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")
        return [int(found[one]) for one in names]

    def show(self, name: str) -> None:
        """Makes a provider's hidden messages visible, as if their time had come."""
        for queue in sqs_backends["123456789012"]["us-east-1"].queues.values():
            if queue.name == f"{self.name}-{name}":
                for message in queue._messages:
                    message.change_visibility(0)

    def aside(self, name: str) -> list[float]:
        """Until when tokens of a provider are set aside."""
        found = aws.dynamodb().get_item(TableName=jobs.table(), Key={"id": {"S": f"tokens#{name}"}}).get("Item", {})
        return [float(value["N"]) for key, value in found.items() if "N" in value and key != "expires"]

    def redrive(self, name: str) -> None:
        """Moves what is dead back to its queue."""
        for body in self._taken(self.dead[name]):
            aws.sqs().send_message(QueueUrl=self.urls[name], MessageBody=body)

    def messages(self, name: str) -> list[str]:
        """Takes everything out of a provider's queue."""
        return self._taken(self.urls[name])

    def _taken(self, url: str) -> list[str]:
        found: list[str] = []
        while batch := aws.sqs().receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in batch:
                found.append(message["Body"])
                aws.sqs().delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def _queue(self, name: str) -> tuple[str, str]:
        client = aws.sqs()
        dead = client.create_queue(QueueName=f"{self.name}-{name}-dead")["QueueUrl"]
        arn = f"arn:aws:sqs:us-east-1:123456789012:{self.name}-{name}-dead"
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": MAX_RECEIVES})
        given: Any = {"VisibilityTimeout": "300", "RedrivePolicy": redrive}
        return client.create_queue(QueueName=f"{self.name}-{name}", Attributes=given)["QueueUrl"], dead


def forget_asides() -> None:
    """Makes every token usable again, as if its time had come."""
    for name in PROVIDERS:
        aws.dynamodb().delete_item(TableName=jobs.table(), Key={"id": {"S": f"tokens#{name}"}})
