"""`POST /api/batches/preview` validates a manifest without side effects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import batch_preview
import router
from easel import catalog
from easel.batch import manifest
from easel.catalog.requests import GenerateBody
from easel.errors import EaselError
from easel.front_door import families, own_models, validation
from easel.store.records import ValidatedRequest
from tests.harness import gateway
from tests.harness.easel_keys import bearer, give_key

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

FAMILY = {"provider": "auto", "model": "flux-1-krea", "prompt": "a cat"}
CSV = b"""id,provider,model,prompt,width,height,count
boat,gitee,z-image-turbo,a paper boat,1024,768,2
,gitee,unknown-model,a fox,,,
,,,"a cat, asleep",,,0
"""


def preview(manifest: bytes, **headers: str) -> tuple[int, Any]:
    sent = {"Content-Type": "text/csv", **headers}
    answer = gateway.call(router.handler, "POST", "/api/batches/preview", manifest, sent)
    return answer.status_code, json.loads(answer.get_data())


def test_each_line_has_its_request_or_its_error() -> None:
    status, answer = preview(CSV)
    assert status == 200
    good, unknown, none = answer["lines"]
    assert (good["line"], good["id"], good["count"], good["warnings"]) == (2, "boat", 2, [])
    assert good["request"] == {
        "provider": "gitee",
        "model": "z-image-turbo",
        "prompt": "a paper boat",
        "width": 1024,
        "height": 768,
        "steps": 9,
    }
    assert (unknown["line"], unknown["code"], unknown["details"]["field"]) == (3, "INVALID_MODEL", "model")
    assert (none["line"], none["details"]["field"]) == (4, "count")


def test_json_lines_are_validated_with_warnings() -> None:
    line = {"provider": "huggingface", "prompt": "a cat", "negativePrompt": "dogs"}
    openai = {"custom_id": "a", "method": "POST", "url": "/v1/images/generations", "body": {"prompt": "a cat"}}
    _, answer = preview("\n".join(json.dumps(each) for each in (line, openai)).encode())
    assert "negativePrompt was dropped" in answer["lines"][0]["warnings"][0]
    assert "send the file to /v1/batches" in answer["lines"][1]["error"]


def test_a_small_file_is_validated_completely() -> None:
    _, answer = preview(b"prompt,count\n" + b"a cat,2\n" * 30 + b",\na dog,0\n")
    assert (answer["counts"], answer["complete"]) == ({"lines": 31, "pictures": 60, "invalid": 1}, True)
    assert [line["line"] for line in answer["lines"]] == list(range(2, 2 + batch_preview.LINES))
    (wrong,) = answer["invalid"]
    assert (wrong["line"], wrong["details"]["field"]) == (33, "count")


def test_a_large_file_is_reported_as_partly_validated() -> None:
    _, answer = preview(b"prompt\n" + b"a cat\n" * batch_preview.MAX_LINES + b"a dog\n")
    assert (answer["counts"]["lines"], answer["complete"]) == (batch_preview.MAX_LINES, False)
    _, answer = preview(b"prompt,steps\n" + b"a cat,99\n" * 150)
    assert (answer["counts"]["invalid"], len(answer["invalid"]), answer["complete"]) == (100, 100, False)
    status, answer = preview(b"prompt\n" + b"x" * batch_preview.MAX_BYTES)
    assert (status, answer["code"]) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize("text", [b"a secret,b,c\n1,2,3\n", b"a secret " * 6_000, b"a secret line\nand another\n"])
def test_a_file_that_is_not_a_manifest_is_refused(text: bytes) -> None:
    status, answer = preview(text)
    assert (status, answer["code"], answer["details"]["field"]) == (400, "INVALID_REQUEST", "manifest")
    assert "secret" not in json.dumps(answer)


# A family's line, with the code of its error or the fields that change at the first provider.
FAMILY_ROWS: list[tuple[dict[str, Any], str | list[str]]] = [
    ({}, []),
    ({"negativePrompt": "rain"}, []),
    ({"width": 2048, "height": 2048}, ["size"]),
    ({"steps": 9}, []),
    ({"width": 300}, "INVALID_DIMENSIONS"),
    ({"steps": 99}, "INVALID_PARAMS"),
    ({"guidanceScale": 90}, "INVALID_PARAMS"),
    ({"width": 4096}, "INVALID_DIMENSIONS"),
    ({"prompt": " "}, "INVALID_PROMPT"),
    ({"model": "no-family"}, "INVALID_MODEL"),
]


@pytest.mark.parametrize(("fields", "outcome"), FAMILY_ROWS, ids=lambda value: str(value)[:30])
def test_calls_previews_and_batches_treat_families_alike(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any], outcome: str | list[str]
) -> None:
    modelscope = catalog.provider("modelscope")
    monkeypatch.setattr(own_models, "usable_providers", lambda: [modelscope])
    line = {**FAMILY, **fields}
    _, result = preview(json.dumps(line).encode(), **bearer(give_key(cloud, batches=True)))
    (previewed,) = result["lines"]
    if isinstance(outcome, str):
        assert previewed["code"] == outcome
        for validate in (called, planned):
            with pytest.raises(EaselError) as refused:
                validate(line)
            assert refused.value.body() == {name: previewed[name] for name in ("error", "code", "details")}
        return
    assert [text.split(":")[0] for text in previewed["warnings"]] == outcome
    assert (previewed["family"], previewed["request"]["provider"]) == (FAMILY["model"], "modelscope")
    for validate in (called, planned):
        valid = validate(line)
        assert (valid.request.provider, list(valid.warnings)) == ("modelscope", previewed["warnings"])
        assert valid.request.steps == previewed["request"]["steps"]


def called(line: dict[str, Any]) -> ValidatedRequest:
    """Return the request that `/api/generate` makes of the body, with an Easel key."""
    body = validation.validated(GenerateBody, line)
    return families.validate(body, families.without_tokens("a key"))


def planned(line: dict[str, Any]) -> ValidatedRequest:
    return manifest.validate(line, families.models_of_deployment)[0]
