"""Execution environments like Lambda's: a built function under Lambda's own runtime client (`awslambdaric`) and
the Runtime Interface Emulator from SAM CLI.

Code and layer are read-only, the user is different, `/tmp` is writable, memory is limited to the function's, and the
environment variables are those of the template and of Lambda.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.tools import Tools
    from tests.harness.artifacts import Artifacts
    from tests.harness.template import Function

# Lambda's sbx_user1051. It may read everything, so that artifacts and Python may be in a folder of root.
USER = [
    "setpriv", "--reuid=993", "--regid=990", "--clear-groups", "--inh-caps=+dac_read_search",
    "--ambient-caps=+dac_read_search", "--",
]  # fmt: skip
CLIENT = ("awslambdaric", "simplejson", "snapshot_restore_py", "runtime_client")


class Missing(Exception):
    """A program or package that sandboxes need is missing on this machine."""


@dataclass(frozen=True)
class Runtime:
    """Lambda's parts: the interpreter, the folder of its runtime client, and its interface emulator."""

    python: Path
    client: Path
    emulator: Path

    @classmethod
    def find(cls, tools: Tools, folder: Path) -> Runtime:
        """Raises `Missing`. `folder` is filled with links to the runtime client, and nothing else of our environment:
        an artifact must bring all that it imports."""
        if sys.platform != "linux":
            raise Missing("the Runtime Interface Emulator runs on Linux only")
        if os.geteuid() == 0 and not shutil.which(USER[0]):
            raise Missing(f"{USER[0]} (util-linux), to run a function as another user")
        machine = {"x86_64": "x86_64", "aarch64": "arm64"}.get(platform.machine(), "")
        home = tools.sam.resolve().parents[1]
        emulators = [*home.glob(f"lib/python3.*/site-packages/samcli/local/rapid/aws-lambda-rie-{machine}")]
        if not emulators:
            raise Missing("the Runtime Interface Emulator, which comes with SAM CLI: run `make build`")
        for module in CLIENT:
            spec = importlib.util.find_spec(module)
            if spec is None or spec.origin is None:
                raise Missing(f"{module}, of Lambda's runtime client for this Python: run `make test`")
            origin = Path(spec.origin)
            source = origin.parent if origin.name == "__init__.py" else origin
            (folder / source.name).symlink_to(source)
        return cls(tools.python, folder, emulators[0])


class Sandbox:
    """One execution environment, which starts at its first invocation."""

    def __init__(
        self,
        runtime: Runtime,
        folders: Sequence[Path],
        handler: str,
        environment: Mapping[str, str],
        *,
        memory: int,
        timeout: float,
        log: Path,
    ) -> None:
        """`folders` are the function's own and its layer's. `memory` is in MB, `timeout` in whole seconds."""
        self._log, self._busy = log, threading.Lock()
        self._port, api_port = _free_port(), _free_port()
        paths = [*folders, runtime.client]
        variables = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "LAMBDA_TASK_ROOT": str(folders[0]),
            "_HANDLER": handler,
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(round(timeout)),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(memory),
            **environment,
        }
        # RLIMIT_DATA counts what a process may write to, memory that it has only reserved and the stacks of its
        # threads included: a little stricter than Lambda, which counts what is used. (A control group would be exact,
        # but takes root and a hierarchy of one's own. RLIMIT_AS would count shared libraries and reserved addresses.)
        limited = ["/bin/sh", "-c", f'ulimit -d {memory * 1024} && exec "$@"', "sh"]
        listening = ["--runtime-interface-emulator-address", f"127.0.0.1:{self._port}"]
        listening += ["--runtime-api-address", f"127.0.0.1:{api_port}", "--log-level", "info"]
        user = USER if os.geteuid() == 0 else []
        program = ("-m", "awslambdaric", handler)
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [*map(str, (*user, runtime.emulator, *listening, *limited, runtime.python, *program))],
                env=variables,
                cwd=folders[0],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_it_listens()

    def invoke(self, event: Any) -> Any:
        """Return the function's response, or its text if it is not JSON, as after a time-out.

        One invocation at a time, as on Lambda, which would start another environment instead of waiting.
        """
        url = f"http://127.0.0.1:{self._port}/2015-03-31/functions/function/invocations"
        request = urllib.request.Request(url, json.dumps(event).encode(), method="POST")
        try:
            with self._busy, urllib.request.urlopen(request, timeout=HANGS_SECONDS) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            text = error.read()
        try:
            return json.loads(text)
        except ValueError:
            return text.decode()

    def stop(self) -> None:
        """Freeze the processes, as Lambda does between two calls. `go_on` thaws them."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    @property
    def pid(self) -> int:
        """The function's process id. It changes after a time-out or a crash."""
        pids = [pid for pid in _tree(self._process.pid) if b"awslambdaric" in _read(pid, "cmdline")]
        return pids[-1]

    @property
    def user(self) -> int:
        return int(_status(self.pid, "Uid"))

    @property
    def peak_memory(self) -> float:
        """The peak memory of the function's process, in MB."""
        return int(_status(self.pid, "VmHWM")) / 1024

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def close(self) -> None:
        processes = _tree(self._process.pid)
        for pid in reversed(processes):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        for pid in _tree(self._process.pid):
            os.kill(pid, number)

    def _listens(self) -> bool:
        with socket.socket() as trial:
            return trial.connect_ex(("127.0.0.1", self._port)) == 0

    def _wait_until_it_listens(self) -> None:
        while not self._listens():
            if self._process.poll() is not None:
                raise RuntimeError(f"the Runtime Interface Emulator ended before it listened:\n{self.log}")
            time.sleep(0.02)


def start(
    runtime: Runtime,
    artifacts: Artifacts,
    function: Function,
    environment: Mapping[str, str],
    log: Path,
    *,
    timeout: float | None = None,
) -> Sandbox:
    """Return a sandbox of a built function with the template's settings. `environment` overrides them."""
    own = {name: str(value) for name, value in function.environment.items() if isinstance(value, str | int | float)}
    return Sandbox(
        runtime,
        (artifacts.function(function.logical_id), artifacts.layer),
        function.properties["Handler"],
        {"AWS_LAMBDA_FUNCTION_NAME": function.name, **own, **environment},
        memory=function.properties["MemorySize"],
        timeout=timeout or function.timeout,
        log=log,
    )


def _free_port() -> int:
    """Return a free port outside the range that the system gives to outgoing connections."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("the system has no free port")


def _tree(pid: int) -> list[int]:
    """Return a process and its descendants, parents first."""
    children = [int(child) for child in _read(pid, f"task/{pid}/children").split()]
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            children += [int(child) for child in thread.read_text().split()]
    return [pid, *(descendant for child in dict.fromkeys(children) for descendant in _tree(child))]


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def _status(pid: int, name: str) -> str:
    lines = dict(line.split(":", 1) for line in _read(pid, "status").decode().splitlines() if ":" in line)
    return lines[name].split()[0]
