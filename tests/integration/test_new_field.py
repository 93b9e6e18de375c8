"""A new request field is one entry in one file. Everything that shows or reads requests then has it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import Any

import pytest

from tests.harness.template import ROOT

ENTRY = """
    clip_skip: Whole = Field(1, ge=1, le=4, description="layers to skip", examples=[2])
    strength: float = Field(0.5, gt=0, lt=1)
    sampler: Literal["euler", "ddim"] | None = None
    tiling: bool = False
"""
PLACE = "    response_format: ResponseFormat | None = Field("
LOOK = """
import json
from fastapi.testclient import TestClient

import router
from easel.batch import manifest
from easel.errors import CallerError
from easel.front_door.validation import parse_generate
from easel.store import jobs
from easel.store.records import Job

HEADERS = {"x-api-key": "gitee-token-for-tests"}


def parse(**fields):
    return parse_generate(json.dumps({"prompt": "a cat", **fields}).encode(), HEADERS)


def refused(**fields):
    try:
        parse(**fields)
    except CallerError as error:
        return [error.code, error.field, error.message]


job = jobs.new(parse(clipSkip=3).request)
client = TestClient(router.app)
openapi = client.get("/openapi.json").json()["components"]["schemas"]
csv = b"prompt,clip_skip,strength,sampler,tiling\\na cat,4,0.25,ddim,TRUE\\n"
(line,) = manifest.lines(lambda start, length: csv[start : start + length], len(csv))
request = manifest.validate(line.fields)[0].request
print(json.dumps({
    "read": [parse().request.clip_skip, parse(clip_skip=2.0).request.clip_skip, parse(clipSkip=3).warnings],
    "refused": [refused(clipSkip=5), refused(strength=1), refused(sampler="x"), refused(tiling="yes")],
    "kept": Job.from_json(json.loads(json.dumps(job.to_json()))).request.clip_skip,
    "generate": openapi["GenerateBody"]["properties"]["clipSkip"],
    "images": openapi["ImagesBody"]["properties"]["clip_skip"],
    "form": client.get("/api/models").json()["fields"]["clipSkip"],
    "line": [getattr(request, name) for name in ("clip_skip", "strength", "sampler", "tiling")],
}))
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return the output of a copy of the code with more request fields."""
    copy = tmp_path_factory.mktemp("copy")
    for part in ("layers/easel/easel", "functions/router"):
        shutil.copytree(ROOT / part, copy / part)
    file = copy / "layers/easel/easel/catalog/requests.py"
    before, place, after = file.read_text("utf-8").partition(PLACE)
    file.write_text(before + ENTRY + place + after, "utf-8")
    paths = [str(copy / "functions/router"), str(copy / "layers/easel")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "AWS_DEFAULT_REGION": "us-east-1"}
    run = subprocess.run([sys.executable, "-c", LOOK], cwd=copy, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_a_new_field_is_validated_and_kept(seen: Any) -> None:
    assert seen["read"] == [1, 2, []]
    assert seen["refused"] == [
        ["INVALID_PARAMS", "clipSkip", "clipSkip: must be a whole number from 1 to 4; got 5"],
        ["INVALID_PARAMS", "strength", "strength: must be a number above 0 and below 1; got 1"],
        ["INVALID_PARAMS", "sampler", "sampler: must be 'euler' or 'ddim'; got \"x\""],
        ["INVALID_PARAMS", "tiling", 'tiling: must be true or false; got "yes"'],
    ]
    assert (seen["kept"], seen["line"]) == (3, [4, 0.25, "ddim", True])


def test_a_new_field_is_described_wherever_requests_are(seen: Any) -> None:
    assert seen["generate"] == seen["images"] == seen["form"]
    assert seen["form"] == {
        "anyOf": [{"type": "integer", "minimum": 1, "maximum": 4}, {"type": "null"}],
        "default": 1,
        "description": "layers to skip",
        "examples": [2],
    }
