"""The emulators' scenes, in the colours of different lights.

Words in the prompt choose the scene. The model chooses the lights of sky and land, so pictures of different models look
different. The scenes are flat shapes on a sky with one colour per row. They are fast to draw, and a 2048² PNG stays
small, while noise or detail would make it ten megabytes.
"""

import hashlib
import random
import re
from collections.abc import Callable
from typing import NamedTuple

from PIL import Image, ImageColor, ImageDraw

Colour = tuple[int, int, int]
_SKY_ROWS = 128


class Light(NamedTuple):
    """Colours of the sky at the top and at the horizon, of the sun or moon, and of distant and near land."""

    above: str
    horizon: str
    sun: str
    far: str
    near: str


LIGHTS = (
    Light("#2b3a67", "#f6a56b", "#ffe3b0", "#7a6a8a", "#1f2540"),  # dawn
    Light("#5aa7e0", "#e3f3f7", "#fffbe0", "#8fb8a0", "#2f5d50"),  # noon
    Light("#3b1f4a", "#f06a5a", "#ffd08a", "#8a4560", "#1d1029"),  # dusk
    Light("#0b1026", "#34498a", "#f3f1d5", "#2a3463", "#080c1c"),  # night
    Light("#bccbd1", "#f2eee4", "#ffffff", "#aebdc0", "#4c5f66"),  # mist
    Light("#f0a95a", "#fbe8c4", "#fff6da", "#d98f5a", "#7c3c22"),  # desert
    Light("#0f3d3e", "#9fd8c0", "#fdf6d8", "#4f9a8a", "#0b2a2c"),  # jade
    Light("#f4a9bb", "#fdeee4", "#ffffff", "#c98aa6", "#5a3458"),  # blossom
    Light("#31356e", "#b8a5e3", "#fff3c4", "#6f66a8", "#1c1b3f"),  # violet
)


