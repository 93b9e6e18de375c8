"""ModelScope's responses to polls (docs/providers/modelscope.md#tasks). They are always HTTP 200."""

import uuid
from typing import Any, Protocol

from starlette.responses import JSONResponse, Response

REASON = "Inference failed, please try again later."
ODD: dict[str, dict[str, Any]] = {"failedtext": {"errors": REASON}, "failedoutput": {"output": {"error": REASON}}}
FAILURES: dict[str, tuple[str, int, str]] = {
    "moderation": ("FAILED", 422, "Output data may contain inappropriate content."),
    "failed": ("FAILED", 500, REASON),
    "canceled": ("CANCELED", 499, "The task was canceled."),
}


class PolledTask(Protocol):
    """The attributes of a task that its response contains."""

    task_id: str
    picture_url: str
    submitted: float
    due: float | None

    @property
    def fault(self) -> str | None: ...


def request_id() -> str:
    return str(uuid.uuid4())


def poll_answer(task: PolledTask | None, now: float) -> Response:
    """Return a task's response at the time `now`. For None and for the fault `lost`, the task is not found."""
    if task is None or task.fault == "lost":
        return _failed("", "FAILED", 500, "task not found")
    if task.due is None or now < task.due:
        return _running(task, now)
    if task.fault == "oddstate":
        return _failed(task.task_id, "EVICTED", 500, REASON)
    if task.fault in ODD:
        ids = {"task_id": task.task_id, "request_id": request_id()}
        return JSONResponse({"task_status": "FAILED", **ids, **ODD[task.fault]})
    if task.fault in FAILURES:
        return _failed(task.task_id, *FAILURES[task.fault])
    return _succeeded(task, task.due)


def _running(task: PolledTask, now: float) -> Response:
    """Return PENDING, then RUNNING, both with ids; then PROCESSING without ids, as a live test has shown."""
    passed = 1.0 if task.due is None else (now - task.submitted) / (task.due - task.submitted)
    if passed >= 0.5:
        return JSONResponse({"request_id": "", "task_id": "", "task_status": "PROCESSING", "outputs": {}})
    status = "PENDING" if passed < 0.2 else "RUNNING"
    return JSONResponse({"request_id": request_id(), "task_id": task.task_id, "task_status": status})


def _succeeded(task: PolledTask, ended: float) -> Response:
    answer: dict[str, Any] = {
        "request_id": request_id(),
        "task_id": int(task.task_id) if task.fault == "numbertask" else task.task_id,
        "task_status": "SUCCEEDED" if task.fault == "succeeded" else "SUCCEED",
        "output_images": [task.picture_url],
        "time_taken": round((ended - task.submitted) * 1000, 2),
    }
    if task.fault == "outputs":
        answer["outputs"] = {"output_images": answer.pop("output_images")}
    if task.fault == "empty":
        del answer["output_images"]
    return JSONResponse(answer)


def _failed(task_id: str, status: str, code: int, message: str) -> Response:
    errors = {"code": code, "message": message}
    return JSONResponse({"task_status": status, "errors": errors, "task_id": task_id, "request_id": request_id()})
