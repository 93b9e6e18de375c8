"""The Hugging Face adapter against the emulated Spaces: real Gradio servers."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import huggingface_hub
import pytest
from PIL import Image

from easel.common.deadline import Deadline
from easel.errors import (
    AuthExpired,
    AuthInvalid,
    EaselError,
    GenerationFailed,
    GenerationTimeout,
    InvalidParams,
    ModelMissing,
    ProviderError,
    ProviderUnreachable,
    RateLimited,
)
from easel.providers.adapter import GeneratedImage, Run
from easel.store import images
from easel.store.images import ImageInfo
from easel.store.records import GenerationRequest, Progress
from huggingface import HuggingFace
from tests.emulators.server import SPACES, Emulators
from tests.harness.cloud import Cloud
from tests.harness.patience import HANGS_SECONDS, LONGER, until

JOB_ID = "019a2b3c4d5e" + "0123456789abcdef01234567"


class Spaces:
    """The emulated Spaces, one job of each at a time."""

    def __init__(self, urls: dict[str, str]) -> None:
        self.urls = urls
        self._control = urls["upscaler"].removesuffix("/upscaler") + "/_emulator"

    def jobs(self) -> list[dict[str, Any]]:
        """What was submitted since `forget`."""
        jobs: list[dict[str, Any]] = httpx2.get(f"{self._control}/requests").json()
        return jobs

    def forget(self) -> None:
        httpx2.delete(f"{self._control}/requests")

    def order(self, space: str, **state: Any) -> None:
        httpx2.post(f"{self._control}/state", json={"space": space, **state}).raise_for_status()


@pytest.fixture(scope="module")
def emulated() -> Iterator[Spaces]:
    with Emulators(SPACES, seconds=0, spaces_concurrency=1) as emulators:
        yield Spaces(emulators.space_urls)


@pytest.fixture
def spaces(emulated: Spaces, monkeypatch: pytest.MonkeyPatch) -> Spaces:
    monkeypatch.setenv("HF_SPACE_URLS", json.dumps(emulated.urls))
    emulated.forget()
    for space in emulated.urls:
        emulated.order(space, state="awake", fault=None)
    return emulated


@pytest.fixture
def adapter(spaces: Spaces) -> HuggingFace:
    return HuggingFace()


def request(
    prompt: str = "a cat", model: str = "z-image-turbo", size: tuple[int, int] = (1024, 768), seed: int = 2147483647
) -> GenerationRequest:
    width, height = size
    return GenerationRequest(
        provider="huggingface", model=model, prompt=prompt, width=width, height=height, steps=8, seed=seed
    )


def upscale(url: str, scale: int = 2) -> GenerationRequest:
    return GenerationRequest(provider="huggingface", model="upscaler", source_url=url, scale=scale)


def run(seconds: float = HANGS_SECONDS, reports: list[Progress] | None = None) -> Run:
    return Run(Deadline(seconds), reports.append if reports is not None else lambda progress: None)


def facts(picture: GeneratedImage) -> ImageInfo:
    answer = httpx2.get(picture.url or "", headers=dict(picture.headers)).raise_for_status()
    return images.inspect(answer.content, "HuggingFace")


def fault(
    adapter: HuggingFace, asked: GenerationRequest, seconds: float = HANGS_SECONDS, token: str | None = None
) -> EaselError:
    with pytest.raises(EaselError) as caught:
        adapter.generate(asked, token, run(seconds))
    return caught.value


@pytest.mark.parametrize(
    ("model", "asked", "made"),
    [
        ("z-image-turbo", (1024, 768), (1024, 768)),
        ("z-image-turbo", (300, 700), (512, 704)),
        ("qwen-image-fast", (1920, 1080), (1152, 640)),
        ("qwen-image-fast", (512, 512), (1024, 1024)),
        ("ovis-image", (1000, 600), (1000, 600)),
        ("flux-1-schnell", (700, 256), (704, 256)),
    ],
)
def test_each_model_makes_a_picture_of_the_nearest_size(
    adapter: HuggingFace, model: str, asked: tuple[int, int], made: tuple[int, int]
) -> None:
    picture = adapter.generate(request(model=model, size=asked), None, run())
    assert facts(picture) == ImageInfo("WebP", *made)
    assert picture.seed == (None if model == "ovis-image" else 2147483647)
    assert bool(picture.warnings) == (model == "ovis-image")  # the seed is not used there; the layer tells of the size


def test_without_a_token_none_is_sent_whatever_the_machine_knows(
    adapter: HuggingFace, spaces: Spaces, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_from-the-environment")
    monkeypatch.setattr(huggingface_hub.constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
    (tmp_path / "token").write_text("hf_from-a-login")
    assert huggingface_hub.get_token() == "hf_from-the-environment"
    picture = adapter.generate(request(), None, run())
    assert picture.headers == {}
    [job] = spaces.jobs()
    assert job["token"] is None
    assert not {"authorization", "x-hf-authorization", "x-hf-token", "cookie"} & set(job["headers"])


def test_a_token_is_sent_in_the_header_that_proxies_leave_alone(adapter: HuggingFace, spaces: Spaces) -> None:
    picture = adapter.generate(request(), "hf_mine", run())
    [job] = spaces.jobs()
    assert job["headers"]["x-hf-authorization"] == "…mine"
    assert "authorization" not in job["headers"]
    assert picture.headers == {"x-hf-authorization": "Bearer hf_mine"}


def test_a_seed_in_words_is_read(adapter: HuggingFace) -> None:
    asked = request("a cat [[fault=text]]", model="qwen-image-fast", seed=7)
    assert adapter.generate(asked, None, run()).seed == 7


def test_progress_reaches_the_callback(adapter: HuggingFace) -> None:
    percents: list[int] = []
    for delay in LONGER:
        reports: list[Progress] = []
        adapter.generate(request(f"a cat [[delay={delay}]]"), None, run(reports=reports))
        percents = [progress.percent for progress in reports if progress.percent is not None]
        if len(percents) >= 2 and percents[-1] >= 50:
            break
    assert len(percents) >= 2
    assert percents == sorted(percents)
    assert 50 <= percents[-1] < 100


def test_the_place_in_the_queue_reaches_the_callback(adapter: HuggingFace, spaces: Spaces) -> None:
    reports: list[Progress] = []
    for delay in LONGER:
        before = len(spaces.jobs())
        reports.clear()
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(adapter.generate, request(f"a dog [[delay={2 * delay}]]"), None, run())
            until(lambda before=before: len(spaces.jobs()) > before)  # type: ignore[misc]
            second = pool.submit(adapter.generate, request(), None, run(reports=reports))
            first.result()
            second.result()
        if reports[0].queue_position is not None:
            break
    assert reports[0].queue_position == 1


@pytest.mark.parametrize("order", ["[[fault=hang]]", "[[fault=silent]] [[delay=60]]"])
def test_a_job_that_never_ends_is_given_up_at_the_deadline(adapter: HuggingFace, spaces: Spaces, order: str) -> None:
    for seconds in LONGER:
        assert type(fault(adapter, request(f"a cat {order}"), seconds=seconds)) is GenerationTimeout
        if spaces.jobs():
            break
    assert len(spaces.jobs()) == 1
    assert adapter.generate(request("a dog"), None, run()).seed == 2147483647  # it was cancelled: the queue is free


@pytest.mark.parametrize(
    ("state", "kind", "says"),
    [
        ("building", ProviderUnreachable, "being built"),
        ("paused", ProviderUnreachable, "paused by its owner"),
        ("moved", ModelMissing, "HF_SPACE_URLS"),
        ("html", ProviderError, "cannot be read"),
        ("garbage", ProviderError, "leads to another host"),
        ("rate", RateLimited, "too many requests"),
        ("private", AuthInvalid, "send a token in X-HF-Token"),
        ("hang", GenerationTimeout, "in time"),
    ],
)
def test_each_state_of_a_space_has_its_error(
    adapter: HuggingFace, spaces: Spaces, state: str, kind: type, says: str
) -> None:
    spaces.order("ovis-image", state=state)
    error = fault(adapter, request(model="ovis-image"), seconds=2 if state == "hang" else HANGS_SECONDS)
    assert type(error) is kind
    assert says in error.message


def test_a_space_that_sleeps_is_woken_and_then_works(adapter: HuggingFace, spaces: Spaces) -> None:
    spaces.order("flux-1-schnell", state="sleeping", seconds=1.2)
    assert facts(adapter.generate(request(model="flux-1-schnell"), None, run())).format == "WebP"


@pytest.mark.parametrize(("token", "kind"), [("invalid", AuthInvalid), ("expired", AuthExpired)])
def test_a_bad_token_is_told(adapter: HuggingFace, token: str, kind: type) -> None:
    assert type(fault(adapter, request(), token=token)) is kind


def test_a_picture_of_our_own_is_uploaded_and_enlarged(
    adapter: HuggingFace, cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    file = tmp_path / "small.png"
    Image.new("RGB", (60, 40), "red").save(file)
    images.store(JOB_ID, file.read_bytes(), ImageInfo("PNG", 60, 40), request())
    picture = adapter.generate(upscale(f"http://127.0.0.1:8080/api/images/{JOB_ID}.png", 3), None, run())
    assert facts(picture) == ImageInfo("PNG", 180, 120)
    assert list(tmp_path.glob("easel-*")) == []


def test_a_picture_of_our_own_that_is_gone_is_told(
    adapter: HuggingFace, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://easel.example")
    error = fault(adapter, upscale(f"https://easel.example/api/images/{JOB_ID[::-1]}.png"))
    assert type(error) is InvalidParams
    assert error.field == "url"
    assert "removed after" in error.message


def test_a_link_that_the_space_cannot_read_is_told_as_the_field(adapter: HuggingFace) -> None:
    error = fault(adapter, upscale("http://nohost.invalid/cat.png"))
    assert error.status in (400, 502)
    assert error.field == "url"
    assert "cannot read the picture" in error.message


def test_an_upscaler_fault_does_not_blame_the_source_picture(
    adapter: HuggingFace, spaces: Spaces, cloud: Cloud, tmp_path: Path
) -> None:
    file = tmp_path / "small.png"
    Image.new("RGB", (60, 40), "red").save(file)
    images.store(JOB_ID, file.read_bytes(), ImageInfo("PNG", 60, 40), request())
    spaces.order("upscaler", fault="error-null")
    error = fault(adapter, upscale(f"https://easel.example/api/images/{JOB_ID}.png"))
    assert type(error) is GenerationFailed
    assert error.field is None
