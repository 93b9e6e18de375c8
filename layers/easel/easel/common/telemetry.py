"""Logs and metrics, through Powertools for AWS Lambda. No token and no whole event is ever passed in here.

With the parameter `Tracing`, X-Ray records every invocation. The X-Ray SDK is not used, because it would add a third to
the import time of a provider's handler.
"""

from __future__ import annotations

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

logger = Logger(service="easel", log_uncaught_exceptions=False)
STANDARD = frozenset(logger.get_current_keys())
"""Keys that Powertools adds to every log line."""


def begin(**keys: Any) -> None:
    """Start an invocation's log: its lines have these keys and none of an earlier invocation."""
    logger.clear_state()
    logger.append_keys(**keys)


def measure(provider: str, outcome: str, seconds: float) -> None:
    """Log CloudWatch metrics of one generation: a count and the duration in seconds, by provider and outcome.

    Do nothing if `POWERTOOLS_METRICS_DISABLED` is true, which is the template's default.
    """
    if os.environ.get("POWERTOOLS_METRICS_DISABLED", "").lower() == "true":
        return  # saves the work that Powertools would then discard
    metrics = EphemeralMetrics(namespace="Easel")
    metrics.add_dimension(name="provider", value=provider)
    metrics.add_dimension(name="outcome", value=outcome)
    metrics.add_metric(name="Generations", unit=MetricUnit.Count, value=1)
    metrics.add_metric(name="Duration", unit=MetricUnit.Milliseconds, value=round(seconds * 1000))
    for name, value in logger.get_current_keys().items():
        if name not in (*STANDARD, "provider", "outcome"):
            metrics.add_metadata(key=name, value=value)
    metrics.flush_metrics()
