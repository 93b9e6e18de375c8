"""A quota that returns after a time, so that `[[fault=quota]]` on `make run` shows how a batch continues.

`EMULATED_QUOTA_SECONDS` is the time in seconds. Without it, as in tests, the quota never returns.
"""

import math
import os
import time

SECONDS = float(os.environ.get("EMULATED_QUOTA_SECONDS") or 0)
NOTE = f" (emulated: it comes back after {SECONDS:g} s)" if SECONDS else ""
"""The end of a refusal's text."""
HEADERS = {"Retry-After": str(math.ceil(SECONDS))} if SECONDS else None
"""Headers of a refusal."""
OPEN_SECONDS = 600.0
"""Seconds for which the quota is then available."""
_ends: dict[str, float] = {}


def used_up(prompt: str, seconds: float = SECONDS, open_seconds: float = OPEN_SECONDS) -> bool:
    """Return whether the prompt's quota is used up: for `seconds` after its first call, then not for `open_seconds`."""
    if not seconds:
        return True
    now = time.monotonic()
    end = _ends.get(prompt, -math.inf)
    if now > end + open_seconds:
        end = _ends[prompt] = now + seconds
    return now < end
