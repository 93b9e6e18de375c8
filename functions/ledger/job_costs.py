"""The amounts that an ended job adds to the ledger: a picture or a failure, its seconds, and its costs.

The AWS costs are estimated with the tables of docs/costs-and-limits.md: for us-east-1 on arm64 without a free tier, and
for a caller who waits in the router. A test compares these constants with the tables and the template.
"""

from __future__ import annotations

from collections.abc import Mapping

from easel.budgets import daily_usage
from easel.budgets.daily_usage import Amounts
from easel.errors import InvalidModel
from easel.store import jobs
from easel.store.payer import Payer, PayerKind
from easel.store.records import Job

GB_SECOND = 0.0000133334
"""US dollars of a GB-second of Lambda."""
CALL_COST = 0.0000107
"""US dollars of a call without Lambda's GB-seconds: requests, table, bucket, logs."""
BATCH_PICTURE_COST = 0.0000141
"""US dollars of a batch's picture without Lambda's GB-seconds, including the state machine."""
OVERHEAD_SECONDS = 0.3
"""Seconds that the functions run in addition to the work on a picture."""
MEMORY: Mapping[str, int] = {"gitee": 128, "huggingface": 232, "modelscope": 192}
"""Memory of the providers' functions in MB."""
WAITING_MEMORY = 128
"""Memory in MB of the router, and the assumed memory of other providers' functions."""


def caller(job: Job) -> str:
    """Return the job's caller: the id of an Easel key, or one of `daily_usage.KEYLESS`."""
    if job.key:
        return job.key
    if job.batch:
        return daily_usage.SCHEDULE
    kinds = {Payer.parse(item_id).kind for item_id in job.payers}
    return daily_usage.ANONYMOUS if PayerKind.ANONYMOUS in kinds else daily_usage.TOKENS


def line(job: Job) -> str:
    """Return the job's line in the ledger: `{provider}/{model}/{outcome}`."""
    outcome = daily_usage.SUCCEEDED if job.result else str((job.error or {}).get("code", "UNKNOWN"))
    return f"{job.request.provider}/{job.request.model}/{outcome}"


def amounts(job: Job) -> Amounts:
    """Return the amounts that the job adds to its line."""
    seconds = _seconds(job)
    return Amounts(1, seconds, _aws(job, seconds), _price(job))


def _seconds(job: Job) -> float:
    """Return the seconds of work, at most those of one attempt. Earlier attempts of a batch's job are unknown."""
    if job.result:
        return job.result.seconds
    if not (job.started and job.finished):
        return 0.0
    return min(max(0.0, job.finished - job.started), jobs.ALLOWED_SECONDS)


def _aws(job: Job, seconds: float) -> float:
    memory = MEMORY.get(job.request.provider, WAITING_MEMORY) + (0 if job.batch else WAITING_MEMORY)
    fixed = BATCH_PICTURE_COST if job.batch else CALL_COST
    return fixed + memory / 1024 * (seconds + OVERHEAD_SECONDS) * GB_SECOND


def _price(job: Job) -> float | None:
    """Return the price in the provider's response, else the catalog's price. Return None for a failure."""
    if not job.result or job.request.scale:
        return None
    if job.result.price is not None:
        return job.result.price
    try:
        return job.request.catalog_model.price
    except InvalidModel:
        return None
