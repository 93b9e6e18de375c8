"""Logs and metrics, with Powertools for AWS Lambda. Never pass a token or a whole event to this module.

With the parameter `Tracing`, X-Ray records every invocation. The X-Ray SDK is not used, because it would add a third to
the import time of a provider's handler.
"""

from __future__ import annotations

import os
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

logger = Logger(service="easel", log_uncaught_exceptions=False)
STANDARD_KEYS = frozenset(logger.get_current_keys())
"""Keys that Powertools adds to every log line."""


def begin(**keys: Any) -> None:
    """Set the keys of an invocation's log lines. Keys of the earlier invocation are removed."""
    logger.clear_state()
    logger.append_keys(**keys)


def measure(provider: str, outcome: str, seconds: float) -> None:
    """Log CloudWatch metrics of one generation: a count and the duration, by provider and outcome.

    Do nothing if `POWERTOOLS_METRICS_DISABLED` is true, which is the template's default.
    """
    if os.environ.get("POWERTOOLS_METRICS_DISABLED", "").lower() == "true":
        return  # Powertools would compute the metrics and discard them
    metrics = EphemeralMetrics(namespace="Easel")
    metrics.add_dimension(name="provider", value=provider)
    metrics.add_dimension(name="outcome", value=outcome)
    metrics.add_metric(name="Generations", unit=MetricUnit.Count, value=1)
    metrics.add_metric(name="Duration", unit=MetricUnit.Milliseconds, value=round(seconds * 1000))
    for name, value in logger.get_current_keys().items():
        if name not in (*STANDARD_KEYS, "provider", "outcome"):
            metrics.add_metadata(key=name, value=value)
    metrics.flush_metrics()
