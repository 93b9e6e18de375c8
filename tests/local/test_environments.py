"""`local.environments` and `local.fork_server`: environments are copies of a function that was imported once."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.environments import Copy, Starter
from tests.harness.patience import HANGS_SECONDS
from tests.harness.template import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere environments start in the ordinary way")

MODULE = "import os, sys\nprint('imported', file=sys.stderr)\nimported_in = os.getpid()\n"
# Like MiniStack's worker: lines in, lines out, the log on standard error.
WORKER = """
import os, sys
import function
out, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    print("log of", line.strip())
    out.write(f"{line.strip()} {function.imported_in} {os.getpid()} {os.environ['STREAM']} {os.getcwd()}\\n")
    out.flush()
"""


@pytest.fixture
def starter() -> Iterator[Starter]:
    starter = Starter()
    starter.local.module = "function"
    yield starter
    starter.close()


@pytest.fixture
def code(tmp_path: Path) -> Path:
    (tmp_path / "code").mkdir()
    (tmp_path / "code/function.py").write_text(MODULE)
    (tmp_path / "worker.py").write_text(WORKER)
    return tmp_path / "code"


def start(starter: Starter, code: Path, stream: str) -> Any:
    return starter.start(
        [sys.executable, str(code.parent / "worker.py")],
        cwd=str(code),
        env={"STREAM": stream, "AWS_LAMBDA_LOG_STREAM_NAME": stream, "PYTHONPATH": str(code)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
    )


def ask(process: Any, text: str) -> list[str]:
    process.stdin.write(f"{text}\n")
    process.stdin.flush()
    answer: list[str] = process.stdout.readline().split()
    return answer


def finish(process: Any) -> None:
    process.kill()
    process.wait(HANGS_SECONDS)
    for file in (process.stdin, process.stdout, process.stderr):
        file.close()


def test_two_environments_are_processes_with_one_import(starter: Starter, code: Path) -> None:
    one, two = start(starter, code, "a"), start(starter, code, "a")
    try:
        first, second = ask(one, "x"), ask(two, "y")
        assert isinstance(one, Copy)
        assert first[0] == "x"
        assert first[1] == second[1]
        assert int(first[2]) == one.pid != two.pid == int(second[2])
        assert (first[3], Path(first[4])) == ("a", code)
        assert one.stderr.readline() == "log of x\n"
    finally:
        finish(one)
        finish(two)


def test_other_environment_variables_need_another_template(starter: Starter, code: Path) -> None:
    one, two = start(starter, code, "a"), start(starter, code, "b")
    try:
        assert ask(one, "x")[1] != ask(two, "x")[1]
    finally:
        finish(one)
        finish(two)


def test_the_end_of_a_copy_is_noticed(starter: Starter, code: Path) -> None:
    process = start(starter, code, "a")
    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.05)
    process.terminate()
    assert process.wait(HANGS_SECONDS) == process.poll() == 0
    process.kill()  # has no effect
    finish(process)


def test_a_function_that_starts_threads_is_not_copied(starter: Starter, code: Path) -> None:
    (code / "function.py").write_text(
        MODULE + "import threading, time\nthreading.Thread(target=time.sleep, args=(30,), daemon=True).start()\n"
    )
    process = start(starter, code, "a")
    try:
        assert isinstance(process, subprocess.Popen)
        assert ask(process, "x")[0] == "x"
    finally:
        finish(process)


def test_an_import_error_appears_in_the_environment(starter: Starter, code: Path) -> None:
    (code / "function.py").write_text("raise RuntimeError('no')\n")
    process = start(starter, code, "a")
    assert "RuntimeError: no" in process.stderr.read()
    assert process.wait(HANGS_SECONDS) is not None
    finish(process)


CONNECTED = """
from easel.common import aws

class Client:
    closed = False

    def close(self):
        self.closed = True

client = aws._clients["s3"] = Client()
"""


def test_copies_share_no_connection_of_the_import(starter: Starter, code: Path) -> None:
    (code / "function.py").write_text(MODULE + CONNECTED)
    (code.parent / "worker.py").write_text(WORKER.replace("os.getcwd()", "function.client.closed"))
    (code / "easel").symlink_to(ROOT / "layers/easel/easel")
    process = start(starter, code, "a")
    try:
        assert isinstance(process, Copy)
        assert ask(process, "x")[-1] == "True"
    finally:
        finish(process)


def test_many_environments_start_in_parallel(starter: Starter, code: Path) -> None:
    processes: list[Any] = []

    def one() -> None:
        starter.local.module = "function"
        processes.append(start(starter, code, "a"))

    threads = [threading.Thread(target=one) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers = [ask(process, "x") for process in processes]
    for process in processes:
        finish(process)
    assert len({answer[2] for answer in answers}) == 30
    assert len({answer[1] for answer in answers}) == 1
    assert os.getpid() not in {int(answer[1]) for answer in answers}
