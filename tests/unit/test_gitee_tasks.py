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
    TaskGone,
)
from easel.front_door.validation import validate
from easel.providers.adapter import GeneratedImage, Run
from easel.providers.http import Http, Reply
from easel.providers.tasks import TaskEnded
from easel.store.records import GenerationRequest
from tests.emulators import gitee as emulator
from tests.emulators.gitee_tasks import PRICE, TaskDesk
from tests.emulators.server import Server
from tests.harness.clock import Clock
from tests.harness.patience import HANGS_SECONDS, LONGER

TOKEN = "gitee-token-for-tests"
GITEE = catalog.provider("gitee")


class Service:
    """The emulator, and the adapter with and without tasks."""

    def __init__(self) -> None:
        app = emulator.app(0)
        self._server = Server(app)
        self.desk: TaskDesk = app.state.desk
        self.charged: list[str] = app.state.charged
        self.http = Http("gitee")
        self.accepted: list[str] = []
        url = f"{self._server.url}/v1"
        self.with_tasks = gitee.Gitee(url, self.http, tasks=True)
        self.at_once = gitee.Gitee(url, self.http)

    def close(self) -> None:
        self.http.close()
        self._server.close()

    def draw(
        self, prompt: str, *, tasks: bool = True, task: str = "", seconds: float = HANGS_SECONDS
    ) -> GeneratedImage:
        adapter = self.with_tasks if tasks else self.at_once
        return adapter.generate(request(prompt), TOKEN, Run(Deadline(seconds), task=task, accept=self.accepted.append))

    def error(self, prompt: str, **options: Any) -> EaselError:
        with pytest.raises(EaselError) as caught:
            self.draw(prompt, **options)
        return caught.value


@pytest.fixture
def service(clock: Clock) -> Iterator[Service]:
    service = Service()
    yield service
    service.close()


def request(prompt: str) -> GenerationRequest:
    return validate({"model": "z-image-turbo", "prompt": prompt, "seed": 42}, GITEE, TOKEN).request


def test_a_task_is_submitted_once_and_polled_until_it_is_done(service: Service) -> None:
    picture = service.draw("a cat [[delay=1]]")
    assert picture.url
    assert picture.url.endswith("/v1/public/temp/tasks/T000001.png")
    assert service.accepted == ["T000001"]
    assert service.charged == [PRICE]
    assert picture.price == float(PRICE)


def test_a_task_costs_what_a_call_that_answers_costs(service: Service) -> None:
    service.draw("a cat", tasks=False)
    service.draw("a cat")
    assert service.charged == [PRICE, PRICE]


def test_a_lost_connection_costs_a_task_no_picture(service: Service) -> None:
    lost = service.error("a cat [[fault=cut]]", tasks=False)
    assert (type(lost), lost.drawn, len(service.charged)) == (ProviderUnreachable, True, 1)
    service.desk.broken_polls = 2
    assert service.draw("a cat").url
    assert len(service.desk.tasks) == 1
    assert len(service.charged) == 2


def test_the_task_of_a_call_that_ended_early_is_polled_on(service: Service) -> None:
    order = ""
    for seconds in LONGER:  # on a slow machine a call may end before its task is accepted
        order = f"a cat [[delay={2 * seconds}]]"
        assert type(service.error(order, seconds=seconds)) is GenerationTimeout
        if service.accepted:
            break
    (task,), charged = service.accepted, len(service.charged)
    assert service.draw(order, task=task).url
    assert len(service.charged) == charged


def test_a_kept_task_is_polled_where_tasks_are_off_by_now(service: Service) -> None:
    service.draw("a cat")
    assert service.draw("a cat", tasks=False, task=service.accepted[0]).url
    assert len(service.charged) == 1


def test_a_kept_task_that_nobody_knows_is_gone(service: Service) -> None:
    assert type(service.error("a cat", task="T999999")) is TaskGone
    assert service.accepted == [""]
    assert service.charged == []


@pytest.mark.parametrize(
    ("fault", "kind", "says"),
    [
        ("busy", TaskFailed, "Service Temporarily Unavailable"),
        ("error", TaskFailed, "unexpected error"),
        ("moderation", PromptRejected, "moderation"),
    ],
)
def test_a_failed_task_is_not_charged_and_says_why(service: Service, fault: str, kind: type, says: str) -> None:
    error = service.error(f"a cat [[fault={fault}]]")
    assert type(error) is kind
    assert says in error.message
    assert service.accepted == ["T000001", ""]
    assert service.charged == []


def test_a_refused_submission_starts_no_task(service: Service) -> None:
    assert type(service.error("a cat [[fault=quota]]")) is QuotaExceeded
    assert (service.accepted, service.charged) == ([], [])


def test_a_model_without_tasks_is_drawn_at_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = Reply("gitee", 404, {}, b'{"error": {"code": "404", "message": "no such path"}}')
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
    monkeypatch.setenv("GITEE_BASE_URL", service.with_tasks._base_url)
    gitee.adapter(GITEE, service.http).generate(request("a cat"), TOKEN, Run(Deadline(60)))
    assert bool(service.desk.tasks) is tasks


def state(**body: Any) -> Reply:
    return Reply("gitee", 200, {}, json.dumps(body).encode())


def test_a_state_that_is_not_known_counts_as_done_with_a_picture() -> None:
    assert gitee_tasks.picture_url(state(status="finished", output={"file_url": "https://x"}), gitee.error_of)
    assert gitee_tasks.picture_url(state(status="queued"), gitee.error_of) is None


@pytest.mark.parametrize(
    ("price", "expected"),
    [("0.0100", 0.01), (0, 0.0), (None, None), (True, None), ("free", None), ("nan", None), (-1, None), ("1e9", None)],
)
def test_a_price_is_a_number_or_not_known(price: Any, expected: float | None) -> None:
    assert gitee_tasks.price(state(status="success", price=price)) == expected


@pytest.mark.parametrize("status", ["failure", "failed", "cancelled"])
def test_a_task_ends_in_each_of_its_failed_states(status: str) -> None:
    with pytest.raises(TaskEnded):
        gitee_tasks.picture_url(state(status=status, output={"error": "why"}), gitee.error_of)


@pytest.mark.parametrize("body", [{}, {"task_id": None}, {"task_id": True}, {"task_id": ""}])
def test_a_submission_without_an_id_started_no_task(body: dict[str, Any]) -> None:
    with pytest.raises(ProviderError, match="started no task"):
        gitee_tasks.task_id(state(**body))
    assert gitee_tasks.task_id(state(task_id=7)) == "7"
