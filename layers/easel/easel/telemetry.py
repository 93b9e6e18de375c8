"""Logs and metrics, through Powertools for AWS Lambda. Nothing here ever sees a token or a whole event.

Traces: the functions run with X-Ray active, which records every invocation; the tracing SDK would add a third to the
import of a provider's handler and is left out.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger


class _Later:
    """Powertools' logger, made when the first line is written.

    Its import takes a tenth of a handler's, and most calls have something to do meanwhile, or nothing to say.
    """

    def __init__(self) -> None:
        self._keys: dict[str, Any] = {}
        self._made: Logger | None = None
        self._lock = threading.Lock()

    def begin(self, **keys: Any) -> None:
        with self._lock:
            self._keys = keys
            if self._made:
                self._made.clear_state()
                self._made.append_keys(**keys)

    @property
    def keys(self) -> Mapping[str, Any]:
        return self._keys

    def append_keys(self, **keys: Any) -> None:
        with self._lock:
            self._keys = {**self._keys, **keys}
            if self._made:
                self._made.append_keys(**keys)

    def __getattr__(self, name: str) -> Any:
        with self._lock:
            if self._made is None:
                from aws_lambda_powertools import Logger

                self._made = Logger(service="easel", log_uncaught_exceptions=False)
                self._made.append_keys(**self._keys)
        return getattr(self._made, name)


_later = _Later()
logger = cast("Logger", _later)


def begin(**keys: Any) -> None:
    """Begins an invocation: its lines carry these keys, and none of an earlier invocation's."""
    _later.begin(**keys)


def measure(provider: str, outcome: str, seconds: float) -> None:
    """Counts one generation, by provider and outcome, and its duration, as CloudWatch metrics in a log line.

    Powertools writes nothing where `POWERTOOLS_METRICS_DISABLED` is true, which is the template's default.
    """
    from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit  # while the job ends, not at a cold start

    metrics = EphemeralMetrics(namespace="Easel")
    metrics.add_dimension(name="provider", value=provider)
    metrics.add_dimension(name="outcome", value=outcome)
    metrics.add_metric(name="Generations", unit=MetricUnit.Count, value=1)
    metrics.add_metric(name="Duration", unit=MetricUnit.Milliseconds, value=round(seconds * 1000))
    for name, value in _later.keys.items():
        if name not in ("provider", "outcome"):
            metrics.add_metadata(key=name, value=value)
    metrics.flush_metrics()
