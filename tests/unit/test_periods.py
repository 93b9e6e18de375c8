"""Minutes, days and months: where they begin and end, in whatever time zone and on whatever day."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from easel.budgets import periods
from easel.errors import InvalidSetting

NOON = datetime(2026, 11, 25, 12, 0, 30, tzinfo=UTC).timestamp()


def test_a_day_and_a_month_begin_at_midnight_of_the_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert periods.of("day", NOON).counter == "day#2026-11-25"
    assert periods.of("day", NOON).ends == datetime(2026, 11, 26, tzinfo=UTC).timestamp()
    assert periods.of("month", NOON).counter == "month#2026-11"
    assert periods.of("month", NOON).ends == datetime(2026, 12, 1, tzinfo=UTC).timestamp()


def test_a_time_zone_moves_midnight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIME_ZONE", "Asia/Shanghai")
    late = datetime(2026, 12, 31, 16, 30, tzinfo=UTC).timestamp()
    assert periods.of("day", late).counter == "day#2027-01-01"
    assert periods.of("month", late).counter == "month#2027-01"
    assert periods.of("day", late - 3600).ends == late - 1800
    assert periods.as_text(late) == "2027-01-01T00:30:00+08:00"


@pytest.mark.parametrize(("date", "hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 5, 5), 24)])
def test_a_day_on_which_clocks_change_has_its_own_length(
    date: tuple[int, int, int], hours: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIME_ZONE", "Europe/Berlin")
    start = datetime(*date, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
    end = periods.of("day", start).ends
    assert end - start == hours * 3600
    assert {periods.of("day", start + half).ends for half in range(0, hours * 3600, 1800)} == {end}
    assert periods.of("day", end).counter != periods.of("day", start).counter


def test_every_month_ends_where_the_next_one_begins() -> None:
    when = datetime(2027, 1, 15, tzinfo=UTC).timestamp()
    for number in [*range(2, 13), 1]:
        when = periods.of("month", when).ends
        assert datetime.fromtimestamp(when, UTC).month == number
        assert datetime.fromtimestamp(when, UTC).day == 1


def test_a_minute_begins_at_second_zero() -> None:
    assert periods.of("minute", NOON).ends == NOON + 30
    assert periods.of("minute", NOON).counter != periods.of("minute", NOON + 30).counter


def test_a_counter_outlives_its_period_for_refunds() -> None:
    for kind, still, over in (("minute", 120, 240), ("day", 86400, 3 * 86400), ("month", 32 * 86400, 75 * 86400)):
        counter = periods.of(kind, NOON).counter
        assert not periods.is_over(counter, NOON)
        assert not periods.is_over(counter, NOON + still)
        assert periods.is_over(counter, NOON + over)
    assert not periods.is_over("held#b1", NOON)


@pytest.mark.parametrize("name", ["Middle/Earth", "../../etc/passwd", "/etc/localtime"])
def test_an_unknown_time_zone_is_refused_by_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIME_ZONE", name)
    with pytest.raises(InvalidSetting, match="TIME_ZONE must be the name of a time zone"):
        periods.of("day", NOON)
