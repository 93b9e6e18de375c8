"""Guess the roles of an endpoint's arguments from their names, labels, types and ranges.

Each argument gets at most one role, and each role at most one argument. Names are more reliable than labels, which may
be in any language. Both are split into words: `num_inference_steps` becomes `num`, `inference`, `steps`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cli.space_ratios import read_ratios

NUMERIC = ("number", "integer")
PICTURES = ("Image", "ImageEditor", "Gallery", "File", "ImageSlider", "Paint", "ImageMask", "Sketchpad", "UploadButton")
"""Gradio components with pictures as values."""


@dataclass(frozen=True)
class Argument:
    """An argument in the Space's description. `least`, `most` and `step` belong to a slider or number field."""

    name: str
    label: str = ""
    kind: str = "string"
    component: str = ""
    choices: tuple[Any, ...] = ()
    required: bool = False
    default: Any = None
    example: Any = None
    least: float | None = None
    most: float | None = None
    step: float | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """Words of the name, or of the label if Gradio has numbered the argument instead of naming it."""
        text = self.label if re.fullmatch(r"param_\d+(_\d+)?", self.name) else self.name
        return _words(text)

    @property
    def takes_picture(self) -> bool:
        return self.component in PICTURES

    @property
    def is_number(self) -> bool:
        return self.kind in NUMERIC and not self.choices


def _words(text: str) -> tuple[str, ...]:
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return tuple(word for word in re.split(r"[\W_]+", apart.lower()) if word)


def described(parameter: Mapping[str, Any], properties: Mapping[str, Any]) -> Argument:
    """Return an argument from the Space's description, and from its component's properties in the Space's
    configuration.
    """
    schema = parameter.get("type")
    schema = schema if isinstance(schema, Mapping) else {}
    least, most = _range(schema, properties)
    return Argument(
        name=str(parameter.get("parameter_name")),
        label=str(parameter.get("label") or ""),
        kind=str(schema.get("type") or ""),
        component=str(parameter.get("component") or ""),
        choices=tuple(schema.get("enum") or ()),
        required=not parameter.get("parameter_has_default"),
        default=parameter.get("parameter_default"),
        example=parameter.get("example_input"),
        least=least,
        most=most,
        step=_number(properties.get("step")),
    )


def _range(schema: Mapping[str, Any], properties: Mapping[str, Any]) -> tuple[float | None, float | None]:
    least, most = (_number(properties.get(name, schema.get(name))) for name in ("minimum", "maximum"))
    said = re.search(r"between (-?[\d.]+) and (-?[\d.]+)", str(schema.get("description")))
    return (float(said[1]), float(said[2])) if said and least is None and most is None else (least, most)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


@dataclass
class Roles:
    """The argument of each role, such as `prompt` or `steps`, and the reasons of those that are guesses."""

    of: dict[str, Argument] = field(default_factory=dict)
    guesses: dict[str, str] = field(default_factory=dict)

    def take(self, role: str, argument: Argument | None, guess: str = "") -> None:
        if argument is None or role in self.of or argument in self.of.values():
            return
        self.of[role] = argument
        if guess:
            self.guesses[role] = guess

    def free(self, arguments: list[Argument]) -> list[Argument]:
        return [argument for argument in arguments if argument not in self.of.values()]


BY_WORD = {
    "steps": ("steps", "step", "iterations"),
    "seed": ("seed",),
    "guidance_scale": ("guidance", "cfg", "scale"),
    "width": ("width", "w"),
    "height": ("height", "h"),
}
"""Words that indicate a number's role, most reliable first."""
NOT_THE_ROLE = {
    "guidance_scale": ("lora", "strength", "upscale", "control", "image", "conditioning", "ip", "rescale", "true"),
    "steps": ("start", "end", "skip", "shift", "preview", "refiner", "control", "hires"),
}
PROMPT_WORDS = ("prompt", "text", "description", "caption", "query", "message", "instruction", "input")
SCALE_WORDS = ("outscale", "scale", "upscale", "factor", "upsampling", "times")


def roles_of(arguments: list[Argument]) -> Roles:
    """Return the roles of an endpoint's arguments."""
    roles = Roles()
    texts = [each for each in arguments if each.kind == "string" and not each.choices and not each.takes_picture]
    roles.take("negative_prompt", next((each for each in texts if any(w.startswith("neg") for w in each.words)), None))
    _prompt(roles, texts)
    roles.take("image", next((each for each in arguments if each.takes_picture and each.component != "Gallery"), None))
    numbers = [each for each in arguments if each.is_number]
    for role, names in BY_WORD.items():
        _by_word(roles, role, names, [each for each in numbers if not _excluded(role, each)])
    _sizes(roles, arguments, numbers)
    random = (each for each in arguments if each.kind == "boolean" and any("random" in word for word in each.words))
    roles.take("random", next(random, None))
    return roles


def _prompt(roles: Roles, texts: list[Argument]) -> None:
    left = roles.free(texts)
    for word in PROMPT_WORDS:
        named = [each for each in left if word in each.words]
        first = next(iter([*(each for each in named if each.words == (word,)), *named]), None)
        roles.take("prompt", first, "" if word == "prompt" else f"its name contains {word!r}")
    labelled = next((each for each in left if "prompt" in _words(each.label)), None)
    roles.take("prompt", labelled, "from its label")
    roles.take(
        "prompt", next((each for each in left if each.required), next(iter(left), None)), "the first text argument"
    )


def _excluded(role: str, argument: Argument) -> bool:
    return any(word in argument.words for word in NOT_THE_ROLE.get(role, ()))


def _by_word(roles: Roles, role: str, names: tuple[str, ...], numbers: list[Argument]) -> None:
    for word in names:
        named = [each for each in roles.free(numbers) if word in each.words]
        roles.take(role, next(iter(named), None))
        labelled = next((each for each in roles.free(numbers) if word in _words(each.label)), None)
        if role not in roles.of and word != "scale":
            roles.take(role, labelled, "from its label")


def _sizes(roles: Roles, arguments: list[Argument], numbers: list[Argument]) -> None:
    """Assign the size: named sizes, or one number for width and height."""
    if "width" in roles.of and "height" in roles.of:
        return
    for each in roles.free(arguments):
        if len(each.choices) > 1 and read_ratios(each.choices):
            roles.take("ratio", each)
    sides = (each for each in roles.free(numbers) if {"size", "resolution", "side", "dimension"} & set(each.words))
    if "ratio" not in roles.of and "width" not in roles.of:
        roles.take("width", next(sides, None), "one number for both sides: pictures are square")


def scale_of(arguments: list[Argument]) -> Argument | None:
    """Return an upscaler's argument for the factor, or None."""
    numbers = [each for each in arguments if each.kind in NUMERIC or all(isinstance(c, int) for c in each.choices)]
    named = (each for word in SCALE_WORDS for each in numbers if word in each.words)
    return next((each for each in named if each.kind != "boolean"), None)
