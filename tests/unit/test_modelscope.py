"""ModelScope: the requests that the adapter sends, the meaning of each answer, and how tasks are polled."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

import modelscope
from easel import catalog, errors
from easel.common.deadline import Deadline
from easel.errors import EaselError
from easel.errors.base import RETRY_ADVICE
from easel.front_door.validation import validate
from easel.providers.adapter import Adapter, GeneratedImage, Run
from easel.providers.http import Http, Reply
from easel.providers.tasks import OUTAGE_SECONDS, TaskEnded
from easel.store import source_images, versioned_items
from tests.harness import source_pictures
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from easel.store.records import GenerationRequest
    from tests.harness.clock import Clock

TOKEN = "ms-token-for-tests"
BASE = "http://127.0.0.1:9000/v1"
FLUX = "black-forest-labs/FLUX.2-dev"
LINK = "https://muse-ai.oss-cn-hangzhou.aliyuncs.com/img/1.png"
DONE = {"task_status": "SUCCEED", "output_images": [LINK], "time_taken": 18812.86}
RUNNING = {"request_id": "", "task_id": "", "task_status": "PROCESSING", "outputs": {}}


def request(model: str = FLUX, **fields: Any) -> GenerationRequest:
    body = {"model": model, "prompt": "a cat", "seed": 42, **fields}
    return validate(body, catalog.provider("modelscope"), TOKEN).request


def reply(body: Any, status: int = 200, **headers: str) -> Reply:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply("modelscope", status, headers, content)


def outcome(body: Any) -> str | None:
    """Return the picture's link, or None. Raise the error that a task ended with."""
    try:
        return modelscope.picture_url(reply(body))
    except TaskEnded as ended:
        raise ended.error from None


class Service:
    """Accepts a task and answers its polls one after another, repeating the last answer."""

    def __init__(self, *polls: Any, submitted: Any = None) -> None:
        self.submits: list[httpx2.Request] = []
        self.polls: list[httpx2.Request] = []
        self.accepted: list[str] = []
        self.adapter: Adapter = modelscope.ModelScope(BASE, Http("modelscope", httpx2.MockTransport(self._receive)))
        self._answers = {"POST": [submitted or {"task_id": "5075521", "task_status": "SUCCEED"}], "GET": list(polls)}

    def _receive(self, received: httpx2.Request) -> httpx2.Response:
        (self.submits if received.method == "POST" else self.polls).append(received)
        answers = self._answers[received.method]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int):
            return httpx2.Response(answer, text="weather")
        return answer if isinstance(answer, httpx2.Response) else httpx2.Response(200, json=answer)

    def generate(self, seconds: float = HANGS_SECONDS, task: str = "") -> GeneratedImage:
        return self.adapter.generate(request(), TOKEN, Run(Deadline(seconds), task=task, accept=self.accepted.append))

    def fail(self, kind: type[EaselError], **given: Any) -> EaselError:
        with pytest.raises(kind) as caught:
            self.generate(**given)
        return caught.value


