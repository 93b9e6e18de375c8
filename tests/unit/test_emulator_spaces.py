"""The Spaces' emulator is real Gradio and fails like Hugging Face: seen through gradio_client and plain HTTP."""

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
from tests.harness.patience import HANGS_SECONDS, LONGER

# As the Spaces are called: endpoint, arguments by name, size of the picture they lead to.
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


def link_of(client: Client, fault: str) -> str:
    url: str = submitted(client, f"a cat [[fault={fault}]]").result(timeout=HANGS_SECONDS)[0]["url"]
    return url


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
def test_a_space_gives_a_webp_and_its_seed(space: str, urls: dict[str, str]) -> None:
    client = connected(urls[space])
    result = submitted(client, "a cat", space).result(timeout=HANGS_SECONDS)
    client.close()
    image, *seed = result if isinstance(result, tuple) else (result,)
    picture = opened(fetched(image["url"]).content)
    assert (picture.size, picture.format) == (CALLS[space][2], "WEBP")
    assert image["url"].startswith(f"{urls[space]}/gradio_api/file=")
    assert seed == ([] if space == "ovis-image" else [7])


def test_the_upscaler_enlarges_an_uploaded_picture(urls: dict[str, str], tmp_path: Path) -> None:
    source = tmp_path / "small.png"
    source.write_bytes(draw("a cat", 7, 64, 48))
    client = connected(urls["upscaler"])
    large = client.predict(img=handle_file(source), outscale=4, api_name="/realesrgan")
    picture = opened(fetched(large["url"]).content)
    assert (picture.size, picture.format) == ((256, 192), "PNG")
    with pytest.raises(AppError, match="verbose error reporting"):  # Gradio fetches nothing from private addresses
        client.predict(img={"path": large["url"], "meta": {"_type": "gradio.FileData"}}, api_name="/realesrgan")
    client.close()


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
    ("fault", "title", "text"),
    [
        ("error", "Error", "Something went wrong"),
        ("error-null", "Error", "has not enabled verbose error reporting"),
        ("quota", "ZeroGPU quota exceeded", r"\(146s requested vs. 62s left\). Try again in 23:59:09"),
        ("runs", "ZeroGPU quota exceeded", "ZeroGPU runs limit"),
        ("nogpu", "ZeroGPU queue timeout", "No GPU was available after 60s"),
        ("expired", "ZeroGPU proxy token expired", "Expired ZeroGPU proxy token"),
        ("moderation", "Error", "flagged as unsafe"),
        ("nonsense", "Error", "the spaces emulator has: auth, "),
    ],
)
def test_faults_of_the_job_arrive_as_the_apps_errors(z_image: Client, fault: str, title: str, text: str) -> None:
    with pytest.raises(AppError, match=text) as raised:
        submitted(z_image, f"a cat [[fault={fault}]]").result(timeout=HANGS_SECONDS)
    assert raised.value.title == title


def test_faults_of_the_result(z_image: Client) -> None:
    assert submitted(z_image, "a cat [[fault=empty]]").result(timeout=HANGS_SECONDS) == (None, 7)
    assert submitted(z_image, "a cat [[fault=text]]").result(timeout=HANGS_SECONDS)[1] == "Seed used for generation: 7"


@pytest.mark.parametrize("fault", ["queuefull", "busy", "unavailable", "building", "paused"])
def test_every_503_at_the_join_looks_like_a_full_queue(z_image: Client, fault: str) -> None:
    with pytest.raises(QueueError):
        submitted(z_image, f"a cat [[fault={fault}]]").result(timeout=HANGS_SECONDS)


@pytest.mark.parametrize(("fault", "status"), [("rate", 429), ("auth", 401), ("moved", 404), ("html", 502)])
def test_other_refusals_of_the_join_keep_their_status(z_image: Client, fault: str, status: int) -> None:
    with pytest.raises(httpx.HTTPStatusError) as raised:
        submitted(z_image, f"a cat [[fault={fault}]]").result(timeout=HANGS_SECONDS)
    assert raised.value.response.status_code == status


def test_a_sleeping_space_wakes_for_the_prompt_that_came_to_it(z_image: Client) -> None:
    with pytest.raises(QueueError):
        submitted(z_image, "a cat [[fault=sleeping]]").result(timeout=HANGS_SECONDS)
    assert submitted(z_image, "a dog").result(timeout=HANGS_SECONDS)[0]
    time.sleep(2)
    assert submitted(z_image, "a cat [[fault=sleeping]]").result(timeout=HANGS_SECONDS)[0]


