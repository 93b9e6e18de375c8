"""Batches without a deployment: the real state machine in moto's interpreter, with fake providers."""

from __future__ import annotations

import json
import struct
import threading
import time
import uuid
import zlib
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction

import batch as batch_function
import planning
from easel import catalog
from easel.batch import batches, object_keys, start, worker
from easel.common import aws
from easel.common.deadline import Deadline
from easel.handler import lambda_handler
from easel.providers import cooldowns, ssm_parameters
from easel.providers.adapter import GeneratedImage
from easel.settings import settings
from easel.store import table
from easel.store.records import GenerationRequest
from tests.harness import template
from tests.harness.functions import Context, FunctionDied, Functions
from tests.harness.patience import HANGS_SECONDS, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random

    from easel.batch.batches import Batch
    from easel.providers.adapter import Run
    from tests.harness.cloud import Cloud

PROVIDERS = tuple(catalog.providers())
DEFINITION = template.ROOT / "functions/batch/batch.asl.json"
BATCH_FUNCTION = "batch-of-the-world"
"""The name of every world's batch function, so that moto parses one definition, once."""
ENDED = ("FAILED", "TIMED_OUT", "ABORTED")


class Killed(BaseException):
    """The worker's process was killed."""


def killed_around(dice: Random, chance: float, write: Callable[..., Any], *args: Any, **more: Any) -> Any:
    """Write to the table. The process may be killed before it, with this chance, or after it, with the same."""
    fate = dice.random()
    if fate < chance:
        raise Killed
    result = write(*args, **more)
    if fate > 1 - chance:
        raise Killed
    return result


