"""The files that a batch of `/v1` writes: each line of the input has a line in the output or the error file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from easel.batch import batches
from easel.store import jobs
from easel.store.records import GenerationRequest, Job, Result
from v1_results import Outputs

if TYPE_CHECKING:
    from easel.batch.batches import Batch
    from tests.harness.cloud import Cloud

REQUEST = GenerationRequest(
    provider="gitee", model="z-image-turbo", prompt="a cat", width=64, height=48, steps=9, seed=7
)
PICTURE = Result(key="images/b1.png", format="PNG", width=64, height=48, size=1, seed=7, seconds=1.5)
URL = "https://easel.test/api/images/b1.png"
MADE = {"line": 1, "id": "cat", "jobId": "b1", "status": "succeeded", "url": URL}
WHY = "the prompt was refused"
REFUSED = {
    "line": 1, "id": "cat", "jobId": "b2", "status": "failed",
    "error": {"code": "PROMPT_REJECTED", "message": WHY, "provider": "gitee"},
}  # fmt: skip
JOB = {
    "jobId": "b1", "model": "gitee/z-image-turbo", "seed": 7, "format": "PNG", "width": 64, "height": 48,
    "seconds": 1.5,
}  # fmt: skip


@pytest.fixture
def batch(cloud: Cloud) -> Batch:
    openai = {"file": "file-1", "metadata": None}
    host = "https://easel.test"
    return batches.new("s3://b/k", "etag", 1, endpoint=host, scheduled=None, started_by="k", openai=openai)


def job(status: Any = "succeeded") -> Job:
    made = jobs.new(REQUEST, ("a warning",))
    return Job(**{**vars(made), "id": "b1", "status": status, "result": PICTURE, "finished": 1767225600.4})


def written(batch: Batch, cloud: Cloud, *results: tuple[dict[str, Any], Job | None]) -> dict[str, list[Any]]:
    """Return the lines of both files. A missing file has none."""
    with Outputs(batch) as outputs:
        for result, made in results:
            outputs.add(result, made)
        outputs.close()
    places = {kind: batch.output(kind)[1] for kind in ("output", "error")}
    texts = {kind: cloud.object(place)["Body"] for kind, place in places.items() if place in cloud.stored()}
    return {kind: [json.loads(line) for line in texts.get(kind, b"").splitlines()] for kind in places}


def test_a_picture_is_an_answer_of_the_images_api(batch: Batch, cloud: Cloud) -> None:
    files = written(batch, cloud, (MADE, job()))
    body = {
        "created": 1767225600, "data": [{"url": URL}], "size": "64x48", "output_format": "png",
        "background": None, "quality": None, "usage": None, "easel": {"jobs": [JOB], "warnings": ["a warning"]},
    }  # fmt: skip
    response = {"status_code": 200, "request_id": "b1", "body": body}
    line = {"id": f"batch_req_{batch.id}_1", "custom_id": "cat", "response": response, "error": None}
    assert files == {"output": [line], "error": []}


def test_a_line_without_a_picture_has_response_and_reason(batch: Batch, cloud: Cloud) -> None:
    files = written(batch, cloud, (REFUSED, job("failed")))
    assert files["output"] == []
    (line,) = files["error"]
    code = {"code": "content_policy_violation", "message": WHY}
    error = {**code, "type": "invalid_request_error", "param": None}
    assert line["response"] == {"status_code": 400, "request_id": "b2", "body": {"error": error}}
    assert line["error"] == code


def test_a_line_with_an_unknown_model_has_openais_status(batch: Batch, cloud: Cloud) -> None:
    error = {"code": "INVALID_MODEL", "message": "model: no such model", "field": "model"}
    (line,) = written(batch, cloud, ({"line": 2, "id": "2", "status": "failed", "error": error}, None))["error"]
    assert (line["response"]["status_code"], line["response"]["request_id"]) == (404, None)
    assert line["response"]["body"]["error"]["param"] == "model"
    assert line["error"]["code"] == "model_not_found"


@pytest.mark.parametrize(
    ("result", "code"),
    [
        ({"status": "cancelled"}, "batch_cancelled"),
        ({"status": "failed", "error": {"code": "NOT_RUN", "message": "never run"}}, "batch_expired"),
    ],
    ids=["cancelled", "never run"],
)
def test_an_unstarted_line_has_no_response(result: dict[str, Any], code: str, batch: Batch, cloud: Cloud) -> None:
    (line,) = written(batch, cloud, ({"line": 1, "id": "cat", "jobId": "b1", **result}, None))["error"]
    assert line["response"] is None
    assert line["error"]["code"] == code
    assert line["error"]["message"]


def test_the_pictures_of_one_line_are_one_response(batch: Batch, cloud: Cloud) -> None:
    other = {**MADE, "line": 2, "id": "dog"}
    files = written(batch, cloud, (MADE, job()), (REFUSED, job("failed")), (MADE, job()), (other, job()))
    assert files["error"] == []
    first, second = files["output"]
    assert (first["custom_id"], len(first["response"]["body"]["data"])) == ("cat", 2)
    (missing,) = first["response"]["body"]["easel"]["errors"]
    assert (missing["jobId"], missing["code"]) == ("b2", "content_policy_violation")
    assert (second["custom_id"], len(second["response"]["body"]["data"])) == ("dog", 1)


def test_a_file_without_lines_is_not_written(batch: Batch, cloud: Cloud) -> None:
    assert written(batch, cloud) == {"output": [], "error": []}
    with Outputs(batch) as outputs:
        outputs.add(MADE, job())  # the writer is not closed
    assert batch.output("output")[1] not in cloud.stored()
