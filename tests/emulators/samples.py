"""`python -m tests.emulators.samples`: draw the page's sample pictures for its example prompts.

They are in one file, three in a row, because each file costs the page a call.
"""

import random
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from tests.emulators import scenes

FILE = Path(__file__).parents[2] / "functions/router/playground/samples.webp"
SIZE = (320, 240)


class Sample(NamedTuple):
    """A sample: its prompt, the lights of sky and land, and the seed."""

    prompt: str
    sky: int
    land: int
    seed: int


SAMPLES = (
    Sample("a paper boat on a quiet lake at dawn", 0, 0, 2),
    Sample("a lighthouse in a storm, oil painting", 8, 0, 5),
    Sample("a rainy city street at night, neon signs", 2, 2, 3),
    Sample("a fox asleep in a snowy forest", 4, 6, 1),
    Sample("an astronaut resting on the moon", 3, 8, 4),
    Sample("mountains above the clouds, ink wash", 7, 7, 6),
)


def main() -> None:
    width, height = SIZE
    sheet = Image.new("RGB", (3 * width, 2 * height))
    for place, (prompt, sky, land, seed) in enumerate(SAMPLES):
        lights = scenes.LIGHTS[sky], scenes.LIGHTS[land]
        picture = scenes.draw(prompt, scenes.Canvas((2 * width, 2 * height), random.Random(seed), *lights))
        sheet.paste(picture.resize(SIZE, Image.Resampling.LANCZOS), (place % 3 * width, place // 3 * height))
    sheet.save(FILE, quality=75, method=6)


if __name__ == "__main__":
    main()