@pytest.fixture(autouse=True)
def _no_table(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """Polls take no time, and durations are kept in this process alone."""
    monkeypatch.setattr(versioned_items, "read", lambda item_id: None)
    monkeypatch.setattr(versioned_items, "change", lambda *_: {})


def test_a_task_is_submitted_with_modelscopes_field_names() -> None:
    fields = {"model": FLUX, "prompt": "a cat", "size": "768x1024", "steps": 20, "seed": 42, "guidance": 3.5}
    wanted = request(width=768, height=1024, negative_prompt="blurry", steps=20)
    assert modelscope.submission(wanted) == {**fields, "negative_prompt": "blurry"}
    sent = modelscope.submission(request("Tongyi-MAI/Z-Image-Turbo", guidanceScale=3))
    assert not {"guidance", "negative_prompt"} & set(sent)


def test_a_guidance_below_modelscopes_minimum_is_raised() -> None:
    requests = [request(guidanceScale=scale) for scale in (1.49, 1.5, 3.5)]
    assert [modelscope.submission(each)["guidance"] for each in requests] == [1.5, 1.5, 3.5]
    assert [len(modelscope.warnings_of(each)) for each in requests] == [1, 0, 0]


@pytest.mark.parametrize(
    ("model", "field", "count"),
    [("Qwen/Qwen-Image-2.1", "image", 1), ("Qwen/Qwen-Image-Edit-2509", "image_url", 2)],
)
def test_source_pictures_are_sent_as_a_text_or_a_list(model: str, field: str, count: int) -> None:
    link = source_pictures.DATA_LINK
    wanted = request(model, image=[link] * count)
    sent = modelscope.submission(wanted, [source_images.validated(source_pictures.PICTURE)] * count)
    links = sent[field] if count > 1 else [sent[field]]
    assert [str(each) for each in links] == [link] * count
    assert "size" not in sent


def test_a_tasks_id_may_be_a_text_or_a_number() -> None:
    bodies = {"task_id": "50"}, {"task_id": 50, "request_id": "x"}
    assert [modelscope.task_id(reply(body)) for body in bodies] == ["50", "50"]


@pytest.mark.parametrize("body", [{}, [], None, {"task_id": None}, {"task_id": ""}, {"task_id": True}, b"<p>x"])
def test_a_submission_without_a_task_is_a_provider_error(body: Any) -> None:
    with pytest.raises(errors.ProviderError):
        modelscope.task_id(reply(body))


@pytest.mark.parametrize(
    ("changes", "picture"),
    [
        *(({"task_status": status}, None) for status in ("PENDING", "PROCESSING")),
        *(({"task_status": status}, LINK) for status in ("SUCCESS", "succeed", "COMPLETE_SOMEHOW", None)),
        ({"task_status": "QUEUED_SOMEHOW", "output_images": None}, None),
        ({"output_images": None, "outputs": {"output_images": [LINK]}}, LINK),
        ({"output_images": LINK}, LINK),
        ({"output_images": [{"url": LINK}]}, LINK),
        ({"output_images": [{"url": None, "b64_json": "iVBORw0KGgo"}]}, "iVBORw0KGgo"),
    ],
    ids=str,
)
def test_a_finished_task_has_its_picture(changes: dict[str, Any], picture: str | None) -> None:
    assert outcome({**DONE, **changes}) == picture


@pytest.mark.parametrize(
    "body",
    [
        *({}, [], None, {"task_status": None}, {"task_status": ""}, b"<html>x</html>", b"", {"task_status": "SUCCEED"}),
        *({**DONE, "output_images": []}, {**DONE, "output_images": None}, {**DONE, "output_images": [5]}),
    ],
    ids=str,
)
def test_a_poll_with_an_unexpected_body_is_a_provider_error(body: Any) -> None:
    with pytest.raises((errors.ProviderError, errors.NoPicture)):
        outcome(body)


def test_a_refused_picture_of_a_finished_task_is_reported() -> None:
    text = "Output data may contain inappropriate content."
    with pytest.raises(errors.PromptRejected, match="moderation") as caught:
        outcome({"task_status": "FAILED", "errors": {"code": 422, "message": text}, "task_id": "1"})
    assert caught.value.upstream == text


@pytest.mark.parametrize("status", ["FAILED", "CANCELED", "failed"])
@pytest.mark.parametrize(
    "reason",
    [
        {"errors": {"code": 500, "message": "out of memory"}},
        {"errors": '{"code": 500, "message": "out of memory"}'},
        {"error": {"message": "out of memory"}},
        {"output": {"error": "out of memory"}},
        {"output": {"task_status": "FAILED", "message": "out of memory"}},
    ],
    ids=str,
)
def test_a_failed_tasks_reason_is_in_the_error(reason: dict[str, Any], status: str) -> None:
    with pytest.raises(errors.GenerationFailed) as caught:
        outcome({"task_status": status, "task_id": "1", "request_id": "x", **reason})
    assert caught.value.message == f"ModelScope's task ended as {status}; {RETRY_ADVICE}. It said: out of memory"
    assert caught.value.upstream == "out of memory"


def test_a_failed_task_without_a_message_shows_no_json() -> None:
    with pytest.raises(errors.GenerationFailed) as caught:
        outcome({"task_status": "FAILED", "task_id": "1", "output": {"x": 1}})
    assert caught.value.body()["details"] == {"provider": "modelscope"}


REFUSALS: dict[type[EaselError], list[tuple[int, Any]]] = {
    errors.AuthInvalid: [(401, "Authentication failed, please …"), (401, {"Code": 401, "Message": "token invalid"})],
    errors.AuthExpired: [(401, "the token has expired")],
    errors.QuotaExceeded: [
        (402, b""), (403, "QuotaLimitExceed"), (403, "魔粒不足"), (403, "MagicCube balance is not enough"),
        (403, {"error": {"code": "QuotaLimitExceed", "message": "balance exhausted"}}),
        (403, "Not enough Magic-Cubes"), (403, "今日免费额度已用完"), (429, "Insufficient Magicubes"),
        (429, "You have exceeded today's quota for model X"), (200, "Insufficient Magicubes"),
        (200, {"Code": 403, "Message": "魔粒不足", "Data": None}),
    ],
    errors.NoAllowance: [(429, "insufficient balance")],
    errors.RateLimited: [
        (429, {"error": {"code": "insufficient_quota", "message": "slow down"}}), (503, "Server is busy, try again"),
    ],
    errors.ModelRetired: [
        (429, "insufficient balance (1008)"), (400, "Model id : X , has no provider supported"), (400, "模型已经下架"),
        (404, "The model is no longer available"),
    ],
    errors.PromptRejected: [(400, "Input data may contain inappropriate content.")],
    errors.InvalidPrompt: [
        (400, "The prompt must be at most 2000 characters"), (400, "invalid prompt or prompt length more than 4000"),
    ],
    errors.InvalidDimensions: [
        (200, "width must be a multiple of 16"), (400, "Invalid parameter: size"), (400, "size 500x500 too large"),
        (400, "Image dimensions must be divisible by 16"), (400, "Unsupported resolution: 500x500"),
        (400, "width 必须为 8 的倍数"), (400, "图片尺寸不合法"),
    ],
    errors.ProviderUnreachable: [
        (401, b"<html>Access denied</html>"), (403, b""), (403, b"<html>quota exceeded</html>"),
    ],
    errors.ProviderError: [
        (400, {"error": "plain text"}), (404, {"message": "unknown model"}), (500, b"<html><h1>oops</h1></html>"),
        (302, b""), (418, [1]), (400, "the batch was downsized"), (400, "an oversized prompt"),
    ],
}  # fmt: skip
"""Refusals by the error that they mean: the status, and the body or only its message."""


@pytest.mark.parametrize(("kind", "status", "body"), [(kind, *row) for kind, rows in REFUSALS.items() for row in rows])
def test_each_refusal_gets_its_own_error(kind: type[EaselError], status: int, body: Any) -> None:
    error = modelscope.error_of(reply({"errors": {"message": body}} if isinstance(body, str) else body, status))
    assert (type(error), error.provider) == (kind, "modelscope")
    assert "<" not in (error.upstream or "")


@pytest.mark.parametrize(
    ("message", "gate"),
    [
        ("Please bind your Alibaba Cloud account before use.", "bound to an Alibaba Cloud account"),
        ("Please complete real-name verification of the bound Aliyun account before use.", "real-name"),
        ("请先完成实名认证", "real-name"),
        ("Please verify your email address.", "e-mail"),
    ],
)
@pytest.mark.parametrize("status", [401, 403])
def test_an_error_says_what_the_account_lacks(message: str, gate: str, status: int) -> None:
    error = modelscope.submission_error(reply({"error": {"message": message}}, status))
    assert type(error) is errors.AuthInvalid
    assert gate in error.message


@pytest.mark.parametrize("form", [lambda text: [text], lambda text: [{"b64_json": text}]], ids=["text", "object"])
def test_a_large_inline_picture_is_decoded_while_it_is_read(form: Callable[[str], Any]) -> None:
    data = bytes(range(256)) * 2**13
    text = base64.b64encode(data).decode()
    picture = Service({**DONE, "output_images": form(text)}).generate()
    assert (picture.data, picture.url) == (data, None)
    service = Service({**DONE, "output_images": form(text + "!")})
    assert "base64 is broken" in service.fail(errors.ProviderError).message
    assert service.accepted == ["5075521", ""]


def test_only_a_404_of_a_submission_means_a_missing_model() -> None:
    gone = reply({"error": {"message": "Not Found"}}, 404)
    assert type(modelscope.submission_error(gone)) is errors.ModelMissing
    assert type(modelscope.error_of(gone)) is errors.ProviderError


@pytest.mark.parametrize(("headers", "wait"), [({}, 30), ({"retry-after": "7"}, 7)])
def test_a_loading_model_says_when_to_retry(headers: dict[str, str], wait: int) -> None:
    error = modelscope.error_of(reply({"error": "Model X is currently loading"}, 503, **headers))
    assert (error.status, error.code, error.retry_after) == (502, "PROVIDER_ERROR", wait)
    assert "try again" in error.message


def test_a_task_is_submitted_once_and_polled_until_it_ends() -> None:
    service = Service(RUNNING, RUNNING, DONE)
    assert service.generate() == GeneratedImage(origin=BASE, url=LINK)
    (submit,) = service.submits
    assert submit.headers["x-modelscope-async-mode"] == "true"
    assert submit.headers["authorization"] == f"Bearer {TOKEN}"
    assert len(service.polls) == 3
    assert all(poll.headers["x-modelscope-task-type"] == "image_generation" for poll in service.polls)
    assert str(service.polls[0].url) == f"{BASE}/tasks/5075521"
    assert service.accepted == ["5075521"]


def test_an_earlier_calls_task_is_polled_and_not_submitted() -> None:
    service = Service(404, RUNNING, DONE)  # a web page with a 404 does not say that the task is gone
    assert service.generate(task="77").url == LINK
    assert not service.submits
    assert str(service.polls[0].url) == f"{BASE}/tasks/77"


def test_a_task_id_cannot_redirect_a_poll() -> None:
    service = Service(DONE, submitted={"task_id": "../../evil?x=1"})
    service.generate()
    assert service.polls[0].url.raw_path == b"/v1/tasks/..%2F..%2Fevil%3Fx%3D1"


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ({"task_status": "FAILED", "errors": "model is loading"}, errors.ProviderError, "loading"),
        (
            {"task_status": "FAILED", "errors": "Insufficient Magicubes"},
            errors.QuotaExceeded,
            r"https://modelscope\.cn while",
        ),
        ({"task_status": "EVICTED", "errors": {"message": "out of memory"}}, errors.GenerationFailed, "EVICTED"),
        ({"task_status": "FAILED", "errors": {"message": "out of memory"}}, errors.GenerationFailed, "FAILED"),
    ],
)
@pytest.mark.parametrize("task", ["", "77"])
def test_a_failed_task_is_neither_polled_nor_resumed(
    body: dict[str, Any], kind: type[EaselError], message: str, task: str
) -> None:
    service = Service(body, DONE)
    error = service.fail(kind, task=task)
    assert message.replace("\\", "") in error.message
    assert error.retry_after == (30 if message == "loading" else error.retry_after)
    assert (service.accepted[-1], len(service.polls)) == ("", 1)
    assert not isinstance(error, errors.TaskUnknown)


