"""Log lines carry the keys of their own invocation only."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any, cast

import pytest

import router
from easel.common import telemetry
from easel.errors import ProviderError
from easel.front_door import invoke
from easel.handler import lambda_handler
from easel.providers.adapter import GeneratedImage, Run
from easel.store import jobs
from easel.store.records import GenerationRequest
from tests.harness import gateway, template
from tests.harness.functions import Context

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness.cloud import Cloud

REQUEST = GenerationRequest(provider="gitee", model="z-image-turbo", prompt="a cat", width=64, height=48, steps=9)


class Lines(logging.Handler):
    """Records the output of Powertools' formatter."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.seen: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(json.loads(self.format(record)))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[dict[str, Any]]]:
    """Return what was logged since the last call."""
    logger = cast("Any", telemetry.logger)
    lines = Lines(logger.registered_formatter)
    monkeypatch.setattr(logging.getLogger("easel"), "handlers", [lines])

    def take() -> list[dict[str, Any]]:
        taken, lines.seen = lines.seen, []
        return taken

    return take


class Failing:
    def generate(self, request: GenerationRequest, token: str | None, run: Run) -> GeneratedImage:
        raise ProviderError("broke", provider="gitee")


def test_log_lines_name_only_their_own_job(written: Callable[[], list[dict[str, Any]]], cloud: Cloud) -> None:
    handler = lambda_handler("gitee", lambda provider: Failing())
    for number in (1, 2):
        job = jobs.new(REQUEST)
        handler(invoke.job_event(job, None, request=f"request-{number}"), Context("easel-gitee", 60))
        lines = written()
        keys = {(line["request"], line["job"], line["provider"], line["model"]) for line in lines}
        assert keys == {(f"request-{number}", job.id, "gitee", "z-image-turbo")}
    handler({"requestContext": {"requestId": "request-3"}, "rawPath": "/nowhere"}, Context("easel-gitee", 60))
    telemetry.logger.warning("afterwards")
    (line,) = written()
    assert line["request"] == "request-3"
    assert not {"job", "model"} & set(line)


def test_the_routers_lines_name_their_call(
    written: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    telemetry.logger.append_keys(job="left over")

    def breaks(job_id: str) -> None:
        raise ValueError("inside")

    monkeypatch.setattr(jobs, "get", breaks)
    answer = gateway.call(router.handler, "GET", "/api/jobs/1")
    assert answer.status_code == 500
    (line,) = written()
    assert line["request"] == answer.headers["X-Request-ID"]
    assert line["message"] == "unhandled error"
    assert "job" not in line


def test_a_metric_names_the_job_it_counts(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.begin(request="request-1", job="job-1", provider="gitee")
    telemetry.measure("gitee", "succeeded", 1.5)
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (line["request"], line["job"], line["provider"]) == ("request-1", "job-1", "gitee")


def test_no_metric_is_written_if_metrics_are_off(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", template.template()["Parameters"]["MetricsDisabled"]["Default"])
    telemetry.measure("gitee", "succeeded", 1.5)
    assert capsys.readouterr().out == ""
