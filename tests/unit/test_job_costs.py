"""The cost of a job agrees with docs/costs-and-limits.md and with the memory in the template."""

from __future__ import annotations

import pytest

import job_costs
from easel import catalog
from easel.errors import GenerationTimeout
from easel.store import jobs
from easel.store.records import GenerationRequest, Result
from tests.harness import documents
from tests.harness.template import functions

GITEE = catalog.provider("gitee")
REQUEST = GenerationRequest(provider="gitee", model=GITEE.models[0].id, prompt="a cat")
RESULT = Result(key="images/x.png", format="PNG", width=512, height=512, seed=42, seconds=10.0)
NOW = 1_800_000_000.0
PAGE = documents.TEXTS["docs/costs-and-limits.md"]


def test_the_memory_is_that_of_the_template() -> None:
    sizes = {each.module: each.properties["MemorySize"] for each in functions()}
    assert {name: sizes[name] for name in job_costs.MEMORY} == job_costs.MEMORY
    assert all(
        sizes[name] == job_costs.WAITING_MEMORY
        for name in (*catalog.providers(), "router")
        if name not in job_costs.MEMORY
    )


def test_a_call_costs_what_the_page_says() -> None:
    """A thousand pictures of 10 s at Gitee AI: the sum of the page's first table."""
    table = next(rows for heading, rows in documents.tables(PAGE) if heading.startswith("A thousand pictures"))
    thousand = sum(float(row["cost"].removeprefix("$")) for row in table)
    job = jobs.new(REQUEST).replace(status="succeeded", result=RESULT)
    assert 1000 * job_costs.amounts(job).aws == pytest.approx(thousand, rel=0.01)
    assert f"${thousand:.4f}" in PAGE


def test_a_batch_picture_costs_what_the_page_says() -> None:
    job = jobs.new(REQUEST, batch="b1").replace(status="succeeded", result=RESULT)
    assert 1000 * job_costs.amounts(job).aws == pytest.approx(0.0313, rel=0.02)
    assert "Without storage that is $0.031 for a thousand" in PAGE


def test_the_providers_own_price_is_preferred() -> None:
    job = jobs.new(REQUEST).replace(status="succeeded", result=RESULT)
    assert job_costs.amounts(job).price is None
    assert job_costs.amounts(job.replace(result=RESULT.replace(price=0.01))).price == 0.01
    unknown = REQUEST.replace(provider="modelscope", model="gone/model")
    assert job_costs.amounts(job.replace(request=unknown)).price is None


@pytest.mark.parametrize(("started", "seconds"), [(NOW - 5, 5.0), (NOW - 9000, 300.0), (None, 0.0), (NOW + 1, 0.0)])
def test_a_failure_counts_the_seconds_of_one_attempt_at_most(started: float | None, seconds: float) -> None:
    error = GenerationTimeout("too long", provider="gitee")
    job = jobs.failed(jobs.new(REQUEST).replace(started=started), error, NOW)
    amounts = job_costs.amounts(job)
    assert (amounts.seconds, amounts.price) == (seconds, None)
    assert job_costs.line(job) == f"gitee/{REQUEST.model}/TIMEOUT"
