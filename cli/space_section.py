"""Build an overlay's section for a Space from the Space's description, with notes about guesses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cli.space_arguments import PICTURES, Argument, Roles, described, roles_of, scale_of
from cli.space_ratios import is_exact, read_ratios
from easel.catalog import UPSCALER, Model

PREFERRED = ("infer", "generate", "predict", "run", "draw", "image")
"""Words in typical names of generating endpoints."""
USUAL_STEPS = (1, 50, 20)
USUAL_GUIDANCE = (0, 20)


class NoEndpoint(ValueError):
    """None of the Space's endpoints is usable. The text lists them."""


@dataclass(frozen=True)
class Endpoint:
    """An endpoint of a Space: its arguments, and whether it returns a picture."""

    name: str
    arguments: list[Argument]
    gives_picture: bool

    def __str__(self) -> str:
        return f"{self.name}({', '.join(each.name for each in self.arguments)})"


def endpoints(api: Mapping[str, Any], config: Mapping[str, Any]) -> list[Endpoint]:
    """Return the endpoints in a Space's description, with the ranges from its configuration."""
    by_id = {each.get("id"): each for each in config.get("components", [])}
    inputs = {f"/{each.get('api_name')}": each.get("inputs", []) for each in config.get("dependencies", [])}
    endpoints = []
    for name, endpoint in api.get("named_endpoints", {}).items():
        parameters, components = endpoint.get("parameters", []), [by_id.get(each, {}) for each in inputs.get(name, [])]
        visible = [each.get("props", {}) for each in components if each.get("type") != "state"]
        properties = visible if len(visible) == len(parameters) else [{}] * len(parameters)
        arguments = [described(*pair) for pair in zip(parameters, properties, strict=True)]
        gives = any(each.get("component") in PICTURES for each in endpoint.get("returns", []))
        endpoints.append(Endpoint(name, arguments, gives))
    return endpoints


def choose(endpoints: list[Endpoint]) -> tuple[Endpoint, Roles]:
    """Return the endpoint that generates from a prompt, or one that enlarges pictures. Raise `NoEndpoint`."""
    giving = [(each, roles_of(each.arguments)) for each in endpoints if each.gives_picture]
    drawing = [(each, roles) for each, roles in giving if "prompt" in roles.of and not _enlarges(each, roles)]
    if drawing:
        return min(drawing, key=_rank)
    for each, roles in giving:
        if "image" in roles.of and (scale := scale_of(each.arguments)):
            return each, Roles({"image": roles.of["image"], "scale": scale})
    offered = "; ".join(map(str, endpoints)) or "none has a name"
    raise NoEndpoint(
        f"no endpoint generates from a prompt or enlarges by a factor; the endpoints are: {offered}"[:2000]
    )


def _enlarges(endpoint: Endpoint, roles: Roles) -> bool:
    """Return whether the endpoint takes a picture and a factor. Its text argument need not be a prompt."""
    needs_picture = "image" in roles.of and roles.of["image"].required
    return needs_picture and "prompt" in roles.guesses and scale_of(endpoint.arguments) is not None


def _rank(pair: tuple[Endpoint, Roles]) -> tuple[Any, ...]:
    endpoint, roles = pair
    needs_picture = "image" in roles.of and roles.of["image"].required
    named = not any(word in endpoint.name.lower() for word in PREFERRED)
    return needs_picture, "prompt" in roles.guesses, -len(roles.of), named


