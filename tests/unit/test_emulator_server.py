"""The emulators start on a machine of any speed, and name an emulator process that ended early."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from local.processes import ROOT


def test_an_ended_space_emulator_is_named(tmp_path: Path) -> None:
    (tmp_path / "gradio.py").write_text("raise SystemExit('its own last words')\n")
    done = subprocess.run(
        [sys.executable, "-m", "tests.emulators"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    *_, words, name = done.stderr.splitlines()
    assert words == "its own last words"
    assert name == "The Spaces' emulator ended before it was ready (status 1)."
    assert "Traceback" not in done.stderr
