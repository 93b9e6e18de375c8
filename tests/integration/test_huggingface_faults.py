"""The Hugging Face adapter against scripted Spaces: the error of each fault, the next Space, and the deadline."""

from __future__ import annotations

import json
import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

import space_client
import space_connection
from easel.common.deadline import Deadline
from easel.errors import (
    AuthInvalid,
    EaselError,
    GenerationFailed,
    GenerationTimeout,
    InvalidParams,
    ModelMissing,
    NoPicture,
    PromptRejected,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
)
from easel.providers.adapter import Run
from easel.store.records import Progress
from space_client import Spaces
from space_connection import SpaceCall
from tests.harness.patience import HANGS_SECONDS, until
from tests.harness.scripted_space import (
    CLOSE,
    CONFIG,
    DONE,
    INFO,
    PICTURE,
    Answer,
    ByPauses,
    Handler,
    Space,
    Switch,
    ask,
    call,
    client_threads,
    completed,
    events,
    failed,
    fault,
    hang,
    json_page,
    page,
    second,
    space,
)

__all__ = ["second", "space"]  # fixtures

ASLEEP = page(503, "<html><body>This Space is sleeping due to inactivity.</body></html>")
PAUSED = page(503, "<html><style>.building{}</style><h1>This Space has been paused by its owner</h1></html>")
BAD_GATEWAY = page(502, "<html>Bad Gateway</html>")
WEB_PAGE = page(200, "<html>Hello</html>")
FULL = json_page(503, {"detail": "Queue is full. Max size is 3"})
LOST: dict[str, Any] = {"msg": "unexpected_error", "event_id": "e1", "message": "lost"}
STOPPED = {"msg": "unexpected_error", "message": "Server stopped unexpectedly."}
NONSENSE: dict[str, Any] = {"msg": "nonsense", "event_id": "e1"}
Row = tuple[str, Answer, type[EaselError], str, int | None]


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space_client, "PAUSES", (0.01,) * 9)


@pytest.fixture
def spaces() -> Spaces:
    return Spaces()


def drawing(*asked: Space, spaces: Spaces) -> str:
    """Return the URL of the Space that generated the picture."""
    accepted, output = ask(spaces, *asked)
    assert output == (PICTURE, 7)
    return accepted.url


