"""Gitee AI's asynchronous tasks, as docs/providers/gitee.md#asynchronous-tasks describes them.

A failed task is not charged. `broken_polls` is the number of polls that lose their connection.
"""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.emulators import bad_answers, directives
from tests.emulators.pictures import Picture, Shelf

PRICE = "0.0100"
FAILURES: dict[str, Any] = {
    "busy": {"code": 500, "message": "Service Temporarily Unavailable"},
    "error": "An unexpected error has occurred, please check the server log.",
    "moderation": {"code": 400, "message": "内容安全审核未通过，请修改提示词后重试"},
}
"""A task's `output.error`, an object or a text, by fault."""


@dataclass(frozen=True)
class Order:
    """A valid request: the picture, whether a link is requested, and the number of pictures."""

    picture: Picture
    as_url: bool
    count: int


@dataclass(frozen=True)
class Task:
    """An accepted task. Times are seconds since the epoch."""

    task_id: str
    url: str
    fault: str | None
    created: float
    due: float


class TaskDesk:
    """All tasks of an emulator, and the charges of tasks and of synchronous calls."""

    def __init__(
        self,
        shelf: Shelf,
        seconds: float,
        fail: Callable[[str | None], Response | None],
        refuse_token: Callable[[Request], Response | None],
    ) -> None:
        self.tasks: dict[str, Task] = {}
        self.charged: list[str] = []
        self.broken_polls = 0
        self._shelf, self._seconds = shelf, seconds
        self._fail, self._refuse_token = fail, refuse_token
        self._numbers = itertools.count(1)

    async def submit(self, request: Request, ordered: directives.Directives, order: Order) -> Response:
        """Accept a task, or return the response of the submission's fault."""
        if ordered.fault not in FAILURES and (failed := self._fail(ordered.fault)) is not None:
            return failed
        number = f"T{next(self._numbers):06}"
        path = f"/v1/public/temp/tasks/{number}.png"
        self._shelf.put(path, order.picture)
        now = time.time()
        due = now + (self._seconds if ordered.delay is None else ordered.delay)
        task = Task(number, str(request.url.replace(path=path, query="")), ordered.fault, now, due)
        self.tasks[number] = task
        if ordered.fault not in FAILURES:
            self.charged.append(PRICE)
            request.app.state.log.drew(ordered.caption)
        links = {"get": str(request.url.replace(path=f"/v1/task/{number}", query=""))}
        return JSONResponse({"task_id": number, "status": "waiting", "created_at": _ms(now), "urls": links})

    async def poll(self, request: Request) -> Response:
        """Return the task's state."""
        if (refused := self._refuse_token(request)) is not None:
            return refused
        if self.broken_polls:
            self.broken_polls -= 1
            return bad_answers.CutResponse()
        task = self.tasks.get(request.path_params["task_id"])
        if task is None:
            return JSONResponse({"error": {"code": "404", "message": "任务不存在"}}, 404)
        return JSONResponse({"task_id": task.task_id, "created_at": _ms(task.created), **_state(task)})


def _state(task: Task) -> dict[str, Any]:
    if time.time() < task.due:
        return {"status": "in_progress"}
    if task.fault in FAILURES:
        return {"status": "failure", "output": {"error": FAILURES[task.fault]}, "price": None}
    return {"status": "success", "output": {"file_url": task.url}, "price": PRICE}


def _ms(moment: float) -> int:
    return int(moment * 1000)
