"""The price of a thousand pictures by memory: prices of us-east-1 on arm64, in November 2026."""

from __future__ import annotations

import math

import job_groups

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
    """Return the price of a thousand invocations."""
    return 1000 * megabytes / 1024 * seconds * GB_SECOND


def interactive(router: float, provider: float) -> float:
    """Return the full price of a thousand pictures with a caller who waits and then views the picture."""
    functions = memory_time(router) + memory_time(provider) + 2000 * REQUEST
    return functions + 2000 * API_CALL + 2000 * WRITE + 1000 * (STORED + READ + TABLE_READ) + 0.003 * LOG_GB


def waiting(router: float, provider: float, seconds: float) -> tuple[float, float]:
    """Return the price of a thousand slow pictures at the HTTP API and at the function URL.

    At the HTTP API a call is redirected every 25 s, which takes a tenth of a second, and the job is then read twice a
    second. At the function URL it is read every 20 s.
    """
    stored = 2000 * WRITE + 1000 * (STORED + READ + TABLE_READ) + 0.003 * LOG_GB
    once = memory_time(router, seconds + 0.3) + memory_time(provider, seconds + 0.3) + 2000 * REQUEST + stored
    hops = max(0, math.ceil(seconds / 25) - 1)
    api = hops * (memory_time(router, 0.1) + 1000 * (REQUEST + API_CALL)) + 2000 * API_CALL
    reads = 1000 * TABLE_READ
    return once + api + max(0, seconds - 25) * 2 * reads, once + seconds // 20 * reads


def batch(provider: float, at_once: int) -> float:
    """Return the price of a thousand pictures in a batch, with its state machine and 64 MB for each child.

    A child runs `at_once` pictures at a time, and `job_groups.TURNS` times as many in total.
    """
    started = 1000 / at_once / job_groups.TURNS * (TRANSITION + CHILD)
    engine = started + 1000 / at_once * SECONDS * 64 / 1024 * CHILD_GB_SECOND
    table = 8 * WRITE + 2 * TABLE_READ  # two transactions of two items, each of which counts as two writes
    return memory_time(provider) + 1000 * (REQUEST + STORED + table) + engine + 0.002 * LOG_GB
