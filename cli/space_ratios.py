"""Convert a Space's names of sizes, such as `16:9`, `1024x768 ( 4:3 )` or `Portrait`, to pixels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

AREA = 1024 * 1024
"""Pixels of a picture if only its ratio is known. Most models generate about this many."""
STEP = 16
SHAPES = {
    "square": (1, 1), "portrait": (3, 4), "landscape": (4, 3), "vertical": (9, 16), "horizontal": (16, 9),
    "tall": (9, 16), "wide": (16, 9), "widescreen": (16, 9), "cinematic": (21, 9), "story": (9, 16),
}  # fmt: skip

Ratios = dict[str, tuple[int, int]]


def read_ratios(choices: Iterable[Any]) -> Ratios:
    """Return width and height of each choice, or {} if the choices are not sizes."""
    choices = [choice for choice in choices if isinstance(choice, str)]
    sizes = {choice: size for choice in choices if (size := read_size(choice))}
    return sizes if len(sizes) > 1 and len(sizes) * 2 > len(choices) else {}


def is_exact(choice: str) -> bool:
    """Return whether the choice contains pixels."""
    return _pixels(choice) is not None


def read_size(choice: str) -> tuple[int, int] | None:
    """Return a choice's width and height, or None if it is not a size."""
    if pixels := _pixels(choice):
        return pixels
    ratio = re.search(r"(\d{1,2}(?:\.\d+)?)\s*[:/xX×]\s*(\d{1,2}(?:\.\d+)?)(?!\d)", choice)
    if ratio and float(ratio[1]) and float(ratio[2]):
        return _sides(float(ratio[1]) / float(ratio[2]))
    word = next((word for word in re.split(r"[\W_]+", choice.lower()) if word in SHAPES), None)
    return _sides(SHAPES[word][0] / SHAPES[word][1]) if word else None


def _pixels(choice: str) -> tuple[int, int] | None:
    match = re.search(r"(?<!\d)(\d{3,4})\s*(?:px)?\s*[x×*X]\s*(\d{3,4})(?!\d)", choice)
    return (int(match[1]), int(match[2])) if match else None


def _sides(ratio: float) -> tuple[int, int]:
    width = (AREA * ratio) ** 0.5
    return max(STEP, round(width / STEP) * STEP), max(STEP, round(width / ratio / STEP) * STEP)
