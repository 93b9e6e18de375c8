"""A Space's work on a job: read the prompt's directives, wait, and fail or draw."""

import asyncio
import random
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.concurrency import run_in_threadpool

from tests.emulators import directives, held_pictures
from tests.emulators.fields import MAX_SEED
from tests.emulators.pictures import LINK_FAULTS, Picture
from tests.emulators.request_log import RequestLog
from tests.emulators.space_errors import ERRORS
from tests.emulators.space_state import SpaceState

_PROGRESS_STEPS = 8


class Painter:
    """The work of one Space. `state` may have a fault for jobs whose prompt requests none."""

    def __init__(self, state: SpaceState, log: RequestLog, seconds: float, folder: Path) -> None:
        self._state = state
        self._log = log
        self._seconds = seconds
        self._folder = folder

    def read(self, prompt: str) -> directives.Directives:
        """Return the prompt's or the state's directives. Raise gr.Error for an unknown directive or an empty prompt."""
        try:
            ordered = directives.parse(prompt, "spaces")
        except directives.DirectiveError as bad:
            raise gr.Error(str(bad), print_exception=False) from bad
        if not ordered.caption:
            raise gr.Error("Please enter a prompt.", print_exception=False)
        return directives.Directives(ordered.caption, ordered.fault or self._state.fault, ordered.delay)

    async def paint(self, ordered: directives.Directives, picture: Picture, progress: gr.Progress) -> str | None:
        """Wait as long as a real job takes, and return the picture's file."""
        return await self.work(ordered, picture.file, f"image.{picture.format.lower()}", progress)

    async def work(
        self, ordered: directives.Directives, make: Callable[[], bytes], name: str, progress: gr.Progress
    ) -> str | None:
        seconds = self._seconds if ordered.delay is None else ordered.delay
        for step in range(_PROGRESS_STEPS):
            progress((step, _PROGRESS_STEPS), desc="Denoising")
            await asyncio.sleep(seconds / _PROGRESS_STEPS)
        await held_pictures.wait(ordered.caption)
        await _fail(ordered.fault)
        self._log.drew(ordered.caption)
        if ordered.fault == "empty":
            return None
        return await run_in_threadpool(self._save, make, name, ordered.fault)

    def _save(self, make: Callable[[], bytes], name: str, fault: str | None) -> str:
        """Save the picture in Gradio's cache, where it needs no copy. The name contains a link fault for the gate."""
        if fault in LINK_FAULTS:
            name = f"{fault}{Path(name).suffix}"
        path = self._folder / uuid.uuid4().hex / name
        path.parent.mkdir(parents=True)
        path.write_bytes(make())
        return str(path)


async def _fail(fault: str | None) -> None:
    if fault == "hang":
        await asyncio.Event().wait()
    if fault == "error-null":
        raise RuntimeError("an exception that the Space does not show")
    if fault in ERRORS:
        title, message = ERRORS[fault]
        raise gr.Error(message, title=title, print_exception=False)


WIDE_SEED = 2**32 - 1  # the maximum of some Spaces' random seeds, higher than a caller's


def choose_seed(seed: float, randomize: bool, highest: int = MAX_SEED) -> int:
    return random.randint(0, highest) if randomize else int(seed)


def told_seed(seed: int, ordered: directives.Directives) -> Any:
    """Return the seed output: a number, or a text with it (docs/providers/huggingface.md#endpoints)."""
    return f"Seed used for generation: {seed}" if ordered.fault == "text" else seed
