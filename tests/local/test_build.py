"""`local.build`: when the artifacts are built again."""

import sys
from pathlib import Path

import pytest

from local import build, tools
from local.errors import LocalError
from local.processes import Processes


@pytest.fixture
def builds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A working tree in `tmp_path`, and the builds that were made in it."""
    for folder in ("layers/easel", "functions/gitee"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("template.yaml", "functions/gitee/gitee.py"):
        (tmp_path / name).write_text(name)
    made: list[Path] = []
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "STAMP", tmp_path / ".local/build")
    monkeypatch.setattr(build, "LOCK", tmp_path / ".local/build.lock")
    monkeypatch.setattr(build, "build_into", lambda target, *_: made.append(target))
    return made


def built() -> bool:
    with Processes() as processes:
        return build.build(processes, tools.Tools(Path(sys.executable)))


def test_a_build_is_repeated_only_when_something_changed(builds: list[Path], tmp_path: Path) -> None:
    assert built()
    assert not built()
    (tmp_path / "functions/gitee/new.py").write_text("")
    assert built()
    (tmp_path / "functions/gitee/new.py").unlink()
    assert built()
    (tmp_path / "functions/gitee/__pycache__").mkdir()
    (tmp_path / "functions/gitee/__pycache__/gitee.pyc").write_text("")
    assert not built()
    assert len(builds) == 3


def test_a_failed_build_is_repeated(builds: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise LocalError("the build of RouterFunction failed")

    assert built()
    with monkeypatch.context() as failing:
        failing.setattr(build, "fingerprint", lambda _: "changed")
        failing.setattr(build, "build_into", fail)
        with pytest.raises(LocalError):
            built()
    assert built()
    assert len(builds) == 2
