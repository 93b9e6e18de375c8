"""The Hugging Face adapter against a Space played by hand: what goes wrong, and how long it may take."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

import space_client
import space_connection
from easel.common.deadline import Deadline
from easel.errors import (
    AuthInvalid,
    GenerationFailed,
    GenerationTimeout,
    ModelMissing,
    NoPicture,
    PromptRejected,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
)
from easel.store.records import Progress
from space_client import Spaces
from tests.harness.patience import HANGS_SECONDS, until
from tests.harness.scripted_space import (
    CLOSE,
    CONFIG,
    INFO,
    PICTURE,
    Answer,
    Handler,
    Space,
    Switch,
    call,
    client_threads,
    completed,
    events,
    failed,
    fault,
    hang,
    json_page,
    page,
)


@pytest.fixture
def space() -> Iterator[Space]:
    space = Space()
    yield space
    space.close()


@pytest.fixture
def spaces() -> Spaces:
    return Spaces()


PAUSED = "<html><head><style>.building{}</style></head><body><h1>This Space has been paused by its owner</h1></body>"
SLEEPING = "<html><body>This Space is sleeping due to inactivity.</body></html>"


@pytest.mark.parametrize(
    ("path", "answer", "kind", "says", "retry_after"),
    [
        ("/config", page(503, PAUSED), ProviderUnreachable, "paused by its owner", None),
        ("/config", page(503, "<h1>Your Space is building</h1>"), ProviderUnreachable, "being built", 180),
        (
            "/config",
            page(503, "Your space is in error, check its status on hf.co"),
            ProviderUnreachable,
            "broken",
            None,
        ),
        ("/config", page(404, "<h1>404</h1>"), ModelMissing, "HF_SPACE_URLS", None),
        ("/config", page(302, "", Location="https://elsewhere.test/"), ModelMissing, "HF_SPACE_URLS", None),
        ("/config", page(429, "slow down", Retry_After="7"), RateLimited, "too many requests", 7),
        ("/config", page(401, "Invalid username or password."), AuthInvalid, "send a token in X-HF-Token", None),
        ("/config", page(200, "<html><body>Welcome!</body></html>"), ProviderError, "cannot be read", None),
        ("/config", json_page(200, ["garbage"]), ProviderError, "cannot be read", None),
        ("/config", page(200, "{not json", "application/json"), ProviderError, "not JSON", None),
        ("/info", json_page(200, {"named_endpoints": {}, "unnamed_endpoints": {}}), ProviderError, "changed", None),
        ("/queue/join", json_page(503, {"detail": "Queue is full. Max size is 3"}), RateLimited, "full queue", 30),
        ("/queue/join", page(503, SLEEPING), ProviderUnreachable, "asleep", 60),
        ("/queue/join", page(502, "<html>Bad Gateway</html>"), ProviderUnreachable, "HTTP 502", 60),
        ("/queue/join", page(500, "Internal Server Error"), ProviderUnreachable, "HTTP 500", None),
        ("/queue/join", json_page(403, {"error": "no"}), AuthInvalid, "send a token", None),
        ("/queue/join", json_page(422, {"detail": []}), ProviderError, "changed", None),
        ("/queue/join", json_page(200, {"wrong": 1}), NoPicture, "cannot be read", None),
        ("/queue/join", page(200, "<html>Hello</html>"), ProviderError, "web page", None),
        ("/queue/data", page(200, "<html>Hello</html>"), ProviderError, "web page", None),
        ("/queue/data", page(502, "<html>Bad Gateway</html>"), ProviderUnreachable, "HTTP 502", 60),
        ("/queue/data", events(), ProviderUnreachable, "broke off", None),
        (
            "/queue/data",
            events({"msg": "nonsense", "event_id": "e1"}, end=False),
            NoPicture,
            "cannot be read",
            None,
        ),
        (
            "/queue/data",
            events({"msg": "unexpected_error", "event_id": "e1", "message": "lost"}, end=False),
            ProviderUnreachable,
            "broke off",
            None,
        ),
        (
            "/queue/data",
            events({"msg": "unexpected_error", "message": "Server stopped unexpectedly."}),
            ProviderUnreachable,
            "broke off",
            None,
        ),
        ("/queue/data", events(completed({"no data": 1}), CLOSE), NoPicture, "cannot be read", None),
        ("/queue/data", failed(error="CUDA out of memory"), GenerationFailed, "ran out of memory", None),
        ("/queue/data", failed(error={"message": "CUDA out of memory"}), GenerationFailed, "ran out of memory", None),
        ("/queue/data", failed(data=[None, 7], error="NSFW"), PromptRejected, "refused", None),
        ("/queue/data", failed(error="The model is still loading"), ProviderError, "still loading", 30),
        ("/queue/data", failed(error=None), GenerationFailed, "without saying why", None),
        (
            "/queue/data",
            failed(error="You have exceeded your ZeroGPU runs limit.", unknown_key=1),
            QuotaExceeded,
            "GPU quota",
            None,
        ),
    ],
)
def test_each_bad_day_has_an_error_of_its_own(
    space: Space, spaces: Spaces, path: str, answer: Answer, kind: type, says: str, retry_after: int | None
) -> None:
    space.answers[path] = [answer]
    error = fault(spaces, space)
    assert type(error) is kind
    assert says in error.message
    assert error.retry_after == retry_after
    assert error.provider == "huggingface"
    assert "<" not in (error.upstream or "")
    assert space.asked.count("/queue/join") <= 1


def test_a_space_that_sleeps_is_woken_and_waited_for(space: Space, spaces: Spaces) -> None:
    asleep = page(503, SLEEPING)
    space.answers["/config"] = [asleep, asleep, json_page(200, CONFIG)]
    assert call(spaces, space) == (PICTURE, 7)
    assert space.asked.count("/queue/join") == 1


class ByPauses(Deadline):
    """A deadline on a clock that the pauses between attempts move, and nothing else."""

    def __init__(self, seconds: float, pauses: list[float]) -> None:
        self._pauses, self._over = pauses, sum(pauses) + seconds

    def remaining(self) -> float:
        return max(0.0, self._over - sum(self._pauses))

    def sooner(self, seconds: float) -> Deadline:
        return ByPauses(min(seconds, self.remaining()), self._pauses)


def test_a_sleeping_space_gets_a_third_of_the_deadline(
    space: Space, spaces: Spaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    space.answers["/config"] = [page(503, SLEEPING)]
    pauses: list[float] = []
    monkeypatch.setattr(space_client, "time", SimpleNamespace(sleep=pauses.append, time=time.time))
    error = fault(spaces, space, deadline=ByPauses(9, pauses))
    assert 1 < sum(pauses) <= 9 / 3
    assert type(error) is ProviderUnreachable
    assert "asleep" in error.message
    assert error.retry_after == 60
    assert error.upstream == "HTTP 503"  # the words of a page are not passed on


def test_an_unreachable_space_is_tried_three_times(
    space: Space, spaces: Spaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(space_client, "PAUSES", (0.01,) * 9)
    space.answers["/config"] = [page(500, "oops")]
    assert type(fault(spaces, space)) is ProviderUnreachable
    assert space.asked.count("/config") == 3
    space.close()
    error = fault(spaces, space)
    assert type(error) is ProviderUnreachable
    assert "could not be reached" in error.message


@pytest.mark.parametrize("path", ["/config", "/info", "/queue/join", "/queue/data"])
def test_a_hanging_space_ends_at_the_deadline_without_threads(space: Space, spaces: Spaces, path: str) -> None:
    space.answers[path] = [hang]
    assert type(fault(spaces, space, deadline=Deadline(1.5))) is GenerationTimeout
    until(lambda: not client_threads(space), state=lambda: client_threads(space))
    assert space.asked.count("/queue/join") <= 1


def test_a_silent_stream_is_cancelled_at_the_deadline(space: Space, spaces: Spaces) -> None:
    space.answers["/queue/data"] = [events({"msg": "estimation", "event_id": "e1", "rank": 2}, end=False)]
    deadline = Switch()

    def report(progress: Progress) -> None:
        if progress.queue_position == 3:
            deadline.switch()

    error = fault(spaces, space, deadline=deadline, report=report)
    assert type(error) is GenerationTimeout
    assert "number 3 in its queue" in error.message
    until(lambda: "/cancel" in space.asked)
    until(lambda: not client_threads(space), state=lambda: client_threads(space))


def test_an_abandoned_call_is_not_submitted_later(space: Space, spaces: Spaces) -> None:
    given_up, answered = threading.Event(), threading.Event()

    def slow(handler: Handler) -> None:
        given_up.wait(HANGS_SECONDS)
        try:
            json_page(200, INFO)(handler)
        finally:
            answered.set()

    space.answers["/info"] = [slow]
    assert type(fault(spaces, space, deadline=Deadline(1))) is GenerationTimeout
    given_up.set()
    if "/info" in space.asked:  # a slow machine may give up before
        answered.wait(HANGS_SECONDS)
    until(lambda: not client_threads(space), state=lambda: client_threads(space))
    assert "/queue/join" not in space.asked


def test_a_trickling_config_does_not_outlast_the_deadline(space: Space, spaces: Spaces) -> None:
    def trickle(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        while not handler.space.over.wait(0.1):
            handler.wfile.write(b" ")

    space.answers["/config"] = [trickle]
    assert type(fault(spaces, space, deadline=Deadline(1.5))) is GenerationTimeout
    assert "/config" not in space.asked or space.hung_up.wait(HANGS_SECONDS)


def test_status_reaches_the_callback(space: Space, spaces: Spaces, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space_connection, "LOOK_SECONDS", 0.05)
    queued, drawing = Progress(queue_position=5, eta_seconds=12.3), Progress(percent=25)
    told: list[Progress] = []

    def play(handler: Handler) -> None:
        stream: list[tuple[dict[str, Any], Progress | None]] = [
            ({"msg": "estimation", "event_id": "e1", "rank": 4, "queue_size": 9, "rank_eta": 12.34}, queued),
            ({"msg": "process_starts", "event_id": "e1"}, None),
            ({"msg": "progress", "event_id": "e1", "progress_data": [{"index": 1, "length": 4}]}, drawing),
            (completed({"data": [PICTURE, 7]}), None),
            (CLOSE, None),
        ]
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        for message, expected in stream:
            handler.wfile.write(f"data: {json.dumps(message)}\n\n".encode())
            assert expected is None or until(lambda expected=expected: expected in told)  # type: ignore[misc]

    space.answers["/queue/data"] = [play]
    call(spaces, space, report=told.append)
    something = [progress for progress in told if progress != Progress()]
    assert something == [queued, drawing]
