"""Gitee AI's asynchronous tasks: against the emulator, and how each state is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import gitee
import gitee_tasks
from easel import catalog
from easel.common.deadline import Deadline
from easel.errors import (
    EaselError,
    GenerationTimeout,
    PromptRejected,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    TaskFailed,
    TaskUnknown,
)
from easel.front_door.validation import validate
from easel.providers.adapter import GeneratedImage, Run
from easel.providers.http import Http, Reply
from easel.providers.tasks import TaskEnded
from easel.store.records import GenerationRequest
from gitee import NO_TASKS
from tests.emulators import gitee as emulator
from tests.emulators.gitee_tasks import PRICE, TaskDesk
from tests.emulators.server import Server
from tests.harness.clock import Clock
from tests.harness.patience import HANGS_SECONDS

TOKEN = "gitee-token-for-tests"
GITEE = catalog.provider("gitee")


class Service:
    """The emulator, with one adapter that uses tasks and one that does not."""

    def __init__(self) -> None:
        app = emulator.app(0)
        self._server = Server(app)
        self.desk: TaskDesk = app.state.desk
        self.charged: list[str] = app.state.charged
        self.http = Http("gitee")
        self.accepted: list[str] = []
        self.url = f"{self._server.url}/v1"

    def close(self) -> None:
        self.http.close()
        self._server.close()

    def draw(
        self, prompt: str, *, tasks: bool = True, task: str = "", seconds: float = HANGS_SECONDS
    ) -> GeneratedImage:
        adapter = gitee.Gitee(self.url, self.http, tasks=tasks)
        return adapter.generate(request(prompt), TOKEN, Run(Deadline(seconds), task=task, accept=self.accepted.append))

    def error(self, prompt: str, **options: Any) -> EaselError:
        with pytest.raises(EaselError) as caught:
            self.draw(prompt, **options)
        return caught.value


@pytest.fixture(scope="module")
def _service() -> Iterator[Service]:
    service = Service()
    yield service
    service.close()


@pytest.fixture
def service(_service: Service, clock: Clock) -> Service:
    """The emulator without tasks and charges."""
    _service.desk.tasks.clear()
    _service.charged.clear()
    _service.accepted.clear()
    return _service


def request(prompt: str) -> GenerationRequest:
    return validate({"model": "z-image-turbo", "prompt": prompt, "seed": 42}, GITEE, TOKEN).request


def test_a_task_is_submitted_once_and_polled_until_done(service: Service, clock: Clock) -> None:
    picture = service.draw("a cat [[delay=5]]")
    (task,) = service.accepted
    assert picture.url
    assert picture.url.endswith(f"/v1/public/temp/tasks/{task}.png")
    assert (service.charged, picture.price) == ([PRICE], float(PRICE))
    assert len(clock.slept) > 1
    service.draw("a cat", tasks=False)
    assert service.charged == [PRICE, PRICE]


def test_a_lost_connection_does_not_lose_a_tasks_picture(service: Service) -> None:
    lost = service.error("a cat [[fault=cut]]", tasks=False)
    assert (type(lost), lost.drawn, len(service.charged)) == (ProviderUnreachable, True, 1)
    service.desk.broken_polls = 2
    assert service.draw("a cat").url
    assert (len(service.desk.tasks), len(service.charged)) == (1, 2)


@pytest.mark.parametrize("tasks", [True, False])
def test_the_next_call_continues_to_poll_the_task(service: Service, tasks: bool) -> None:
    prompt = "a cat [[delay=400]]"
    assert type(service.error(prompt, seconds=300)) is GenerationTimeout
    (task,), charged = service.accepted, len(service.charged)
    assert service.draw(prompt, task=task, tasks=tasks).url
    assert len(service.charged) == charged


def test_an_unknown_stored_task_is_reported_as_gone(service: Service) -> None:
    assert type(service.error("a cat", task="T999999")) is TaskUnknown
    assert (service.accepted, service.charged) == ([""], [])


@pytest.mark.parametrize(
    ("fault", "kind", "text"),
    [
        ("busy", TaskFailed, "Service Temporarily Unavailable"),
        ("error", TaskFailed, "unexpected error"),
        ("moderation", PromptRejected, "moderation"),
    ],
)
def test_a_failed_task_is_not_charged_and_has_a_reason(service: Service, fault: str, kind: type, text: str) -> None:
    error = service.error(f"a cat [[fault={fault}]]")
    assert type(error) is kind
    assert text in error.message
    assert (len(service.accepted), service.accepted[-1], service.charged) == (2, "", [])


def test_a_refused_submission_starts_no_task(service: Service) -> None:
    assert type(service.error("a cat [[fault=quota]]")) is QuotaExceeded
    assert (service.accepted, service.charged) == ([], [])


@pytest.mark.parametrize("status", NO_TASKS)
def test_a_model_without_tasks_is_called_directly(
    status: int, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = Reply("gitee", status, {}, b'{"error": {"code": "404", "message": "no such path"}}')
    send = gitee.Gitee._send
    monkeypatch.setattr(
        gitee.Gitee, "_send", lambda self, path, *rest: missing if "async" in path else send(self, path, *rest)
    )
    assert service.draw("a cat").url
    assert service.charged == [PRICE]


@pytest.mark.parametrize(("setting", "tasks"), [("", False), ("false", False), ("true", True)])
def test_tasks_are_used_only_by_their_setting(
    service: Service, monkeypatch: pytest.MonkeyPatch, setting: str, tasks: bool
) -> None:
    monkeypatch.setenv("GITEE_TASKS", setting)
    monkeypatch.setenv("GITEE_BASE_URL", service.url)
    gitee.adapter(GITEE, service.http).generate(request("a cat"), TOKEN, Run(Deadline(HANGS_SECONDS)))
    assert bool(service.desk.tasks) is tasks


def state(**body: Any) -> Reply:
    return Reply("gitee", 200, {}, json.dumps(body).encode())


def test_an_unknown_state_is_done_if_it_has_a_picture() -> None:
    assert gitee_tasks.picture_url(state(status="finished", output={"file_url": "https://x"}), gitee.error_of)
    assert gitee_tasks.picture_url(state(status="queued"), gitee.error_of) is None


@pytest.mark.parametrize(
    ("price", "expected"),
    [("0.0100", 0.01), (0, 0.0), (None, None), (True, None), ("free", None), ("nan", None), (-1, None), ("1e6", None)],
)
def test_a_price_is_a_number_or_unknown(price: Any, expected: float | None) -> None:
    assert gitee_tasks.price(state(status="success", price=price)) == expected


@pytest.mark.parametrize("status", ["failure", "failed", "cancelled"])
def test_each_failed_state_ends_the_task(status: str) -> None:
    with pytest.raises(TaskEnded):
        gitee_tasks.picture_url(state(status=status, output={"error": "why"}), gitee.error_of)


@pytest.mark.parametrize("body", [{}, {"task_id": None}, {"task_id": True}, {"task_id": ""}])
def test_a_submission_without_an_id_started_no_task(body: dict[str, Any]) -> None:
    with pytest.raises(ProviderError, match="started no task"):
        gitee_tasks.task_id(state(**body))
    assert gitee_tasks.task_id(state(task_id=7)) == "7"
