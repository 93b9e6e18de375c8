"""The nightly check: every model of the catalog against what its provider publishes.

The schedule of the parameter `CheckSchedule` invokes the function; any other event does as well, and is not read.
`make check-providers` runs the same code. Nothing here is part of a call that generates, and no token is used.
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
    from easel.handler import Context  # which loads all that a provider's function needs

AT_ONCE = 8
"""Lists that are read at once: a Space that sleeps is waited for."""
MARGIN_SECONDS = 10.0
"""Time of the function that is kept back for the log."""


def handler(event: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Compare all models. Log each finding, which `CatalogAlarm` counts. Return the findings."""
    begin(request=context.aws_request_id)
    stored_overlay.refresh()
    rows = compare(Deadline(context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS))
    differing = findings(rows)
    for row in differing:
        facts = {"provider": row.provider, "model": row.model, "finding": row.finding, "reason": row.detail}
        logger.warning("the catalog differs from what is published", extra={"alarm": "catalog-differs", **facts})
    logger.info("catalog compared", extra={"models": len(rows), "findings": len(differing)})
    return {"models": len(rows), "findings": [vars(row) for row in differing]}


def compare(deadline: Deadline, providers: Mapping[str, Provider] | None = None) -> list[CheckResult]:
    """Compare every model of the catalog, or of another one, with what its provider publishes."""
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
    except Exception as error:  # whatever a list holds, the others are compared
        return unreachable(provider, models, error)


def findings(rows: list[CheckResult]) -> list[CheckResult]:
    """Return the rows that need the owner."""
    return [row for row in rows if row.finding != OK]


def table(rows: list[CheckResult]) -> list[str]:
    """Return the rows as aligned lines, with a header."""
    cells = [("PROVIDER", "MODEL", "FINDING", "PUBLISHED"), *((r.provider, r.model, r.finding, r.detail) for r in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
