"""The check of the catalog: a provider's failure does not affect the others, and findings are logged for the alarm."""

from __future__ import annotations

from collections.abc import Collection
from types import SimpleNamespace
from typing import Any

import pytest

import check
from easel.catalog import Provider
from easel.common.deadline import Deadline
from easel.errors import ProviderUnreachable
from easel.providers.http import Http
from published_models import CheckResult, Comparison

CONTEXT: Any = SimpleNamespace(aws_request_id="r1", get_remaining_time_in_millis=lambda: 60_000)


def compared(monkeypatch: pytest.MonkeyPatch, **outcomes: Exception | tuple[str, str]) -> None:
    """Set the outcome of each provider's first model. The other models are not compared."""

    def comparisons(provider: Provider, http: Http) -> list[tuple[Collection[str], Comparison]]:
        outcome = outcomes.get(provider.id)
        model = provider.models[0].id

        def compare(deadline: Deadline) -> list[CheckResult]:
            if isinstance(outcome, Exception):
                raise outcome
            assert outcome
            return [CheckResult(provider.id, model, *outcome)]

        return [([model], compare)] if outcome else []

    monkeypatch.setattr(check, "comparisons", comparisons)


def test_a_providers_failure_does_not_affect_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    compared(
        monkeypatch,
        gitee=ProviderUnreachable("Gitee AI hung up", provider="gitee"),
        huggingface=TypeError("unhashable"),
        modelscope=("ok", "1 magicubes"),
    )
    rows = check.compare(Deadline(60))
    assert [(row.provider, row.finding, row.detail) for row in rows] == [
        ("gitee", "unreachable", "Gitee AI hung up"),
        ("huggingface", "unreachable", "its list cannot be read (TypeError)"),
        ("modelscope", "ok", "1 magicubes"),
    ]
    assert [row.provider for row in check.findings(rows)] == ["gitee", "huggingface"]


def test_the_function_logs_each_finding_for_the_alarm(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    compared(monkeypatch, gitee=("gone", "not in the list of models"), modelscope=("ok", "1 magicubes"))
    outcome = check.handler({}, CONTEXT)
    assert (outcome["models"], [each["finding"] for each in outcome["findings"]]) == (2, ["gone"])
    alarms = [record for record in caplog.records if getattr(record, "alarm", "") == "catalog-differs"]
    assert [(record.provider, record.model, record.finding) for record in alarms] == [  # type: ignore[attr-defined]
        ("gitee", "z-image-turbo", "gone")
    ]


def test_the_table_is_aligned() -> None:
    rows = [CheckResult("gitee", "a", "ok", "fine"), CheckResult("modelscope", "long/name", "gone", "not there")]
    assert check.table(rows) == [
        "PROVIDER    MODEL      FINDING  PUBLISHED",
        "gitee       a          ok       fine",
        "modelscope  long/name  gone     not there",
    ]
