"""The Hugging Face adapter's clients are kept across calls, and dropped when they may be stale."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import space_client
import space_connection
from easel.errors import EaselError, ProviderError
from space_client import Spaces
from tests.harness.patience import HANGS_SECONDS, until
from tests.harness.scripted_space import (
    CONFIG,
    DONE,
    PICTURE,
    Answer,
    Handler,
    Space,
    call,
    client_threads,
    completed,
    events,
    failed,
    fault,
    json_page,
    space,
)

__all__ = ["space"]  # a fixture


@pytest.fixture
def spaces() -> Spaces:
    return Spaces()


def settle(spaces: Spaces) -> None:
    """Wait until the kept clients are usable again: a job's stream ends a moment after its result."""
    until(lambda: all(connection.fresh for connection in spaces._idle.values()))


@pytest.mark.parametrize(
    ("first", "clients"),
    [
        (DONE, 1),
        (failed(error="bad prompt"), 1),
        (events(), 2),
        # gradio_client would wait for the second job's events in the first job's dead stream, for ever.
        (events(completed({"data": [PICTURE, 7]}), end=False), 2),
    ],
    ids=["a good job", "a failed job", "a broken stream", "a stream that never ends"],
)
def test_a_client_is_kept_unless_its_stream_broke(first: Answer, clients: int, space: Space, spaces: Spaces) -> None:
    space.answers["/queue/data"] = [first, DONE]
    with contextlib.suppress(EaselError):
        call(spaces, space)
    if clients == 1:
        settle(spaces)
    assert call(spaces, space) == (PICTURE, 7)
    assert space.asked.count("/config") == clients
    assert space.asked.count("/queue/join") == 2


def test_a_client_is_replaced_after_a_long_pause(space: Space, spaces: Spaces, monkeypatch: pytest.MonkeyPatch) -> None:
    call(spaces, space)
    settle(spaces)
    monkeypatch.setattr(space_connection, "IDLE_SECONDS", 0.0)
    assert call(spaces, space) == (PICTURE, 7)
    assert space.asked.count("/config") == 2


def test_a_client_with_a_failed_heartbeat_is_not_reused(space: Space, spaces: Spaces) -> None:
    # Heartbeats are answered with 404.
    space.answers["/config"] = [json_page(200, {**CONFIG, "connect_heartbeat": True})]
    call(spaces, space)
    until(lambda: not any("_stream_heartbeat" in t.name for t in threading.enumerate()))
    call(spaces, space)
    assert space.asked.count("/config") == 2


def test_concurrent_jobs_share_no_client(space: Space, spaces: Spaces) -> None:
    all_there = threading.Barrier(4)

    def together(handler: Handler) -> None:
        all_there.wait(HANGS_SECONDS)
        DONE(handler)

    space.answers["/queue/data"] = [together]
    with ThreadPoolExecutor(4) as pool:
        outputs = list(pool.map(lambda _: call(spaces, space), range(4)))
    assert outputs == [(PICTURE, 7)] * 4
    assert space.asked.count("/config") == 4
    space.answers["/queue/data"] = [DONE]
    settle(spaces)
    call(spaces, space)
    assert space.asked.count("/config") == 4


def test_each_token_has_a_client_and_only_a_few_are_kept(
    space: Space, spaces: Spaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(space_client, "MAX_IDLE", 2)
    for token in ("hf_a", "hf_b", "hf_c", "hf_a", "hf_c"):
        call(spaces, space, token=token)
        settle(spaces)
    assert space.asked.count("/config") == 4  # hf_c has replaced hf_a
    assert set(space.tokens) == {"Bearer hf_a", "Bearer hf_b", "Bearer hf_c"}
    until(lambda: not client_threads(space), state=lambda: client_threads(space))


@pytest.mark.parametrize("config", [{"version": None}, {"api_prefix": "http://127.0.0.1:9/gradio_api"}])
def test_a_config_with_a_foreign_address_is_not_followed(space: Space, spaces: Spaces, config: dict[str, Any]) -> None:
    """The token would be sent there."""
    space.answers["/config"] = [json_page(200, {name: v for name, v in {**CONFIG, **config}.items() if v})]
    error = fault(spaces, space, token="hf_mine")
    assert type(error) is ProviderError
    assert "another host" in error.message
    assert error.upstream is None
    assert space.asked == ["/config"]


ROOT = Path(__file__).parents[2]
PYTHONPATH = os.pathsep.join(str(ROOT / part) for part in ("layers/easel", "functions/huggingface"))
ENVIRONMENT = {**os.environ, "PYTHONPATH": PYTHONPATH}
FROZEN = """
import sys, space_client, space_connection
from easel.common.deadline import Deadline
from easel.providers.adapter import Run
space_connection.IDLE_SECONDS = 1.0
call = space_connection.SpaceCall(sys.argv[1], "/infer", {"prompt": "a cat"})
spaces = space_client.Spaces()
for line in sys.stdin:
    _, output = spaces.call([call], None, Run(Deadline(600)))
    print(output[1], flush=True)
"""
LEFT = """
import sys, threading, space_client, space_connection
from easel.common.deadline import Deadline
from easel.providers.adapter import Run
call = space_connection.SpaceCall(sys.argv[1], "/infer", {"prompt": "a cat"})
work = lambda: space_client.Spaces().call([call], None, Run(Deadline(600)))
threading.Thread(target=work, daemon=True).start()
sys.stdin.read()
"""


def test_a_process_continues_after_a_freeze_between_calls(space: Space) -> None:
    """The process is frozen as by Lambda. The Space closes the connection, and the next call creates a new client."""
    space.answers["/config"] = [json_page(200, {**CONFIG, "connect_heartbeat": True})]
    space.answers["/heartbeat"] = [events(end=False)]
    space.answers["/queue/data"] = [events(completed({"data": [PICTURE, 7]}), end=False), DONE]
    child = subprocess.Popen(
        [sys.executable, "-c", FROZEN, space.url],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdin
        assert child.stdout
        print("go", file=child.stdin, flush=True)
        assert child.stdout.readline() == "7\n"
        child.send_signal(signal.SIGSTOP)
        space.over.set()  # every open stream ends
        time.sleep(1.2)
        child.send_signal(signal.SIGCONT)
        print("go", file=child.stdin, flush=True)
        assert child.stdout.readline() == "7\n"
        child.stdin.close()
        assert child.wait() == 0  # no thread keeps it from exiting
    assert space.asked.count("/config") == 2
    assert space.asked.count("/queue/join") == 2


def test_a_hanging_job_does_not_block_the_interpreters_exit(space: Space) -> None:
    space.answers["/queue/data"] = [events(end=False)]
    with subprocess.Popen([sys.executable, "-c", LEFT, space.url], env=ENVIRONMENT, stdin=subprocess.PIPE) as child:
        until(lambda: "/queue/join" in space.asked, child=child)
        child.communicate()  # ends its main thread, and the whole process must end
    assert child.returncode == 0
    assert space.asked.count("/queue/join") == 1
