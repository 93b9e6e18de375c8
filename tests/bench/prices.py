"""What a thousand pictures cost, for each memory: prices of us-east-1 on arm64, in November 2026."""

from __future__ import annotations

GB_SECOND = 0.0000133334
REQUEST = 0.0000002
API_CALL = 0.000001
WRITE = 0.000000625
STORED, READ = 0.000005, 0.0000004
LOG_GB = 0.50

SECONDS = 10.3
"""A picture that takes its provider 10 s, and what Easel does around it."""


def memory_time(megabytes: float, seconds: float = SECONDS) -> float:
    """Of a thousand invocations."""
    return 1000 * megabytes / 1024 * seconds * GB_SECOND


def interactive(router: float, provider: float) -> float:
    """A thousand pictures, each asked for by a caller who waits and then looks at it: all that is paid."""
    functions = memory_time(router) + memory_time(provider) + 2000 * REQUEST
    return functions + 2000 * API_CALL + 2000 * WRITE + 1000 * (STORED + READ) + 0.003 * LOG_GB
