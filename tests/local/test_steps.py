"""`local.steps`: the progress that a start prints."""

import re
import time

from local.processes import ROOT
from local.steps import STEPS, Steps, began


def test_a_step_has_its_number_and_the_elapsed_seconds() -> None:
    lines: list[str] = []
    steps = Steps(lines.append, time.time() - 7)
    steps.next("AWS")
    steps.next("The layer")
    assert lines == [f"[2/{STEPS}   7 s] AWS", f"[3/{STEPS}   7 s] The layer"]


def test_the_makefile_says_the_first_step_and_when_it_began() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert f'@echo "[1/{STEPS}   0 s] ' in makefile
    assert "export EASEL_BEGAN := $(shell date +%s)" in makefile
    assert len(re.findall(r"steps\.next\(", (ROOT / "local/stack.py").read_text("utf-8"))) == STEPS - 1


def test_a_start_without_make_begins_now() -> None:
    assert began({}) is None
    assert began({"EASEL_BEGAN": "1796000000"}) == 1796000000
