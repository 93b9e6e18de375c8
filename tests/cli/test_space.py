"""`make space`: real Gradio apps of many shapes are read, and the written sections work."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import space_connection
from cli import space as command
from cli.space_ratios import read_ratios
from easel.catalog import Space, lookup, overlay
from local.errors import LocalError
from tests.harness.patience import HANGS_SECONDS

ROOT = Path(__file__).parents[2]
QUIET = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1"}


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """The address of one server with all apps."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.gradio_apps"],
        cwd=ROOT, env={**os.environ, **QUIET}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    yield process.stdout.readline().strip()
    process.stdin.close()
    process.stdout.close()
    process.wait()


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPEN_SECONDS", "WAKE_SECONDS"):
        monkeypatch.setattr(space_connection if name == "OPEN_SECONDS" else command, name, HANGS_SECONDS)
    monkeypatch.setattr(command, "TRY_SECONDS", HANGS_SECONDS)


ALL = {"width": "{width}", "height": "{height}", "prompt": "{prompt}", "seed": "{seed}"}
RANDOM = {"randomize_seed": False}
SHAPES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [  # the app, its arguments, other fields of the model
    ("z-image-turbo", {**ALL, **RANDOM, "num_inference_steps": "{steps}"}, {
        "steps": (1, 20, 9), "sides": (512, 2048, 64),
    }),
    ("qwen-image-fast", {
        "prompt": "{prompt}", "seed": "{seed}", **RANDOM, "aspect_ratio": "{ratio}",
        "guidance_scale": "{guidance_scale}", "num_inference_steps": "{steps}",
    }, {"steps": (4, 28, 8), "guidance": (0, 10, 1)}),
    ("ovis-image", {
        "prompt": "{prompt}", "img_height": "{height}", "img_width": "{width}", "seed": "{seed}", "steps": "{steps}",
        "guidance_scale": "{guidance_scale}",
    }, {"guidance": (0, 20, 5)}),
    ("flux-1-schnell", {**ALL, **RANDOM, "num_inference_steps": "{steps}"}, {"sides": (256, 2048, 32)}),
    ("z-image-gallery", {
        "prompt": "{prompt}", "resolution": "{ratio}", "seed": "{seed}", "steps": "{steps}", "random_seed": False,
    }, {"steps": (1, 100, 8)}),
    ("gallery", {"description": "{prompt}", "image_size": "{ratio}", "seed": "{seed}"}, {"steps": (1, 1, 1)}),
    ("shapes", {
        "text": "{prompt}", "neg": "{negative_prompt}", "shape": "{ratio}", "cfg": "{guidance_scale}", "seed": "{seed}",
        "randomise_seed": False,
    }, {"guidance": (1, 12, 4.5)}),
    ("steps-shown", {"prompt": "{prompt}", "iterations": "{steps}", "w": "{width}", "h": "{height}"}, {
        "steps": (1, 8, 3), "sides": (128, 768, 128),
    }),
    ("unnamed", {"param_0": "{prompt}", "param_1": "{width}", "param_2": "{height}", "param_3": "{steps}"}, {
        "steps": (1, 40, 25), "sides": (256, 1024, 8),
    }),
    ("takes-picture", {"image": "{image}", "prompt": "{prompt}", "negative_prompt": "{negative_prompt}"}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("app", "arguments", "ranges"), SHAPES, ids=[shape[0] for shape in SHAPES])
def test_a_space_is_read_and_generates(base: str, app: str, arguments: dict[str, Any], ranges: dict[str, Any]) -> None:
    lines = command.main({"URL": f"{base}/{app}", "MODEL": f"my-{app}", "TRY": "1"})
    model = overlay.read("\n".join(lines)).providers["huggingface"].model(f"my-{app}")
    assert model.space
    assert model.space.arguments == arguments
    found = {"steps": model.steps, "guidance": model.guidance, "sides": model.space.sides}
    assert {name: tuple(vars(found[name]).values()) for name in ranges} == ranges
    assert lines[-1].startswith("# tried: WebP, ")
    assert lookup.providers() is lookup.built_in()


@pytest.mark.parametrize(("app", "arguments"), [
    ("upscaler", {"img": "{image}", "outscale": "{scale}"}), ("enlarger", {"photo": "{image}", "factor": "{scale}"}),
])  # fmt: skip
def test_an_upscaler_is_read_and_enlarges(base: str, app: str, arguments: dict[str, Any]) -> None:
    lines = command.main({"URL": f"{base}/{app}/", "TRY": "1"})
    upscaler = overlay.read("\n".join(lines)).providers["huggingface"].upscaler
    assert upscaler
    assert upscaler == Space(url=f"{base}/{app}", endpoint=upscaler.endpoint, arguments=arguments, pinned=True)
    assert lines[-1].startswith("# tried: PNG, 128 x 96")


def test_guessed_and_missing_arguments_are_reported(base: str) -> None:
    said = {app: command.main({"URL": f"{base}/{app}"}) for app in ("gallery", "shapes", "takes-picture")}
    assert "# not found: steps; the Space uses its own default" in said["gallery"]
    assert "# not sent: num_images; the Space's default is 1" in said["gallery"]
    assert '# left out: image_size = "Custom", not a size' in said["gallery"]
    assert "# guessed: the pixels of 'shape'; the Space names only shapes" in said["shapes"]
    assert any("'image' accepts a picture, and none is sent" in line for line in said["takes-picture"])


def test_a_space_without_pictures_is_refused_with_its_endpoints(base: str) -> None:
    with pytest.raises(LocalError, match=r"no endpoint generates from a prompt.*endpoints are: /chat\(text\)"):
        command.main({"URL": f"{base}/chat"})


def test_a_built_in_model_gets_another_space_in_the_file(base: str, tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text('[aliases]\nfast = "gitee/z-image-turbo"\n')
    fields = {"URL": f"{base}/ovis-image", "MODEL": "ovis-image", "FILE": str(file)}
    assert command.main(fields)[0].endswith(f"added; make catalog FILE={file} activates it")
    catalog = overlay.read(file.read_text())
    ovis, known = (each["huggingface"].model("ovis-image") for each in (catalog.providers, lookup.built_in()))
    assert [space.url for space in ovis.spaces] == [*(space.url for space in known.spaces), f"{base}/ovis-image"]
    assert "guidance_scale" not in ovis.spaces[-1].arguments
    with pytest.raises(LocalError, match="an earlier entry for 'ovis-image'"):
        command.main(fields)


def test_an_address_that_is_not_a_space_is_refused() -> None:
    with pytest.raises(LocalError, match="URL must be the address of a Space"):
        command.main({"URL": "owner/name"})
    page = {"URL": "https://huggingface.co/spaces/Tongyi-MAI/Z-Image_Turbo"}
    assert command.address(page) == "https://tongyi-mai-z-image-turbo.hf.space"


@pytest.mark.parametrize(("choices", "sizes"), [
    (["1:1", "16:9"], [(1024, 1024), (1360, 768)]),
    (["1024x1024 ( 1:1 )", "1280×720"], [(1024, 1024), (1280, 720)]),
    (["Square", "Portrait (9:16)"], [(1024, 1024), (768, 1360)]),
    (["euler", "ddim"], []),
    (["v1:2", "v1:3", "other", "none"], []),
])  # fmt: skip
def test_names_of_sizes_are_parsed(choices: list[str], sizes: list[tuple[int, int]]) -> None:
    assert list(read_ratios(choices).values()) == sizes
