"""The output and the questions of `make batch` before a batch starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cli import batch_start
from local.errors import LocalError

if TYPE_CHECKING:
    from pathlib import Path

COUNTS = {"requests": 5, "succeeded": 2, "failed": 2, "invalid": 1, "cancelled": 1}
BEFORE = {"batchId": "b0", "createdAt": 9.0, "finishedAt": 99.0, "counts": COUNTS}


def preview(pictures: int, invalid: int, *, complete: bool = True) -> dict[str, Any]:
    wrong = [{"line": number, "code": "INVALID_MODEL", "error": "no such\x1b model"} for number in range(invalid)]
    counts = {"lines": 40, "pictures": pictures, "invalid": invalid}
    return {"counts": counts, "invalid": wrong, "complete": complete}


@pytest.mark.parametrize(
    ("pictures", "invalid", "whole", "first"),
    [
        (32, 8, True, "32 pictures of 40 lines; 8 lines are invalid:"),
        (39, 1, True, "39 pictures of 40 lines; 1 line is invalid:"),
        (40, 0, True, "40 pictures of 40 lines; no line is invalid"),
        (40, 0, False, "the file is large; in its beginning: 40 pictures of 40 lines; no line is invalid"),
    ],
)
def test_a_file_is_described_in_a_line(pictures: int, invalid: int, whole: bool, first: str) -> None:
    lines = batch_start.describe(preview(pictures, invalid), whole)
    assert lines[0] == first
    assert len(lines) == 1 + invalid


def test_wrong_lines_are_listed_up_to_a_number() -> None:
    lines = batch_start.describe(preview(10, 30), whole=True)
    assert lines[1] == "  line 0: INVALID_MODEL: no such\\x1b model"
    assert (len(lines), lines[-1]) == (batch_start.MAX_SHOWN + 2, "  and 10 more")


def test_a_file_without_a_valid_line_is_not_started() -> None:
    with pytest.raises(LocalError, match="no line of the file is valid"):
        batch_start.confirm(preview(0, 3), None)
    batch_start.confirm(preview(3, 3), None)  # without a terminal, the valid lines start
    batch_start.confirm(preview(3, 0), lambda _: pytest.fail("nothing is wrong"))
    with pytest.raises(LocalError, match="nothing was started"):
        batch_start.confirm(preview(3, 3), lambda _: "n")


def test_an_earlier_run_is_described_with_its_missing_lines() -> None:
    assert batch_start.describe_earlier(BEFORE).endswith(": 2 of 5 pictures, 2 failed, 1 cancelled.")
    assert batch_start.describe_earlier({"createdAt": 9.0}).endswith("and still runs.")


@pytest.mark.parametrize(("typed", "chosen"), [("", "rest"), ("s", "see"), ("R", "rest"), ("all", "all"), ("a", "all")])
def test_an_answer_is_read_by_its_first_letter(typed: str, chosen: str) -> None:
    assert batch_start.choose(BEFORE, lambda _: typed) == chosen


@pytest.mark.parametrize("typed", ["q", "r"])
def test_any_other_answer_starts_nothing(typed: str) -> None:
    complete = {**BEFORE, "counts": {**COUNTS, "succeeded": 4, "failed": 1, "cancelled": 0}}
    assert batch_start.choose(complete, None) == "see"
    with pytest.raises(LocalError, match="nothing was started"):
        batch_start.choose(complete, lambda _: typed)


def test_only_complete_lines_of_a_large_file_are_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_start, "MAX_VALIDATED", 20)
    path = tmp_path / "p.csv"
    for text, sent in ((b"prompt\na cat\n", 13), (b"prompt\na cat\na dog\na mouse\n", 19), (b"x" * 30, 20)):
        path.write_bytes(text)
        assert len(batch_start.beginning(path)) == sent
