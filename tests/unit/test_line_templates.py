"""Templates of lines: a line gives the same job or error as when it is validated alone."""

from __future__ import annotations

from typing import Any

import pytest

import line_templates
from easel.batch import manifest, planned_jobs
from easel.catalog.requests import GenerateBody
from easel.errors import EaselError
from easel.store.records import ValidatedRequest
from line_templates import Templates

FIRST = {"prompt": "a cat", "seed": 7, "provider": "gitee", "steps": 4}


class Validations(list[Any]):
    """Validates lines and records their bodies."""

    def __call__(self, body: Any) -> tuple[ValidatedRequest, int]:
        self.append(body)
        return manifest.validate(body)


def outcome(templates: Templates, body: dict[str, Any]) -> tuple[str, int, Any] | dict[str, Any]:
    """Return the provider, number of pictures and job of a line, or the body of its error."""
    try:
        line = templates.planned(body)
    except EaselError as error:
        return error.body()
    return line.template.provider, line.template.pictures, line.job("id", line.seed)


@pytest.mark.parametrize(
    "change",
    [
        *({"prompt": text} for text in ("two cats", "猫", "", " ", "\u2800", "\ufffd", "x" * 4001, 5, ["cat"], None)),
        *({"seed": seed} for seed in (0, 1.0, 2**31 - 1, 2**31, -1, 0.5, True, "7")),
        *({"steps": steps} for steps in (4.0, True, "4", 99)),
        {"count": 3},
        {"negative_prompt": "blurry"},
        {"unknown": "x"},
        {"unknown": ["x"]},
        {"provider": "auto", "model": "z-image-turbo"},
    ],
    ids=str,
)
def test_a_later_line_is_planned_as_if_it_were_alone(change: dict[str, Any]) -> None:
    templates = Templates(manifest.validate)
    for shape in (FIRST, {**FIRST, **change, "prompt": "a dog", "seed": 5}):  # the template of each shape is cached
        outcome(templates, shape)
    line = {**FIRST, **change}
    assert outcome(templates, line) == outcome(Templates(manifest.validate), line)


@pytest.mark.parametrize("seed", [0, 5])
def test_a_job_equals_the_one_that_planning_writes(seed: int) -> None:
    line = {**FIRST, "provider": "auto", "model": "z-image-turbo", "unknown": "x", "seed": seed, "prompt": "a dog"}
    templates = Templates(manifest.validate)
    outcome(templates, {**line, "prompt": "a cat", "seed": 3})
    valid, count = manifest.validate(line)
    job = planned_jobs.to_json("id", valid.changed(response_format=None))
    assert outcome(templates, line) == (valid.request.provider, count, job)
    assert [*job["request"]] == [*outcome(templates, line)[2]["request"]]  # type: ignore[index]


def test_lines_of_one_shape_are_validated_once() -> None:
    validate = Validations()
    templates = Templates(validate)
    for number in range(5):
        templates.planned({**FIRST, "prompt": f"cat {number}", "seed": number})
    templates.planned({**FIRST, "steps": 5})
    assert [body["steps"] for body in validate] == [4, 5]


def test_lines_with_easels_own_pictures_are_always_validated() -> None:
    validate = Validations()
    templates = Templates(validate)
    own = f"https://easel.example/api/images/b{'0' * 44}.png"
    body = {"prompt": "a cat", "seed": 1, "provider": "gitee", "model": "FLUX.1-Kontext-dev", "image": own}
    for _ in range(2):
        assert templates.planned(body).template.valid.request.source_pictures
    assert len(validate) == 2


def test_the_number_of_templates_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_templates, "MAX_TEMPLATES", 2)
    validate = Validations()
    templates = Templates(validate)
    for steps in (1, 2, 3, 1):
        templates.planned({**FIRST, "steps": steps})
    assert len(validate) == 4


def test_no_other_validators_read_prompt_or_seed() -> None:
    """Another validator of these fields would have to be applied to the lines of a template too."""
    validators = manifest.LineBody.__pydantic_decorators__.field_validators.values()
    reading = {each.cls_var_name for each in validators if {"prompt", "seed"} & set(each.info.fields)}
    assert reading == {"_is_whole"}
    assert [GenerateBody.spellings(name) for name in line_templates.OWN_FIELDS] == [["prompt"], ["seed"]]
