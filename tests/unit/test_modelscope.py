"""ModelScope: what is sent, what each answer means, and how its tasks are polled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

import modelscope
from easel import catalog
from easel.common.deadline import Deadline
from easel.errors import (
    AuthExpired,
    AuthInvalid,
    EaselError,
    GenerationFailed,
    GenerationTimeout,
    InvalidDimensions,
    InvalidPrompt,
    ModelMissing,
    ModelRetired,
    NoAllowance,
    NoPicture,
    PromptRejected,
    ProviderError,
    ProviderUnreachable,
    QuotaExceeded,
    RateLimited,
    TaskGone,
)
from easel.errors.base import AGAIN
from easel.front_door.validation import validate
from easel.providers import tasks
from easel.providers.adapter import Adapter, GeneratedImage, Run
from easel.providers.http import Http, Reply
from easel.providers.tasks import TaskEnded
from easel.store import source_images, versioned_items
from tests.harness import source_pictures
from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from easel.store.records import GenerationRequest

TOKEN = "ms-token-for-tests"
BASE = "http://127.0.0.1:9000/v1"
MODELSCOPE = catalog.provider("modelscope")
FLUX = "black-forest-labs/FLUX.2-dev"
LINK = "https://muse-ai.oss-cn-hangzhou.aliyuncs.com/img/1.png"
DONE = {"task_status": "SUCCEED", "output_images": [LINK], "time_taken": 18812.86}
RUNNING = {"request_id": "", "task_id": "", "task_status": "PROCESSING", "outputs": {}}


def request(model: str = FLUX, **fields: Any) -> GenerationRequest:
    return validate({"model": model, "prompt": "a cat", "seed": 42, **fields}, MODELSCOPE, TOKEN).request


def reply(status: int, body: Any, **headers: str) -> Reply:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply("modelscope", status, headers, content)


def outcome(answer: Reply) -> str | None:
    """The picture's link, or None; raises the error that a task ended with."""
    try:
        return modelscope.picture_url(answer)
    except TaskEnded as ended:
        raise ended.error from None