@pytest.mark.parametrize("output", [{}, {"output_images": [{}]}, {"outputs": {"images": [LINK]}}], ids=str)
def test_an_unreadable_picture_is_not_generated_again(output: dict[str, Any]) -> None:
    service = Service({"task_status": "SUCCEED", **output}, DONE)
    error = service.fail(errors.NoPicture)
    assert (error.max_attempts, error.drawn, len(service.submits), len(service.polls)) == (1, True, 1, 1)


NO_TASK = {"task_status": "FAILED", "errors": {"code": 500, "message": "task not found"}, "task_id": ""}


@pytest.mark.parametrize(
    ("status", "body"), [(200, NO_TASK), *((status, {"error": {"message": "no such task"}}) for status in (404, 410))]
)
def test_an_earlier_task_unknown_to_modelscope_is_gone(status: int, body: Any) -> None:
    service = Service(httpx2.Response(status, json=body))
    service.fail(errors.TaskUnknown, task="77")
    assert service.accepted == [""]
    assert not service.submits


@pytest.mark.parametrize(
    "answer", [401, 404, 500, 429, httpx2.ReadTimeout("slow"), httpx2.ReadError("cut"), []], ids=str
)
def test_one_failed_poll_does_not_fail_the_task(answer: Any) -> None:
    service = Service(answer, DONE)
    assert service.generate().url == LINK
    assert len(service.polls) == 2


