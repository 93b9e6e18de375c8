"""`local.processes` and `local.reaper`: the output of children is read, and no child outlives its stack."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local.errors import LocalError
from local.processes import ROOT, Processes, environment
from tests.harness.patience import until

# A program with a child that ignores SIGTERM, which is the most difficult to end.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""
STACK = f"""
import sys, time
from local.processes import Processes, environment
with Processes() as processes:
    child = processes.start("stubborn", [sys.executable, "-c", {STUBBORN!r}], environment())
    child.wait_until(lambda: len(child.lines) > 0)
    print(child.process.pid, child.lines[0], processes.folder(), flush=True)
    time.sleep(60)
"""


def running(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    return False


def test_output_is_passed_on_by_line_until_the_end() -> None:
    lines: list[str] = []
    with Processes() as processes:
        processes.run("two lines", [sys.executable, "-c", "print(1); print(2)"], environment(), lines.append)
    assert lines == ["1", "2"]


def test_a_failure_has_status_and_last_lines() -> None:
    script = "import sys; print('before'); sys.exit('the reason')"
    with Processes() as processes, pytest.raises(LocalError, match=r"sam build failed \(status 1\)") as caught:
        processes.run("sam build", [sys.executable, "-c", script], environment())
    assert caught.value.lines == ["before", "the reason"]


def test_an_ended_program_is_restarted_once_then_named(tmp_path: Path) -> None:
    script = "print('oh'); raise SystemExit(3)"
    lines: list[str] = []
    with Processes() as processes:
        child = processes.start("brief", [sys.executable, "-c", script], environment(), lines.append)
        with pytest.raises(LocalError, match=r"brief ended before it was ready \(status 3\)") as caught:
            child.wait_until(lambda: False)
    assert lines == ["oh", "brief has ended (status 3) and is restarted.", "oh"]
    assert caught.value.lines == ["oh", "oh"]


def test_a_second_start_serves_at_the_same_socket(tmp_path: Path) -> None:
    """The second process answers calls that arrived before it ran."""
    script = f"""
import pathlib, socket, sys
first = pathlib.Path({str(tmp_path / "first")!r})
if not first.exists():
    first.touch()
    sys.exit("killed")
caller, _ = socket.socket(fileno=int(sys.argv[1])).accept()
caller.sendall(b"here")
caller.recv(1)
"""
    with (
        Processes() as processes,
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as caller,
    ):
        command = [sys.executable, "-c", script, str(listener.fileno())]
        child = processes.start("server", command, environment(), listeners=[listener])
        until(lambda: child.process.poll() is not None)
        assert processes.ended_child() is None
        assert caller.recv(4) == b"here"


def test_a_killed_program_is_run_again_once(tmp_path: Path) -> None:
    script = f"""
import os, pathlib
first = pathlib.Path({str(tmp_path / "first")!r})
if not first.exists():
    first.touch()
    os.kill(os.getpid(), 9)
"""
    with Processes() as processes:
        processes.run("build", [sys.executable, "-c", script], environment())


def test_an_error_names_the_program_that_ended() -> None:
    with Processes() as processes:
        processes.start("lasting", [sys.executable, "-c", "import time; time.sleep(600)"], environment())
        with pytest.raises(ConnectionError), processes.reporting_ended_child():
            raise ConnectionError
        brief = processes.start("brief", [sys.executable, "-c", "print('oh')"], environment())
        brief.wait()
        with (
            pytest.raises(LocalError, match=r"brief has ended unexpectedly \(status 0\)") as caught,
            processes.reporting_ended_child(),
        ):
            raise ConnectionError
    assert caught.value.lines == ["oh"]


def test_ending_a_stack_removes_grandchildren_and_folders() -> None:
    with Processes() as processes:
        folder = processes.folder()
        child = processes.start("stubborn", [sys.executable, "-c", STUBBORN], environment())
        child.wait_until(lambda: len(child.lines) > 0)
        pids = child.process.pid, int(child.lines[0])
        assert folder.is_dir()
    assert not any(running(pid) for pid in pids)
    assert not folder.exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_child_outlives_a_killed_stack(number: int) -> None:
    command = [sys.executable, "-c", STACK]
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) as stack:
        assert stack.stdout is not None
        first, second, folder = stack.stdout.readline().split()
        stack.send_signal(number)
    until(lambda: not (running(int(first)) or running(int(second)) or Path(folder).exists()))


def test_the_developers_own_settings_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "HTTPS_PROXY", "GITEE_BASE_URL", "PYTHONPATH", "EASEL_X"):
        monkeypatch.setenv(name, "mine")
    monkeypatch.setenv("UV_CACHE_DIR", "/cache")
    passed = environment(EXTRA="1")
    assert "mine" not in passed.values()
    assert passed["PATH"] == os.environ["PATH"]
    assert (passed["UV_CACHE_DIR"], passed["EXTRA"]) == ("/cache", "1")
