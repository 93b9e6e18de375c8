"""Every built function in a sandbox like Lambda's, with AWS in this process and the providers' emulators."""

from __future__ import annotations

import json
import sys
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.wrappers import Response

from local.processes import Processes, environment
from tests.harness.artifacts import missing
from tests.harness.batches import create_machine
from tests.harness.cloud import Cloud
from tests.harness.functions import record_of_failure
from tests.harness.iam import HERE, WEBHOOKS, Need, Rights, key_of
from tests.harness.template import functions
from tests.runtime.sandbox import Missing, Runtime, Sandbox, start

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from local.tools import Tools
    from tests.harness.artifacts import Artifacts


@pytest.fixture(scope="session")
def runtime(tools: Tools, tmp_path_factory: pytest.TempPathFactory) -> Runtime:
    try:
        return Runtime.find(tools, tmp_path_factory.mktemp("client"))
    except Missing as error:
        missing(f"Lambda's runtime: {error}")
        raise


@pytest.fixture(scope="session")
def upstream() -> Iterator[Mapping[str, str]]:
    """The providers' emulators, in their own process. The value is the settings that lead to them."""
    command = [sys.executable, "-m", "tests.emulators"]
    with Processes() as processes:
        child = processes.start("The providers' emulators", command, environment())
        child.wait_until(lambda: any(line.startswith("{") for line in list(child.lines)))
        settings = json.loads(next(line for line in child.lines if line.startswith("{")))
        yield {name: value if isinstance(value, str) else json.dumps(value) for name, value in settings.items()}


LEAST_SECONDS = 300.0
"""What a function has: a slow machine imports for longer than the router has on Lambda."""


class Stack:
    """The functions of the template in sandboxes, which are started at their first use, and their AWS."""

    def __init__(self, runtime: Runtime, artifacts: Artifacts, upstream: Mapping[str, str], folder: Path) -> None:
        self._runtime, self._artifacts, self._folder = runtime, artifacts, folder
        self.upstream = upstream
        """The settings that lead to the providers' emulators."""
        self._sandboxes: list[Sandbox] = []
        self._named: dict[str, Sandbox] = {}
        self._lock = threading.Lock()
        self.functions = {function.module: function for function in functions()}
        self.cloud = Cloud(self._invoke)
        self.rights = self.cloud.rights = Rights(self.cloud.environment)
        self.environment = {
            **self.cloud.environment,
            "KEY_MANIFESTS": "manifests/",
            **upstream,
            "PUBLIC_URL": "http://easel.test",
            "WEBHOOK_QUEUE": f"{self.cloud.url}/123456789012/{WEBHOOKS}",
            "WEBHOOK_LOOPBACK": "true",
        }

    @cached_property
    def machine(self) -> str:
        """The ARN of the batches' state machine, which is created at its first use."""
        return create_machine(self.cloud, "easel-batch", "easel-batch")

    def sandbox(self, module: str) -> Sandbox:
        """Return the sandbox that receives other functions' calls to this function."""
        with self._lock:
            if module not in self._named:
                self._named[module] = self.fresh(module)
            return self._named[module]

    def fresh(self, module: str, timeout: float | None = None, **environment: str) -> Sandbox:
        """Return a new sandbox of that function, for the test alone."""
        log = self._folder / f"{module}-{len(self._sandboxes)}.log"
        chosen = {**self.environment, "AWS_ACCESS_KEY_ID": key_of(module), **environment}
        function = self.functions[module]
        seconds = timeout or max(function.timeout, LEAST_SECONDS)
        sandbox = start(self._runtime, self._artifacts, function, chosen, log, timeout=seconds)
        self._sandboxes.append(sandbox)
        return sandbox

    def close(self) -> None:
        for sandbox in self._sandboxes:
            sandbox.close()
        self.cloud.close()

    def _invoke(self, name: str, kind: str, payload: bytes) -> Response:
        """Emulate Lambda's `Invoke`, which the router calls."""
        module = name.split(":")[0].removeprefix("easel-")
        sandbox, event = self.sandbox(module), json.loads(payload)
        if kind == "Event":
            threading.Thread(target=self._deliver, args=(name, sandbox, event), daemon=True).start()
            return Response(status=202)
        return _answered(sandbox.invoke(event))

    def _deliver(self, name: str, sandbox: Sandbox, event: Any) -> None:
        """Run an asynchronous invocation. If it fails, Lambda tells the router, with the function's permissions."""
        answer = _answered(sandbox.invoke(event))
        if "X-Amz-Function-Error" not in answer.headers:
            return
        router, role = self.functions["router"].name, self.rights.roles[name.removeprefix("easel-")]
        if role.allows(Need("lambda:InvokeFunction", f"arn:aws:lambda:{HERE}:function:{router}")):
            self.sandbox("router").invoke(record_of_failure(name, event, answer))


def _answered(answer: Any) -> Response:
    failed = isinstance(answer, str) or "errorType" in answer
    headers = {"X-Amz-Function-Error": "Unhandled"} if failed else {}
    return Response(json.dumps(answer), 200, headers, content_type="application/json")


@pytest.fixture(scope="session")
def stack(
    runtime: Runtime, artifacts: Artifacts, upstream: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    stack = Stack(runtime, artifacts, upstream, tmp_path_factory.mktemp("logs"))
    yield stack
    stack.close()
