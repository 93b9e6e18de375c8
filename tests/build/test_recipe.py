"""The recipe of docs/inside/adding-a-provider.md, followed in a copy of the repository."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.harness.patience import HANGS_SECONDS
from tests.harness.template import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.tools import Tools

PROVIDER = re.compile(r'"(gitee|huggingface|modelscope)"')

TRIAL = """
import io
from PIL import Image

def test_the_new_provider_generates_on_both_routes(stack):
    for path in ("/api/generate", "/api/providers/acme/generate"):
        answer = stack.generate({"provider": "acme", "prompt": "a cat", "width": 320, "height": 256}, path)
        assert answer.status_code == 200, answer.text
        details = answer.json()["imageDetails"]
        assert (details["provider"], details["model"], details["steps"]) == ("Acme", "Acme One", 10)
        assert Image.open(io.BytesIO(stack.picture(details))).size == (320, 256)

def test_its_token_is_required(stack):
    answer = stack.generate({"provider": "acme"}, x_acme_token="")
    assert (answer.status_code, answer.json()["code"]) == (401, "AUTH_REQUIRED")
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository with the recipe's provider."""
    folder = tmp_path_factory.mktemp("recipe")
    files = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in files.stdout.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for compiled in ROOT.glob("[cflt]*/**/__pycache__/*.pyc"):  # so that tests of the copy do not compile it
        target = folder / compiled.relative_to(ROOT)
        if target.parent.parent.is_dir():
            target.parent.mkdir(exist_ok=True)
            shutil.copy2(compiled, target)
    recipe = (ROOT / "docs/inside/adding-a-provider.md").read_text("utf-8")
    section, adapter, parameter, function, line, emulator = re.findall(r"```\w+\n(.*?)```", recipe, re.DOTALL)
    with (folder / "layers/easel/easel/catalog/catalog.toml").open("a") as catalog:
        catalog.write(f"\n{section}")
    shutil.copytree(folder / "functions/gitee", folder / "functions/acme", ignore=shutil.ignore_patterns("*.py"))
    (folder / "functions/acme/acme.py").write_text(adapter)
    template = (folder / "template.yaml").read_text()
    template = template.replace("\nMappings:", f"{parameter}\nMappings:", 1)
    template = re.sub(r"(default: Providers\n +Parameters:\s+\[)", r"\1AcmeBaseUrl, ", template)
    others = re.search(r"  GiteeFunctionEventInvokeConfig:\n.*?\n\n", template, re.DOTALL)
    assert others
    block = function + others[0].replace("Gitee", "Acme")
    template = template.replace("\n  ProviderPolicy:", f"\n{block}  ProviderPolicy:", 1)
    role = "        - !Ref ModelScopeFunctionRole\n"
    template = template.replace(role, role + role.replace("ModelScope", "Acme"))
    last = re.search(r".*ModelScopeFunction\.Arn\]\n", template)
    assert last
    (folder / "template.yaml").write_text(template.replace(last[0], last[0] + line))
    (folder / "tests/emulators/acme.py").write_text(emulator)
    (folder / "tests/integration/test_acme.py").write_text(TRIAL)
    return folder


def test_a_provider_made_by_the_recipe_generates(copy: Path) -> None:
    tests = ["tests/integration/test_acme.py", "tests/unit/test_template.py", "tests/unit/test_batch_template.py"]
    tests += [f"tests/local/test_{name}.py" for name in ("access", "providers", "sam_local", "settings")]
    options = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider", "--show-capture=no"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=copy,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        timeout=HANGS_SECONDS,
    )
    assert run.returncode == 0, run.stdout[-4000:]


def test_sam_accepts_the_recipes_block_in_the_template(copy: Path, tools: Tools) -> None:
    run = subprocess.run(
        [str(tools.sam), "validate", "--lint", "--region", "us-east-1"],
        cwd=copy,
        env={**os.environ, "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        timeout=HANGS_SECONDS,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]


def test_no_other_code_names_a_provider() -> None:
    """Other code gets the providers from the catalog and the template. Examples of a model's field may name one."""
    derived = ["layers/easel/easel", "local", "functions/router", "functions/batch", "tests/harness"]
    allowed = {
        "local/banner.py",  # the specification's three calls
        "functions/router/error_responses.py",  # examples
        "functions/router/request_examples.py",
        "functions/router/routes/generate.py",  # the old route `/api/generate-hf`
    }
    files = {file.relative_to(ROOT).as_posix(): file for folder in derived for file in (ROOT / folder).rglob("*.py")}
    naming = {name for name, file in files.items() if any(map(PROVIDER.search, texts(ast.parse(file.read_text()))))}
    assert naming == allowed


def texts(tree: ast.AST) -> Iterator[str]:
    """Return the quoted strings of a piece of code, without the values of keywords called `examples`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield f'"{node.value}"'
        if not (isinstance(node, ast.keyword) and node.arg == "examples"):
            yield from texts(node)
