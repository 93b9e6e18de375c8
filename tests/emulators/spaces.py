"""The Hugging Face Spaces as real Gradio servers, of docs/providers/huggingface.md#endpoints.

Names, order, ranges and defaults of the arguments are as in reality: Z-Image has height before width and the seed after
the steps, schnell the other way round, and each randomizes the seed by default. All are served at one port, each at
its own path: `/z-image-turbo`, … `space_proxy.py` is in front of them.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from gradio.components import Component
from PIL import Image

from tests.emulators import directives
from tests.emulators.drawing import encode
from tests.emulators.fields import MAX_SEED
from tests.emulators.painter import WIDE_SEED, Painter, choose_seed, told_seed
from tests.emulators.pictures import Picture
from tests.emulators.space_proxy import SpaceGate

INPUTS: dict[str, tuple[str, ...]] = {
    "z-image-turbo": ("prompt", "height", "width", "num_inference_steps", "seed", "randomize_seed"),
    "qwen-image-fast": (
        "prompt", "seed", "randomize_seed", "aspect_ratio", "guidance_scale", "num_inference_steps",
    ),
    "ovis-image": ("prompt", "img_height", "img_width", "seed", "steps", "guidance_scale"),
    "flux-1-schnell": ("prompt", "seed", "randomize_seed", "width", "height", "num_inference_steps"),
    "upscaler": ("img", "model_name", "denoise_strength", "face_enhance", "outscale"),
    "z-image-gallery": ("prompt", "resolution", "seed", "steps", "shift", "random_seed", "gallery_images"),
}  # fmt: skip
SECOND = frozenset({"z-image-gallery"})
"""Spaces that serve a model when its first one does not."""
RESOLUTIONS = (
    "1024x1024 ( 1:1 )", "1152x896 ( 9:7 )", "896x1152 ( 7:9 )", "1152x864 ( 4:3 )", "864x1152 ( 3:4 )",
    "1248x832 ( 3:2 )", "832x1248 ( 2:3 )", "1280x720 ( 16:9 )", "720x1280 ( 9:16 )", "1344x576 ( 21:9 )",
    "576x1344 ( 9:21 )",
)  # fmt: skip
QWEN_SIZES = {
    "1:1": (1024, 1024),
    "16:9": (1152, 640),
    "9:16": (640, 1152),
    "4:3": (1024, 768),
    "3:4": (768, 1024),
    "3:2": (1024, 688),
    "2:3": (688, 1024),
}
UPSCALER_MODELS = [
    "RealESRGAN_x4plus",
    "RealESRNet_x4plus",
    "RealESRGAN_x4plus_anime_6B",
    "RealESRGAN_x2plus",
    "realesr-general-x4v3",
]
MAX_UPSCALED = 8192  # pixels per side; a real Space would run out of memory, and so would this one
_PROGRESS = gr.Progress()  # as a default value, it makes Gradio pass each job its own tracker


def app(seconds: float, concurrency: int | None, folder: Path) -> SpaceGate:
    """Return the Spaces as an ASGI app. A job takes `seconds` unless its prompt requests another delay.

    At most `concurrency` jobs of a Space run at once (None: any number). `folder` is for Gradio's files.
    """
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    root = FastAPI()
    gate = SpaceGate(root, INPUTS)
    for name, build in _BUILDERS.items():
        blocks = build(Painter(gate.states[name], gate.log, seconds, folder)).queue(
            default_concurrency_limit=concurrency
        )
        # With Gradio's 0.001 s, five idle Spaces take 6 % of a core.
        blocks._queue.sleep_when_free = 0.01
        gr.mount_gradio_app(root, blocks, path=f"/{name}", show_error=False, ssr_mode=False, run_history=False)
    return gate


def z_image_turbo(painter: Painter) -> gr.Blocks:
    """mrfakename/Z-Image-Turbo. Its endpoint has a number now, and its random seeds have a wider range than Easel's."""

    async def generate_image_1(
        prompt: str, height: int, width: int, num_inference_steps: int, seed: float, randomize_seed: bool,
        progress: gr.Progress = _PROGRESS,
    ) -> tuple[str | None, Any]:  # fmt: skip
        ordered, used = painter.read(prompt), choose_seed(seed, randomize_seed, WIDE_SEED)
        picture = Picture(
            ordered.caption, used, int(width), int(height), "WEBP", ordered.fault, "mrfakename/Z-Image-Turbo"
        )
        return await painter.paint(ordered, picture, progress), told_seed(used, ordered)

    inputs = [
        gr.Textbox(label="Prompt"),
        gr.Slider(512, 2048, value=1024, step=64, label="Height"),
        gr.Slider(512, 2048, value=1024, step=64, label="Width"),
        gr.Slider(1, 20, value=9, step=1, label="Inference Steps"),
        gr.Number(value=42, label="Seed"),
        gr.Checkbox(value=True, label="Randomize Seed"),
    ]
    return _blocks(generate_image_1, inputs, [gr.Image(label="Image"), gr.Number(label="Seed Used")])


