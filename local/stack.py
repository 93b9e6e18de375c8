"""The parts of a local stack in order, as a context manager."""

import contextlib
import json
import os
import random
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from local import api_gateway, aws, containers, providers, sam_local
from local.build import build
from local.deploy import STACK, Deployed, client, deploy
from local.logs import Formatter
from local.processes import ROOT, Child, Processes
from local.settings import Settings
from local.terminal import visible
from local.tools import find_tools

STATE_FILE = ROOT / ".local/state.json"

Say = Callable[[str], None]


@dataclass(frozen=True)
class LocalStack:
    """A running local stack: where its parts are, for a person, a tool or a test."""

    endpoint: str
    function_url: str
    """The second address, where a call waits for its picture; "" where the parameter `FunctionUrl` is `false`."""
    aws_url: str
    deployed: Deployed
    providers: providers.Providers
    processes: Processes

    def client(self, service: str) -> Any:
        """A boto3 client of the stack's AWS."""
        return client(service, self.aws_url)

    def dead(self) -> Child | None:
        """A part that has ended though it should serve, if there is one."""
        return self.processes.dead()


@contextlib.contextmanager
def local_stack(
    settings: Settings, say: Say = lambda _: None, log: Say = lambda _: None, colour: bool = False
) -> Iterator[LocalStack]:
    """Build, start, deploy and serve until the end of the block; then nothing is left.

    `say` gets what happens at start, `log` one line per call and per record of the functions' logs.
    """
    with contextlib.ExitStack() as parts:
        listener = api_gateway.bind(settings.port)
        parts.callback(listener.close)
        second = api_gateway.bind_or_any(settings.port + 1 if settings.port else 0)
        parts.callback(second.close)
        endpoint, function_url = (f"http://127.0.0.1:{each.getsockname()[1]}" for each in (listener, second))
        tools = find_tools()
        processes = parts.enter_context(Processes())
        parts.enter_context(processes.blaming_the_dead())

        folder = processes.folder()
        emulators = None
        if providers.needed(settings):
            emulators = providers.Emulators(processes, folder, settings.emulator_ports, lambda line: log(visible(line)))
        aws_port = _free_port(settings.aws_port, say)
        aws_url = f"http://127.0.0.1:{aws_port}"
        formatter = Formatter(STACK, colour)
        ministack = aws.start(processes, tools, aws_port, folder, _formatted(formatter, log))

        with _step(say, "sam build") as step:
            if not build(processes, tools, step.line):
                step.note = "nothing changed"
        sam_local.write()
        with _step(say, "MiniStack"):
            ministack.wait_until(lambda: _answers(f"{aws_url}/_ministack/health"))
        with _step(say, "emulators of the providers" if emulators else "providers"):
            emulated = emulators.wait() if emulators else {}
            chosen = providers.choose(settings, emulated)
        with _step(say, "sam deploy") as step:
            parameters = {"PublicUrl": endpoint, "FunctionUrl": "true", **chosen.parameters, **settings.parameters}
            deployed = deploy(processes, tools, aws_url, parameters)

        parts.enter_context(containers.reach({aws_port, *providers.ports(emulated)}))
        api = api_gateway.Behind(f"{aws_url}/_aws/execute-api/{deployed.api_id}/$default")
        parts.enter_context(api_gateway.serve(api_gateway.create_app(api, _access(log)), listener))
        if deployed.function_url_id:
            router = api_gateway.function_url(f"{aws_url}/_aws/lambda-url/{deployed.function_url_id}")
            parts.enter_context(api_gateway.serve(api_gateway.create_app(router, _access(log)), second))
        else:
            second.close()
            function_url = ""
        yield LocalStack(endpoint, function_url, aws_url, deployed, chosen, processes)


class _Step:
    """A step of the start: what it is, how long it took."""

    def __init__(self, say: Say) -> None:
        self.note = ""
        self._say = say

    def line(self, text: str) -> None:
        if text.strip():
            self._say(f"    {visible(text.strip()[:150])}")


@contextlib.contextmanager
def _step(say: Say, name: str) -> Iterator[_Step]:
    say(f"{name} …")
    started = time.monotonic()
    step = _Step(say)
    yield step
    say(f"{name}: {step.note or 'done'} ({time.monotonic() - started:.1f} s)")


def _formatted(formatter: Formatter, log: Say) -> Say:
    def show(line: str) -> None:
        if text := formatter.format(line):
            log(text)

    return show


def _access(log: Say) -> Callable[[str, str, int, float], None]:
    def show(method: str, path: str, status: int, seconds: float) -> None:
        log(f"{'http':<11} {status:<7} {visible(method)} {visible(path)} ({seconds:.2f} s)")

    return show


def _free_port(preferred: int, say: Say) -> int:
    """Return a port that nobody listens on.

    It is outside the range of outgoing connections: one of those could take it before MiniStack listens there.
    """
    for port in (*([preferred] if preferred else []), *random.sample(range(20_000, 32_000), 100)):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            bound: int = trial.getsockname()[1]
            if preferred not in (0, bound):
                say(f"Port {preferred} is busy; MiniStack takes {bound}, where `sam local` will not find it.")
            return bound
    raise AssertionError("the system has no free port")


def _answers(url: str) -> bool:
    try:
        return httpx2.get(url, timeout=30, trust_env=False).status_code == 200
    except httpx2.HTTPError:
        return False


@contextlib.contextmanager
def state_file(stack: LocalStack, path: Path = STATE_FILE) -> Iterator[None]:
    """Tell tools where the stack is, while it runs; of several stacks in one working tree, the first."""
    state = {
        "endpoint": stack.endpoint,
        "functionUrl": stack.function_url,
        "awsUrl": stack.aws_url,
        "stack": STACK,
        "outputs": dict(stack.deployed.outputs),
        "functions": dict(stack.deployed.functions),
        "parameters": dict(stack.providers.parameters),
        "pid": os.getpid(),
        "pids": {child.name: child.process.pid for child in stack.processes.children},
    }
    if _alive(path):
        yield
        return
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(state, indent=2) + "\n")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _alive(path: Path) -> bool:
    """Whether the stack that a state file tells of still runs."""
    try:
        os.kill(json.loads(path.read_text())["pid"], 0)
    except (OSError, ValueError, KeyError):
        return False
    return True
