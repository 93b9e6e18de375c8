"""Real Gradio apps of many shapes in one process: the emulated Spaces, and apps with other argument names.

`python -m tests.cli.gradio_apps` prints its address when it is ready, and ends when its standard input ends.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image

from tests.emulators import spaces
from tests.emulators.server import Server

_PROGRESS = gr.Progress()


def _picture(width: float, height: float) -> Image.Image:
    return Image.new("RGB", (int(width), int(height)), "teal")


def gallery() -> gr.Blocks:
    """No argument is called prompt, sizes have names with pixels, and pictures are a gallery with captions."""

    def create(description: str, num_images: int, image_size: str, seed: int) -> tuple[Any, int]:
        width, _, height = image_size.partition(" x ")
        return [(_picture(float(width), float(height)), description)] * int(num_images), seed

    blocks = gr.Blocks(analytics_enabled=False)
    with blocks:
        inputs = [
            gr.Textbox(label="What do you want to see?"),
            gr.Slider(1, 4, value=1, step=1, label="How many"),
            gr.Dropdown(["768 x 768", "1024 x 576", "Custom"], value="768 x 768", label="Size"),
            gr.Number(value=-1, label="Seed", precision=0),
        ]
        gr.Button().click(create, inputs, [gr.Gallery(), gr.Number()])
    return blocks


def shapes() -> gr.Blocks:
    """A list of shapes in words; guidance and a negative prompt have short names."""

    def run(text: str, neg: str, shape: str, cfg: float, seed: int, randomise_seed: bool) -> Any:
        sides = {"Square": (640, 640), "Portrait (3:4)": (480, 640), "Wide": (960, 540)}
        return None if randomise_seed or neg or cfg != 4.5 or seed != 7 else _picture(*sides[shape])

    blocks = gr.Blocks(analytics_enabled=False)
    with blocks:
        inputs = [
            gr.Textbox(label="Text"),
            gr.Textbox(label="Avoid"),
            gr.Radio(["Square", "Portrait (3:4)", "Wide"], value="Square", label="Shape"),
            gr.Slider(1, 12, value=4.5, step=0.5, label="CFG"),
            gr.Number(value=0, label="Seed"),
            gr.Checkbox(value=True, label="Randomise"),
        ]
        gr.Button().click(run, inputs, gr.Image())
    return blocks


def steps_shown() -> gr.Blocks:
    """A generator with progress and a state, which shows each step's picture."""

    def draw(
        prompt: str, state: Any, iterations: int, w: float, h: float, progress: gr.Progress = _PROGRESS
    ) -> Iterator[Any]:
        for step in progress.tqdm(range(int(iterations))):
            yield _picture(w, h), state, f"step {step}"

    blocks = gr.Blocks(analytics_enabled=False)
    with blocks:
        state, words = gr.State({"n": 0}), gr.Textbox(label="Log")
        prompt, times = gr.Textbox(label="Prompt"), gr.Slider(1, 8, value=3, step=1, label="Iterations")
        w, h = (gr.Slider(128, 768, value=512, step=128, label=each) for each in ("W", "H"))
        gr.Button().click(draw, [prompt, state, times, w, h], [gr.Image(), state, words])
        gr.Button().click(lambda text: text.upper(), prompt, prompt, api_name="shout")
    return blocks


def unnamed() -> gr.Blocks:
    """Arguments that Gradio names, since the function is a lambda. Only their labels describe them."""
    inputs: list[Any] = [
        gr.Textbox(label="Your prompt"),
        gr.Slider(256, 1024, value=512, step=8, label="Image width"),
        gr.Slider(256, 1024, value=512, step=8, label="Image height"),
        gr.Slider(1, 40, value=25, step=1, label="Sampling steps"),
    ]
    draw = lambda *given: _picture(given[1], given[2])  # noqa: E731  # without names for its arguments
    return gr.Interface(draw, inputs, gr.Image(), analytics_enabled=False, api_name="predict")


def takes_picture() -> gr.Blocks:
    """Generates from a prompt and an optional picture, after endpoints with other purposes."""

    def edit(image: Image.Image | None, prompt: str, strength: float, lora: str, negative_prompt: str) -> Any:
        return image or _picture(512, 512)

    blocks = gr.Blocks(analytics_enabled=False)
    with blocks:
        picture, prompt = gr.Image(type="pil", label="Image"), gr.Textbox(label="Edit")
        others = [gr.Slider(0, 1, value=0.6), gr.Dropdown(["none", "anime"], label="LoRA"), gr.Textbox()]
        gr.Button().click(lambda: "a cat", None, prompt, api_name="random_prompt")
        gr.Button().click(lambda given: given, picture, gr.Image(), api_name="preview")
        gr.Button().click(edit, [picture, prompt, *others], gr.Image())
    return blocks


def enlarger() -> gr.Blocks:
    """Enlarges a picture by a factor from a list."""

    def enhance(photo: Image.Image, model: str, factor: int) -> Image.Image:
        return photo.resize((photo.width * int(factor), photo.height * int(factor)))

    blocks = gr.Blocks(analytics_enabled=False)
    with blocks:
        model, factor = gr.Dropdown(["a", "b"], value="a"), gr.Radio([1, 2, 3, 4], value=2, label="Factor")
        inputs = [gr.Image(type="pil"), model, factor]
        gr.Button().click(enhance, inputs, gr.Image(format="png"))
    return blocks


def chat() -> gr.Blocks:
    """Generates no picture."""
    return gr.Interface(lambda text: text, gr.Textbox(), gr.Textbox(), analytics_enabled=False, api_name="chat")


APPS: dict[str, Callable[[], gr.Blocks]] = {
    "gallery": gallery, "shapes": shapes, "steps-shown": steps_shown, "unnamed": unnamed,
    "takes-picture": takes_picture, "enlarger": enlarger, "chat": chat,
}  # fmt: skip


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="easel-apps-")).resolve()
    try:
        root = spaces.app(0, None, folder)._gradio
        for name, build in APPS.items():
            blocks = build().queue()
            gr.mount_gradio_app(root, blocks, path=f"/{name}", ssr_mode=False, run_history=False)
        server = Server(root)
        print(server.url, flush=True)
        sys.stdin.read()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)  # Gradio's threads would keep the interpreter alive


if __name__ == "__main__":
    main()