def png(width: int = 8, height: int = 8) -> bytes:
    """Return a small picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + b"\x10\x80\xf0" * width for _ in range(height))
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@dataclass
class FakeProvider:
    """A fake adapter. It records every call, takes `seconds` for each, and calls `answer`, which may raise."""

    seconds: float = 0.0
    answer: Callable[[GenerationRequest, str | None], None] = lambda request, token: None
    calls: list[tuple[str, str | None]] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    most: int = 0
    """Maximum number of concurrent calls so far."""
    _at_once: int = 0
    _unheld: int | None = None
    _released: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hold(self, after: int = 0) -> None:
        """Block all calls except the first `after` until `release`."""
        self._unheld = after

    def release(self) -> None:
        self._released.set()

    def generate(self, request: GenerationRequest, token: str | None, run: Run) -> GeneratedImage:
        with self._lock:
            held = self._unheld is not None and len(self.calls) >= self._unheld
            self.calls.append((request.prompt, token))
            self._at_once += 1
            self.most = max(self.most, self._at_once)
        try:
            if held:
                self._released.wait(HANGS_SECONDS)
            time.sleep(self.seconds)
            self.answer(request, token)
            self.drawn.append(request.prompt)
            return GeneratedImage(origin="http://fake", data=png())
        finally:
            with self._lock:
                self._at_once -= 1


class World:
    """A deployment's batch functions: `start` a batch, `run` it to its end, read its `results`."""

    def __init__(self, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, concurrency: int = 4) -> None:
        self.cloud = cloud
        self.monkeypatch = monkeypatch
        self.name = f"world-{uuid.uuid4().hex[:8]}"
        self.providers = {name: FakeProvider() for name in PROVIDERS}
        self.invocations: list[tuple[str, Any]] = []
        """Every invocation so far: the function's module and its event."""
        self.deaths = 0
        self._told: set[str] = set()
        self._stopped: set[str] = set()
        handlers = {BATCH_FUNCTION: self._noted("batch", batch_function.handler)}
        for name, fake in self.providers.items():
            handler = lambda_handler(name, lambda provider, fake=fake: fake)  # type: ignore[misc]
            handlers[f"{self.name}-{name}"] = self._noted(name, handler)
            monkeypatch.setenv(f"{name.upper()}_CONCURRENCY", str(concurrency))
        monkeypatch.setenv("FUNCTION_PREFIX", f"{self.name}-")
        self.functions = Functions(handlers)
        self._invoking = cloud.invoking(self.functions.invoke)
        self._invoking.__enter__()
        monkeypatch.setenv("MOTO_PORT", cloud.url.rsplit(":", 1)[1])  # moto's state machines call AWS here
        monkeypatch.setenv("PARAMETERS_PATH", f"/{self.name}")
        monkeypatch.setenv("PUBLIC_URL", "https://easel.test")
        monkeypatch.setenv("BATCH_MACHINE", self._machine())
        settings.cache_clear()
        ssm_parameters.forget()
        forget_cooldowns()
        for provider in catalog.providers().values():
            if provider.auth_required:
                self.put(f"tokens/{provider.id}", f"{provider.id[0]}-{self.name}")

    def close(self) -> None:
        """Stop what still runs."""
        for provider in self.providers.values():
            provider.release()
        listed = aws.stepfunctions().list_executions(stateMachineArn=settings().batch_machine, statusFilter="RUNNING")
        for execution in listed["executions"]:
            aws.stepfunctions().stop_execution(executionArn=execution["executionArn"])
        self.functions.wait_until_idle()
        aws.stepfunctions().delete_state_machine(stateMachineArn=settings().batch_machine)
        self._invoking.__exit__(None, None, None)

    @property
    def bucket(self) -> str:
        return self.cloud.environment["IMAGES_BUCKET"]

    def hurry(self, scale: float = 0.02) -> None:
        """Shorten the state machine's waits to `scale` of their length."""

        def shorter(self: Any, env: Any, wait_seconds: float) -> None:
            env.program_state_event.wait(max(0.0, wait_seconds * scale))

        self.monkeypatch.setattr(WaitFunction, "_wait_interval", shorter)
        sleep = time.sleep
        retries = SimpleNamespace(sleep=lambda seconds: sleep(seconds * scale))
        self.monkeypatch.setattr(retrier_decl, "time", retries)
        self.monkeypatch.setattr(worker, "CHILD_SECONDS", 3600.0)

    def wait_for(self, event: threading.Event, beyond: float) -> None:
        """Make the state machine's waits of more than `beyond` seconds end when the event is set."""
        shortened = WaitFunction._wait_interval

        def held(machine: Any, env: Any, wait_seconds: int) -> None:
            if wait_seconds <= beyond:
                return shortened(machine, env, wait_seconds)
            while not (event.is_set() or env.program_state_event.wait(0.02)):
                pass
            return None

        self.monkeypatch.setattr(WaitFunction, "_wait_interval", held)

    def put(self, name: str, value: str) -> None:
        """Set a parameter and clear the cache of parameters."""
        path = f"/{self.name}/{name}"
        aws.ssm().put_parameter(Name=path, Value=value, Type="SecureString", Overwrite=True)
        ssm_parameters.forget()

    def upload(self, content: bytes, name: str = "manifest.jsonl") -> str:
        key = f"{object_keys.UPLOADS}{uuid.uuid4().hex}/{name}"
        aws.s3().put_object(Bucket=self.bucket, Key=key, Body=content)
        return f"s3://{self.bucket}/{key}"

    def planned(self, lines: Sequence[Any], endpoint: str = "") -> Batch:
        """Return a batch of these lines that is planned and not run."""
        manifest = self.upload("".join(json.dumps(line) + "\n" for line in lines).encode())
        etag, size = start.check_manifest(manifest, None)
        batch = batches.new(manifest, etag, size, endpoint=endpoint, scheduled=None)
        batches.create(batch)
        assert planning.plan(batch, Deadline(800))
        return batches.get(batch.id)

    def start(self, key: str | None = None, **request: Any) -> Batch:
        """Start a batch with the key of that id. Equal requests in another test start another batch."""
        if "requests" in request:
            request = {"scheduledTime": self.name, **request}
        return start.start(start.BatchRequest.read(request), "https://easel.test", key)

    def invoke(self, event: Any) -> Any:
        """Invoke the batch function."""
        return batch_function.handler(event, Context(BATCH_FUNCTION, 900))

    def run(self, batch: Batch) -> list[dict[str, Any]]:
        """Wait until the batch has ended, and return its results."""
        self.finished(batch.id)
        return self.results(batch)

    def finished(self, batch_id: str) -> Batch:
        """Wait for the batch's results and return the batch. Deliver EventBridge's events meanwhile."""

        def ended() -> Batch | None:
            self.tell()
            batch = batches.get(batch_id)
            running = batch.status == "completed" and self.execution(batch)["status"] == "RUNNING"
            return batch if batch.finished and not running else None  # moto may take long to stop an execution

        return until(ended, look=0.05, state=lambda: batches.get(batch_id))

    def execution(self, batch: Batch) -> Any:
        return aws.stepfunctions().describe_execution(executionArn=batch.execution)

    def stop(self, batch: Batch) -> None:
        """Stop the batch's execution, as in Step Functions' console."""
        aws.stepfunctions().stop_execution(executionArn=batch.execution)
        self._stopped.add(batch.execution)

    def tell(self) -> None:
        """Deliver the events of stopped or failed executions to the batch function, as the template's rule does."""
        for one in aws.stepfunctions().list_executions(stateMachineArn=settings().batch_machine)["executions"]:
            if one["status"] in ENDED and one["executionArn"] not in self._told:
                self._told.add(one["executionArn"])
                found: Any = aws.stepfunctions().describe_execution(executionArn=one["executionArn"])
                if one["executionArn"] in self._stopped:
                    found["status"] = "ABORTED"  # moto reports a stopped map as FAILED
                names = ("executionArn", "status", "input", "error", "cause")
                self.invoke({"source": "aws.states", "detail": {name: found.get(name) for name in names}})

    def results(self, batch: Batch) -> list[dict[str, Any]]:
        body = self.cloud.object(batch.key("results.jsonl"))["Body"]
        return [json.loads(line) for line in body.splitlines()]

    def summary(self, batch: Batch) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.cloud.object(batch.key("summary.json"))["Body"])
        return found

    def pictures(self, batch: Batch) -> list[str]:
        """Keys of the batch's pictures."""
        prefix = f"images/b{int(batch.created * 1000):012x}"
        return [key for key in self.cloud.stored() if key.startswith(prefix)]

    def invoked(self, module: str) -> list[Any]:
        """Return the events of a function's invocations."""
        return [event for name, event in self.invocations if name == module]

    def _noted(self, module: str, handler: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def handle(event: Any, context: Any) -> Any:
            self.invocations.append((module, event))
            try:
                return handler(event, context)
            except Killed:
                self.deaths += 1
                raise FunctionDied.killed() from None

        return handle

    def _machine(self) -> str:
        return create_machine(self.cloud, self.name, BATCH_FUNCTION)


def create_machine(cloud: Cloud, name: str, function: str) -> str:
    """Create the state machine for batches in moto, with that batch function. Return its ARN."""
    definition = DEFINITION.read_text("utf-8")
    for substituted, value in {"BatchFunction": function, "ImagesBucket": cloud.environment["IMAGES_BUCKET"]}.items():
        definition = definition.replace(f"${{{substituted}}}", value)
    definition = definition.replace('"EXPRESS"', '"STANDARD"')  # moto supports only STANDARD child executions
    role = "arn:aws:iam::123456789012:role/batch"
    made = cloud.client("stepfunctions").create_state_machine(name=name, definition=definition, roleArn=role)
    return str(made["stateMachineArn"])


def worlds(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """For a fixture: a world with shortened waits. It is stopped at the end."""
    found = World(cloud, monkeypatch)
    found.hurry()
    yield found
    found.close()


def forget_cooldowns() -> None:
    """End all token cooldowns and all turns at providers."""
    for name in PROVIDERS:
        for key in (f"tokens#{name}", f"turn#{name}"):
            aws.dynamodb().delete_item(TableName=table.name(), Key={"id": {"S": key}})


def cooldown_ends(name: str) -> dict[str, float]:
    """Return the end of each cooldown of a provider's tokens, in seconds since the epoch."""
    return {scope: state.until for scope, state in cooldowns.read(catalog.provider(name)).items()}


@pytest.fixture
def world(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world with the state machine's real waits."""
    found = World(cloud, monkeypatch)
    yield found
    found.close()
