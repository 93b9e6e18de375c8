"""Planned jobs from templates: lines of a manifest that differ only in prompt and seed are validated once.

The prompt and the seed do not influence the validation of a line's other fields, nor its warnings. So the first line of
each shape is validated as a whole and becomes a template. For later lines of the same shape, only the prompt and the
seed are validated, with the same model fields. If that fails, the whole line is validated to get its error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import ConfigDict, TypeAdapter, ValidationError

from easel.batch import planned_jobs
from easel.catalog.bodies import Body
from easel.catalog.requests import GenerateBody, has_lost_characters, has_visible_character
from easel.store.records import ValidatedRequest

OWN_FIELDS = ("prompt", "seed")
"""The fields in which a line differs from its template. Each has only one spelling."""
MAX_TEMPLATES = 1000
"""Maximum number of templates in memory. Without a limit, a manifest with a new shape in each line would fill it."""

Validate = Callable[[Mapping[str, Any]], tuple[ValidatedRequest, int]]
"""Validates a line's body. Returns its request and its number of pictures, or raises an `EaselError`."""


def _field(name: str) -> Any:
    """Return a field of the body with its own validators, as a type."""
    field = GenerateBody.model_fields[name]
    return Annotated[field.annotation, *field.metadata]


def _own_fields() -> TypeAdapter[tuple[str, int]]:
    """Return the validator of a line's prompt and seed, without the validators of the whole body."""
    config = Body.model_config
    settings = ConfigDict(
        strict=True, str_max_length=config["str_max_length"], regex_engine=config["regex_engine"], allow_inf_nan=False
    )
    return TypeAdapter(tuple[tuple(map(_field, OWN_FIELDS))], config=settings)  # type: ignore[misc]


_OWN = _own_fields()


class Template(NamedTuple):
    """A validated line, its number of pictures, and its planned job without an id."""

    valid: ValidatedRequest
    pictures: int
    job: Mapping[str, Any]
    provider: str


class PlannedLine(NamedTuple):
    """A line: its template, prompt and seed."""

    template: Template
    prompt: str
    seed: int

    def job(self, job_id: str, seed: int) -> dict[str, Any]:
        """Return one planned job of the line, in the format of `planned_jobs.to_json`."""
        job = self.template.job
        request = {**job["request"], "prompt": self.prompt, "seed": seed}
        if not seed:  # the default, which records leave out
            del request["seed"]
        return {**job, "id": job_id, "request": request}


class Templates:
    """Validates the bodies of lines."""

    def __init__(self, validate: Validate) -> None:
        self._validate = validate
        self._known: dict[tuple[Any, ...] | None, Template] = {}

    def planned(self, body: Mapping[str, Any]) -> PlannedLine:
        """Validate a line's body, which must have a seed. Raise an `EaselError` for an invalid body."""
        shape: tuple[Any, ...] | None = _shape(body)
        try:
            template = self._known.get(shape)
        except TypeError:  # a list or an object, which has no hash
            shape = template = None
        if template and (own := _own(body)):
            return PlannedLine(template, *own)
        template = _template(*self._validate(body))
        request = template.valid.request
        if shape is not None and not request.source_pictures:  # access to source pictures is checked for each line
            if len(self._known) == MAX_TEMPLATES:
                self._known.clear()
            self._known[shape] = template
        return PlannedLine(template, request.prompt, request.seed)


def _shape(body: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what lines of one template have in common.

    The types count: 1, 1.0 and true are equal in Python, but not all of them are valid.
    """
    common = {name: value for name, value in body.items() if name not in OWN_FIELDS}
    return (*common, *common.values(), *map(type, common.values()))


def _own(body: Mapping[str, Any]) -> tuple[str, int] | None:
    """Return a line's prompt and seed, or None if one of them is not valid."""
    try:
        own = _OWN.validate_python((body.get("prompt"), body["seed"]))
    except ValidationError:
        return None
    return own if has_visible_character(own[0]) and not has_lost_characters(own[0]) else None


def _template(valid: ValidatedRequest, pictures: int) -> Template:
    written = planned_jobs.to_json("", valid.changed(seed=1, response_format=None))  # seed 0 would be left out
    return Template(valid, pictures, written, valid.request.provider)
