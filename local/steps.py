"""Print the steps of a start, one line each, with the step's number and the seconds since `make run` began."""

import time
from collections.abc import Callable, Mapping

STEPS = 5
"""Number of steps. The first one is in the Makefile: installing Python packages."""


class Steps:
    """Counts and prints the steps."""

    def __init__(self, say: Callable[[str], None], began: float | None = None) -> None:
        self._say = say
        self._began = time.time() if began is None else began
        self._number = 1

    def next(self, text: str) -> None:
        """Print the next step."""
        self._number += 1
        self._say(f"[{self._number}/{STEPS} {self.seconds():3.0f} s] {text}")

    def seconds(self) -> float:
        return time.time() - self._began


def began(environment: Mapping[str, str]) -> float | None:
    """Return the start time of `make run`, which the Makefile sets, or None for a start without make."""
    text = environment.get("EASEL_BEGAN", "")
    return float(text) if text.isdecimal() else None
