"""Planned jobs from templates: lines of a manifest that differ only in prompt and seed are validated once.

The prompt and the seed have no influence on how a line's other fields are validated, nor on its warnings. So the first
line of each shape is validated as a whole, and gives a template. For each later line of the shape, only the prompt and
the seed are validated, by the same fields of the same body. A line that does not pass is validated as a whole, which
gives its error.
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
"""The fields that a line does not share with its template. Each has one spelling."""
MAX_TEMPLATES = 1000
"""Maximum number of templates in memory. A manifest in which every line has a shape of its own needs none."""

Validate = Callable[[Mapping[str, Any]], tuple[ValidatedRequest, int]]
"""Validates a line's body. Returns its request and its number of pictures, or raises an `EaselError`."""


def _field(name: str) -> TypeAdapter[Any]:
    """Return the validator of a field of the body, without the body's own validators."""
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
    """A template with a line's own prompt and seed."""

    template: Template
    prompt: str
    seed: int

    def job(self, job_id: str, seed: int) -> dict[str, Any]:
        """Return a planned job of the line, as `planned_jobs.to_json` does."""
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
        """Validate a line's body, which has a seed. Raise an `EaselError` for an invalid one."""
        shape = _shape(body)
        template = self._known.get(shape) if shape else None
        if template and (own := _own(body)):
            return PlannedLine(template, *own)
        template = _template(*self._validate(body))
        request = template.valid.request
        if shape and not request.source_pictures:  # the right to read these is checked for each line
            if len(self._known) == MAX_TEMPLATES:
                self._known.clear()
            self._known[shape] = template
        return PlannedLine(template, request.prompt, request.seed)


def _shape(body: Mapping[str, Any]) -> Hashable:
    """Return what lines of one template have in common, or None for a body with lists or objects.

    The types count: 1, 1.0 and true are equal in Python, but not all of them are valid.
    """
    shape = tuple((name, value, type(value)) for name, value in body.items() if name not in OWN_FIELDS)
    try:
        hash(shape)
    except TypeError:
        return None
    return ("shape", *shape)


def _own(body: Mapping[str, Any]) -> tuple[str, int] | None:
    """Return a line's prompt and seed, or None if one of them is not valid."""
    try:
        prompt, seed = _PROMPT.validate_python(body.get("prompt")), _SEED.validate_python(body["seed"])
    except ValidationError:
        return None
    return (prompt, seed) if shows(prompt) and not is_lost(prompt) else None


def _template(valid: ValidatedRequest, pictures: int) -> Template:
    written = planned_jobs.to_json("", valid.changed(seed=1, response_format=None))  # not the default, so it is written
    return Template(valid, pictures, written)