def test_an_outage_after_the_submit_may_have_cost_a_picture(clock: Clock) -> None:
    assert Service(httpx2.ConnectError("refused")).fail(errors.ProviderUnreachable).drawn
    assert OUTAGE_SECONDS < sum(clock.slept) < 2 * OUTAGE_SECONDS


@pytest.mark.parametrize("answer", [500, 429, httpx2.ReadTimeout("slow"), httpx2.ConnectError("refused")], ids=str)
def test_a_submit_is_sent_once_after_any_answer(answer: Any) -> None:
    service = Service(DONE, submitted=answer)
    service.fail(EaselError)
    assert len(service.submits) == 1
    assert not service.polls


def test_an_endless_task_is_given_up_at_the_deadline(clock: Clock) -> None:
    Service(RUNNING).fail(errors.GenerationTimeout, seconds=50)
    assert sum(clock.slept) == pytest.approx(50, abs=5)


def test_a_reported_duration_is_used_if_plausible() -> None:
    spans = [modelscope.span(2.0, 3.0, reported) for reported in (2.5, 2.99, None, 1.9, 30.0)]
    assert spans == [(2.5, 2.55), (2.99, 3.0), (2.0, 3.0), (2.0, 3.0), (2.0, 3.0)]


def test_a_reported_duration_is_in_milliseconds() -> None:
    answers = [reply({**DONE, "time_taken": reported}) for reported in (18812.86, None, "soon", True)]
    assert [modelscope.seconds_taken(answer) for answer in answers] == [18.81286, None, None, None]


@pytest.mark.parametrize("task", ["", "77"])
def test_a_tasks_duration_is_stored_for_the_next_one(task: str) -> None:
    service = Service(RUNNING, DONE)
    service.generate(task=task)
    assert isinstance(service.adapter, modelscope.ModelScope)
    learned = service.adapter._durations.of(FLUX)
    assert [0.5 <= low < high < HANGS_SECONDS for low, high in learned] == ([] if task else [True])