class Canvas:
    """A picture being drawn: its brush, its random numbers, and its colours by distance, from 0 (far) to 1 (near)."""

    def __init__(self, size: tuple[int, int], chance: random.Random, sky: Light, land: Light) -> None:
        self.width, self.height = size
        self.chance = chance
        colours = {**sky._asdict(), "far": land.far, "near": land.near}
        self.colours = {name: _colour(value) for name, value in colours.items()}
        rows = Image.new("RGB", (1, _SKY_ROWS))
        for y in range(_SKY_ROWS):
            rows.putpixel((0, y), _blend(self.colours["above"], self.colours["horizon"], y / _SKY_ROWS))
        self.picture = rows.resize(size, Image.Resampling.BILINEAR)
        self.brush = ImageDraw.Draw(self.picture)

    def fill(self, nearness: float) -> Colour:
        return _blend(self.colours["far"], self.colours["near"], nearness)

    def shape(self, *points: tuple[float, float], fill: Colour) -> None:
        """Draw a polygon. Coordinates are shares of width and height."""
        self.brush.polygon([(x * self.width, y * self.height) for x, y in points], fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        """Draw a circle. The radius is a share of the shorter side."""
        reach = radius * min(self.width, self.height)
        middle = x * self.width, y * self.height
        self.brush.ellipse((middle[0] - reach, middle[1] - reach, middle[0] + reach, middle[1] + reach), fill=fill)

    def sun(self) -> None:
        self.disc(self.chance.uniform(0.2, 0.8), self.chance.uniform(0.18, 0.42), self.chance.uniform(0.07, 0.14),
                  self.colours["sun"])  # fmt: skip

    def ridge(self, top: float, rough: float, nearness: float) -> None:
        """Draw a range of hills across the picture."""
        steps = self.chance.randint(4, 9)
        points = [(x / steps, top + self.chance.uniform(-rough, rough)) for x in range(steps + 1)]
        self.shape((0, 1), *points, (1, 1), fill=self.fill(nearness))


def _hills(canvas: Canvas) -> None:
    for distance in range(4):
        canvas.ridge(0.5 + 0.13 * distance, 0.11, distance / 3)


def _sea(canvas: Canvas) -> None:
    canvas.ridge(0.56, 0.05, 0.15)
    for row in range(5):
        canvas.shape((0, 0.6 + row * 0.08), (1, 0.6 + row * 0.08), (1, 1), (0, 1), fill=canvas.fill(0.3 + row * 0.12))
    x, y = canvas.chance.uniform(0.25, 0.65), canvas.chance.uniform(0.66, 0.76)
    sail, hull = canvas.colours["sun"], canvas.fill(1)
    canvas.shape((x, y - 0.2), (x, y - 0.02), (x + 0.1, y - 0.02), fill=sail)
    canvas.shape((x - 0.01, y - 0.15), (x - 0.01, y - 0.02), (x - 0.07, y - 0.02), fill=sail)
    canvas.shape((x - 0.1, y), (x + 0.13, y), (x + 0.08, y + 0.05), (x - 0.06, y + 0.05), fill=hull)


def _lighthouse(canvas: Canvas) -> None:
    canvas.ridge(0.7, 0.02, 0.4)
    x = canvas.chance.uniform(0.3, 0.65)
    beam, tower = _blend(canvas.colours["horizon"], canvas.colours["sun"], 0.6), canvas.colours["sun"]
    canvas.shape((x, 0.33), (0, 0.2), (0, 0.4), fill=beam)
    canvas.shape((x, 0.33), (1, 0.22), (1, 0.42), fill=beam)
    canvas.shape((x - 0.3, 1), (x - 0.16, 0.72), (x + 0.18, 0.7), (x + 0.34, 1), fill=canvas.fill(1))
    canvas.shape((x - 0.03, 0.37), (x + 0.03, 0.37), (x + 0.05, 0.74), (x - 0.05, 0.74), fill=tower)
    for top in (0.45, 0.58):
        canvas.shape(
            (x - 0.04, top), (x + 0.04, top), (x + 0.045, top + 0.06), (x - 0.045, top + 0.06), fill=canvas.fill(0.8)
        )
    canvas.shape((x - 0.035, 0.37), (x - 0.03, 0.3), (x, 0.26), (x + 0.03, 0.3), (x + 0.035, 0.37), fill=canvas.fill(1))


def _city(canvas: Canvas) -> None:
    for row in range(3):
        x = -0.02
        while x < 1:
            width, top = canvas.chance.uniform(0.06, 0.13), canvas.chance.uniform(0.3, 0.52) + row * 0.16
            canvas.shape((x, top), (x + width, top), (x + width, 1), (x, 1), fill=canvas.fill(row / 2))
            if row:
                _windows(canvas, x, width, top)
            x += width + canvas.chance.uniform(0, 0.02)


def _windows(canvas: Canvas, x: float, width: float, top: float) -> None:
    for line in range(int((1 - top) / 0.05)):
        for column in range(3):
            if canvas.chance.random() < 0.45:
                left, upper = x + width * (0.15 + 0.27 * column), top + 0.02 + line * 0.05
                right, lower = left + width * 0.14, upper + 0.022
                canvas.shape((left, upper), (right, upper), (right, lower), (left, lower), fill=canvas.colours["sun"])


def _forest(canvas: Canvas) -> None:
    canvas.ridge(0.55, 0.06, 0)
    for row in range(3):
        ground = 0.68 + row * 0.14
        for _ in range(11 - row * 3):
            x, tall = canvas.chance.random(), canvas.chance.uniform(0.2, 0.32) * (1 + row * 0.35)
            for part in range(3):
                wide, foot = tall * (0.14 + 0.06 * part), ground - tall * (0.62 - 0.28 * part)
                canvas.shape((x, foot - tall * 0.42), (x + wide, foot), (x - wide, foot), fill=canvas.fill(row / 2))
        canvas.shape((0, ground - 0.03), (1, ground - 0.03), (1, 1), (0, 1), fill=canvas.fill(row / 2))


def _space(canvas: Canvas) -> None:
    for _ in range(60):
        canvas.disc(canvas.chance.random(), canvas.chance.uniform(0, 0.75), canvas.chance.uniform(0.001, 0.004),
                    canvas.colours["sun"])  # fmt: skip
    x, y, radius = canvas.chance.uniform(0.3, 0.7), canvas.chance.uniform(0.3, 0.42), canvas.chance.uniform(0.16, 0.24)
    canvas.disc(x, y, radius, canvas.fill(0.2))
    canvas.disc(x - radius * 0.25, y - radius * 0.2, radius * 0.72, canvas.fill(0))
    for _ in range(5):
        canvas.disc(x + canvas.chance.uniform(-0.5, 0.3) * radius, y + canvas.chance.uniform(-0.5, 0.4) * radius,
                    radius * canvas.chance.uniform(0.06, 0.15), canvas.fill(0.35))  # fmt: skip
    canvas.ridge(0.82, 0.05, 0.6)
    canvas.ridge(0.92, 0.03, 1)


Scene = Callable[[Canvas], None]
_SCENES: tuple[tuple[str, str, Scene], ...] = (
    ("lighthouse", "灯塔", _lighthouse),
    ("boat|ship|sea|ocean|lake|island|harbour|pond", "船|海|湖|岛", _sea),
    ("city|street|town|tower|train|neon", "城|街|楼|火车", _city),
    ("forest|wood|tree|garden|fox|bear|deer", "森林|树|花园|狐", _forest),
    ("moon|planet|space|astronaut|star|robot", "月|星|宇航", _space),
)
"""English and Chinese words with their scenes. Chinese has no blanks between words."""
_WORDS = [(re.compile(rf"\b(?:{english})s?\b|{chinese}", re.I), scene) for english, chinese, scene in _SCENES]


def paint(prompt: str, chance: random.Random, size: tuple[int, int], model: str) -> Image.Image:
    """Draw the prompt's scene in the model's lights."""
    sky, land = hashlib.sha256(model.encode()).digest()[9:11]  # these differ for all models of the catalog
    return draw(prompt, Canvas(size, chance, LIGHTS[sky % len(LIGHTS)], LIGHTS[land % len(LIGHTS)]))


def draw(prompt: str, canvas: Canvas) -> Image.Image:
    """Return the scene named in the prompt, or hills."""
    canvas.sun()
    scene = next((scene for words, scene in _WORDS if words.search(prompt)), _hills)
    scene(canvas)
    return canvas.picture


def _colour(value: str) -> Colour:
    red, green, blue = ImageColor.getrgb(value)[:3]
    return red, green, blue


def _blend(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
