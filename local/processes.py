"""Child processes of a local stack: each has its own process group, its output is read, and all end together."""

import collections
import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from local.errors import LocalError

ROOT = Path(__file__).resolve().parent.parent
KEPT_LINES = 200

# A child gets no other variables of the developer's environment. AWS profiles, proxies, PYTHONPATH or a stray
# GITEE_BASE_URL would make a function behave differently from a deployed one.
PASSED_ON = re.compile("PATH|HOME|USER|LANG|LC_ALL|TERM|TMPDIR|CI|(XDG|PIP|UV|PYENV|SSL)_.*|REQUESTS_CA_BUNDLE")


def environment(**extra: str) -> dict[str, str]:
    """Return a child's environment: the variables that programs need to find files and packages, and `extra`."""
    kept = {name: value for name, value in os.environ.items() if PASSED_ON.fullmatch(name)}
    return {**kept, "PYTHONUNBUFFERED": "1", **extra}


OnLine = Callable[[str], None]


def ignore(_line: str) -> None:
    """Ignore a line of output."""


StartAgain = Callable[[], "subprocess.Popen[str]"]


class Child:
    """A running program. Its output is read line by line, and the last lines are kept for error texts.

    With `start_again`, a server that ends unexpectedly is restarted once.
    """

    def __init__(
        self, name: str, process: "subprocess.Popen[str]", on_line: OnLine, start_again: StartAgain | None = None
    ) -> None:
        self.name = name
        self.process = process
        self.lines: collections.deque[str] = collections.deque(maxlen=KEPT_LINES)
        self.start_again = start_again
        self._on_line = on_line
        self._listen()

    def _listen(self) -> None:
        self._reader = threading.Thread(target=self._read, name=f"read-{self.name}", daemon=True)
        self._reader.start()

    def ended(self) -> bool:
        """Return whether the program has ended for good. Restart it instead if it may be restarted."""
        if self.process.poll() is None:
            return False
        if self.start_again is None:
            return True
        start_again, self.start_again = self.start_again, None
        self.wait()
        self._on_line(f"{self.name} has ended (status {self.process.returncode}) and is restarted.")
        self.process = start_again()
        self._listen()
        return False

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self.lines.append(line.rstrip("\n"))
                self._on_line(self.lines[-1])

    def wait(self) -> int:
        """Wait until the program has ended and its last line is handled. Return its exit status."""
        status = self.process.wait()
        self._reader.join(timeout=10)  # a grandchild may keep the pipe open
        return status

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Wait without a time limit until `ready` returns True. Raise `LocalError` if the program ends for good."""
        while not ready():
            if self.ended():
                raise self.error("ended before it was ready")
            time.sleep(0.05)

    def error(self, what: str = "has ended unexpectedly") -> LocalError:
        """Return an error for the ended program, with its last lines."""
        return LocalError(f"{self.name} {what} (status {self.wait()}).", list(self.lines))


class Processes:
    """Starts child processes. Leaving the context ends all of them, through `local.reaper`."""

    def __enter__(self) -> "Processes":
        self.children: list[Child] = []
        # A thread starts the children, because no signal can interrupt it between a child's start and the reaper's
        # entry.
        self._starter = ThreadPoolExecutor(1, "start")
        self._reaper = subprocess.Popen(
            [sys.executable, "-m", "local.reaper"], cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._starter.shutdown()
        assert self._reaper.stdin is not None
        self._reaper.stdin.close()
        while self._reaper.poll() is None:
            for child in self.children:
                child.process.poll()  # reap it, or its group would look alive to the reaper
            time.sleep(0.02)
        for child in self.children:
            child.wait()

    def folder(self) -> Path:
        """Return a new temporary folder, which is removed after the children have ended."""
        path = tempfile.mkdtemp(prefix="easel-local-")
        self._order(f"folder {path}")
        return Path(path)

    def start(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str],
        on_line: OnLine = ignore,
        listeners: Sequence[socket.socket] = (),
    ) -> Child:
        """Start a server in the repository's root folder. If it ends unexpectedly, it is restarted once.

        Args:
            name: the program's name in error texts.
            command: the command line.
            env: environment variables.
            on_line: called in another thread with each line of output.
            listeners: sockets that the program inherits, with the same file descriptors.
        """

        def spawn() -> "subprocess.Popen[str]":
            return self._starter.submit(self._spawn, command, env, [each.fileno() for each in listeners]).result()

        child = Child(name, spawn(), on_line, spawn)
        self.children.append(child)
        return child

    def _spawn(self, command: Sequence[str], env: Mapping[str, str], files: Sequence[int]) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            pass_fds=files,
        )
        self._order(f"group {process.pid}")
        return process

    def run(self, name: str, command: Sequence[str], env: Mapping[str, str], on_line: OnLine = ignore) -> None:
        """Run a program to its end. Raise `LocalError` with its last lines if it fails.

        A killed program is run a second time: the system may have been short of memory.
        """
        child = self.start(name, command, env, on_line)
        if child.wait() < 0:
            child.ended()
        status = child.wait()
        self.children.remove(child)
        self._order(f"done {child.process.pid}")
        if status != 0:
            raise LocalError(f"{name} failed (status {status}).", list(child.lines))

    def ended_child(self) -> Child | None:
        """Return a server that has ended unexpectedly, or None."""
        return next((child for child in self.children if child.ended()), None)

    @contextlib.contextmanager
    def reporting_ended_child(self) -> Iterator[None]:
        """Report an ended program as the cause of an error in the block, because other errors follow from it."""
        try:
            yield
        except Exception as error:
            if child := next((each for each in self.children if each.process.poll() is not None), None):
                raise child.error() from error
            raise

    def _order(self, line: str) -> None:
        assert self._reaper.stdin is not None
        self._reaper.stdin.write(line + "\n")
        self._reaper.stdin.flush()
