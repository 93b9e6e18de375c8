"""README and `docs/`: their commands run as printed, against a local stack."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from local import access, api_gateway
from local.deploy import Deployed, deploy
from tests.harness import documents, shell
from tests.harness.patience import HANGS_SECONDS
from tests.harness.sdks import node

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.stack import LocalStack
    from tests.harness.sdks import OnNode

__all__ = ["node"]  # a fixture

FIRST = "docs/deploying.md"
"""The page that deploys a stack, gives it keys, and removes it: it gets one of its own."""
BATCHES = "docs/batches.md"
PAGES = sorted({path for path, _ in documents.blocks("bash")} - {FIRST})


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """The pages' `prompts.csv`."""
    path = tmp_path / "prompts.csv"
    path.write_text(documents.blocks("csv", BATCHES)[0][1])
    return path


@pytest.mark.usefixtures("manifest")
@pytest.mark.parametrize("path", PAGES)
def test_the_commands_of_a_page_run_as_printed(path: str, tmp_path: Path, local_easel: LocalStack) -> None:
    names = {
        "http://127.0.0.1:8080": local_easel.endpoint,
        "http://127.0.0.1:8081": local_easel.function_url,
        "https://your-api": local_easel.endpoint,
        "your-key": access.KEY,
        "your-bucket": local_easel.deployed.outputs["ImagesBucket"],
    }
    blocks = [_with(names, text) for _, text in documents.blocks("bash", path)]
    assert len(shell.run(blocks, tmp_path, local_easel.endpoint, local_easel.aws_url)) == len(blocks)
    if path == BATCHES:
        ((_, example),) = documents.blocks("json", path)
        line = json.loads((tmp_path / "prompts.csv.results.jsonl").read_text().splitlines()[0])
        assert _types(json.loads(example)) == _types(line)


def test_the_calls_of_openais_sdks_run_as_printed(local_easel: LocalStack, node: OnNode) -> None:
    programs = [(sys.executable, "call.py", text) for _, text in documents.blocks("python")]
    programs += [("node", "call.mjs", text) for _, text in documents.blocks("js")]
    assert [name for _, name, _ in programs] == ["call.py", "call.py", "call.mjs"]
    for program, name, text in programs:
        file = node.folder / name
        file.write_text(_with({"http://127.0.0.1:8081": local_easel.function_url}, text))
        done = subprocess.run([program, name], cwd=node.folder, capture_output=True, text=True, timeout=HANGS_SECONDS)
        assert done.returncode == 0, done.stderr
        for url in done.stdout.split():
            assert httpx2.get(url, follow_redirects=True, trust_env=False).headers["content-type"] == "image/png"
        assert done.stdout


PAGE = """
const { onRequest } = await import("./pages.mjs");
const asked = { method: "POST", headers: { "X-API-Key": "any" }, body: JSON.stringify({ prompt: "a cute cat" }) };
const answer = await onRequest({ request: new Request("https://front-end.test/api/generate?from=page", asked) });
console.log((await answer.json()).imageDetails.url);
"""


def test_a_front_ends_host_forwards_its_calls_as_in_readme(local_easel: LocalStack, node: OnNode) -> None:
    ((_, text),) = documents.blocks("javascript")
    (node.folder / "pages.mjs").write_text(_with({"http://127.0.0.1:8080": local_easel.endpoint}, text))
    (node.folder / "page.mjs").write_text(PAGE)
    done = subprocess.run(["node", "page.mjs"], cwd=node.folder, capture_output=True, text=True, timeout=HANGS_SECONDS)
    assert done.stdout.startswith(f"{local_easel.endpoint}/api/images/"), done.stderr


def _types(line: dict[str, Any]) -> dict[str, type]:
    return {name: type(value) for name, value in line.items()}


def _with(names: dict[str, str], text: str) -> str:
    for name, value in names.items():
        text = text.replace(name, value)
    return text


@pytest.fixture
def own(local_easel: LocalStack) -> Iterator[tuple[str, Deployed]]:
    """A second stack on the same AWS, which has no key yet."""
    with api_gateway.bind(0) as listener:
        endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
        parameters = {"PublicUrl": endpoint, "FunctionUrl": "true", **local_easel.providers.parameters}
        deployed = deploy(local_easel.aws_url, parameters, "documents")
        api_url = f"{local_easel.aws_url}/_aws/execute-api/{deployed.api_id}/$default"
        with api_gateway.serve(api_gateway.create_app(api_gateway.Target(api_url)), listener):
            yield endpoint, deployed


def test_a_deployment_from_its_account_to_its_removal(
    own: tuple[str, Deployed], tmp_path: Path, local_easel: LocalStack
) -> None:
    endpoint, deployed = own
    names = {"--stack-name easel": "--stack-name documents", "/easel/": "/documents/", "STACK=easel": "STACK=documents"}
    blocks = [_with(names, text) for _, text in documents.blocks("bash", FIRST)]
    said = shell.run(blocks, tmp_path, endpoint, local_easel.aws_url)
    batch = next(text for block, text in zip(blocks, said, strict=True) if "make batch" in block)
    assert "completed: 3 pictures, 0 failed" in batch
    buckets = [bucket["Name"] for bucket in local_easel.client("s3").list_buckets()["Buckets"]]
    assert deployed.outputs["ImagesBucket"] not in buckets
    assert not local_easel.client("ssm").get_parameters_by_path(Path="/documents/", Recursive=True)["Parameters"]
