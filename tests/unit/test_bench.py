"""The benchmark: its model of Lambda's overhead, its comparison of two checkouts, and its control group."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import quota
from tests.bench.against import beside
from tests.bench.lambdas import WHOLE, Cost, Sample, share


def test_memory_determines_the_share_of_a_processor() -> None:
    assert share(WHOLE / 4) == 0.25
    assert share(2 * WHOLE) == 1


def test_init_has_a_full_processor_and_invocations_a_share() -> None:
    cost = Cost(
        module="gitee", memory=WHOLE // 2 + 1, init=[90, 100, 200], floor=[], first=[40, 50, 60], warm=[9, 10, 30]
    )
    assert cost.cold_ms == pytest.approx(100 + 2 * 50, rel=0.01)
    assert cost.warm_ms == pytest.approx(2 * 10, rel=0.01)


def test_two_checkouts_are_compared_in_every_figure() -> None:
    ours = {"router": [Sample(400, 20, 2)] * 3, "gitee": [Sample(150, 10, 4)] * 3}
    theirs = {"router": [Sample(500, 20, 1)] * 3, "gitee": [Sample(100, 10, 4)] * 3}
    figures = list(beside(ours, theirs, {"router": WHOLE, "gitee": WHOLE // 2}, "other"))
    ratios = {f"{each.group.partition(',')[0]}: {each.what}": each.ratio for each in figures}
    assert ratios["Processor time of init: gitee"] == 1.5
    assert ratios["Processor time of init + first: router"] == pytest.approx(420 / 520)
    assert ratios["Processor time of warm: router"] == 2
    assert ratios["Predicted on Lambda: router, then gitee"] == pytest.approx((420 + 170) / (520 + 120), rel=0.01)


def test_without_permission_there_is_no_control_group(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(quota, "_ROOTS", (tmp_path, tmp_path / "missing"))
    with quota.limited_to(0.5) as group:
        assert group is None
    assert list(tmp_path.iterdir()) == []
