"""`local.build`, `local.deploy`, `local.tools`: what is built, with what, and deployed how."""

import sys
from pathlib import Path

import pytest

from local import build, tools
from local.deploy import overrides
from local.errors import LocalError
from local.processes import Processes


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working tree whose "SAM" writes what it was called with."""
    for folder in ("layers/easel", "functions/gitee", ".local"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("template.yaml", "samconfig.toml", "functions/gitee/gitee.py"):
        (tmp_path / name).write_text(name)
    sam = tmp_path / "sam"
    sam.write_text(f"#!{sys.executable}\nfrom pathlib import Path\nprint('Building')\n"
                   f"built = Path({str(tmp_path)!r}) / '.aws-sam/build'\nbuilt.mkdir(parents=True, exist_ok=True)\n"
                   "(built / 'template.yaml').write_text('built')\n")  # fmt: skip
    sam.chmod(0o755)
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "BUILT", tmp_path / ".aws-sam/build/template.yaml")
    monkeypatch.setattr(build, "STAMP", tmp_path / ".local/build")
    monkeypatch.setattr(build, "LOCK", tmp_path / ".local/build.lock")
    return tmp_path


def built(tree: Path) -> bool:
    with Processes() as processes:
        return build.build(processes, tools.Tools(tree / "sam", Path(sys.executable)), lambda _: None)


def test_a_build_is_repeated_only_when_something_changed(tree: Path) -> None:
    assert built(tree)
    assert not built(tree)
    (tree / "functions/gitee/new.py").write_text("")
    assert built(tree)
    (tree / "functions/gitee/new.py").unlink()
    assert built(tree)
    (tree / "functions/gitee/__pycache__").mkdir()
    (tree / "functions/gitee/__pycache__/gitee.pyc").write_text("")
    assert not built(tree)


def test_a_build_changed_by_someone_else_is_repeated(tree: Path) -> None:
    assert built(tree)
    (tree / ".aws-sam/build/template.yaml").write_text("another")
    assert built(tree)
    (tree / ".aws-sam/build/template.yaml").unlink()
    assert built(tree)


def test_a_build_that_failed_is_tried_again(tree: Path) -> None:
    good = (tree / "sam").read_text()
    (tree / "sam").write_text(f"#!{sys.executable}\nimport sys\nsys.exit('no make')\n")
    with pytest.raises(LocalError, match="sam build failed") as caught:
        built(tree)
    assert caught.value.lines == ["no make"]
    (tree / "sam").write_text(good)
    assert built(tree)


def test_parameters_may_hold_json() -> None:
    assert overrides({"HfSpaceUrls": '{"a": "http://b"}', "X": "c\\d"}) == [
        'HfSpaceUrls="{\\"a\\": \\"http://b\\"}"',
        'X="c\\\\d"',
    ]


def test_missing_tools_are_named_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path))
    monkeypatch.setattr(tools, "ROOT", tmp_path)
    with pytest.raises(LocalError, match=r"SAM CLI is missing .* `make run` installs it"):
        tools.find_tools()
    (tmp_path / ".venv-sam/bin").mkdir(parents=True)
    (tmp_path / ".venv-sam/bin/sam").write_text("")
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    with pytest.raises(LocalError, match=r"CPython 3\.13, the functions' runtime, is missing"):
        tools.find_tools()


def test_the_functions_python_is_bare() -> None:
    try:
        python = tools.find_tools().python
    except LocalError as error:
        pytest.skip(str(error))
    assert "venv" not in str(python)
    assert tools._bare(python) == python
