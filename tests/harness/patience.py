"""Wait for an event, however long the machine takes. No test may fail because the machine is slow."""

from __future__ import annotations

import json
import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Mapping

T = TypeVar("T")

HANGS_SECONDS = 1800.0
"""Longer than anything takes on the slowest machine. After this time the event will never come."""
LOOK_SECONDS = 0.02
LONGER = (2, 8, 32, 128)
"""Seconds of a provider's work or of a deadline, to be tried in turn. On a busy machine the first ones may pass before
anything has happened."""


def until(
    come: Callable[[], T | None],
    *,
    look: float = LOOK_SECONDS,
    child: subprocess.Popen[Any] | None = None,
    state: Callable[[], object] = lambda: "",
) -> T:
    """Return the first true result of `come`.

    Args:
        come: is called repeatedly.
        look: seconds between two calls.
        child: the program that causes the result. The wait fails when the program ends.
        state: describes the state for the error text.
    """
    end = time.monotonic() + HANGS_SECONDS
    while not (result := come()):
        assert child is None or child.poll() is None, f"the program has ended: {state()}"
        if time.monotonic() > end:
            raise TimeoutError(f"it has not come: {state()}")
        time.sleep(look)
    return result


@contextmanager
def holding_at(addresses: Mapping[str, Any], mark: str) -> Iterator[Callable[[], None]]:
    """Hold pictures with `mark` in their prompt until the end of the block, or until the yielded function is called.

    Args:
        addresses: the settings that lead to the providers' emulators.
        mark: letters and digits.
    """
    hosts = set(re.findall(r"http://127\.0\.0\.1:\d+", json.dumps(dict(addresses))))

    def send(method: str) -> None:
        for host in hosts:
            url = f"{host}/_emulator/held/{mark}"
            httpx2.request(method, url, trust_env=False, verify=False).raise_for_status()

    send("PUT")
    try:
        yield lambda: send("DELETE")
    finally:
        send("DELETE")
