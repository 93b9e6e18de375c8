"""Emulated Lambda: runs the real handlers, in threads or in processes that can be killed."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
import traceback
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from tests.harness import template
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Handler = Callable[[Any, "Context"], Any]


class FunctionDied(Exception):
    """Lambda's error for a function that ended without a response."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type

    @classmethod
    def timed_out(cls, seconds: float) -> FunctionDied:
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        return cls("Sandbox.Timedout", f"{stamp} {uuid.uuid4()} Task timed out after {seconds:.2f} seconds")

    @classmethod
    def killed(cls) -> FunctionDied:
        text = f"RequestId: {uuid.uuid4()} Error: Runtime exited with error: signal: killed"
        return cls("Runtime.ExitError", text)


@dataclass
class Context:
    """The parts of Lambda's context that handlers, Mangum and Powertools use."""

    function_name: str
    seconds: float
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    memory_limit_in_mb: int = 512
    started: float = field(default_factory=time.monotonic)

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:us-east-1:123456789012:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self.started + self.seconds - time.monotonic()) * 1000))


@dataclass(frozen=True)
class Outcome:
    """The outcome of an invocation: a JSON value, or Lambda's error."""

    value: Any = None
    died: FunctionDied | None = None

    def response(self) -> Response:
        if not self.died:
            return Response(json.dumps(self.value), content_type="application/json")
        body = {"errorType": self.died.error_type, "errorMessage": str(self.died)}
        return Response(json.dumps(body), 200, {"X-Amz-Function-Error": "Unhandled"}, content_type="application/json")


def record_of_failure(name: str, event: Any, answer: Response) -> dict[str, Any]:
    """Return Lambda's record of a failed asynchronous invocation, as a destination receives it.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}:$LATEST"
    context = {"requestId": str(uuid.uuid4()), "functionArn": arn}
    return {
        "version": "1.0",
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
        "requestContext": {**context, "condition": "RetriesExhausted", "approximateInvokeCount": 1},
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": json.loads(answer.get_data()),
    }


def _where_threads_are() -> str:
    """Return the stack top of each thread that runs one of Easel's functions."""
    stacks = ["".join(traceback.format_stack(frame)[-6:]) for frame in sys._current_frames().values()]
    return "\n".join(stack for stack in stacks if "/functions/" in stack or "/httpcore/" in stack)


def handle(handler: Handler, event: Any, context: Context) -> Any:
    """Run a handler like Lambda: with JSON input and output and an event loop."""
    before, loop = _loop_of_this_thread(), asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        return json.loads(json.dumps(handler(event, context)))
    finally:
        asyncio.set_event_loop(before)
        loop.close()


def _loop_of_this_thread() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_event_loop()
    except RuntimeError:
        return None


class Functions:
    """The deployed functions by name. Each invocation is recorded as `(name, kind)`."""

    def __init__(self, handlers: Mapping[str, Handler], timeouts: Mapping[str, float] | None = None) -> None:
        self._handlers = dict(handlers)
        self._timeouts = dict(timeouts or {})
        self._shortened: list[tuple[str, str, float]] = []
        self._isolated: dict[str, float] = {}
        self._processes: list[subprocess.Popen[bytes]] = []
        self._running = 0
        self._changed = threading.Condition()
        self.invocations: list[tuple[str, str]] = []
        self.http_calls = 0

    def remove(self, name: str) -> None:
        """Remove a function."""
        del self._handlers[name]

    def invoke(self, name: str, kind: str, payload: bytes) -> Response:
        """`POST /2015-03-31/functions/{name}/invocations`"""
        if name not in self._handlers:
            headers = {"X-Amzn-ErrorType": "ResourceNotFoundException", "X-Amzn-RequestId": str(uuid.uuid4())}
            return Response(json.dumps({"message": "no such function"}), 404, headers)
        self.invocations.append((name, kind))
        event = json.loads(payload)
        with self._changed:
            self._running += 1  # counted before the thread starts, so that Lambda does not look idle
        if kind == "Event":
            threading.Thread(target=self._delivered, args=(name, event), daemon=True).start()
            return Response(status=202)
        return self._counted(name, event).response()

    def run(self, name: str, event: Any) -> Outcome:
        """Invoke a function like API Gateway."""
        with self._changed:
            self._running += 1
            self.http_calls += 1
        return self._counted(name, event)

    def wait_until_idle(self) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: self._running == 0, HANGS_SECONDS):
                raise TimeoutError(f"{self._running} invocations still run:\n{_where_threads_are()}")

    @contextmanager
    def timeout(self, name: str, seconds: float, mark: str = "") -> Iterator[None]:
        """Change the function's timeout for events with `mark`. The context reports it, but it is not enforced."""
        self._shortened.append((name, mark, seconds))
        try:
            yield
        finally:
            self._shortened.remove((name, mark, seconds))

    def _seconds(self, name: str, event: Any) -> float:
        text = json.dumps(event)
        shortened = [seconds for function, mark, seconds in self._shortened if function == name and mark in text]
        return shortened[-1] if shortened else self._timeouts.get(name, 300)

    @contextmanager
    def isolated(self, name: str, cut_after: float = 300) -> Iterator[Callable[[], None]]:
        """Run the function in processes, killed after `cut_after` seconds. Yield a function that kills them now."""
        self._isolated[name] = cut_after
        try:
            yield self._kill
        finally:
            del self._isolated[name]
            self._kill()

    def _kill(self) -> None:
        for process in self._processes:
            process.kill()

    @contextmanager
    def broken(self, name: str) -> Iterator[None]:
        """Let the function die before its handler is called, as if an import failed."""
        before = self._handlers[name]

        def dies(event: Any, context: Context) -> Any:
            raise FunctionDied("Runtime.ImportModuleError", "Unable to import module")

        self._handlers[name] = dies
        try:
            yield
        finally:
            self._handlers[name] = before

    def _delivered(self, name: str, event: Any) -> None:
        """Run an asynchronous invocation. If it fails, send Lambda's record to the router, as in the template."""
        router = f"{template.STACK_NAME}-router"
        with self._changed:
            self._running += 1  # until the router has received the record
        try:
            outcome = self._counted(name, event)
            if outcome.died and router in self._handlers:
                self.run(router, record_of_failure(name, event, outcome.response()))
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _counted(self, name: str, event: Any) -> Outcome:
        try:
            return self._in_process(name, event) if name in self._isolated else self._here(name, event)
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _here(self, name: str, event: Any) -> Outcome:
        context = Context(name, self._seconds(name, event))
        try:
            return Outcome(handle(self._handlers[name], event, context))
        except FunctionDied as death:
            return Outcome(died=death)
        except Exception as error:  # Lambda reports every exception in its response
            return Outcome(died=FunctionDied(type(error).__name__, str(error)))

    def _in_process(self, name: str, event: Any) -> Outcome:
        """Run the handler in a new Python process, like a new container."""
        module = name.removeprefix(f"{template.STACK_NAME}-")
        command = [sys.executable, "-m", "tests.harness.isolated", module, name]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=template.ROOT
        )
        self._processes.append(process)
        seconds = self._isolated[name]
        try:
            answered, _ = process.communicate(json.dumps(event).encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return Outcome(died=FunctionDied.timed_out(seconds))
        finally:
            self._processes.remove(process)
        if process.returncode:
            return Outcome(died=FunctionDied.killed())
        return Outcome(json.loads(answered.splitlines()[-1]))
