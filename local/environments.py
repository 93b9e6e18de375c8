"""Execution environments that start as fast as on Lambda, where each has a processor of its own.

Thirty concurrent calls start sixty environments. On Lambda that takes a second; on two cores, half a minute of imports,
beyond the HTTP API's time limit. So a function is imported once, by `local.fork_server`, and each environment is a copy
of that process, with its own files, environment variables and end.
Linux only: elsewhere copying a process is not safe, and environments start in the ordinary way.
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
"""What Lambda, unlike MiniStack, tells a function that is imported. What init makes is made once, in the template."""
VOLATILE = {LAYERS, "LAMBDA_TASK_ROOT", "AWS_LAMBDA_LOG_STREAM_NAME"}  # these differ between a function's environments


def install(lambda_runtime: Any) -> None:
    """Have MiniStack's workers started as copies."""
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
    """Stands in for `subprocess.Popen` where MiniStack starts a worker; has one template for each function."""

    def __init__(self) -> None:
        self.local = threading.local()  # `module`: what the worker that this thread starts will import
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
        """End the templates; their copies live on."""
        for template in self._templates.values():
            template.close()


def _folders(code: str, env: Mapping[str, str]) -> list[str]:
    """Return where the worker would look for modules, first to last; no links, for these go with their environment."""
    layers = [os.path.realpath(layer) for layer in env.get(LAYERS, "").split(os.pathsep) if layer]
    return [folder for layer in reversed(layers) for folder in (layer, f"{layer}/python")] + [os.path.realpath(code)]


class Template:
    """A process that has imported a function and makes copies of itself."""

    def __init__(self, python: str, module: str, folders: Sequence[str], env: Mapping[str, str]) -> None:
        self._lock = threading.Lock()
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [python, str(FORK_SERVER), str(theirs.fileno()), module, *folders]
            self._process = subprocess.Popen(
                command, env=env, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], cwd=folders[-1]
            )

    def copy(self, arguments: Sequence[str], folder: str, env: Mapping[str, str]) -> "Copy | None":
        """Return a new process that runs the Python program `arguments`, or None when it cannot be a copy."""
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
    """A copied process, with what MiniStack uses of `subprocess.Popen`. How it ended is not known, only that."""

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