@pytest.fixture(autouse=True)
def _no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Durations are kept in this process alone."""
    monkeypatch.setattr(versioned_items, "read", lambda item_id: None)
    monkeypatch.setattr(versioned_items, "change", lambda *_: {})


class Service:
    """Accepts a task and answers its polls one after another, the last one again and again."""

    def __init__(self, *polls: Any, submitted: Any = None) -> None:
        self.submits: list[httpx2.Request] = []
        self.polls: list[httpx2.Request] = []
        self.accepted: list[str] = []
        self._submitted = submitted or {"task_id": "5075521", "task_status": "SUCCEED"}
        self._answers = polls

    def __call__(self, received: httpx2.Request) -> httpx2.Response:
        if received.method == "POST":
            self.submits.append(received)
            return self._respond(self._submitted)
        self.polls.append(received)
        return self._respond(self._answers[min(len(self.polls), len(self._answers)) - 1])

    def _respond(self, answer: Any) -> httpx2.Response:
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx2.Response):
            return answer
        if isinstance(answer, int):
            return httpx2.Response(answer, text="weather")
        return httpx2.Response(200, json=answer)

    def generate(self, seconds: float = HANGS_SECONDS, task: str = "") -> GeneratedImage:
        adapter = modelscope.ModelScope(BASE, Http("modelscope", httpx2.MockTransport(self)))
        return adapter.generate(request(), TOKEN, Run(Deadline(seconds), task=task, accept=self.accepted.append))


def test_the_adapter_is_what_the_contract_asks_for() -> None:
    adapter: Adapter = modelscope.ModelScope(BASE)
    assert adapter


def test_a_task_is_submitted_in_modelscopes_own_names() -> None:
    assert modelscope.submission(request(width=768, height=1024, negative_prompt="blurry", steps=20)) == {
        "model": FLUX,
        "prompt": "a cat",
        "size": "768x1024",
        "steps": 20,
        "seed": 42,
        "negative_prompt": "blurry",
        "guidance": 3.5,
    }


def test_a_model_without_guidance_is_sent_none() -> None:
    sent = modelscope.submission(request("Tongyi-MAI/Z-Image-Turbo", guidanceScale=3))
    assert "guidance" not in sent
    assert "negative_prompt" not in sent


@pytest.mark.parametrize(("body", "task"), [({"task_id": "50"}, "50"), ({"task_id": 50, "request_id": "x"}, "50")])
def test_a_tasks_id_is_a_text_or_a_number(body: Any, task: str) -> None:
    assert modelscope.task_id(reply(200, body)) == task


@pytest.mark.parametrize("body", [{}, [], None, {"task_id": None}, {"task_id": ""}, {"task_id": True}, b"<p>x"])
def test_an_answer_that_starts_no_task_is_the_providers_error(body: Any) -> None:
    with pytest.raises(ProviderError):
        modelscope.task_id(reply(200, body))


@pytest.mark.parametrize("status", ["PENDING", "RUNNING", "PROCESSING", "QUEUED_SOMEHOW"])
def test_a_task_that_runs_has_no_picture_yet(status: str) -> None:
    assert outcome(reply(200, {**RUNNING, "task_status": status})) is None


@pytest.mark.parametrize("status", ["SUCCEED", "SUCCEEDED", "SUCCESS", "succeed"])
def test_a_task_that_is_done_has_its_picture(status: str) -> None:
    assert outcome(reply(200, {**DONE, "task_status": status})) == LINK


@pytest.mark.parametrize(
    "body",
    [
        *({}, [], None, {"task_status": None}, {"task_status": ""}, b"<html>x</html>", b""),
        *({**DONE, "output_images": []}, {**DONE, "output_images": None}, {**DONE, "output_images": [5]}),
        {"task_status": "SUCCEED"},
    ],
    ids=str,
)
def test_a_poll_of_unexpected_shape_is_the_providers_error(body: Any) -> None:
    with pytest.raises((ProviderError, NoPicture)):
        outcome(reply(200, body))


@pytest.mark.parametrize("shape", ["{}", '["{}"]', '[{{"url": "{}"}}]', '[{{"url": null, "b64_json": "{}"}}]'])
@pytest.mark.parametrize("text", [LINK, "data:image/png;base64,iVBORw0KGgo", "iVBORw0KGgo"])
def test_a_picture_may_stand_in_the_answer_in_any_shape(text: str, shape: str) -> None:
    body = {**DONE, "output_images": json.loads(shape.format(text) if shape != "{}" else f'"{text}"')}
    assert outcome(reply(200, body)) == text


@pytest.mark.parametrize(("asked", "sent"), [(1, 1.5), (1.49, 1.5), (1.5, 1.5), (3.5, 3.5)])
def test_a_guidance_below_modelscopes_least_is_raised(asked: float, sent: float) -> None:
    wanted = request(guidanceScale=asked)
    assert modelscope.submission(wanted)["guidance"] == sent
    assert bool(modelscope.warnings_of(wanted)) == (asked < sent)


def failed(message: str, status: str = "FAILED") -> Reply:
    return reply(200, {"task_status": status, "errors": {"code": 422, "message": message}, "task_id": "1"})


def test_a_moderation_refusal_inside_a_success_says_so() -> None:
    with pytest.raises(PromptRejected, match="moderation") as caught:
        outcome(failed("Output data may contain inappropriate content."))
    assert caught.value.upstream == "Output data may contain inappropriate content."


@pytest.mark.parametrize("status", ["FAILED", "CANCELED", "CANCELLED", "failed"])
def test_a_failed_task_tells_its_reason(status: str) -> None:
    with pytest.raises(GenerationFailed) as caught:
        outcome(failed("out of memory", status))
    assert caught.value.upstream == "out of memory"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"error": {"message": "Authentication failed, please make sure …"}}, AuthInvalid),
        (401, {"error": {"message": "Please bind your Alibaba Cloud account before use."}}, AuthInvalid),
        (401, {"error": {"message": "the token has expired"}}, AuthExpired),
        (403, {"error": {"message": "real-name verification"}}, AuthInvalid),
        (
            429,
            {"errors": {"message": "You have exceeded today's quota for model X"}},
            QuotaExceeded,
        ),
        (429, {"error": {"message": "insufficient balance (1008)"}}, ModelRetired),
        (429, {"error": {"message": "insufficient balance"}}, NoAllowance),
        (403, {"error": {"code": "QuotaLimitExceed", "message": "magicube balance exhausted"}}, QuotaExceeded),
        (403, {"error": {"message": "魔粒不足"}}, QuotaExceeded),
        (403, {"error": {"message": "MagicCube balance is not enough"}}, QuotaExceeded),
        (403, {"errors": {"message": "Not enough Magic-Cubes"}}, QuotaExceeded),
        (403, {"errors": {"code": "InsufficientMagicubes", "message": "balance exhausted"}}, QuotaExceeded),
        (403, {"error": "QuotaLimitExceed"}, QuotaExceeded),
        (403, {"errors": {"message": "今日免费额度已用完"}}, QuotaExceeded),
        (403, b"<html>quota exceeded</html>", ProviderUnreachable),
        (200, {"Code": 403, "Message": "魔粒不足", "Data": None}, QuotaExceeded),
        (401, {"Code": 401, "Message": "token invalid"}, AuthInvalid),
        (200, {"errors": {"message": "width must be a multiple of 16"}}, InvalidDimensions),
        (200, {"errors": {"message": "the prompt is too long"}}, InvalidPrompt),
        (400, {"errors": {"message": "The prompt must be at most 2000 characters"}}, InvalidPrompt),
        (400, {"errors": {"message": "模型已经下架"}}, ModelRetired),
        (404, {"errors": {"message": "The model is no longer available"}}, ModelRetired),
        (402, {"error": {"message": "Insufficient Magicubes"}}, QuotaExceeded),
        (402, b"", QuotaExceeded),
        (429, {"error": {"message": "Insufficient Magicubes"}}, QuotaExceeded),
        (200, {"errors": {"message": "Insufficient Magicubes"}}, QuotaExceeded),
        (400, {"errors": {"message": "invalid prompt or prompt length more than 4000"}}, InvalidPrompt),
        (401, b"<html>Access denied</html>", ProviderUnreachable),
        (403, b"", ProviderUnreachable),
        (429, {"error": {"code": "insufficient_quota", "message": "slow down"}}, RateLimited),
        (503, {"errors": {"message": "Server is busy, please try again later"}}, RateLimited),
        (400, {"errors": {"message": "Model id : X , has no provider supported"}}, ModelRetired),
        (400, {"errors": {"message": "Input data may contain inappropriate content."}}, PromptRejected),
        (400, {"error": "plain text"}, ProviderError),
        (404, {"message": "unknown model"}, ProviderError),
        (500, b"<html><h1>oops</h1></html>", ProviderError),
        (302, b"", ProviderError),
        (418, [1], ProviderError),
    ],
)
def test_each_refusal_gets_the_code_that_tells_it(status: int, body: Any, kind: type[EaselError]) -> None:
    found = modelscope.error_of(reply(status, body))
    assert type(found) is kind
    assert found.provider == "modelscope"
    assert "<" not in (found.upstream or "")


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("Invalid parameter: size", InvalidDimensions),
        ("size must be between 64 and 1024", InvalidDimensions),
        ("Image dimensions must be divisible by 16", InvalidDimensions),
        ("Unsupported resolution: 500x500", InvalidDimensions),
        ("size 500x500 too large", InvalidDimensions),
        ("width 必须为 8 的倍数", InvalidDimensions),
        ("图片尺寸不合法", InvalidDimensions),
        ("the batch was downsized", ProviderError),
        ("an oversized prompt", ProviderError),
    ],
)
def test_a_size_is_refused_by_its_name_and_not_by_letters(message: str, kind: type[EaselError]) -> None:
    assert type(modelscope.error_of(reply(400, {"errors": {"message": message}}))) is kind


@pytest.mark.parametrize(("headers", "wait"), [({}, 30), ({"retry-after": "7"}, 7)])
def test_a_model_that_is_loading_says_when_to_try_again(headers: dict[str, str], wait: int) -> None:
    found = modelscope.error_of(reply(503, {"error": "Model X is currently loading"}, **headers))
    assert (found.status, found.code, found.retry_after) == (502, "PROVIDER_ERROR", wait)
    assert "try again" in found.message


def test_a_task_that_failed_while_loading_has_a_retry_after() -> None:
    service = Service({"task_status": "FAILED", "errors": "model is loading"}, DONE)
    with pytest.raises(ProviderError, match="loading") as caught:
        service.generate()
    assert (caught.value.retry_after, len(service.polls)) == (30, 1)


@pytest.mark.parametrize(
    "told",
    [
        {"errors": {"code": 500, "message": "out of memory"}},
        {"errors": "out of memory"},
        {"errors": ["out of memory"]},
        {"errors": '{"code": 500, "message": "out of memory"}'},
        {"error": {"message": "out of memory"}},
        {"output": {"error": "out of memory"}},
        {"output": {"error": {"code": "500", "message": "out of memory"}}},
        {"output": {"task_status": "FAILED", "message": "out of memory"}},
    ],
    ids=str,
)
def test_a_failed_tasks_message_is_found_wherever_it_lies(told: dict[str, Any]) -> None:
    with pytest.raises(GenerationFailed) as caught:
        outcome(reply(200, {"task_status": "FAILED", "task_id": "1", "request_id": "x", **told}))
    assert caught.value.message == f"ModelScope's task ended as FAILED; {AGAIN}. It said: out of memory"
    assert caught.value.upstream == "out of memory"


def test_a_failed_task_without_a_message_shows_no_json() -> None:
    with pytest.raises(GenerationFailed) as caught:
        outcome(reply(200, {"task_status": "FAILED", "task_id": "1", "output": {"x": 1}}))
    assert caught.value.body()["details"] == {"provider": "modelscope"}


@pytest.mark.parametrize(
    ("model", "field", "count"),
    [("Qwen/Qwen-Image-2.1", "image", 1), ("Qwen/Qwen-Image-Edit-2509", "image_url", 2)],
)
def test_pictures_to_start_from_are_one_text_or_a_list(model: str, field: str, count: int) -> None:
    link = source_pictures.DATA_LINK
    wanted = request(model, image=[link] * count)
    sent = modelscope.submission(wanted, [source_images.checked(source_pictures.PICTURE)] * count)
    assert sent[field] == (link if count == 1 else [link] * count)
    assert "size" not in sent


def test_a_task_is_submitted_once_and_polled_until_it_ends() -> None:
    service = Service(RUNNING, RUNNING, DONE)
    assert service.generate() == GeneratedImage(origin=BASE, url=LINK)
    assert len(service.submits) == 1
    assert service.submits[0].headers["x-modelscope-async-mode"] == "true"
    assert len(service.polls) == 3
    assert all(poll.headers["x-modelscope-task-type"] == "image_generation" for poll in service.polls)
    assert str(service.polls[0].url) == f"{BASE}/tasks/5075521"


def test_a_tasks_id_is_kept_as_soon_as_it_is_known() -> None:
    service = Service(DONE)
    service.generate()
    assert service.accepted == ["5075521"]


def test_a_task_of_an_earlier_call_is_polled_and_not_submitted() -> None:
    service = Service(RUNNING, DONE)
    assert service.generate(task="77").url == LINK
    assert not service.submits
    assert str(service.polls[0].url) == f"{BASE}/tasks/77"


def test_a_picture_among_the_outputs_is_read() -> None:
    assert outcome(reply(200, {"task_status": "SUCCEED", "outputs": {"output_images": [LINK]}})) == LINK


def test_an_unknown_state_with_an_error_ends_the_task() -> None:
    service = Service({"task_status": "EVICTED", "errors": {"message": "out of memory"}}, DONE)
    with pytest.raises(GenerationFailed, match="EVICTED"):
        service.generate()
    assert (service.accepted, len(service.polls)) == (["5075521", ""], 1)


@pytest.mark.parametrize("output", [{}, {"output_images": [{}]}, {"outputs": {"images": [LINK]}}], ids=str)
def test_a_picture_that_cannot_be_read_is_not_drawn_again(output: dict[str, Any]) -> None:
    service = Service({"task_status": "SUCCEED", **output})
    with pytest.raises(NoPicture) as caught:
        service.generate()
    assert (caught.value.tries, caught.value.drawn, len(service.submits)) == (1, True, 1)


NO_TASK = {"task_status": "FAILED", "errors": {"code": 500, "message": "task not found"}, "task_id": ""}


@pytest.mark.parametrize("status", [200, 404, 410])
def test_an_earlier_task_that_modelscope_does_not_know_is_gone(status: int) -> None:
    body = NO_TASK if status == 200 else {"error": {"message": "no such task"}}
    service = Service(httpx2.Response(status, json=body))
    with pytest.raises(TaskGone):
        service.generate(task="77")
    assert service.accepted == [""]
    assert not service.submits


def test_a_web_page_with_a_404_says_nothing_of_the_task() -> None:
    service = Service(404, DONE)
    assert service.generate(task="77").url == LINK


def test_a_failed_earlier_task_is_not_resumed() -> None:
    service = Service({"task_status": "FAILED", "errors": {"message": "out of memory"}})
    with pytest.raises(GenerationFailed) as caught:
        service.generate(task="77")
    assert type(caught.value) is GenerationFailed
    assert service.accepted == [""]


def test_a_tasks_id_cannot_lead_a_poll_elsewhere() -> None:
    service = Service(DONE, submitted={"task_id": "../../evil?x=1"})
    service.generate()
    assert service.polls[0].url.raw_path == b"/v1/tasks/..%2F..%2Fevil%3Fx%3D1"


@pytest.mark.parametrize(
    "answer", [401, 402, 403, 404, 500, 503, 429, httpx2.ReadTimeout("slow"), httpx2.ReadError("cut"), []], ids=str
)
def test_one_failed_poll_is_not_a_failed_task(answer: Any) -> None:
    service = Service(answer, DONE)
    assert service.generate().url == LINK
    assert len(service.polls) == 2


def test_an_outage_after_the_submit_may_have_cost_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "OUTAGE_SECONDS", -1.0)
    with pytest.raises(ProviderUnreachable) as caught:
        Service(httpx2.ConnectError("refused")).generate()
    assert caught.value.drawn


def test_a_task_that_ended_without_a_picture_is_not_asked_again() -> None:
    service = Service({"task_status": "SUCCEED", "output_images": []}, DONE)
    with pytest.raises(NoPicture):
        service.generate()
    assert len(service.polls) == 1


@pytest.mark.parametrize("answer", [500, 429, httpx2.ReadTimeout("slow"), httpx2.ConnectError("refused")], ids=str)
def test_a_submit_is_sent_once_whatever_comes_back(answer: Any) -> None:
    service = Service(DONE, submitted=answer)
    with pytest.raises(EaselError):
        service.generate()
    assert len(service.submits) == 1
    assert not service.polls


def test_a_task_that_never_ends_is_given_up_at_the_deadline() -> None:
    with pytest.raises(GenerationTimeout):
        Service(RUNNING).generate(seconds=1.5)


@pytest.mark.parametrize(
    ("told", "learned"),
    [(None, (2.0, 3.0)), (2.5, (2.5, 2.55)), (2.99, (2.99, 3.0)), (1.9, (2.0, 3.0)), (30.0, (2.0, 3.0))],
)
def test_a_tasks_time_is_what_modelscope_tells_where_that_can_be(told: float | None, learned: Any) -> None:
    assert modelscope.span(2.0, 3.0, told) == learned


@pytest.mark.parametrize(("told", "seconds"), [(18812.86, 18.81286), (None, None), ("soon", None)])
def test_the_time_that_a_task_took_is_read_in_milliseconds(told: Any, seconds: float | None) -> None:
    assert modelscope.seconds_taken(reply(200, {**DONE, "time_taken": told})) == seconds


def test_a_tasks_duration_is_learned_for_the_next() -> None:
    service = Service(RUNNING, {**DONE, "time_taken": 900})
    adapter = modelscope.ModelScope(BASE, Http("modelscope", httpx2.MockTransport(service)))
    adapter.generate(request(), TOKEN, Run(Deadline(HANGS_SECONDS)))
    ((low, high),) = adapter._durations.of(FLUX)
    assert 0 < low < high
    assert len(service.polls) == 2


def test_a_state_that_is_not_known_but_has_a_picture_is_done() -> None:
    body = {"task_status": "COMPLETE_SOMEHOW", "output_images": [LINK]}
    assert outcome(reply(200, body)) == LINK
    assert outcome(reply(206, {"output_images": [LINK]})) == LINK
    assert outcome(reply(200, {**body, "task_status": "PROCESSING"})) is None


def test_a_task_that_failed_for_lack_of_magicubes_ends_at_once() -> None:
    service = Service({"task_status": "FAILED", "errors": {"code": 402, "message": "Insufficient Magicubes"}}, DONE)
    with pytest.raises(QuotaExceeded, match=r"open https://modelscope\.cn while logged in"):
        service.generate()
    assert len(service.polls) == 1


@pytest.mark.parametrize(
    ("status", "message", "gate"),
    [
        (401, "Please bind your Alibaba Cloud account before use.", "bound to an Alibaba Cloud account"),
        (403, "Please complete real-name verification of the bound Aliyun account before use.", "real name"),
        (403, "请先完成实名认证", "real name"),
        (403, "Please verify your email address.", "e-mail"),
    ],
)
def test_a_gate_is_named(status: int, message: str, gate: str) -> None:
    error = modelscope.submission_error(reply(status, {"error": {"message": message}}))
    assert type(error) is AuthInvalid
    assert gate in error.message


def test_only_a_submissions_404_says_that_the_model_is_missing() -> None:
    gone = reply(404, {"error": {"message": "Not Found"}})
    assert type(modelscope.submission_error(gone)) is ModelMissing
    assert type(modelscope.error_of(gone)) is ProviderError
