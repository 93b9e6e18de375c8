"""Planned jobs from templates: lines of a manifest that differ only in prompt and seed are validated once.

The prompt and the seed do not influence the validation of a line's other fields, nor its warnings. So the first line of
each shape is validated as a whole and becomes a template. For later lines of the same shape, only the prompt and the
seed are validated, with the same model fields. If that fails, the whole line is validated to get its error.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import ConfigDict, TypeAdapter, ValidationError

from easel.batch import planned_jobs
from easel.catalog.bodies import Body
from easel.catalog.requests import GenerateBody, is_lost, shows
from easel.store.records import ValidatedRequest

OWN_FIELDS = ("prompt", "seed")
"""The fields in which a line differs from its template. Each has only one spelling."""
MAX_TEMPLATES = 1000
"""Maximum number of templates in memory. Without a limit, a manifest with a new shape in each line would fill it."""

Validate = Callable[[Mapping[str, Any]], tuple[ValidatedRequest, int]]
"""Validates a line's body. Returns its request and its number of pictures, or raises an `EaselError`."""


def _field(name: str) -> TypeAdapter[Any]:
    """Return the validator of one field of `GenerateBody`, without the model's validators of the whole body."""
    field, config = GenerateBody.model_fields[name], Body.model_config
    settings = ConfigDict(
        strict=True, str_max_length=config["str_max_length"], regex_engine=config["regex_engine"], allow_inf_nan=False
    )
    return TypeAdapter(Annotated[field.annotation, *field.metadata], config=settings)


_PROMPT, _SEED = map(_field, OWN_FIELDS)


class Template(NamedTuple):
    """A validated line, its number of pictures, and its planned job without an id."""

    valid: ValidatedRequest
    pictures: int
    job: Mapping[str, Any]

    @property
    def provider(self) -> str:
        return self.valid.request.provider


class PlannedLine(NamedTuple):
    """A line: its template, prompt and seed."""

    template: Template
    prompt: str
    seed: int

    def job(self, job_id: str, seed: int) -> dict[str, Any]:
        """Return one planned job of the line, in the format of `planned_jobs.to_json`."""
        request = {**self.template.job["request"], "prompt": self.prompt, "seed": seed}
        if not seed:  # the default, which records leave out
            del request["seed"]
        return {**self.template.job, "id": job_id, "request": request}


class Templates:
    """Validates the bodies of lines."""

    def __init__(self, validate: Validate) -> None:
        self._validate = validate
        self._known: dict[Hashable, Template] = {}

    def planned(self, body: Mapping[str, Any]) -> PlannedLine:
        """Validate a line's body, which must have a seed. Raise an `EaselError` for an invalid body."""
        shape = _shape(body)
        template = self._known.get(shape) if shape else None
        if template and (own := _own(body)):
            return PlannedLine(template, *own)
        template = _template(*self._validate(body))
        request = template.valid.request
        if shape and not request.source_pictures:  # access to source pictures is checked for each line
            if len(self._known) == MAX_TEMPLATES:
                self._known.clear()
            self._known[shape] = template
        return PlannedLine(template, request.prompt, request.seed)


def _shape(body: Mapping[str, Any]) -> Hashable:
    """Return the key that lines of one template share, or None for a body with lists or objects.

    The key includes the values' types: 1, 1.0 and true are equal in Python, but not all of them are valid.
    """
    shape = tuple((name, value, type(value)) for name, value in body.items() if name not in OWN_FIELDS)
    try:
        hash(shape)
    except TypeError:
        return None
    return ("shape", *shape)


def _own(body: Mapping[str, Any]) -> tuple[str, int] | None:
    """Return a line's prompt and seed, or None if one of them is invalid."""
    try:
        prompt, seed = _PROMPT.validate_python(body.get("prompt")), _SEED.validate_python(body["seed"])
    except ValidationError:
        return None
    return (prompt, seed) if shows(prompt) and not is_lost(prompt) else None


def _template(valid: ValidatedRequest, pictures: int) -> Template:
    written = planned_jobs.to_json("", valid.changed(seed=1, response_format=None))  # seed 0 would be left out
    return Template(valid, pictures, written)