def qwen_image_fast(painter: Painter) -> gr.Blocks:
    """mcp-tools/Qwen-Image-Fast. Its second output has been seen as a number and as text."""

    async def generate_image(
        prompt: str, seed: float, randomize_seed: bool, aspect_ratio: str, guidance_scale: float,
        num_inference_steps: int, progress: gr.Progress = _PROGRESS,
    ) -> tuple[str | None, Any]:  # fmt: skip
        ordered, used = painter.read(prompt), choose_seed(seed, randomize_seed)
        picture = Picture(
            ordered.caption, used, *QWEN_SIZES[aspect_ratio], "WEBP", ordered.fault, "mcp-tools/Qwen-Image-Fast"
        )
        return await painter.paint(ordered, picture, progress), told_seed(used, ordered)

    inputs = [
        gr.Textbox(label="Prompt"),
        gr.Slider(0, MAX_SEED, value=0, step=1, label="Seed"),
        gr.Checkbox(value=True, label="Randomize seed"),
        gr.Radio(list(QWEN_SIZES), value="16:9", label="Aspect ratio"),
        gr.Slider(0, 10, value=1.0, step=0.1, label="Guidance scale"),
        gr.Slider(4, 28, value=8, step=1, label="Number of inference steps"),
    ]
    return _blocks(generate_image, inputs, [gr.Image(label="Result"), gr.Number(label="Seed")])


def ovis_image(painter: Painter) -> gr.Blocks:
    """AIDC-AI/Ovis-Image-7B: one output, no seed. It ignores the seed in the request."""

    async def generate(
        prompt: str, img_height: int, img_width: int, seed: float, steps: int, guidance_scale: float,
        progress: gr.Progress = _PROGRESS,
    ) -> str | None:  # fmt: skip
        ordered = painter.read(prompt)
        used = choose_seed(seed, randomize=True)
        picture = Picture(
            ordered.caption, used, int(img_width), int(img_height), "WEBP", ordered.fault, "AIDC-AI/Ovis-Image-7B"
        )
        return await painter.paint(ordered, picture, progress)

    inputs = [
        gr.Textbox(label="Prompt"),
        gr.Slider(256, 2048, value=1024, step=32, label="Height"),
        gr.Slider(256, 2048, value=1024, step=32, label="Width"),
        gr.Number(value=42, label="Seed"),
        gr.Slider(1, 50, value=50, step=1, label="Steps"),
        gr.Slider(0, 20, value=5.0, step=0.1, label="Guidance"),
    ]
    return _blocks(generate, inputs, [gr.Image(label="Image")])


def flux_1_schnell(painter: Painter) -> gr.Blocks:
    """black-forest-labs/FLUX.1-schnell: width before height, seed second."""

    async def infer(
        prompt: str, seed: float, randomize_seed: bool, width: int, height: int, num_inference_steps: int,
        progress: gr.Progress = _PROGRESS,
    ) -> tuple[str | None, Any]:  # fmt: skip
        ordered, used = painter.read(prompt), choose_seed(seed, randomize_seed)
        picture = Picture(
            ordered.caption, used, int(width), int(height), "WEBP", ordered.fault, "black-forest-labs/FLUX.1-schnell"
        )
        return await painter.paint(ordered, picture, progress), told_seed(used, ordered)

    inputs = [
        gr.Textbox(label="Prompt"),
        gr.Slider(0, MAX_SEED, value=0, step=1, label="Seed"),
        gr.Checkbox(value=True, label="Randomize seed"),
        gr.Slider(256, 2048, value=1024, step=32, label="Width"),
        gr.Slider(256, 2048, value=1024, step=32, label="Height"),
        gr.Slider(1, 50, value=4, step=1, label="Number of inference steps"),
    ]
    return _blocks(infer, inputs, [gr.Image(label="Result"), gr.Number(label="Seed")])


