"""What a thousand pictures cost, for each memory: prices of us-east-1 on arm64, in November 2026."""

from __future__ import annotations

GB_SECOND = 0.0000133334
REQUEST = 0.0000002
API_CALL = 0.000001
WRITE = 0.000000625
STORED, READ = 0.000005, 0.0000004
TABLE_READ = 0.000000125
LOG_GB = 0.50
TRANSITION, CHILD, CHILD_GB_SECOND = 0.000025, 0.000001, 0.00001667

SECONDS = 10.3
"""A picture that takes its provider 10 s, and what Easel does around it."""


def memory_time(megabytes: float, seconds: float = SECONDS) -> float:
    """Of a thousand invocations."""
    return 1000 * megabytes / 1024 * seconds * GB_SECOND


def interactive(router: float, provider: float) -> float:
    """A thousand pictures, each asked for by a caller who waits and then looks at it: all that is paid."""
    functions = memory_time(router) + memory_time(provider) + 2000 * REQUEST
    return functions + 2000 * API_CALL + 2000 * WRITE + 1000 * (STORED + READ) + 0.003 * LOG_GB


def batch(provider: float, group: int) -> float:
    """A thousand pictures in a batch: its engine too, with 64 MB for each child, which makes a group of pictures."""
    engine = 1000 / group * (TRANSITION + CHILD + SECONDS * 64 / 1024 * CHILD_GB_SECOND)
    table = 8 * WRITE + 2 * TABLE_READ  # two transactions of two items, each of which counts as two writes
    return memory_time(provider) + 1000 * (REQUEST + STORED + table) + engine + 0.002 * LOG_GB
