"""Minutes, days and months: their start and end in any time zone and on any day."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from easel.budgets import periods
from easel.errors import InvalidSetting

NOON = datetime(2026, 11, 25, 12, 0, 30, tzinfo=UTC).timestamp()


def moment(*date: int) -> float:
    return datetime(*date, tzinfo=UTC).timestamp()  # type: ignore[misc, arg-type]


def test_periods_begin_at_midnight_and_at_second_zero() -> None:
    day, month, minute = (periods.of(kind, NOON) for kind in ("day", "month", "minute"))
    assert (day.counter, day.ends) == ("day#2026-11-25", moment(2026, 11, 26))
    assert (month.counter, month.ends) == ("month#2026-11", moment(2026, 12, 1))
    assert minute.ends == NOON + 30
    assert periods.of("minute", NOON).counter != periods.of("minute", NOON + 30).counter


def test_a_time_zone_moves_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIME_ZONE", "Asia/Shanghai")
    late = moment(2026, 12, 31, 16, 30)
    assert periods.of("day", late).counter == "day#2027-01-01"
    assert periods.of("month", late).counter == "month#2027-01"
    assert periods.of("day", late - 3600).ends == late - 1800
    assert periods.as_text(late) == "2027-01-01T00:30:00+08:00"


@pytest.mark.parametrize(("date", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 5, 5), 24)])
def test_a_day_with_a_clock_change_has_its_own_length(
    date: tuple[int, int, int], hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIME_ZONE", "Europe/Berlin")
    start = datetime(*date, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
    end = periods.of("day", start).ends
    assert end - start == hours * 3600
    assert {periods.of("day", start + half).ends for half in range(0, hours * 3600, 1800)} == {end}
    assert periods.of("day", end).counter != periods.of("day", start).counter


def test_every_month_ends_where_the_next_one_begins() -> None:
    when = moment(2027, 1, 15)
    for number in [*range(2, 13), 1]:
        when = periods.of("month", when).ends
        begin = datetime.fromtimestamp(when, UTC)
        assert (begin.month, begin.day) == (number, 1)


def test_a_counter_outlives_its_period_for_refunds() -> None:
    for kind, still, over in (("minute", 120, 240), ("day", 86400, 3 * 86400), ("month", 32 * 86400, 75 * 86400)):
        counter = periods.of(kind, NOON).counter
        assert [periods.is_over(counter, NOON + after) for after in (0, still, over)] == [False, False, True]
    assert not periods.is_over("held#b1", NOON)


@pytest.mark.parametrize("name", ["Middle/Earth", "../../etc/passwd", "/etc/localtime"])
def test_an_unknown_time_zone_is_refused_by_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIME_ZONE", name)
    with pytest.raises(InvalidSetting, match="TIME_ZONE must be a time zone such as"):
        periods.of("day", NOON)
