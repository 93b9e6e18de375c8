"""`make catalog`: an overlay is checked, stored, shown and removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli import catalog as command
from easel.catalog import stored_overlay
from easel.common import aws
from easel.settings import settings
from local.errors import LocalError
from tests.harness.cloud import Cloud

OWN = """[[gitee.models]]
id = "new"
name = "New"
steps = { min = 1, max = 9, default = 4 }

[[gitee.models]]
id = "Qwen-Image"
off = true

[[modelscope.models]]
id = "black-forest-labs/FLUX.2-dev"
typical_seconds = 50

[aliases]
fast = "gitee/new"
"""
CHANGES = [
    "gitee/new: added",
    "gitee/Qwen-Image: off",
    "modelscope/black-forest-labs/FLUX.2-dev: changed: typical_seconds",
    "fast: alias of gitee/new",
]


@pytest.fixture(autouse=True)
def _reached(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "connect", lambda environment: None)


def write(folder: Path, text: str) -> str:
    file = folder / "my.toml"
    file.write_text(text, "utf-8")
    return str(file)


def test_a_catalog_is_stored_shown_and_removed(tmp_path: Path) -> None:
    assert command.main({}) == [command.NONE_STORED]
    stored = command.main({"FILE": write(tmp_path, OWN)})
    assert stored == [*CHANGES, "stored: every function uses it within 60 s"]
    since, *shown = command.main({})
    assert since.startswith("# stored 20")
    assert shown == [*(f"# {line}" for line in CHANGES), *OWN.splitlines()]
    command.main({"REMOVE": "1"})
    assert command.main({}) == [command.NONE_STORED]


def test_check_stores_nothing(tmp_path: Path) -> None:
    assert command.main({"FILE": write(tmp_path, OWN), "CHECK": "1"}) == [*CHANGES, "valid; nothing was stored"]
    assert command.main({}) == [command.NONE_STORED]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("max = 9", "max = 3", r"my.toml:4: gitee.models.0.steps: default: must lie from min, 1, to max, 3; it is 4"),
        ("off = true", "of = true", r"my.toml:8: gitee.models.1.of: unknown key"),
        ("[aliases]", "[aliases", r"my.toml: Expected .* \(at line 14, column 9\)"),
        ('fast = "gitee/new"', f"fast = {'[' * 5000}", r"my.toml: a value is nested too deeply or has too many digits"),
        ('fast = "gitee/new"', "fast = [", r"my.toml: Invalid value \(at end of document\) \(line 15\)"),
    ],
)
def test_an_invalid_catalog_is_not_stored(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in OWN
    with pytest.raises(LocalError, match=complaint):
        command.main({"FILE": write(tmp_path, OWN.replace(old, new))})
    assert command.main({}) == [command.NONE_STORED]


def test_an_invalid_stored_catalog_is_shown_with_the_reason() -> None:
    text = OWN.replace("off", "of").encode()
    aws.s3().put_object(Bucket=settings().images_bucket, Key=stored_overlay.KEY, Body=text)
    assert command.main({})[1:3] == [
        "# ignored, because it is invalid:",
        "# line 8: gitee.models.1.of: unknown key",
    ]


def test_a_missing_file_is_named() -> None:
    with pytest.raises(LocalError, match=r"FILE=none\.toml cannot be read"):
        command.main({"FILE": "none.toml"})
