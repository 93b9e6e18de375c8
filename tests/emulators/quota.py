"""A used-up quota that comes back: what `[[fault=quota]]` means on `make run`, so that one can watch a batch go on.

`EMULATED_QUOTA_SECONDS` in the environment says after how many seconds; without it, as in tests, it never comes back.
"""

import math
import os
import time

SECONDS = float(os.environ.get("EMULATED_QUOTA_SECONDS") or 0)
NOTE = f" (emulated: it comes back after {SECONDS:g} s)" if SECONDS else ""
"""What a refusal's text ends with."""
HEADERS = {"Retry-After": str(math.ceil(SECONDS))} if SECONDS else None
"""What a refusal over HTTP says about it."""
OPEN_SECONDS = 600.0
"""How long it is not used up then."""
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
