"""The Spaces' emulator is real Gradio and fails like Hugging Face, for gradio_client and for plain HTTP."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from gradio_client import Client, handle_file  # type: ignore[import-untyped]
from gradio_client.exceptions import AppError  # type: ignore[import-untyped]
from gradio_client.utils import QueueError  # type: ignore[import-untyped]
from PIL import Image

from tests.emulators.drawing import draw
from tests.emulators.server import SPACES, Emulators
from tests.harness.patience import HANGS_SECONDS, LONGER, until

# How the Spaces are called: endpoint, arguments by name, and the size of the resulting picture.
CALLS: dict[str, tuple[str, dict[str, Any], tuple[int, int]]] = {
    "z-image-turbo": (
        "/generate_image_1",
        {"height": 512, "width": 640, "num_inference_steps": 9, "seed": 7, "randomize_seed": False},
        (640, 512),
    ),
    "qwen-image-fast": (
        "/generate_image",
        {"seed": 7, "randomize_seed": False, "aspect_ratio": "4:3", "guidance_scale": 1, "num_inference_steps": 8},
        (1024, 768),
    ),
    "ovis-image": (
        "/generate",
        {"img_height": 256, "img_width": 512, "seed": 7, "steps": 20, "guidance_scale": 4},
        (512, 256),
    ),
    "flux-1-schnell": (
        "/infer",
        {"seed": 7, "randomize_seed": False, "width": 512, "height": 256, "num_inference_steps": 4},
        (512, 256),
    ),
}


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    with Emulators(SPACES, seconds=0.1) as emulators:
        yield emulators.space_urls


@pytest.fixture(scope="module")
def z_image(urls: dict[str, str]) -> Iterator[Client]:
    client = connected(urls["z-image-turbo"])
    yield client
    client.close()


def connected(url: str, token: str | bool = False) -> Client:
    return Client(url, token=token, download_files=False, verbose=False, analytics_enabled=False)


def submitted(client: Client, prompt: str, space: str = "z-image-turbo", **arguments: Any) -> Any:
    endpoint, defaults, _ = CALLS[space]
    return client.submit(prompt=prompt, api_name=endpoint, **{**defaults, **arguments})


def fetched(url: str) -> httpx2.Response:
    return httpx2.get(url, trust_env=False)


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def control(urls: dict[str, str], what: str) -> str:
    return urls["upscaler"].removesuffix("upscaler") + f"_emulator/{what}"


def put_into_state(urls: dict[str, str], space: str, **order: Any) -> httpx2.Response:
    return httpx2.post(control(urls, "state"), json={"space": space, **order}, trust_env=False)


@pytest.mark.parametrize("space", CALLS)
def test_a_space_returns_a_webp_and_its_seed(space: str, urls: dict[str, str]) -> None:
    client = connected(urls[space])
    result = submitted(client, "a cat", space).result(timeout=HANGS_SECONDS)
    client.close()
    image, *seed = result if isinstance(result, tuple) else (result,)
    picture = opened(fetched(image["url"]).content)
    assert (picture.size, picture.format) == (CALLS[space][2], "WEBP")
    assert image["url"].startswith(f"{urls[space]}/gradio_api/file=")
    assert seed == ([] if space == "ovis-image" else [7])


def test_the_upscaler_enlarges_or_fails_by_its_state(urls: dict[str, str], tmp_path: Path) -> None:
    source = tmp_path / "small.png"
    source.write_bytes(draw("a cat", 7, 64, 48))
    client = connected(urls["upscaler"])
    large = client.predict(img=handle_file(source), outscale=4, api_name="/realesrgan")
    picture = opened(fetched(large["url"]).content)
    assert (picture.size, picture.format) == ((256, 192), "PNG")
    put_into_state(urls, "upscaler", fault="quota")
    with pytest.raises(AppError, match="ZeroGPU quota"):
        client.predict(img=handle_file(source), api_name="/realesrgan")
    client.close()
    put_into_state(urls, "upscaler", fault=None)


def test_progress_reaches_the_caller(z_image: Client) -> None:
    shares: set[int | None] = set()
    for delay in LONGER:
        job = submitted(z_image, f"a cat [[delay={delay}]]")
        while not job.done():
            shares |= {unit.index for unit in job.status().progress_data or []}
            time.sleep(0.02)
        if len(shares) > 1:
            break
    assert len(shares) > 1


def test_ranges_are_gradios_and_seeds_are_random(z_image: Client) -> None:
    with pytest.raises(AppError, match="less than minimum value 512"):
        submitted(z_image, "a cat", height=256).result(timeout=HANGS_SECONDS)
    seeds = {submitted(z_image, "a cat", randomize_seed=True).result(timeout=HANGS_SECONDS)[1] for _ in range(2)}
    assert len(seeds) == 2


@pytest.mark.parametrize(
    ("fault", "error", "text"),
    [
        ("error-null", AppError, "has not enabled verbose error reporting"),
        ("quota", AppError, r"\(146s requested vs. 62s left\). Try again in 23:59:09"),
        ("nonsense", AppError, "the spaces emulator has: auth, "),
        ("queuefull", QueueError, None),
        ("building", QueueError, None),
        ("rate", httpx.HTTPStatusError, "429"),
        ("auth", httpx.HTTPStatusError, "401"),
    ],
)
def test_faults_raise_the_clients_errors(z_image: Client, fault: str, error: type[Exception], text: str | None) -> None:
    with pytest.raises(error, match=text):
        submitted(z_image, f"a cat [[fault={fault}]]").result(timeout=HANGS_SECONDS)


@pytest.mark.parametrize(
    ("fault", "error", "seconds"), [("cut", CancelledError, HANGS_SECONDS), ("hang", TimeoutError, 1)]
)
def test_faults_of_the_stream(urls: dict[str, str], fault: str, error: type[Exception], seconds: float) -> None:
    client = connected(urls["z-image-turbo"])
    with pytest.raises(error):
        submitted(client, f"a cat [[fault={fault}]]").result(timeout=seconds)
    client.close()


def test_a_space_can_be_unavailable_before_any_prompt(urls: dict[str, str]) -> None:
    config = f"{urls['ovis-image']}/config"
    for state, status in (("paused", 503), ("moved", 404), ("html", 200), ("rate", 429), ("awake", 200)):
        assert put_into_state(urls, "ovis-image", state=state).status_code == 200
        assert fetched(config).status_code == status
    put_into_state(urls, "ovis-image", state="sleeping", seconds=0.3)
    assert fetched(config).status_code == 503  # the first visitor wakes it
    until(lambda: fetched(config).status_code == 200)


def test_an_invalid_request_is_answered_with_the_valid_ones(urls: dict[str, str]) -> None:
    assert "z-image-turbo, " in put_into_state(urls, "z-image").json()["error"]
    assert "sleeping, " in put_into_state(urls, "upscaler", state="tired").json()["error"]
    assert "queuefull, " in put_into_state(urls, "upscaler", fault="tired").json()["error"]


def test_invalid_tokens_are_refused_and_valid_ones_logged(urls: dict[str, str]) -> None:
    httpx2.delete(control(urls, "requests"), trust_env=False)
    client = connected(urls["z-image-turbo"], token="token-for-tests")
    submitted(client, "a cat").result(timeout=HANGS_SECONDS)
    client.close()
    [entry] = fetched(control(urls, "requests")).json()
    assert (entry["space"], entry["token"], entry["status"]) == ("z-image-turbo", "ests", 200)
    assert entry["args"] == {"prompt": "a cat", **CALLS["z-image-turbo"][1]}
    headers = {"X-HF-Authorization": "Bearer invalid"}
    assert httpx2.get(f"{urls['z-image-turbo']}/config", headers=headers, trust_env=False).status_code == 401
