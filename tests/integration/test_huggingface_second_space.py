"""Which Space gets a job when the first one does not: Spaces played by hand, and real Gradio servers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest

import space_client
from easel import catalog
from easel.catalog import lookup
from easel.common.deadline import Deadline
from easel.errors import AuthInvalid, EaselError, GenerationFailed, InvalidParams, ProviderUnreachable
from easel.providers.adapter import GeneratedImage, Run
from easel.store import images
from easel.store.records import GenerationRequest
from huggingface import HuggingFace
from space_client import Spaces
from space_connection import SpaceCall
from tests.emulators.server import SPACES, Emulators
from tests.harness.patience import HANGS_SECONDS
from tests.harness.scripted_space import (
    CLOSE,
    CONFIG,
    DONE,
    INFO,
    PICTURE,
    Answer,
    Space,
    completed,
    events,
    failed,
    hang,
    json_page,
    page,
)

ASLEEP = page(503, "<html><body>This Space is sleeping due to inactivity.</body></html>")
OTHER_INFO: dict[str, Any] = {"named_endpoints": {"/paint": {"parameters": [], "returns": []}}, "unnamed_endpoints": {}}
OTHER_CONFIG = {**CONFIG, "dependencies": [{**CONFIG["dependencies"][0], "api_name": "paint"}]}  # type: ignore[index]


@pytest.fixture
def first() -> Iterator[Space]:
    space = Space()
    yield space
    space.close()


@pytest.fixture
def second() -> Iterator[Space]:
    space = Space()
    yield space
    space.close()


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space_client, "PAUSES", (0.01,) * 9)


def call(*asked: Space, token: str | None = None, seconds: float = 60, spaces: Spaces | None = None) -> str:
    """Which Space accepted, by its URL."""
    calls = [SpaceCall(space.url, "/infer", {"prompt": "a cat"}) for space in asked]
    accepted, output = (spaces or Spaces()).call(calls, token, Run(Deadline(seconds)))
    assert output == (PICTURE, 7)
    return accepted.url


def fault(*spaces: Space, **options: Any) -> EaselError:
    with pytest.raises(EaselError) as caught:
        call(*spaces, **options)
    return caught.value


def test_the_first_space_draws_while_it_accepts(first: Space, second: Space) -> None:
    assert call(first, second) == first.url
    assert second.asked == []


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/config", page(404, "<h1>404</h1>")),
        ("/config", ASLEEP),
        ("/config", page(503, "<h1>Your Space is building</h1>")),
        ("/config", page(503, "<h1>This Space has been paused by its owner</h1>")),
        ("/config", page(500, "oops")),
        ("/config", page(502, "<html>Bad Gateway</html>")),
        ("/config", json_page(200, ["garbage"])),
        ("/config", page(429, "slow down")),
        ("/info", page(404, "Not Found")),
        ("/queue/join", page(404, "Not Found")),
        ("/queue/join", ASLEEP),
        ("/queue/join", page(503, "<h1>This Space has been paused by its owner</h1>")),
        ("/queue/join", json_page(503, {"detail": "Queue is full. Max size is 3"})),
        ("/queue/join", json_page(422, {"detail": [{"loc": ["body", "data"], "msg": "not a list"}]})),
    ],
)
def test_a_space_that_has_not_accepted_is_passed_over(first: Space, second: Space, path: str, answer: Answer) -> None:
    first.answers[path] = [answer]
    assert call(first, second) == second.url
    assert second.asked.count("/queue/join") == 1
    assert first.asked.count("/queue/join") <= 1


@pytest.mark.parametrize(
    ("path", "answer", "seconds"),
    [
        ("/config", ASLEEP, space_client.LAST_SECONDS),
        ("/config", page(404, "gone"), space_client.LAST_SECONDS),
        ("/queue/join", json_page(503, {"detail": "Queue is full. Max size is 3"}), 30),
    ],
)
def test_a_space_that_did_not_accept_is_asked_last_for_minutes(
    first: Space, second: Space, path: str, answer: Answer, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr(space_client, "time", SimpleNamespace(sleep=lambda _: None, time=lambda: now[0]))
    working, spaces = first.answers.get(path), Spaces()
    first.answers[path] = [answer]
    assert call(first, second, spaces=spaces) == second.url
    asked = len(first.asked)
    now[0] += seconds - 1
    assert call(first, second, spaces=spaces) == second.url
    assert len(first.asked) == asked
    first.answers[path] = working or []
    now[0] += 2
    assert call(first, second, spaces=spaces) == first.url


def test_a_space_asked_last_draws_where_the_others_do_not(first: Space, second: Space) -> None:
    spaces = Spaces()
    working = first.answers["/config"]
    first.answers["/config"] = [ASLEEP]
    assert call(first, second, spaces=spaces) == second.url
    first.answers["/config"], second.answers["/config"] = working, [page(404, "gone")]
    second.answers["/queue/join"] = [page(404, "gone")]
    assert call(first, second, spaces=spaces) == first.url
    second.asked.clear()
    assert call(first, second, spaces=spaces) == first.url
    assert second.asked == []


def test_a_space_that_cannot_be_reached_is_passed_over(first: Space, second: Space) -> None:
    first.close()
    assert call(first, second) == second.url


def test_a_space_with_another_schema_is_passed_over(first: Space, second: Space) -> None:
    first.answers |= {"/config": [json_page(200, OTHER_CONFIG)], "/info": [json_page(200, OTHER_INFO)]}
    assert call(first, second) == second.url
    assert "/queue/join" not in first.asked


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/queue/join", page(500, "Internal Server Error")),
        ("/queue/join", page(502, "<html>Bad Gateway</html>")),
        ("/queue/join", page(503, "upstream connect error or disconnect/reset before headers")),
        ("/queue/join", page(504, "<html>Gateway Timeout</html>")),
        ("/queue/join", json_page(200, {"wrong": 1})),
        ("/queue/data", page(404, "Not Found")),
        ("/queue/data", ASLEEP),
        ("/queue/data", events()),
        ("/queue/data", failed(error="CUDA out of memory")),
        ("/queue/data", failed(error="You have exceeded your ZeroGPU runs limit.")),
        ("/queue/data", failed(error=None)),
    ],
)
def test_nobody_else_is_asked_once_a_space_may_have_accepted(
    first: Space, second: Space, path: str, answer: Answer
) -> None:
    first.answers[path] = [answer]
    fault(first, second)
    assert first.asked.count("/queue/join") == 1
    assert second.asked == []


@pytest.mark.parametrize(
    "output",
    [
        {"error": "Space app has reached its GPU limit.", "title": "ZeroGPU quota exceeded"},
        {"error": "No GPU was available after 60s"},
        {"error": "The daily quota of this demo is used up, come back tomorrow"},
        {"error": "Too many requests"},
    ],
    ids=str,
)
def test_a_space_at_its_own_limit_is_passed_over(first: Space, second: Space, output: dict[str, Any]) -> None:
    first.answers["/queue/data"] = [failed(**output)]
    assert call(first, second) == second.url
    assert (first.asked.count("/queue/join"), second.asked.count("/queue/join")) == (1, 1)


@pytest.mark.parametrize("last", [{"__type__": "update"}, {"__type__": "update", "visible": True}], ids=str)
def test_a_picture_of_a_generators_earlier_step_is_kept(first: Space, last: dict[str, Any]) -> None:
    step = {"msg": "process_generating", "event_id": "e1", "success": True, "output": {"data": [PICTURE, 7]}}
    patch = {**step, "output": {"data": [[["replace", [], last]], []]}}
    first.answers["/queue/data"] = [events(step, patch, completed({"data": [last, 7]}), CLOSE)]
    assert call(first) == first.url


def test_nobody_else_is_asked_after_a_job_that_never_ends(first: Space, second: Space) -> None:
    first.answers["/queue/data"] = [hang]
    fault(first, second, seconds=2)
    assert second.asked == []


@pytest.mark.parametrize(
    ("path", "answer", "kind"),
    [
        ("/config", json_page(401, {"error": "Invalid credentials"}), AuthInvalid),
        ("/queue/join", json_page(403, {"error": "no"}), AuthInvalid),
        ("/queue/join", json_page(422, {"detail": "the prompt must be shorter"}), InvalidParams),
    ],
)
def test_an_error_of_the_request_does_not_try_another_space(
    first: Space, second: Space, path: str, answer: Answer, kind: type
) -> None:
    first.answers[path] = [answer]
    assert type(fault(first, second, token="hf_mine")) is kind
    assert second.asked == []


def test_a_sleeping_space_is_waited_for_where_no_other_accepts(first: Space, second: Space) -> None:
    first.answers["/config"] = [ASLEEP, ASLEEP, json_page(200, CONFIG)]
    second.answers["/config"] = [page(404, "gone")]
    assert call(first, second) == first.url
    assert second.asked.count("/config") == 1


def test_the_spaces_share_the_attempts(first: Space, second: Space) -> None:
    for space in (first, second):
        space.answers["/config"] = [page(500, "oops")]
    assert type(fault(first, second)) is ProviderUnreachable
    assert (first.asked.count("/config"), second.asked.count("/config")) == (2, 1)


def test_the_spaces_share_the_time_for_waking(first: Space, second: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(space_client, "PAUSES", (1.0,) * 99)
    monkeypatch.setattr(space_client, "time", SimpleNamespace(sleep=pauses.append, time=lambda: 0.0))
    for space in (first, second):
        space.answers["/config"] = [ASLEEP]
    deadline = ByPauses(12, pauses)
    calls = [SpaceCall(space.url, "/infer", {"prompt": "a cat"}) for space in (first, second)]
    with pytest.raises(ProviderUnreachable, match="asleep"):
        Spaces().call(calls, None, Run(deadline))
    assert 1 < sum(pauses) <= 12 / 3


class ByPauses(Deadline):
    """A deadline on a clock that the pauses between attempts move, and nothing else."""

    def __init__(self, seconds: float, pauses: list[float]) -> None:
        self._pauses, self._over = pauses, sum(pauses) + seconds

    def remaining(self) -> float:
        return max(0.0, self._over - sum(self._pauses))

    def sooner(self, seconds: float) -> Deadline:
        return ByPauses(min(seconds, self.remaining()), self._pauses)


def test_the_error_is_that_of_the_soonest_available_space(first: Space, second: Space) -> None:
    first.answers["/config"] = [page(404, "gone")]
    second.answers["/config"] = [page(503, "<h1>Your Space is building</h1>")]
    error = fault(first, second)
    assert (type(error), error.retry_after) == (ProviderUnreachable, 180)


def test_of_two_calls_to_one_space_the_one_that_fits_is_made(first: Space) -> None:
    calls = [SpaceCall(first.url, "/paint", {"text": "a cat"}), SpaceCall(first.url, "/infer", {"prompt": "a cat"})]
    accepted, _ = Spaces().call(calls, None, Run(Deadline(60)))
    assert accepted is calls[1]
    assert first.asked.count("/config") == 1


def test_a_connection_that_was_kept_is_no_reason_to_ask_twice(first: Space, second: Space) -> None:
    spaces, calls = Spaces(), [SpaceCall(space.url, "/infer", {"prompt": "a cat"}) for space in (first, second)]
    first.answers["/queue/data"] = [DONE]
    spaces.call(calls, None, Run(Deadline(60)))
    first.answers |= {"/queue/join": [ASLEEP], "/config": [ASLEEP], "/info": [json_page(200, INFO)]}
    accepted, _ = spaces.call(calls, None, Run(Deadline(60)))
    assert accepted.url == second.url
    assert second.asked.count("/queue/join") == 1


# Real Gradio servers.


@pytest.fixture(scope="module")
def emulated() -> Iterator[Mapping[str, str]]:
    with Emulators(SPACES, seconds=0, spaces_concurrency=1) as emulators:
        base = emulators.space_urls["upscaler"].removesuffix("/upscaler")
        yield {**emulators.space_urls, "z-image-gallery": f"{base}/z-image-gallery"}


@pytest.fixture
def adapter(emulated: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> HuggingFace:
    """The adapter with a catalog in which both Spaces of Z-Image are emulated."""
    provider = catalog.provider("huggingface")
    z_image, *others = provider.models
    urls = (emulated["z-image-turbo"], emulated["z-image-gallery"])
    spaces = tuple(space.model_copy(update={"url": url}) for space, url in zip(z_image.spaces, urls, strict=True))
    models_ = (z_image.model_copy(update={"spaces": spaces}), *others)
    entry = provider.model_copy(update={"models": models_})
    monkeypatch.setattr(lookup, "providers", lambda: {**catalog.providers(), "huggingface": entry})
    return HuggingFace()


def request(width: int = 1024, height: int = 768, prompt: str = "a cat") -> GenerationRequest:
    return GenerationRequest(
        provider="huggingface", model="z-image-turbo", prompt=prompt, width=width, height=height, steps=8, seed=7
    )


def drawn(adapter: HuggingFace, asked: GenerationRequest) -> GeneratedImage:
    return adapter.generate(asked, None, Run(Deadline(HANGS_SECONDS)))


def size(picture: GeneratedImage) -> tuple[int, int]:
    reply = httpx2.get(picture.url or "", trust_env=False)
    info = images.inspect(reply.content, "huggingface")
    return info.width, info.height


def order(emulated: Mapping[str, str], space: str, state: str) -> None:
    control = emulated["upscaler"].removesuffix("/upscaler") + "/_emulator/state"
    httpx2.post(control, json={"space": space, "state": state}, trust_env=False).raise_for_status()


def test_the_picture_tells_which_space_drew_it(adapter: HuggingFace, emulated: Mapping[str, str]) -> None:
    picture = drawn(adapter, request())
    assert (picture.space, picture.warnings) == (emulated["z-image-turbo"], ())


@pytest.mark.parametrize("state", ["sleeping", "building", "paused", "moved", "badgateway"])
def test_the_second_space_draws_with_arguments_of_its_own(
    adapter: HuggingFace, emulated: Mapping[str, str], state: str
) -> None:
    order(emulated, "z-image-turbo", state)
    try:
        picture = drawn(adapter, request())
    finally:
        order(emulated, "z-image-turbo", "awake")
    assert picture.space == emulated["z-image-gallery"]
    assert picture.seed == 7
    assert size(picture) == (1152, 864)
    (warning,) = picture.warnings
    assert "did not take the call" in warning


def test_a_picture_that_failed_is_not_drawn_by_the_second_space(adapter: HuggingFace) -> None:
    with pytest.raises(GenerationFailed):
        drawn(adapter, request(prompt="a cat [[fault=error-null]]"))


def test_a_copy_of_the_second_space_has_its_own_arguments(
    emulated: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [emulated["ovis-image"], emulated["z-image-gallery"]]
    monkeypatch.setenv("HF_SPACE_URLS", json.dumps({"z-image-turbo": addresses}))
    assert drawn(HuggingFace(), request()).space == emulated["z-image-gallery"]
