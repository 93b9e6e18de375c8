"""A provider function's report of its tokens: names, states and reasons, but no value and no hash."""

from __future__ import annotations

import json
from typing import Any

import pytest

from easel import catalog
from easel.errors import AuthInvalid, EaselError, QuotaExceeded, RateLimited
from easel.handler import lambda_handler
from easel.providers import cooldowns, token_states, tokens
from easel.providers.token_use import Allowance
from tests.harness.functions import Context
from tests.harness.parameters import Parameters, parameters

__all__ = ["parameters"]  # a fixture

GITEE, HUGGINGFACE = catalog.provider("gitee"), catalog.provider("huggingface")
MODEL = "z-image-turbo"
NOW = 4_000_000_000.0
READY = {"state": "usable", "refused": [], "drawnToday": 0}


@pytest.fixture(autouse=True)
def _two_tokens(parameters: Parameters) -> None:
    parameters.put("tokens/gitee", "secret-one,alice=secret-two")


@pytest.mark.parametrize(
    ("error", "first"),
    [
        (QuotaExceeded("empty", retry_after=60), {"state": "used up", "until": NOW + 60, "reason": "empty"}),
        (RateLimited("slow", retry_after=9), {"state": "resting", "until": NOW + 9, "reason": "slow"}),
        (
            AuthInvalid("no"),
            {"refused": [{"model": MODEL, "until": NOW + tokens.REFUSED_SECONDS, "reason": "no"}]},
        ),
    ],
)
def test_a_tokens_state_has_its_end_and_reason(error: EaselError, first: dict[str, Any]) -> None:
    token, other = tokens.of_deployment(GITEE)
    tokens.rest_after_error(token, GITEE, MODEL, error, NOW)
    report = lambda_handler("gitee", lambda _: None)({"quota": True}, Context("easel-gitee", 60))  # type: ignore[arg-type,return-value]
    assert report.pop("renewsAt") > 0
    assert report == {"tokens": [{"name": "token 1", **READY, **first}, {"name": "alice", **READY}], "models": []}
    text = json.dumps(report)
    assert not any(secret in text for secret in ("secret", token.name, other.name))
    later = token_states.report(GITEE, NOW + cooldowns.DAY)
    assert [each["state"] for each in later["tokens"]] == ["usable", "usable"]


def test_an_allowance_is_read_at_most_every_few_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_states, "_asked", {})
    asked: list[str | None] = []

    def ask(token: str | None) -> Allowance | None:
        asked.append(token)
        return Allowance(9.5, "CNY", 10.0) if token == "secret-two" else None

    reports = [token_states.report(GITEE, NOW + seconds, ask)["tokens"] for seconds in (0, 299, 300)]
    assert sorted(map(str, asked)) == ["secret-one", "secret-one", "secret-two", "secret-two"]
    allowances = [token.get("allowance") for tokens in reports for token in tokens]
    facts = {"left": 9.5, "unit": "CNY", "total": 10.0}
    assert allowances[::2] == [None] * 3
    assert allowances[1::2] == [{**facts, "readAt": read} for read in (NOW, NOW, NOW + 300)]


def test_a_model_that_is_blocked_for_every_token_is_listed() -> None:
    full = RateLimited("a full queue", provider="huggingface", retry_after=60)
    full.concerns_model = True
    tokens.rest_after_error(tokens.take(HUGGINGFACE, MODEL, NOW), HUGGINGFACE, MODEL, full, NOW)
    report = token_states.report(HUGGINGFACE, NOW)
    assert report["tokens"] == [{"name": "no token", **READY}]
    assert report["models"] == [{"model": MODEL, "until": NOW + 60, "reason": "a full queue"}]


def test_a_provider_without_tokens_reports_an_empty_list(parameters: Parameters) -> None:
    parameters.delete("tokens/gitee")
    renews = cooldowns.midnight(GITEE, NOW)
    assert token_states.report(GITEE, NOW) == {"tokens": [], "models": [], "renewsAt": renews}
