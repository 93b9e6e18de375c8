"""Execution environments that start as fast as on Lambda.

Thirty concurrent calls start sixty environments. On Lambda each has its own processor and that takes a second. On two
cores the imports take half a minute, longer than the HTTP API's time limit. So `local.fork_server` imports a function
once, and each environment is a copy of that process, with its own files and environment variables.
On other systems than Linux copying a process is not safe, so environments start in the ordinary way.
"""

import contextlib
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

FORK_SERVER = Path(__file__).with_name("fork_server.py")
LAYERS = "_LAMBDA_LAYERS_DIRS"
INIT = {"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}
"""A variable that Lambda sets and MiniStack does not. It makes the import prepare the function, once for all copies."""
VOLATILE = {LAYERS, "LAMBDA_TASK_ROOT", "AWS_LAMBDA_LOG_STREAM_NAME"}  # these differ among a function's environments


def install(lambda_runtime: Any) -> None:
    """Make MiniStack start its workers as copies."""
    if sys.platform != "linux":
        return
    starter = Starter()
    spawn = lambda_runtime.Worker._spawn

    @functools.wraps(spawn)
    def spawned(self: Any) -> None:
        starter.local.module = self.config["Handler"].rpartition(".")[0].replace("/", ".")
        spawn(self)

    lambda_runtime.Worker._spawn = spawned
    lambda_runtime.subprocess = SimpleNamespace(Popen=starter.start, PIPE=subprocess.PIPE)


class Starter:
    """Replaces `subprocess.Popen` in MiniStack. It has one template process for each function."""

    def __init__(self) -> None:
        self.local = threading.local()  # `module`: the module for the worker that this thread starts
        self._templates: dict[str, Template] = {}
        self._lock = threading.Lock()

    def start(self, args: Sequence[str], cwd: str, env: Mapping[str, str], **options: Any) -> Any:
        env = {**env, **INIT}
        kept = {name: value for name, value in env.items() if name not in VOLATILE}
        key = json.dumps([self.local.module, _folders(cwd, env), kept])
        with self._lock:
            template = self._templates.get(key)
            if template is None:
                template = self._templates[key] = Template(args[0], self.local.module, _folders(cwd, env), env)
        return template.copy(args[1:], cwd, env) or subprocess.Popen(args, cwd=cwd, env=env, **options)

    def close(self) -> None:
        """End the template processes. Their copies continue."""
        for template in self._templates.values():
            template.close()


def _folders(code: str, env: Mapping[str, str]) -> list[str]:
    """Return the worker's module folders in order. Links are resolved, because they are removed with an environment."""
    layers = [os.path.realpath(layer) for layer in env.get(LAYERS, "").split(os.pathsep) if layer]
    return [folder for layer in reversed(layers) for folder in (layer, f"{layer}/python")] + [os.path.realpath(code)]


class Template:
    """A process that has imported a function and creates copies of itself."""

    def __init__(self, python: str, module: str, folders: Sequence[str], env: Mapping[str, str]) -> None:
        self._lock = threading.Lock()
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [python, str(FORK_SERVER), str(theirs.fileno()), module, *folders]
            self._process = subprocess.Popen(
                command, env=env, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], cwd=folders[-1]
            )

    def copy(self, arguments: Sequence[str], folder: str, env: Mapping[str, str]) -> "Copy | None":
        """Return a copy that runs the Python program `arguments`, or None if that is not possible."""
        (stdin, to_stdin), (from_stdout, stdout), (from_stderr, stderr) = os.pipe(), os.pipe(), os.pipe()
        request = json.dumps({"arguments": arguments, "folder": folder, "environment": dict(env)})
        try:
            with self._lock:
                socket.send_fds(self._requests, [request.encode()], [stdin, stdout, stderr])
                pid = int(self._requests.recv(32) or b"-1")
            watch = os.pidfd_open(pid) if pid > 0 else -1
        except OSError:
            watch = -1
        for file in (stdin, stdout, stderr):
            os.close(file)
        if watch < 0:
            for file in (to_stdin, from_stdout, from_stderr):
                os.close(file)
            return None
        return Copy(pid, watch, to_stdin, from_stdout, from_stderr)

    def close(self) -> None:
        self._requests.close()
        self._process.wait()


class Copy:
    """A copied process with the parts of `subprocess.Popen` that MiniStack uses. Its exit status is unknown."""

    def __init__(self, pid: int, watch: int, stdin: int, stdout: int, stderr: int) -> None:
        self.pid = pid
        self._watch = watch
        self.returncode: int | None = None
        self.stdin = os.fdopen(stdin, "w", buffering=1, encoding="utf-8")
        self.stdout = os.fdopen(stdout, encoding="utf-8")
        self.stderr = os.fdopen(stderr, encoding="utf-8", errors="replace")

    def poll(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            watch = select.poll()
            watch.register(self._watch, select.POLLIN)
            if not watch.poll(None if timeout is None else timeout * 1000):
                raise subprocess.TimeoutExpired("copy", timeout or 0)
            os.close(self._watch)
            self.returncode = 0
        return self.returncode

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._watch, number)
