"""The programs a local stack consists of: started in groups of their own, listened to, and ended together."""

import collections
import contextlib
import os
import re
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

# Nothing else of the developer's environment reaches a child: AWS profiles, proxies, PYTHONPATH or a stray
# GITEE_BASE_URL would make a function behave as it never does when deployed.
PASSED_ON = re.compile("PATH|HOME|USER|LANG|LC_ALL|TERM|TMPDIR|CI|(XDG|PIP|UV|PYENV|SSL)_.*|REQUESTS_CA_BUNDLE")


def environment(**extra: str) -> dict[str, str]:
    """A child's environment: what programs need to find their files and packages, and `extra`."""
    kept = {name: value for name, value in os.environ.items() if PASSED_ON.fullmatch(name)}
    return {**kept, "PYTHONUNBUFFERED": "1", **extra}


OnLine = Callable[[str], None]


def ignore(_line: str) -> None:
    """For programs whose output nobody reads while they run."""


class Child:
    """A running program whose output is read line by line; the last lines are kept for a report."""

    def __init__(self, name: str, process: "subprocess.Popen[str]", on_line: OnLine) -> None:
        self.name = name
        self.process = process
        self.lines: collections.deque[str] = collections.deque(maxlen=KEPT_LINES)
        self._on_line = on_line
        self._reader = threading.Thread(target=self._read, name=f"read-{name}", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self.lines.append(line.rstrip("\n"))
                self._on_line(self.lines[-1])

    def wait(self) -> int:
        """Wait for its end and for its last line to be handled."""
        status = self.process.wait()
        self._reader.join(timeout=10)  # a grandchild may keep the pipe open
        return status

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Wait until `ready` returns True, however long it takes; raise `LocalError` if the program ends before."""
        while not ready():
            if self.process.poll() is not None:
                raise self.error("ended before it was ready")
            time.sleep(0.05)

    def error(self, what: str = "has ended by itself") -> LocalError:
        """An error for a program that has ended, with its last lines."""
        return LocalError(f"{self.name} {what} (status {self.wait()}).", list(self.lines))


class Processes:
    """Starts children and, as a context manager, ends them all; the ending is the reaper's (see `local.reaper`)."""

    def __enter__(self) -> "Processes":
        self.children: list[Child] = []
        # Children are started in a thread, where no signal can come between a child's birth and its entry in the
        # reaper's list.
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
                child.process.poll()  # collects it, else its group looks alive to the reaper
            time.sleep(0.02)
        for child in self.children:
            child.wait()

    def folder(self) -> Path:
        """A new temporary folder that goes when the children do."""
        path = tempfile.mkdtemp(prefix="easel-local-")
        self._order(f"folder {path}")
        return Path(path)

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str], on_line: OnLine = ignore) -> Child:
        """Start a program at the repository's root; `on_line` gets each line of its output, in another thread."""
        return self._starter.submit(self._start, name, command, env, on_line).result()

    def _start(self, name: str, command: Sequence[str], env: Mapping[str, str], on_line: OnLine) -> Child:
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
        )
        self._order(f"group {process.pid}")
        child = Child(name, process, on_line)
        self.children.append(child)
        return child

    def run(self, name: str, command: Sequence[str], env: Mapping[str, str], on_line: OnLine = ignore) -> None:
        """Run a program to its end; a `LocalError` with its last lines when it fails."""
        child = self.start(name, command, env, on_line)
        status = child.wait()
        self.children.remove(child)
        self._order(f"done {child.process.pid}")
        if status != 0:
            raise LocalError(f"{name} failed (status {status}).", list(child.lines))

    def dead(self) -> Child | None:
        """A program that has ended though it should serve, if there is one."""
        return next((child for child in self.children if child.process.poll() is not None), None)

    @contextlib.contextmanager
    def blaming_the_dead(self) -> Iterator[None]:
        """Name the program that has ended as the cause of an error in the block: others only miss its answers."""
        try:
            yield
        except Exception as error:
            if child := self.dead():
                raise child.error() from error
            raise

    def _order(self, line: str) -> None:
        assert self._reaper.stdin is not None
        self._reaper.stdin.write(line + "\n")
        self._reaper.stdin.flush()
