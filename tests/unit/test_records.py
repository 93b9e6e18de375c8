"""Records as JSON: written and read, across versions, and with invalid data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from easel.store.records import GenerationRequest, Job, Progress, Result

REQUEST = GenerationRequest(provider="gitee", model="z-image-turbo", prompt="a cat", width=512, height=512, seed=42)
RESULT = Result(key="images/x.png", format="PNG", width=512, height=512, size=1000, seed=42, seconds=1.5)
JOB = Job(id="1", request=REQUEST, warnings=("one", "two"), created=1.5, deadline=301.5)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"status": "running", "progress": Progress(percent=40)},
        {"status": "succeeded", "result": RESULT},
        {"status": "failed", "error": {"error": "no", "details": {}}},
    ],
)
def test_a_job_comes_back_from_json_as_it_was(changes: dict[str, Any]) -> None:
    job = JOB.replace(**changes)
    written = json.loads(json.dumps(job.to_json()))
    assert Job.from_json(written) == Job.from_json({**written, "of": "a newer version"}) == job


def test_empty_and_default_values_are_omitted() -> None:
    assert {"progress", "result", "error"}.isdisjoint(JOB.to_json())
    fields: dict[str, Any] = {"provider": "gitee", "model": "z-image-turbo", "seed": 7}
    assert GenerationRequest(**fields).to_json(defaults=False) == fields


@pytest.mark.parametrize("data", [None, [], "job", {}, {"id": "1"}, {**JOB.to_json(), "request": {"prompt": "a cat"}}])
def test_other_data_raises_value_error(data: Any) -> None:
    with pytest.raises(ValueError, match=r"^not a Job: "):
        Job.from_json(data)
