"""The Hugging Face adapter against the emulated Spaces, which are real Gradio servers."""

from __future__ import annotations

import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx2
import huggingface_hub
import pytest
from PIL import Image

from easel import catalog
from easel.catalog import lookup
from easel.common.deadline import Deadline
from easel.errors import (
    AuthExpired,
    AuthInvalid,
    EaselError,
    GenerationFailed,
    GenerationTimeout,
    InvalidParams,
    ProviderError,
)
from easel.providers.adapter import GeneratedImage, Run
from easel.store import images
from easel.store.images import ImageInfo
from easel.store.records import GenerationRequest, Progress
from huggingface import HuggingFace
from tests.harness.patience import HANGS_SECONDS, LONGER, until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.harness.cloud import Cloud
    from tests.integration.conftest import RealSpaces

JOB_ID = "019a2b3c4d5e" + "0123456789abcdef01234567"
OWN = f"https://easel.example/api/images/{JOB_ID}.png"


@pytest.fixture
def adapter(real_spaces: RealSpaces) -> HuggingFace:
    return HuggingFace()


@pytest.fixture
def adapter_of_two(real_spaces: RealSpaces, monkeypatch: pytest.MonkeyPatch) -> HuggingFace:
    """An adapter with a catalog in which both Spaces of Z-Image are emulated."""
    monkeypatch.delenv("HF_SPACE_URLS")
    provider = catalog.provider("huggingface")
    z_image, *others = provider.models
    urls = (real_spaces.urls["z-image-turbo"], real_spaces.gallery)
    spaces = tuple(space.model_copy(update={"url": url}) for space, url in zip(z_image.spaces, urls, strict=True))
    entry = provider.model_copy(update={"models": (z_image.model_copy(update={"spaces": spaces}), *others)})
    monkeypatch.setattr(lookup, "providers", lambda: {**catalog.providers(), "huggingface": entry})
    return HuggingFace()


@pytest.fixture
def stored(cloud: Cloud, tmp_path: Path) -> str:
    """Return a link to one of Easel's pictures, of 60 x 40 pixels."""
    file = tmp_path / "small.png"
    Image.new("RGB", (60, 40), "red").save(file)
    images.store(JOB_ID, file.read_bytes(), ImageInfo("PNG", 60, 40), request())
    return OWN


def request(
    prompt: str = "a cat", model: str = "z-image-turbo", size: tuple[int, int] = (1024, 768)
) -> GenerationRequest:
    width, height = size
    return GenerationRequest(
        provider="huggingface", model=model, prompt=prompt, width=width, height=height, steps=8, seed=2147483647
    )


def upscale(url: str, scale: int = 2) -> GenerationRequest:
    return GenerationRequest(provider="huggingface", model="upscaler", source_url=url, scale=scale)


def drawn(
    adapter: HuggingFace, asked: GenerationRequest, token: str | None = None, reports: list[Progress] | None = None
) -> GeneratedImage:
    report = reports.append if reports is not None else lambda progress: None
    return adapter.generate(asked, token, Run(Deadline(HANGS_SECONDS), report))


def fault(
    adapter: HuggingFace, asked: GenerationRequest, seconds: float = HANGS_SECONDS, token: str | None = None
) -> EaselError:
    with pytest.raises(EaselError) as caught:
        adapter.generate(asked, token, Run(Deadline(seconds)))
    return caught.value


def facts(picture: GeneratedImage) -> ImageInfo:
    answer = httpx2.get(picture.url or "", headers=dict(picture.headers)).raise_for_status()
    return images.inspect(answer.content, "HuggingFace")


@pytest.mark.parametrize(
    ("model", "asked", "made"),
    [
        ("z-image-turbo", (300, 700), (512, 704)),
        ("qwen-image-fast", (1920, 1080), (1152, 640)),
        ("ovis-image", (1000, 600), (1000, 600)),
        ("flux-1-schnell", (700, 256), (704, 256)),
    ],
)
def test_each_model_makes_a_picture_of_the_nearest_size(
    adapter: HuggingFace, model: str, asked: tuple[int, int], made: tuple[int, int]
) -> None:
    picture = drawn(adapter, request(model=model, size=asked))
    assert facts(picture) == ImageInfo("WebP", *made)
    assert picture.seed == (None if model == "ovis-image" else 2147483647)
    # This Space ignores the seed. The layer adds the warning about the size.
    assert bool(picture.warnings) == (model == "ovis-image")


