"""A local stack as a context manager: start its parts in order, and stop them at the end."""

import contextlib
import json
import os
import random
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from local import access, api_gateway, aws, containers, providers, sam_local
from local.build import build
from local.deploy import STACK, Deployed, client, deploy
from local.emulators import Emulators
from local.errors import LocalError
from local.logs import Formatter
from local.processes import ROOT, Child, Processes
from local.settings import Settings
from local.steps import Steps
from local.terminal import visible
from local.tools import find_tools

STATE_FILE = ROOT / ".local/state.json"

LOCAL_DEFAULTS = {"FunctionUrl": "true", "AnonymousPictures": "100", "WebhookLoopback": "true"}
"""Parameters that are off by default in a deployment: they would cost its owner money, or are for local stacks only."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class LocalStack:
    """A running local stack: the addresses of its parts."""

    endpoint: str
    function_url: str
    """The second address, where a call waits for its picture; "" if the parameter `FunctionUrl` is `false`."""
    aws_url: str
    deployed: Deployed
    providers: providers.Providers
    processes: Processes
    emulators: Emulators | None = None

    def client(self, service: str) -> Any:
        """Return a boto3 client for the stack's AWS."""
        return client(service, self.aws_url)

    def wait_for_spaces(self) -> None:
        """Wait until the emulated Spaces have loaded."""
        if self.emulators:
            self.emulators.wait()

    def ended_child(self) -> Child | None:
        """Return a part that has ended unexpectedly, or None."""
        return self.processes.ended_child()


@contextlib.contextmanager
def local_stack(
    settings: Settings,
    say: Say = lambda _: None,
    log: Say = lambda _: None,
    colour: bool = False,
    began: float | None = None,
) -> Iterator[LocalStack]:
    """Build, start and deploy a stack, and serve it until the end of the block. Nothing remains afterwards.

    `say` gets the messages of the start. `log` gets a line for each call and each record of the functions' logs. The
    emulated Spaces may still be loading when the block begins; a call to a Space waits.
    """
    steps = Steps(say, began)
    with contextlib.ExitStack() as parts:
        listener, second = _bind_both(settings, say)
        parts.callback(listener.close)
        parts.callback(second.close)
        endpoint, function_url = (f"http://127.0.0.1:{each.getsockname()[1]}" for each in (listener, second))
        tools = find_tools()
        processes = parts.enter_context(Processes())
        parts.enter_context(processes.reporting_ended_child())

        steps.next("Starting emulators of AWS and of the providers")
        folder = processes.folder()
        emulators = None
        if providers.needed(settings):
            emulators = Emulators(processes, folder, settings, lambda line: log(visible(line)))
            parts.callback(emulators.close)
        emulated = emulators.urls if emulators else {}
        chosen = providers.choose(settings, emulated)
        aws_port, reserved = _reserve(settings.aws_port, say)
        parts.callback(reserved.close)
        aws_url = f"http://127.0.0.1:{aws_port}"
        ministack = aws.start(processes, tools, aws_port, folder, _formatted(Formatter(STACK, colour), log))

        steps.next("Building the layer and the functions, if anything has changed")
        build(processes, tools)
        sam_local.write()
        steps.next("Deploying the stack through CloudFormation")
        with httpx2.Client(timeout=30, trust_env=False) as asking:
            ministack.wait_until(lambda: _answers(asking, f"{aws_url}/_ministack/health"))
        parameters = {"PublicUrl": endpoint, **LOCAL_DEFAULTS, **chosen.parameters, **settings.parameters}
        deployed = deploy(aws_url, parameters)
        ministack.start_again = None  # a restarted MiniStack would have lost its data
        if emulators:
            emulators.wait_for_quick()
            emulators.start_spaces()

        parts.enter_context(containers.reach({aws_port, *providers.ports(emulated)}))
        about = {"X-Emulated-Providers": ", ".join(chosen.emulated), "X-Local-Key": access.KEY}
        api = api_gateway.Target(f"{aws_url}/_aws/execute-api/{deployed.api_id}/$default", about=about)
        parts.enter_context(api_gateway.serve(api_gateway.create_app(api, _access(log)), listener))
        if deployed.function_url_id:
            router = api_gateway.function_url(f"{aws_url}/_aws/lambda-url/{deployed.function_url_id}", about)
            parts.enter_context(api_gateway.serve(api_gateway.create_app(router, _access(log)), second))
        else:
            second.close()
            function_url = ""
        steps.next("Ready")
        yield LocalStack(endpoint, function_url, aws_url, deployed, chosen, processes, emulators)


def _formatted(formatter: Formatter, log: Say) -> Say:
    def show(line: str) -> None:
        if text := formatter.format(line):
            log(text)

    return show


def _access(log: Say) -> Callable[[str, str, int, float], None]:
    def show(method: str, path: str, status: int, seconds: float) -> None:
        log(f"{'http':<11} {status:<7} {visible(method)} {visible(path)} ({seconds:.2f} s)")

    return show


def _bind_both(settings: Settings, say: Say) -> tuple[socket.socket, socket.socket]:
    """Listen on the ports of both addresses. Use free ports if the default ones are busy and PORT is not given."""
    try:
        listener = api_gateway.bind(settings.port)
    except LocalError:
        if settings.port_given:
            raise
        listener = api_gateway.bind_or_any(settings.port + 10)
        say(f"Port {settings.port} is busy; another `make run` may use it. This one uses port {_port(listener)}.")
    return listener, api_gateway.bind_or_any(_port(listener) + 1 if settings.port else 0)


def _port(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


def _reserve(preferred: int, say: Say) -> tuple[int, socket.socket]:
    """Return a free port, and a socket that reserves it until MiniStack listens.

    The socket holds the same port in UDP, which MiniStack does not use. The port is outside the range of outgoing
    connections, which could otherwise take it before MiniStack does.
    """
    for port in (*([preferred] if preferred else []), *random.sample(range(20_000, 32_000), 100)):
        reserved = socket.socket(type=socket.SOCK_DGRAM)
        try:
            reserved.bind(("127.0.0.1", port))
            with socket.socket() as trial:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                trial.bind(("127.0.0.1", port))
        except OSError:
            reserved.close()
            continue
        if preferred not in (0, port):
            say(f"Port {preferred} is busy; MiniStack uses port {port}, where `sam local` cannot find it.")
        return port, reserved
    raise AssertionError("the system has no free port")


def _answers(client: httpx2.Client, url: str) -> bool:
    try:
        return client.get(url).status_code == 200
    except httpx2.HTTPError:
        return False


@contextlib.contextmanager
def state_file(stack: LocalStack, path: Path = STATE_FILE) -> Iterator[None]:
    """Write the stack's addresses to a file for tools. The first of several stacks in a working tree keeps the file."""
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
    """Return whether the stack in a state file still runs."""
    try:
        os.kill(json.loads(path.read_text())["pid"], 0)
    except (OSError, ValueError, KeyError):
        return False
    return True
