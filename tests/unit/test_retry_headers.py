"""The retry delay in a provider's headers, in every form."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from easel.providers.retry_headers import MAX_SECONDS, seconds


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *(("7", 7), (" 7 ", 7), ("0", 0), ("1.5", 2), ("0.2", 1), ("7, 60", 60), ("60,7.5", 60), ("soon, 7", 7)),
        *(("9" * 30, MAX_SECONDS), ("9" * 499, MAX_SECONDS), ("86401", MAX_SECONDS)),
        *(("", None), ("soon", None), ("-1", None), ("7 s", None), ("٧", None), ("1e400", None), ("nan", None)),
        *(("Mon, 99 Nov 2026 99:00:00 GMT", None), ("Sun, 29 Nov 2020 22:00:00 GMT", 0)),
    ],
)
def test_retry_after_may_be_seconds_a_fraction_or_a_list(value: str, expected: int | None) -> None:
    assert seconds({"retry-after": value}) == expected


def test_retry_after_may_be_a_date() -> None:
    wait = seconds({"retry-after": formatdate(time.time() + 3000, usegmt=True)})
    assert wait
    assert 0 < wait <= 3000
    assert seconds({"retry-after": formatdate(time.time() + 10 * MAX_SECONDS, usegmt=True)}) == MAX_SECONDS


RATE_LIMITS = {
    "limit=100, remaining=0, reset=50": 50,
    "limit=100, remaining=1, reset=50": None,
    '"api";r=0;t=55': 55,
    '"api";r=3;t=55': None,
    '"day";r=0;t=500, "hour";r=3;t=900': 500,
    '"day";r=0;t=500, "hour";r=0;t=9': 500,
    '"api";r=0;t=' + "9" * 20: MAX_SECONDS,
    "nonsense": None,
}


def test_rate_limit_headers_are_used_without_retry_after() -> None:
    assert {value: seconds({"ratelimit": value}) for value in RATE_LIMITS} == RATE_LIMITS
    assert seconds({"ratelimit": '"api";r=0;t=55', "retry-after": "7"}) == 7
    assert seconds({"ratelimit-limit": "9", "ratelimit-remaining": "0", "ratelimit-reset": "5"}) == 5
    assert seconds({"ratelimit-remaining": "2", "ratelimit-reset": "5"}) is None
    assert seconds({}) is None