# The place and the answer of the fault; the error, a part of its text, its Retry-After. The job was not accepted.
NOT_ACCEPTED: list[Row] = [
    ("/config", page(404, "<h1>404</h1>"), ModelMissing, "HF_SPACE_URLS", None),
    ("/config", page(302, "", Location="https://elsewhere.test/"), ModelMissing, "HF_SPACE_URLS", None),
    ("/config", ASLEEP, ProviderUnreachable, "asleep", 60),
    ("/config", page(503, "<h1>Your Space is building</h1>"), ProviderUnreachable, "being built", 180),
    ("/config", PAUSED, ProviderUnreachable, "only its owner", None),
    ("/config", page(503, "Your space is in error"), ProviderUnreachable, "broken", None),
    ("/config", page(500, "oops"), ProviderUnreachable, "HTTP 500", None),
    ("/config", BAD_GATEWAY, ProviderUnreachable, "HTTP 502", 60),
    ("/config", page(429, "slow down", Retry_After="7"), RateLimited, "too many requests", 7),
    ("/config", WEB_PAGE, ProviderError, "unreadable response", None),
    ("/config", json_page(200, ["garbage"]), ProviderError, "unreadable response", None),
    ("/config", page(200, "{not json", "application/json"), ProviderError, "not JSON", None),
    ("/info", page(404, "Not Found"), ModelMissing, "HF_SPACE_URLS", None),
    ("/info", json_page(200, {"named_endpoints": {}, "unnamed_endpoints": {}}), ProviderError, "changed", None),
    ("/queue/join", page(404, "Not Found"), ModelMissing, "HF_SPACE_URLS", None),
    ("/queue/join", ASLEEP, ProviderUnreachable, "asleep", 60),
    ("/queue/join", PAUSED, ProviderUnreachable, "only its owner", None),
    ("/queue/join", FULL, RateLimited, "full queue", 30),
    ("/queue/join", json_page(422, {"detail": []}), ProviderError, "changed", None),
    ("/queue/join", json_page(422, {"detail": [{"loc": ["body"], "msg": "no"}]}), ProviderError, "changed", None),
    ("/queue/data", failed(error="Space app has reached its GPU limit."), RateLimited, "of its owner", 600),
    ("/queue/data", failed(error="No GPU was available after 60s"), RateLimited, "no free GPU", 30),
    ("/queue/data", failed(error="The daily quota of this demo is used up"), QuotaExceeded, "its own quota", None),
]
# The request is invalid, or the job may have been accepted.
FINAL: list[Row] = [
    ("/config", page(401, "Invalid username or password."), AuthInvalid, "send a token in X-HF-Token", None),
    ("/queue/join", json_page(403, {"error": "no"}), AuthInvalid, "send a token", None),
    ("/queue/join", json_page(422, {"detail": "prompt too long"}), InvalidParams, "prompt too long", None),
    ("/queue/join", page(500, "Internal Server Error"), ProviderUnreachable, "HTTP 500", None),
    ("/queue/join", BAD_GATEWAY, ProviderUnreachable, "HTTP 502", 60),
    ("/queue/join", page(503, "upstream connect error or disconnect"), ProviderUnreachable, "HTTP 503", 60),
    ("/queue/join", json_page(200, {"wrong": 1}), NoPicture, "unreadable response", None),
    ("/queue/join", WEB_PAGE, ProviderError, "web page", None),
    ("/queue/data", WEB_PAGE, ProviderError, "web page", None),
    ("/queue/data", page(404, "Not Found"), ModelMissing, "HF_SPACE_URLS", None),
    ("/queue/data", BAD_GATEWAY, ProviderUnreachable, "HTTP 502", 60),
    ("/queue/data", events(), ProviderUnreachable, "ended the connection", None),
    ("/queue/data", events(NONSENSE, end=False), NoPicture, "unreadable response", None),
    ("/queue/data", events(LOST, end=False), ProviderUnreachable, "ended the connection", None),
    ("/queue/data", events(STOPPED), ProviderUnreachable, "ended the connection", None),
    ("/queue/data", events(completed({"no data": 1}), CLOSE), NoPicture, "unreadable response", None),
    ("/queue/data", failed(error={"message": "CUDA out of memory"}), GenerationFailed, "ran out of memory", None),
    ("/queue/data", failed(data=[None, 7], error="NSFW"), PromptRejected, "refused", None),
    ("/queue/data", failed(error=None), GenerationFailed, "without a reason", None),
    ("/queue/data", failed(error="You have exceeded your ZeroGPU runs limit.", odd=1), QuotaExceeded, "quota", None),
]


@pytest.mark.parametrize(
    ("row", "passes"),
    [*((row, True) for row in NOT_ACCEPTED), *((row, False) for row in FINAL)],
    ids=[f"{path} {says}" for path, _, _, says, _ in (*NOT_ACCEPTED, *FINAL)],
)
def test_each_fault_has_its_error_and_next_space(row: Row, passes: bool, space: Space, second: Space) -> None:
    path, answer, kind, says, retry_after = row
    space.answers[path] = [answer]
    error = fault(Spaces(), space)
    assert (type(error), error.retry_after, error.provider) == (kind, retry_after, "huggingface")
    assert says in error.message
    assert "<" not in (error.upstream or "")
    space.asked.clear()
    if passes:
        assert drawing(space, second, spaces=Spaces()) == second.url
    else:
        fault(Spaces(), space, second)
    assert second.asked.count("/queue/join") == (1 if passes else 0)
    assert space.asked.count("/queue/join") == (1 if path.startswith("/queue") else 0)