def upscaler(painter: Painter) -> gr.Blocks:
    """tuan2308/Upscaler: a real enlargement with a plain method. Faults come from the Space's state."""

    async def realesrgan(
        img: Image.Image | None, model_name: str, denoise_strength: float, face_enhance: bool, outscale: float,
        progress: gr.Progress = _PROGRESS,
    ) -> str | None:  # fmt: skip
        ordered = painter.read("upscaled")
        if img is None:
            raise gr.Error("Please provide an image.", print_exception=False)
        size = round(img.width * outscale), round(img.height * outscale)
        if max(size) > MAX_UPSCALED:
            raise gr.Error("CUDA out of memory. Try a smaller outscale.", print_exception=False)
        return await painter.work(ordered, lambda: enlarge(img, size, ordered), "image.png", progress)

    inputs = [
        gr.Image(type="pil", label="Image"),
        gr.Dropdown(UPSCALER_MODELS, value="RealESRGAN_x4plus_anime_6B", label="Model"),
        gr.Slider(0, 1, value=0.5, step=0.1, label="Denoise strength"),
        gr.Checkbox(value=False, label="Face enhancement"),
        gr.Slider(1, 6, value=4, step=1, label="Scale"),
    ]
    return _blocks(realesrgan, inputs, [gr.Image(format="png", label="Image")])


def z_image_gallery(painter: Painter) -> gr.Blocks:
    """Tongyi-MAI/Z-Image-Turbo: sizes have names, and its output is a gallery, followed by the seed twice."""

    async def generate(
        prompt: str, resolution: str, seed: float, steps: int, shift: float, random_seed: bool,
        gallery_images: list[Any] | None, progress: gr.Progress = _PROGRESS,
    ) -> tuple[list[Any], str, int]:  # fmt: skip
        ordered, used = painter.read(prompt), choose_seed(seed, random_seed)
        width, _, height = resolution.partition(" ")[0].partition("x")
        picture = Picture(
            ordered.caption, used, int(width), int(height), "WEBP", ordered.fault, "Tongyi-MAI/Z-Image-Turbo"
        )
        drawn = await painter.paint(ordered, picture, progress)
        return [*([drawn] if drawn else []), *(gallery_images or [])], str(used), used

    inputs = [
        gr.Textbox(label="Prompt"),
        gr.Dropdown(list(RESOLUTIONS), value=RESOLUTIONS[0], label="Width x Height (Ratio)"),
        gr.Number(value=42, label="Seed", precision=0),
        gr.Slider(1, 100, value=8, step=1, label="Steps"),
        gr.Slider(1.0, 10.0, value=3.0, step=0.1, label="Time Shift"),
        gr.Checkbox(value=True, label="Random Seed"),
        gr.Gallery(label="Earlier images"),
    ]
    outputs = [gr.Gallery(label="Generated Images"), gr.Textbox(label="Seed Used"), gr.Number(label="Seed")]
    return _blocks(generate, inputs, outputs)


def enlarge(img: Image.Image, size: tuple[int, int], ordered: directives.Directives) -> bytes:
    """Return the picture at another size. A fault of the file replaces it with a picture that is wrong in that way."""
    if ordered.fault is not None:
        return Picture("upscaled", 0, *size, fault=ordered.fault).file()
    return encode(img.convert("RGB").resize(size, Image.Resampling.BICUBIC), "PNG")


def _blocks(function: Callable[..., Any], inputs: Sequence[Component], outputs: Sequence[Component]) -> gr.Blocks:
    """Return a page with the inputs, the outputs and a button. The endpoint has the function's name."""
    blocks = gr.Blocks(analytics_enabled=False)
    with blocks:
        for component in (*inputs, *outputs):
            component.render()  # type: ignore[no-untyped-call]
        gr.Button("Run").click(function, list(inputs), list(outputs), api_name=function.__name__)
    return blocks


_BUILDERS: dict[str, Callable[[Painter], gr.Blocks]] = {
    "z-image-turbo": z_image_turbo,
    "qwen-image-fast": qwen_image_fast,
    "ovis-image": ovis_image,
    "flux-1-schnell": flux_1_schnell,
    "upscaler": upscaler,
    "z-image-gallery": z_image_gallery,
}
