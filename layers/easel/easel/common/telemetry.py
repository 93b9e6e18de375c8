"""Logs and metrics, through Powertools for AWS Lambda. Nothing here ever sees a token or a whole event.

Traces: with the parameter `Tracing` X-Ray records every invocation; its SDK would add a third to the import of a
provider's handler and is left out.
"""

from __future__ import annotations

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

logger = Logger(service="easel", log_uncaught_exceptions=False)
STANDARD = frozenset(logger.get_current_keys())
"""The keys that Powertools gives every line."""


def begin(**keys: Any) -> None:
    """Begin an invocation: its lines carry these keys, and none of an earlier invocation's."""
    logger.clear_state()
    logger.append_keys(**keys)


def measure(provider: str, outcome: str, seconds: float) -> None:
    """Count one generation, by provider and outcome, and its duration, as CloudWatch metrics in a log line.

    Nothing is done where `POWERTOOLS_METRICS_DISABLED` is true, which is the template's default.
    """
    if os.environ.get("POWERTOOLS_METRICS_DISABLED", "").lower() == "true":
        return  # as Powertools would, but for its work
    metrics = EphemeralMetrics(namespace="Easel")
    metrics.add_dimension(name="provider", value=provider)
    metrics.add_dimension(name="outcome", value=outcome)
    metrics.add_metric(name="Generations", unit=MetricUnit.Count, value=1)
    metrics.add_metric(name="Duration", unit=MetricUnit.Milliseconds, value=round(seconds * 1000))
    for name, value in logger.get_current_keys().items():
        if name not in (*STANDARD, "provider", "outcome"):
            metrics.add_metadata(key=name, value=value)
    metrics.flush_metrics()