def test_the_first_space_is_used_while_it_accepts(space: Space, second: Space, spaces: Spaces) -> None:
    assert drawing(space, second, spaces=spaces) == space.url
    assert second.asked == []


def test_a_space_with_another_schema_is_skipped(space: Space, second: Space, spaces: Spaces) -> None:
    paint = {**CONFIG["dependencies"][0], "api_name": "paint"}  # type: ignore[index]
    described: dict[str, Any] = {
        "named_endpoints": {"/paint": {"parameters": [], "returns": []}},
        "unnamed_endpoints": {},
    }
    space.answers["/config"] = [json_page(200, {**CONFIG, "dependencies": [paint]})]
    space.answers["/info"] = [json_page(200, described)]
    assert drawing(space, second, spaces=spaces) == second.url
    assert "/queue/join" not in space.asked


@pytest.mark.parametrize(("path", "answer", "seconds"), [("/config", ASLEEP, 300), ("/queue/join", FULL, 30)])
def test_a_refusing_space_is_asked_last_for_minutes(
    path: str,
    answer: Answer,
    seconds: float,
    space: Space,
    second: Space,
    spaces: Spaces,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr(space_client, "time", SimpleNamespace(sleep=lambda _: None, time=lambda: now[0]))
    working = space.answers[path]
    space.answers[path] = [answer]
    assert drawing(space, second, spaces=spaces) == second.url
    asked = len(space.asked)
    now[0] += seconds - 1
    assert drawing(space, second, spaces=spaces) == second.url
    assert len(space.asked) == asked
    space.answers[path] = working
    now[0] += 2
    assert drawing(space, second, spaces=spaces) == space.url


def test_a_space_asked_last_is_used_if_the_others_refuse(space: Space, second: Space, spaces: Spaces) -> None:
    working = space.answers["/config"]
    space.answers["/config"] = [ASLEEP]
    assert drawing(space, second, spaces=spaces) == second.url
    space.answers["/config"], second.answers["/config"] = working, [page(404, "gone")]
    second.answers["/queue/join"] = [page(404, "gone")]
    assert drawing(space, second, spaces=spaces) == space.url
    second.asked.clear()
    assert drawing(space, second, spaces=spaces) == space.url
    assert second.asked == []


def test_a_sleeping_space_is_awaited_if_no_other_accepts(space: Space, second: Space, spaces: Spaces) -> None:
    space.answers["/config"] = [ASLEEP, ASLEEP, json_page(200, CONFIG)]
    second.answers["/config"] = [page(404, "gone")]
    assert drawing(space, second, spaces=spaces) == space.url
    assert second.asked.count("/config") == 1


def test_the_spaces_share_a_third_of_the_time_for_waking(
    space: Space, second: Space, spaces: Spaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(space_client, "PAUSES", (1.0,) * 99)
    monkeypatch.setattr(space_client, "time", SimpleNamespace(sleep=pauses.append, time=time.time))
    for each in (space, second):
        each.answers["/config"] = [ASLEEP]
    error = fault(spaces, space, second, deadline=ByPauses(12, pauses))
    assert (type(error), error.upstream) == (ProviderUnreachable, "HTTP 503")  # no text of a web page
    assert "asleep" in error.message
    assert 1 < sum(pauses) <= 12 / 3


def test_the_spaces_share_the_connection_attempts(space: Space, second: Space, spaces: Spaces) -> None:
    for each in (space, second):
        each.answers["/config"] = [page(500, "oops")]
    assert type(fault(spaces, space, second)) is ProviderUnreachable
    assert (space.asked.count("/config"), second.asked.count("/config")) == (2, 1)
    space.close()
    second.answers["/config"] = [json_page(200, CONFIG)]
    assert drawing(space, second, spaces=spaces) == second.url
    assert "could not be reached" in fault(spaces, space).message


def test_the_error_is_that_of_the_soonest_available_space(space: Space, second: Space, spaces: Spaces) -> None:
    space.answers["/config"] = [page(404, "gone")]
    second.answers["/config"] = [page(503, "<h1>Your Space is building</h1>")]
    error = fault(spaces, space, second)
    assert (type(error), error.retry_after) == (ProviderUnreachable, 180)


def test_the_call_that_fits_a_space_is_chosen(space: Space, spaces: Spaces) -> None:
    calls = [SpaceCall(space.url, "/paint", {"text": "a cat"}), SpaceCall(space.url, "/infer", {"prompt": "a cat"})]
    accepted, _ = spaces.call(calls, None, Run(Deadline(HANGS_SECONDS)))
    assert accepted is calls[1]
    assert space.asked.count("/config") == 1


def test_a_kept_connection_does_not_cause_a_second_request(space: Space, second: Space, spaces: Spaces) -> None:
    space.answers["/queue/data"] = [DONE]
    assert drawing(space, second, spaces=spaces) == space.url
    space.answers |= {"/queue/join": [ASLEEP], "/config": [ASLEEP], "/info": [json_page(200, INFO)]}
    assert drawing(space, second, spaces=spaces) == second.url
    assert second.asked.count("/queue/join") == 1


@pytest.mark.parametrize("last", [{"__type__": "update"}, {"__type__": "update", "visible": True}], ids=str)
def test_an_earlier_step_of_a_generator_is_kept(last: dict[str, Any], space: Space, spaces: Spaces) -> None:
    step = {"msg": "process_generating", "event_id": "e1", "success": True, "output": {"data": [PICTURE, 7]}}
    patch = {**step, "output": {"data": [[["replace", [], last]], []]}}
    space.answers["/queue/data"] = [events(step, patch, completed({"data": [last, 7]}), CLOSE)]
    assert call(spaces, space) == (PICTURE, 7)


@pytest.mark.parametrize("path", ["/config", "/info", "/queue/join", "/queue/data"])
def test_a_hanging_space_ends_at_the_deadline_without_threads(
    path: str, space: Space, second: Space, spaces: Spaces
) -> None:
    space.answers[path] = [hang]
    assert type(fault(spaces, space, second, deadline=Deadline(1.2))) is GenerationTimeout
    until(lambda: not client_threads(second), state=lambda: client_threads(second))
    assert space.asked.count("/queue/join") <= 1
    assert second.asked == []


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
    if "/info" in space.asked:  # a slow machine may give up earlier
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
    assert type(fault(spaces, space, deadline=Deadline(1.2))) is GenerationTimeout
    assert "/config" not in space.asked or space.hung_up.wait(HANGS_SECONDS)


def test_status_reaches_the_callback(space: Space, spaces: Spaces, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space_connection, "LOOK_SECONDS", 0.05)
    queued, drawn = Progress(queue_position=5, eta_seconds=12.3), Progress(percent=25)
    reported: list[Progress] = []

    def play(handler: Handler) -> None:
        stream: list[tuple[dict[str, Any], Progress | None]] = [
            ({"msg": "estimation", "event_id": "e1", "rank": 4, "queue_size": 9, "rank_eta": 12.34}, queued),
            ({"msg": "process_starts", "event_id": "e1"}, None),
            ({"msg": "progress", "event_id": "e1", "progress_data": [{"index": 1, "length": 4}]}, drawn),
            (completed({"data": [PICTURE, 7]}), None),
            (CLOSE, None),
        ]
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        for message, expected in stream:
            handler.wfile.write(f"data: {json.dumps(message)}\n\n".encode())
            assert expected is None or until(lambda expected=expected: expected in reported)  # type: ignore[misc]

    space.answers["/queue/data"] = [play]
    call(spaces, space, report=reported.append)
    assert [progress for progress in reported if progress != Progress()] == [queued, drawn]
