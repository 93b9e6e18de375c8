"""The ledger: which line counts which jobs. A repeated batch of records is counted once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

import ledger as function
from easel.batch import claims
from easel.budgets import daily_usage
from easel.budgets.daily_usage import ANONYMOUS, KEYLESS, SCHEDULE, TOKENS
from easel.errors import InvalidParams, PromptRejected
from easel.settings import settings
from easel.store import jobs, table
from easel.store.payer import DEPLOYMENT, Payer, PayerKind
from easel.store.records import GenerationRequest, Job, Result
from tests.harness.functions import Context

if TYPE_CHECKING:
    from tests.harness.cloud import Cloud

pytestmark = pytest.mark.usefixtures("cloud")

REQUEST = GenerationRequest(provider="modelscope", model="Tongyi-MAI/Z-Image-Turbo", prompt="a cat")
RESULT = Result(key="images/x.png", format="PNG", width=512, height=512, seed=42, seconds=10.0)
KEY = Payer.of_key("k" * 64)
NOON = 1_800_014_400.0  # 2027-01-15, 12:00 UTC
REJECTED = PromptRejected("no", provider="modelscope")


def succeeded(when: float = NOON, payers: tuple[Payer, ...] = (KEY,)) -> Job:
    job = jobs.new(REQUEST, payers=payers)
    return job.replace(status="succeeded", started=when - 11, finished=when, result=RESULT)


def failed(when: float = NOON, payers: tuple[Payer, ...] = (KEY,)) -> Job:
    return jobs.failed(jobs.new(REQUEST, payers=payers).replace(started=when - 2), REJECTED, when)


def record(number: int, after: Job | None, before: Job | None = None) -> dict[str, Any]:
    images = {"NewImage": after, "OldImage": before}
    items = {name: jobs.as_item(job) for name, job in images.items() if job}
    return {"dynamodb": {"SequenceNumber": f"{number:021d}", **items}}


def count(*records: dict[str, Any]) -> None:
    function.handler({"Records": list(records)}, Context("easel-ledger", 60))


def counted(*callers: str) -> dict[tuple[str, ...], int]:
    days = [f"2027-01-{day:02d}" for day in range(10, 20)]
    lines = daily_usage.read(days, callers or [KEY.id, *KEYLESS])
    return {(line.day, line.caller[:9], line.outcome): line.amounts.pictures for line in lines}


def test_ended_jobs_are_counted_by_day_caller_and_outcome() -> None:
    records = [succeeded(), succeeded(), failed(), succeeded(NOON - 86400), succeeded(payers=(DEPLOYMENT,))]
    records += [succeeded(payers=(Payer(PayerKind.ANONYMOUS, "a"), DEPLOYMENT))]
    count(*(record(number, job) for number, job in enumerate(records, 1)))
    assert counted() == {
        ("2027-01-14", "k" * 9, "succeeded"): 1,
        ("2027-01-15", "k" * 9, "succeeded"): 2,
        ("2027-01-15", "k" * 9, "PROMPT_REJECTED"): 1,
        ("2027-01-15", ANONYMOUS, "succeeded"): 1,
        ("2027-01-15", TOKENS, "succeeded"): 1,
    }


@pytest.mark.parametrize(("payers", "caller"), [((), SCHEDULE), ((DEPLOYMENT, KEY), KEY.id)])
def test_a_batch_picture_counts_when_its_claim_ends(payers: tuple[Payer, ...], caller: str) -> None:
    job = jobs.new(REQUEST, batch="b1", payers=payers)
    claim = claims.take(job, 1, worker="a:1", dead="", until=job.created + 60)
    running = table.get(job.id)
    ended = claims.succeed(claim, RESULT, ())
    count({"dynamodb": {"SequenceNumber": "1", "OldImage": running, "NewImage": table.get(job.id)}})
    (line,) = daily_usage.read([daily_usage.day_of(ended.finished or 0)], [KEY.id, *KEYLESS])
    assert (line.caller, line.outcome, line.amounts.pictures) == (caller, "succeeded", 1)


def test_only_a_change_to_a_final_status_counts() -> None:
    running = jobs.new(REQUEST, payers=[KEY]).replace(status="running", started=NOON)
    done = succeeded()
    count(record(1, running), record(2, done, running), record(3, done, done), record(4, None, done))
    unreadable = {**jobs.as_item(done), "job": {"S": "{}"}}
    count({"dynamodb": {"SequenceNumber": "5", "NewImage": unreadable}})
    assert counted() == {("2027-01-15", "k" * 9, "succeeded"): 1}


def test_a_failed_job_with_a_recovered_picture_counts_as_picture() -> None:
    count(record(1, failed(NOON - 86400)))
    before = failed(NOON - 86400)
    count(record(2, before), record(3, succeeded(), before))
    assert counted() == {
        ("2027-01-14", "k" * 9, "PROMPT_REJECTED"): 1,
        ("2027-01-15", "k" * 9, "succeeded"): 1,
    }


@pytest.mark.parametrize("lines", [1, 25])
def test_a_repeated_batch_counts_once(lines: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(function, "MAX_LINES", lines)
    batch = [record(9, succeeded()), record(10, failed()), record(11, succeeded())]
    for _ in range(2):
        count(*batch)
    count(*batch, record(12, succeeded()))  # Lambda may deliver more records the next time
    assert sum(counted().values()) == 4


def test_records_are_repeated_if_the_table_refuses(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(function, "MAX_LINES", 1)
    batch = [record(1, succeeded()), record(2, failed())]
    transact, calls = table.transact, list[int]()

    def failing(writes: Any) -> bool:
        calls.append(len(writes))
        if len(calls) == 2:
            raise RuntimeError("the table is away")
        return transact(writes)

    monkeypatch.setattr(table, "transact", failing)
    with pytest.raises(RuntimeError):
        count(*batch)
    count(*batch)
    assert list(counted().values()) == [1, 1]


def test_a_large_batch_keeps_dynamodbs_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = list[int]()
    transact = table.transact

    def measured(writes: Any) -> bool:
        sizes.append(len(writes))
        assert all(len(write["Update"]["UpdateExpression"]) < 4096 for write in writes)
        return transact(writes)

    monkeypatch.setattr(table, "transact", measured)
    several = [succeeded(payers=(Payer.of_key(f"{number:064d}"),)) for number in range(60)]
    models = [succeeded().replace(request=REQUEST.replace(model=f"own/{number}")) for number in range(60)]
    count(*(record(number, job) for number, job in enumerate([*several, *models])))
    assert max(sizes) <= 100
    assert len(daily_usage.read(["2027-01-15"], [f"{number:064d}" for number in range(60)])) == 60
    assert len(daily_usage.read(["2027-01-15"], [KEY.id])) == 60


def test_days_follow_the_deployments_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIME_ZONE", "Asia/Shanghai")
    settings.cache_clear()
    count(record(1, succeeded(NOON + 5 * 3600)))
    assert list(counted()) == [("2027-01-16", "k" * 9, "succeeded")]
    item = table.get(daily_usage.item_id("2027-01-16", KEY.id))
    assert item
    assert int(item["expires"]["N"]) > jobs.new(REQUEST).created + 399 * 86400


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (None, None, ["2026-12-17", "2027-01-15", 30]),
        (date(2027, 1, 14), None, ["2027-01-14", "2027-01-15", 2]),
        (None, date(2027, 1, 1), ["2026-12-03", "2027-01-01", 30]),
        (date(2026, 1, 1), date(2027, 2, 4), ["2026-01-01", "2027-02-04", 400]),
    ],
)
def test_a_report_has_the_requested_days(first: Any, last: Any, expected: list[Any]) -> None:
    days = daily_usage.days(first, last, NOON)
    assert [days[0], days[-1], len(days)] == expected
    for wrong in (date(2027, 1, 16), date(2025, 1, 1)):
        with pytest.raises(InvalidParams, match="at most 400 days"):
            daily_usage.days(wrong, None, NOON)


def test_a_csv_line_has_seconds_costs_and_a_name() -> None:
    count(record(1, succeeded()), record(2, failed()), record(3, succeeded()))
    lines = daily_usage.read(["2027-01-15"], [KEY.id])
    assert (lines[1].provider, lines[1].model) == ("modelscope", "Tongyi-MAI/Z-Image-Turbo")
    assert (lines[1].amounts.pictures, lines[1].amounts.seconds) == (2, 20.0)
    assert lines[1].amounts.aws == pytest.approx(2 * 53.6e-6, rel=0.01)
    assert (lines[1].amounts.price, lines[1].price_unit) == (2.0, "magicubes")
    header, error, pictures = daily_usage.csv_text(lines, {KEY.id: "al,ice"}).splitlines()
    assert header.split(",") == list(daily_usage.COLUMNS)
    assert pictures.startswith('2027-01-15,"al,ice",modelscope,Tongyi-MAI/Z-Image-Turbo,succeeded,2,20.0,0.0001')
    assert pictures.endswith(",2,magicubes")
    assert error.endswith(",,")
