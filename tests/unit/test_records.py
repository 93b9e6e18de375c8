"""Records as JSON: both directions, across versions, and invalid data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from easel.store.records import GenerationRequest, Job, Progress, Result

REQUEST = GenerationRequest(
    provider="gitee", model="z-image-turbo", prompt="a cat", width=512, height=512, steps=9, seed=42
)
RESULT = Result(key="images/x.png", format="PNG", width=512, height=512, size=1000, seed=42, seconds=1.5)
JOB = Job(id="1", request=REQUEST, warnings=("one", "two"), created=1.5, deadline=301.5)


@pytest.mark.parametrize(
    "job",
    [
        JOB,
        Job(id="2", request=REQUEST, created=1, deadline=2, status="running", progress=Progress(percent=40)),
        Job(id="3", request=REQUEST, created=1, deadline=2, status="succeeded", result=RESULT),
        Job(id="4", request=REQUEST, created=1, deadline=2, status="failed", error={"error": "no", "details": {}}),
    ],
)
def test_a_job_comes_back_from_json_as_it_was(job: Job) -> None:
    assert Job.from_json(json.loads(json.dumps(job.to_json()))) == job


def test_empty_and_default_values_are_left_out() -> None:
    assert {"progress", "result", "error"}.isdisjoint(JOB.to_json())
    fields = GenerationRequest(provider="gitee", model="z-image-turbo", seed=7).to_json(defaults=False)
    assert fields == {"provider": "gitee", "model": "z-image-turbo", "seed": 7}


def test_a_field_that_a_newer_version_added_is_passed_over() -> None:
    assert Job.from_json({**JOB.to_json(), "mood": "fine"}) == JOB


@pytest.mark.parametrize("data", [None, [], "job", {}, {"id": "1"}, {**JOB.to_json(), "request": {"prompt": "a cat"}}])
def test_what_is_no_record_raises_value_error(data: Any) -> None:
    with pytest.raises(ValueError, match=r"^no Job: "):
        Job.from_json(data)
