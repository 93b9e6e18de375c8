"""Families: the next provider generates only if the previous one has not accepted. Tokens go to their own provider."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from easel import catalog
from easel.providers import lately
from easel.settings import settings
from tests.harness.easel_keys import bearer, give_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness.stack import Stack

FAMILY = "flux-1-krea"
PROVIDERS = ("gitee", "modelscope")
"""Those of the family, in the catalog's order."""
TOKENS = {"gitee": "a-callers-token-GGGG", "modelscope": "a-callers-token-MMMM"}
SMALL = {"provider": "auto", "model": FAMILY, "width": 256, "height": 256}

# A fault of the first provider, and whether the second one generates after it. tests/faults covers all faults.
ROWS = {"quota": True, "busy": True, "moderation": False, "gateway": False}


@pytest.fixture(autouse=True)
def _in_the_catalogs_order(monkeypatch: pytest.MonkeyPatch, stack: Stack) -> None:
    monkeypatch.setenv("FAMILY_ORDER", "gitee,modelscope,huggingface")
    settings.cache_clear()


def headers(*providers: str) -> dict[str, str]:
    return {catalog.provider(each).auth_header: TOKENS[each] for each in providers or PROVIDERS}


def draw(stack: Stack, prompt: str, sent: Any = None, **fields: Any) -> httpx2.Response:
    body = {**SMALL, "prompt": prompt, **fields}
    return stack.wait_on(stack.http.post("/api/generate", json=body, headers=headers() if sent is None else sent))


def asked(stack: Stack, mark: str) -> dict[str, list[str]]:
    """Return the ends of the tokens in the generating calls that each provider received."""
    return {each: [entry["token"] for entry in stack.received(each, mark)] for each in PROVIDERS}


@pytest.mark.parametrize(("fault", "passes"), ROWS.items(), ids=ROWS)
def test_the_next_provider_is_used_if_the_first_refused(stack: Stack, fault: str, passes: bool) -> None:
    mark = f"familyrow {fault}"
    answer = draw(stack, f"{mark} [[gitee.fault={fault}]]")
    body = answer.json()
    received = asked(stack, mark)
    assert received["gitee"] == ["GGGG"]
    if not passes:
        assert (received["modelscope"], "tried" in body.get("details", {})) == ([], False), body
        assert answer.status_code >= 400
        return
    assert (answer.status_code, received["modelscope"]) == (200, ["MMMM"]), body
    assert body["imageDetails"]["provider"] == "ModelScope"
    (left,) = body["tried"]
    assert (left["provider"], left["model"]) == ("gitee", "FLUX_1-Krea-dev")
    assert left["code"] in ("QUOTA_EXCEEDED", "PROVIDER_ERROR")
    assert left["message"]
    assert stack.job(answer)["tried"] == [left]