@dataclass
class Section:
    """A section of an overlay, and notes about it."""

    url: str
    endpoint: Endpoint
    roles: Roles
    model: Model | None = None
    """The built-in model that the Space serves; None for a new one."""
    notes: list[str] = field(default_factory=list)

    @property
    def upscales(self) -> bool:
        return "scale" in self.roles.of

    def text(self, model_id: str, name: str) -> str:
        """Return the section as TOML, after comments with the notes."""
        lines = self._space() if self.upscales else [*self._model(model_id, name), "", *self._space()]
        for role, why in self.roles.guesses.items():
            self.notes.append(f"guessed: {role} is {self.roles.of[role].name!r}: {why}")
        head = [f"# {self.url} {self.endpoint}", *(f"# {note}" for note in self.notes)]
        return "\n".join([*head, *lines, ""])

    def _model(self, model_id: str, name: str) -> Iterator[str]:
        yield "[[huggingface.models]]"
        yield f"id = {json.dumps(model_id)}"
        if self.model:
            return
        yield f"name = {json.dumps(name)}"
        yield f"steps = {_inline(self._range('steps', USUAL_STEPS))}"
        if "guidance_scale" in self.roles.of:
            default = self.roles.of["guidance_scale"].default
            usual = (*USUAL_GUIDANCE, default if isinstance(default, int | float) else 3.5)
            yield f"guidance = {_inline(self._range('guidance_scale', usual))}"
        if "negative_prompt" in self.roles.of:
            yield "negative_prompt = true"

    def _range(self, role: str, usual: tuple[float, float, float]) -> dict[str, Any]:
        """Return the range of a numeric argument."""
        argument = self.roles.of.get(role)
        if argument is None:
            self.notes.append(f"not found: {role}; the Space uses its own default")
            return {"min": 1, "max": 1, "default": 1}
        least, most, default = usual
        if argument.least is None or argument.most is None:
            self.notes.append(f"guessed: the range of {argument.name!r}; the Space declares none")
        least = least if argument.least is None else argument.least
        most = most if argument.most is None else argument.most
        default = argument.default if isinstance(argument.default, int | float) else default
        if role == "steps":
            least, most, default = max(1, int(least)), max(1, int(most)), int(default)
        return {"min": _short(least), "max": _short(most), "default": _short(min(max(default, least), most))}

    def _space(self) -> Iterator[str]:
        key = "models.more_spaces" if self.model else "models.spaces"
        yield f"[huggingface.{UPSCALER}]" if self.upscales else f"[[huggingface.{key}]]"
        yield f"url = {json.dumps(self.url)}"
        yield f"endpoint = {json.dumps(self.endpoint.name)}"
        yield f"arguments = {_inline(self._arguments())}"
        if sides := self._sides():
            yield f"sides = {_inline(sides)}"
        steps = self.roles.of.get("steps")
        if self.model and steps and steps.most is not None and steps.most < self.model.steps.max:
            yield f"most_steps = {int(steps.most)}"
        if not self.upscales and "seed" not in self.roles.of:
            self.notes.append("not found: seed; pictures are not reproducible")
            yield "ignores_seed = true"
        if ratio := self.roles.of.get("ratio"):
            yield from self._ratios(ratio)

    def _ratios(self, argument: Argument) -> Iterator[str]:
        ratios = read_ratios(argument.choices)
        if not all(map(is_exact, ratios)):
            self.notes.append(f"guessed: the pixels of {argument.name!r}; the Space names only shapes")
        if left := [choice for choice in argument.choices if choice not in ratios]:
            self.notes.append(f"left out: {argument.name} = {', '.join(map(json.dumps, left))}, not a size")
        yield "ratios = " + _inline({name: list(size) for name, size in ratios.items()})

    def _sides(self) -> dict[str, int]:
        """Return the limits that apply to both width and height."""
        both = [self.roles.of[role] for role in ("width", "height") if role in self.roles.of]
        if not both:
            if "ratio" not in self.roles.of and not self.upscales:
                self.notes.append("not found: width and height; the Space chooses the size")
            return {}
        if any(each.least is None or each.most is None for each in both):
            self.notes.append("not found: the range of width and height; requested sizes are sent unchanged")
            return {}
        least, most = max(each.least or 1 for each in both), min(each.most or 1 for each in both)
        step = max(each.step or 1 for each in both)
        return {"min": max(1, int(least)), "max": int(most), **({"step": int(step)} if step > 1 else {})}

    def _arguments(self) -> dict[str, Any]:
        roles = {argument.name: role for role, argument in self.roles.of.items()}
        sent = {each.name: self._sent(each, roles.get(each.name)) for each in self.endpoint.arguments}
        return {name: value for name, value in sent.items() if value is not None}

    def _sent(self, argument: Argument, role: str | None) -> Any:
        """Return an argument's value or placeholder, or None if the Space's default is used."""
        if role == "random":
            return False
        if role == "image" and not self.upscales:
            return self._without_picture(argument)
        lacking = self.model and (
            (role == "guidance_scale" and not self.model.guidance)
            or (role == "negative_prompt" and not self.model.negative_prompt)
        )
        if role and not lacking:
            return f"{{{role}}}"
        return self._constant(argument)

    def _without_picture(self, argument: Argument) -> Any:
        if not argument.required:
            return None
        self.notes.append(
            f"guessed: {argument.name!r} accepts a picture, and none is sent; if the Space requires one, calls fail"
        )
        return "{image}"

    def _constant(self, argument: Argument) -> Any:
        if not argument.required:
            self.notes.append(f"not sent: {argument.name}; the Space's default is {json.dumps(argument.default)[:80]}")
            return None
        if argument.takes_picture and argument.component != "Gallery":
            return self._without_picture(argument)
        value = _neutral(argument)
        self.notes.append(f"guessed: {argument.name} = {json.dumps(value)}; the Space requires a value")
        return value


def _neutral(argument: Argument) -> Any:
    """Return a neutral value for a required argument without a role."""
    if argument.default is not None:
        return argument.default
    if argument.choices:
        return argument.choices[0]
    if argument.is_number:
        return _short(argument.least if argument.least is not None else argument.example or 0)
    return {"boolean": False, "string": ""}.get(argument.kind, [])


def _short(number: Any) -> Any:
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _inline(values: Mapping[str, Any]) -> str:
    """Return an inline table of TOML."""
    return "{ " + ", ".join(f"{_key(name)} = {_value(value)}" for name, value in values.items()) + " }"


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").replace("-", "").isalnum() else json.dumps(name)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return _inline(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False)