@pytest.mark.parametrize(
    ("fault", "error", "seconds"),
    [("cut", CancelledError, HANGS_SECONDS), ("hang", TimeoutError, 1), ("silent", TimeoutError, 1)],
)
def test_faults_of_the_stream(urls: dict[str, str], fault: str, error: type[Exception], seconds: float) -> None:
    client = connected(urls["z-image-turbo"])
    with pytest.raises(error):
        submitted(client, f"a cat [[fault={fault}]]").result(timeout=seconds)
    client.close()


def test_a_stream_of_plain_http_is_cut_too(urls: dict[str, str]) -> None:
    call = f"{urls['z-image-turbo']}/gradio_api/call/generate_image_1"
    data = {"data": ["a cat [[fault=cut]]", 512, 512, 9, 7, False]}
    joined = httpx2.post(call, json=data, trust_env=False).json()
    with pytest.raises(httpx2.RemoteProtocolError):
        fetched(f"{call}/{joined['event_id']}")


def test_faults_of_the_link_and_the_file(z_image: Client) -> None:
    assert fetched(link_of(z_image, "gone")).status_code == 404
    assert fetched(link_of(z_image, "redirect")).headers["location"].startswith("http://169.254.169.254/")
    assert httpx2.get(link_of(z_image, "hop"), follow_redirects=True, trust_env=False).content[:4] == b"RIFF"
    assert opened(fetched(link_of(z_image, "wrongformat")).content).format == "JPEG"
    assert opened(fetched(link_of(z_image, "wrongsize")).content).size == (320, 256)
    with pytest.raises(OSError, match="cannot identify image file"):
        opened(fetched(link_of(z_image, "badimage")).content)


@pytest.mark.parametrize(
    ("state", "status"),
    [("building", 503), ("paused", 503), ("moved", 404), ("badgateway", 502), ("html", 200), ("rate", 429)],
)
def test_a_space_can_be_away_before_any_prompt(urls: dict[str, str], state: str, status: int) -> None:
    assert put_into_state(urls, "ovis-image", state=state).status_code == 200
    assert fetched(f"{urls['ovis-image']}/config").status_code == status
    put_into_state(urls, "ovis-image", state="awake")
    assert fetched(f"{urls['ovis-image']}/config").json()["version"]


def test_a_sleeping_space_wakes_after_its_first_visitor(urls: dict[str, str]) -> None:
    config = f"{urls['ovis-image']}/config"
    put_into_state(urls, "ovis-image", state="sleeping", seconds=0.3)
    time.sleep(0.4)
    assert fetched(config).status_code == 503
    time.sleep(0.4)
    assert fetched(config).status_code == 200


def test_the_upscaler_fails_when_its_state_says_so(urls: dict[str, str], tmp_path: Path) -> None:
    source = tmp_path / "small.png"
    source.write_bytes(draw("a cat", 7, 64, 48))
    put_into_state(urls, "upscaler", fault="quota")
    client = connected(urls["upscaler"])
    with pytest.raises(AppError, match="ZeroGPU quota"):
        client.predict(img=handle_file(source), api_name="/realesrgan")
    client.close()
    put_into_state(urls, "upscaler", fault=None)


def test_a_wrong_order_is_answered_with_the_right_ones(urls: dict[str, str]) -> None:
    assert "z-image-turbo, " in put_into_state(urls, "z-image").json()["error"]
    assert "sleeping, " in put_into_state(urls, "upscaler", state="tired").json()["error"]
    assert "queuefull, " in put_into_state(urls, "upscaler", fault="tired").json()["error"]


def test_invalid_tokens_are_refused_and_valid_ones_logged(urls: dict[str, str]) -> None:
    assert httpx2.delete(control(urls, "requests"), trust_env=False).status_code == 204
    client = connected(urls["z-image-turbo"], token="token-for-tests")
    submitted(client, "a cat").result(timeout=HANGS_SECONDS)
    client.close()
    [entry] = fetched(control(urls, "requests")).json()
    assert (entry["space"], entry["token"], entry["status"]) == ("z-image-turbo", "ests", 200)
    assert entry["args"] == {"prompt": "a cat", **CALLS["z-image-turbo"][1]}
    refused = httpx2.get(
        f"{urls['z-image-turbo']}/config", headers={"X-HF-Authorization": "Bearer invalid"}, trust_env=False
    )
    assert refused.status_code == 401
