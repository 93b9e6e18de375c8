"""Families with Spaces: another provider draws only where a real Gradio app has certainly not begun a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from easel import catalog
from easel.settings import settings

if TYPE_CHECKING:
    from tests.harness.stack import Stack

TOKENS = {"gitee": "a-callers-token-GGGG", "huggingface": "a-callers-token-HHHH"}
SMALL = {"provider": "auto", "model": "flux-1-schnell", "width": 256, "height": 256}

# A fault of the Spaces, and whether Gitee AI draws after it.
ROWS = {
    **dict.fromkeys(("quota", "runs", "credits", "ownerlimit", "nogpu", "schedule", "expired"), True),
    **dict.fromkeys(("auth", "rate", "busy", "queuefull", "loading", "misfit"), True),
    **dict.fromkeys(("building", "paused", "moved", "notfound", "unavailable", "wall", "html", "html200"), True),
    **dict.fromkeys(("moderation", "error", "illegal", "worker", "error-null"), False),
    **dict.fromkeys(("cut", "garbage", "empty", "badimage", "gone"), False),
}


@pytest.mark.parametrize(("fault", "passes"), ROWS.items(), ids=ROWS)
def test_another_provider_draws_where_the_space_has_not_begun(
    stack: Stack, spaces: None, monkeypatch: pytest.MonkeyPatch, fault: str, passes: bool
) -> None:
    monkeypatch.setenv("FAMILY_ORDER", "huggingface,gitee")
    settings.cache_clear()
    mark = f"familyspace {fault}"
    sent = {catalog.provider(name).auth_header: token for name, token in TOKENS.items()}
    body = {**SMALL, "prompt": f"{mark} [[spaces.fault={fault}]]"}
    answer = stack.wait_on(stack.http.post("/api/generate", json=body, headers=sent))
    asked = [entry["token"] for entry in stack.received("gitee", mark)]
    result = answer.json()
    if not passes:
        assert (answer.status_code >= 400, asked, "tried" in result.get("details", {})) == (True, [], False), result
        return
    assert (answer.status_code, asked, result["imageDetails"]["provider"]) == (200, ["GGGG"], "Gitee AI"), result
    (left,) = result["tried"]
    assert (left["provider"], left["model"]) == ("huggingface", "flux-1-schnell")
    assert left["message"]