def test_no_second_provider_after_the_first_has_accepted(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAMILY_ORDER", "modelscope,gitee")
    settings.cache_clear()
    assert draw(stack, "familytask [[modelscope.fault=failed]]").status_code >= 400
    assert asked(stack, "familytask")["gitee"] == []


def test_the_last_error_lists_the_tried_providers(stack: Stack) -> None:
    answer = draw(stack, "familyall [[gitee.fault=quota]] [[modelscope.fault=auth]]")
    body = answer.json()
    assert (answer.status_code, body["code"]) == (401, "AUTH_INVALID")
    assert [each["code"] for each in body["details"]["tried"]] == ["QUOTA_EXCEEDED"]


def test_only_providers_with_a_token_are_asked(stack: Stack) -> None:
    answer = draw(stack, "familyone [[gitee.fault=quota]]", headers("gitee"))
    assert (answer.status_code, answer.json()["code"]) == (429, "QUOTA_EXCEEDED")
    assert asked(stack, "familyone")["modelscope"] == []


def test_a_call_that_does_not_wait_is_handed_over(stack: Stack) -> None:
    sent = {**headers(), "Prefer": "respond-async"}
    begun = draw(stack, "familyasync [[gitee.fault=busy]]", sent)
    assert begun.status_code == 202
    job = stack.ended(begun)
    assert (job["status"], job["provider"], job["family"]) == ("succeeded", "modelscope", FAMILY)
    assert [each["provider"] for each in job["tried"]] == ["gitee"]


def test_a_redirected_call_is_handed_over(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAIT_SECONDS", "0.2")
    settings.cache_clear()
    answer = draw(stack, "familyhops [[gitee.fault=busy]] [[gitee.delay=0.5]]")
    assert (answer.status_code, answer.json()["imageDetails"]["provider"]) == (200, "ModelScope")


def test_a_repeat_joins_the_job_at_any_provider(stack: Stack) -> None:
    sent = {**headers(), "Idempotency-Key": "family-repeat"}
    first = draw(stack, "familyrepeat [[gitee.fault=quota]]", sent)
    again = draw(stack, "familyrepeat [[gitee.fault=quota]]", sent)
    assert first.json()["jobId"] == again.json()["jobId"]
    assert {name: len(ends) for name, ends in asked(stack, "familyrepeat").items()} == {"gitee": 1, "modelscope": 1}


def test_a_key_pays_one_picture_for_two_attempts(stack: Stack, give_tokens: Callable[..., None]) -> None:
    give_tokens(**{provider: f"own-{token}" for provider, token in TOKENS.items()})
    key = give_key(stack.cloud, day=1)
    answer = draw(stack, "familykey [[gitee.fault=auth]]", bearer(key))
    assert answer.status_code == 200, answer.text
    assert asked(stack, "familykey") == {"gitee": ["GGGG"], "modelscope": ["MMMM"]}
    use = stack.http.get("/api/key", headers=bearer(key)).json()["use"]
    assert (use["picturesToday"]["used"], use["callsAtOnce"]["used"]) == (1, 0)


def test_a_failed_provider_is_asked_last_for_minutes(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAMILY_ORDER", "")
    settings.cache_clear()
    fields = {"model": "flux-1-dev"}
    assert draw(stack, "familylast one [[gitee.fault=busy]]", **fields).status_code == 200
    answer = draw(stack, "familylast two", **fields)
    assert (answer.json()["imageDetails"]["provider"], "tried" in answer.json()) == ("ModelScope", False)


def test_a_callers_bad_token_does_not_affect_others(stack: Stack) -> None:
    assert draw(stack, "familytoken of a caller [[gitee.fault=auth]]", model="flux-1-dev").status_code == 200
    assert [name for name, facts in lately.read("flux-1-dev").items() if facts.get("until")] == []


def test_fields_are_mapped_with_a_warning(stack: Stack) -> None:
    fields = {"width": 1536, "height": 1024, "guidanceScale": 0.5, "negativePrompt": "rain"}
    body = draw(stack, "familymap [[gitee.fault=quota]]", **fields).json()
    assert body["imageDetails"]["dimensions"].startswith("1024 x 680")
    assert [text.split(":")[0] for text in body["warnings"]][:2] == ["size", "guidanceScale"]
    (sent,) = [entry["json"] for entry in stack.received("modelscope", "familymap")]
    assert (sent["size"], sent["guidance"], sent["negative_prompt"]) == ("1024x680", 1.5, "rain")


BEARER = {"Authorization": f"Bearer gitee:{TOKENS['gitee']}, ms:{TOKENS['modelscope']}"}


def test_openais_sdks_generate_with_a_family(stack: Stack) -> None:
    body = {"model": f"auto/{FAMILY}", "prompt": "familysdk [[gitee.fault=busy]]", "size": "256x256", "n": 2}
    answer = stack.wait_on(stack.http.post("/v1/images/generations", json=body, headers=BEARER))
    made = answer.json()["easel"]["jobs"]
    assert {each["model"] for each in made} == {"modelscope/black-forest-labs/FLUX.1-Krea-dev"}
    assert [each["tried"][0]["code"] for each in made] == ["PROVIDER_ERROR"] * 2
    assert made[1]["seed"] == made[0]["seed"] + 1
    assert asked(stack, "familysdk") == {"gitee": ["GGGG"] * 2, "modelscope": ["MMMM"] * 2}


def test_built_in_model_names_of_programs_mean_the_family(stack: Stack) -> None:
    body = {"model": "dall-e-3", "prompt": "familyalias [[gitee.fault=quota]]", "size": "512x512"}
    answer = stack.wait_on(stack.http.post("/v1/images/generations", json=body, headers=BEARER))
    (job,) = answer.json()["easel"]["jobs"]
    assert (job["model"], job["tried"][0]["provider"]) == ("modelscope/Tongyi-MAI/Z-Image-Turbo", "gitee")
    assert asked(stack, "familyalias") == {"gitee": ["GGGG"], "modelscope": ["MMMM"]}


def test_a_models_own_name_uses_only_its_provider(stack: Stack) -> None:
    body = {"model": "gitee/z-image-turbo", "prompt": "familynamed [[gitee.fault=quota]]", "size": "512x512"}
    answer = stack.wait_on(stack.http.post("/v1/images/generations", json=body, headers=BEARER))
    assert answer.status_code == 429
    assert asked(stack, "familynamed")["modelscope"] == []


@pytest.mark.parametrize(
    ("fields", "sent", "status", "code"),
    [({"steps": 99}, None, 400, "INVALID_PARAMS"), ({}, {}, 401, "AUTH_REQUIRED")],
    ids=["a bad field", "no token"],
)
def test_a_bad_call_to_a_family_reaches_no_provider(
    fields: dict[str, Any], sent: dict[str, str] | None, status: int, code: str, stack: Stack
) -> None:
    answer = draw(stack, "familybad", sent, **fields)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert asked(stack, "familybad") == {"gitee": [], "modelscope": []}


def test_no_token_is_logged_or_sent_to_another_provider(stack: Stack) -> None:
    for fault in ("auth", "busy"):
        assert draw(stack, f"familytoken [[gitee.fault={fault}]]").status_code == 200
    stack.functions.wait_until_idle()
    for provider, other in (PROVIDERS, PROVIDERS[::-1]):
        sent = json.dumps(stack.received(provider, "familytoken"))
        assert TOKENS[other] not in sent
        assert TOKENS[other][-4:] not in sent
    written = "".join(text for _, text in stack.everything_written())
    assert not any(token in written for token in TOKENS.values())