def test_without_a_token_the_machines_token_is_not_sent(
    adapter: HuggingFace, real_spaces: RealSpaces, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_from-the-environment")
    monkeypatch.setattr(huggingface_hub.constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
    (tmp_path / "token").write_text("hf_from-a-login")
    assert huggingface_hub.get_token() == "hf_from-the-environment"
    assert drawn(adapter, request()).headers == {}
    [job] = real_spaces.jobs()
    assert job["token"] is None
    assert not {"authorization", "x-hf-authorization", "x-hf-token", "cookie"} & set(job["headers"])


def test_a_token_is_sent_in_a_header_that_proxies_keep(adapter: HuggingFace, real_spaces: RealSpaces) -> None:
    picture = drawn(adapter, request(), "hf_mine")
    [job] = real_spaces.jobs()
    assert job["headers"]["x-hf-authorization"] == "…mine"
    assert "authorization" not in job["headers"]
    assert picture.headers == {"x-hf-authorization": "Bearer hf_mine"}


@pytest.mark.parametrize(("token", "kind"), [("invalid", AuthInvalid), ("expired", AuthExpired)])
def test_a_bad_token_is_refused(adapter: HuggingFace, token: str, kind: type) -> None:
    assert type(fault(adapter, request(), token=token)) is kind


def test_progress_reaches_the_callback(adapter: HuggingFace) -> None:
    percents: list[int] = []
    for delay in LONGER:
        reports: list[Progress] = []
        drawn(adapter, request(f"a cat [[delay={delay}]]"), reports=reports)
        percents = [progress.percent for progress in reports if progress.percent is not None]
        if len(percents) >= 2 and percents[-1] >= 50:
            break
    assert len(percents) >= 2
    assert percents == sorted(percents)
    assert 50 <= percents[-1] < 100


def test_the_queue_position_reaches_the_callback(adapter: HuggingFace, real_spaces: RealSpaces) -> None:
    reports: list[Progress] = []
    for delay in LONGER:
        before = len(real_spaces.jobs())
        reports.clear()
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(drawn, adapter, request(f"a dog [[delay={2 * delay}]]"))
            until(lambda before=before: len(real_spaces.jobs()) > before)  # type: ignore[misc]
            second = pool.submit(drawn, adapter, request(), reports=reports)
            first.result()
            second.result()
        if reports[0].queue_position is not None:
            break
    assert reports[0].queue_position == 1


def test_an_endless_job_is_given_up_and_cancelled(adapter: HuggingFace, real_spaces: RealSpaces) -> None:
    for seconds in LONGER:
        error = fault(adapter, request("a cat [[fault=silent]] [[delay=60]]"), seconds=seconds)
        assert type(error) is GenerationTimeout
        if real_spaces.jobs():
            break
    assert len(real_spaces.jobs()) == 1
    assert drawn(adapter, request("a dog")).url  # the queue is empty


def test_a_sleeping_space_wakes_and_then_works(adapter: HuggingFace, real_spaces: RealSpaces) -> None:
    real_spaces.order("flux-1-schnell", state="sleeping", seconds=1.2)
    assert facts(drawn(adapter, request(model="flux-1-schnell"))).format == "WebP"


@pytest.mark.parametrize("state", ["awake", "sleeping", "moved"])
def test_the_second_space_gets_its_own_arguments(
    state: str, adapter_of_two: HuggingFace, real_spaces: RealSpaces
) -> None:
    real_spaces.order("z-image-turbo", state=state)
    picture = drawn(adapter_of_two, request())
    if state == "awake":
        assert (picture.space, picture.warnings) == (real_spaces.urls["z-image-turbo"], ())
        return
    assert (picture.space, picture.seed) == (real_spaces.gallery, 2147483647)
    assert (facts(picture).width, facts(picture).height) == (1152, 864)
    (warning,) = picture.warnings
    assert "did not accept this call" in warning


def test_a_failed_picture_is_not_sent_to_the_second_space(adapter_of_two: HuggingFace) -> None:
    assert type(fault(adapter_of_two, request("a cat [[fault=error-null]]"))) is GenerationFailed


def test_a_copy_of_the_second_space_has_its_own_arguments(
    real_spaces: RealSpaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = [real_spaces.urls["ovis-image"], real_spaces.gallery]
    monkeypatch.setenv("HF_SPACE_URLS", json.dumps({"z-image-turbo": addresses}))
    assert drawn(HuggingFace(), request()).space == real_spaces.gallery


def test_easels_own_picture_is_uploaded_and_enlarged(
    adapter: HuggingFace, stored: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert facts(drawn(adapter, upscale(stored, 3))) == ImageInfo("PNG", 180, 120)
    assert list(tmp_path.glob("easel-*")) == []


@pytest.mark.parametrize(
    ("url", "kinds", "says"),
    [
        (OWN.replace(JOB_ID, JOB_ID[::-1]), (InvalidParams,), "removed after"),
        ("http://nohost.invalid/cat.png", (InvalidParams, ProviderError), "cannot read the picture"),
    ],
    ids=["a picture of our own that is gone", "a link that the Space cannot read"],
)
def test_an_unreadable_picture_is_the_fields_error(
    url: str,
    kinds: tuple[type, ...],
    says: str,
    adapter: HuggingFace,
    cloud: Cloud,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PUBLIC_URL", "https://easel.example")
    error = fault(adapter, upscale(url))
    assert type(error) in kinds
    assert error.field == "url"
    assert says in error.message


def test_an_upscaler_fault_does_not_blame_the_source_picture(
    adapter: HuggingFace, real_spaces: RealSpaces, stored: str
) -> None:
    real_spaces.order("upscaler", fault="error-null")
    error = fault(adapter, upscale(stored))
    assert (type(error), error.field) == (GenerationFailed, None)
