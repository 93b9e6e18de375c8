"""The check function: compares every model of the catalog with the provider's published lists.

The schedule of the parameter `CheckSchedule` invokes the function. It does not read the event. `make check-providers`
runs the same code. No token is used, and no generation depends on it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from easel import catalog
from easel.catalog import Provider, stored_overlay
from easel.common.deadline import Deadline
from easel.common.telemetry import begin, logger
from easel.providers.http import Http
from published_models import OK, CheckResult, Comparison, comparisons, unreachable

if TYPE_CHECKING:
    from easel.handler import Context  # not at run time: it imports everything that a provider's function needs

AT_ONCE = 8
"""Number of lists that are read in parallel. Reading waits for sleeping Spaces."""
MARGIN_SECONDS = 10.0
"""Seconds of the invocation that are reserved for logging."""


def handler(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Compare all models. Log each finding, which `CatalogAlarm` counts. Return the findings."""
    begin(request=context.aws_request_id)
    stored_overlay.refresh()
    rows = compare(Deadline(context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS))
    differing = findings(rows)
    for row in differing:
        facts = {"provider": row.provider, "model": row.model, "finding": row.finding, "reason": row.detail}
        logger.warning("the catalog differs from the provider's list", extra={"alarm": "catalog-differs", **facts})
    logger.info("catalog compared", extra={"models": len(rows), "findings": len(differing)})
    return {"models": len(rows), "findings": [vars(row) for row in differing]}


def compare(deadline: Deadline, providers: Mapping[str, Provider] | None = None) -> list[CheckResult]:
    """Compare every model of `providers`, by default the catalog's, with the provider's published lists."""
    with ExitStack() as closing, ThreadPoolExecutor(AT_ONCE) as pool:
        pages = []
        for provider in (providers or catalog.providers()).values():
            http = Http(provider.id)
            closing.callback(http.close)
            for models, comparison in comparisons(provider, http):
                pages.append(pool.submit(_rows, provider, models, comparison, deadline))
        return [row for page in pages for row in page.result()]


def _rows(provider: Provider, models: Collection[str], comparison: Comparison, deadline: Deadline) -> list[CheckResult]:
    try:
        return comparison(deadline)
    except Exception as error:  # an unexpected list must not stop the other comparisons
        return unreachable(provider, models, error)


def findings(rows: list[CheckResult]) -> list[CheckResult]:
    """Return the rows with a difference."""
    return [row for row in rows if row.finding != OK]


def table(rows: list[CheckResult]) -> list[str]:
    """Return the rows as aligned lines, with a header."""
    cells = [("PROVIDER", "MODEL", "FINDING", "PUBLISHED"), *((r.provider, r.model, r.finding, r.detail) for r in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
