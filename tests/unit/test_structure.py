"""The layer is a few packages on floors: a package imports from the floors below it, and the whole can be drawn."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.harness.template import ROOT

LAYER = ROOT / "layers/easel/easel"
FLOORS = (
    "common",
    "errors",
    "settings",
    "catalog",
    "store",
    "budgets",
    "providers",
    "generation",
    "front_door",
    "batch",
    "handler",
)
"""The layer's packages and modules from the bottom floor up; each may import from those before it."""
MOST_ENTRIES = 12
MOST_ARROWS = 43


def module(file: Path) -> str:
    return ".".join(file.relative_to(LAYER).with_suffix("").parts)


def imports() -> dict[str, set[str]]:
    """The layer's modules that each of its modules imports, wherever in the file."""
    trees = {
        module(file): ast.parse(file.read_text("utf-8")) for file in LAYER.rglob("*.py") if file.stem != "__init__"
    }
    return {
        name: {each for node in ast.walk(tree) for each in _named(node) if each in trees}
        for name, tree in trees.items()
    }


def _named(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.removeprefix("easel.") for alias in node.names if alias.name.startswith("easel.")]
    if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("easel"):
        return []
    package = (node.module or "").removeprefix("easel").removeprefix(".")
    return [package, *(f"{package}.{alias.name}".removeprefix(".") for alias in node.names)]


def floor(name: str) -> int:
    return FLOORS.index(name.split(".")[0])


def test_the_layer_has_few_entries_and_each_has_its_floor() -> None:
    entries = {path.stem for path in LAYER.iterdir() if path.name != "__pycache__"}
    assert len(entries) <= MOST_ENTRIES
    assert entries - {"__init__"} == set(FLOORS)


def test_no_package_imports_from_a_floor_above_it() -> None:
    upward = [(one, other) for one, others in imports().items() for other in others if floor(other) > floor(one)]
    assert upward == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    left = imports()
    while free := [name for name, others in left.items() if not others & left.keys()]:
        left = {name: others for name, others in left.items() if name not in free}
    assert left == {}


def test_the_arrows_between_packages_can_be_drawn() -> None:
    arrows = {(floor(one), floor(other)) for one, others in imports().items() for other in others}
    assert len({(one, other) for one, other in arrows if one != other}) <= MOST_ARROWS


def test_what_the_author_of_a_provider_reads_is_short() -> None:
    assert len((LAYER / "providers/adapter.py").read_text("utf-8").splitlines()) < 100


def test_functions_never_import_one_another() -> None:
    folders = [folder for folder in (ROOT / "functions").iterdir() if (folder / f"{folder.name}.py").is_file()]
    entries = [path for folder in folders for path in folder.iterdir()]
    owner = {
        path.stem: path.parent.name for path in entries if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    for folder in folders:
        for file in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                names = [node.module] if isinstance(node, ast.ImportFrom) else []
                names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                assert all(owner.get(str(name).split(".")[0], folder.name) == folder.name for name in names), file


def test_urllib3_is_botocores_alone() -> None:
    files = [file for folder in ("layers", "functions", "local", "cli") for file in (ROOT / folder).rglob("*.py")]
    imported = re.compile(r"^\s*(import|from) urllib3\b", re.MULTILINE)
    assert [file for file in files if imported.search(file.read_text("utf-8"))] == []


ELSEWHERE = {
    "adapter": "tests/unit/test_generation.py",  # a protocol and two records
    "dependencies": "tests/integration/test_calls.py",
    "error_responses": "tests/unit/test_openapi.py",
    "request_examples": "tests/unit/test_openapi.py",
    "job_views": "tests/integration/test_jobs_over_http.py",
    "catalog_response_models": "tests/unit/test_openapi.py",
    "picture_response_models": "tests/unit/test_openapi.py",
    "job_access": "tests/unit/test_job_permissions.py",
    "store/listing": "tests/unit/test_pagination.py",
    "job_responses": "tests/unit/test_http_messages.py",
    "response_models": "tests/unit/test_openapi.py",
    "routes/catalog": "tests/unit/test_router.py",
    "routes/generate": "tests/integration/test_calls.py",
    "routes/images": "tests/integration/test_jobs_over_http.py",
    "routes/jobs": "tests/unit/test_routes_keys.py",
    "front_door/credentials": "tests/unit/test_validation.py",
    "front_door/invoke": "tests/unit/test_dispatch.py",
    "front_door/recovery": "tests/integration/test_one_charge.py",
    "providers/progress": "tests/unit/test_generation.py",
    "job_ends": "tests/unit/test_generation.py",
    "catalog/ranges": "tests/unit/test_catalog_models.py",
    "catalog/lookup": "tests/unit/test_catalog_models.py",
    "catalog/requests": "tests/unit/test_validation.py",
    "v1/edits": "tests/integration/test_openai_edits.py",
    "modelscope_errors": "tests/unit/test_modelscope.py",
    "space_client": "tests/integration/test_huggingface_clients.py",
    "space_connection": "tests/integration/test_huggingface_faults.py",
    "space_progress": "tests/unit/test_huggingface.py",
    "space_http": "tests/integration/test_huggingface_faults.py",
    "v1_response_models": "tests/unit/test_openapi.py",
    "providers/error_rules": "tests/unit/test_error_mapping.py",
    "space_error_rules": "tests/unit/test_space_errors.py",
    "batch/object_keys": "tests/unit/test_v1_files.py",
    "errors/base": "tests/unit/test_errors.py",
    "batch/progress": "tests/unit/test_routes_batches.py",
    "ended_items": "tests/unit/test_webhooks.py",
    "daily_usage": "tests/unit/test_ledger.py",
    "webhook_events": "tests/unit/test_webhooks.py",
    "webhook_signature": "tests/unit/test_webhook_sender.py",
    "batch/executions": "tests/integration/test_batch_runs.py",
    **dict.fromkeys(
        ("agents/agents", "agent_server", "router_api", "job_waits", "tool_results"), "tests/integration/test_agents.py"
    ),
}
"""Modules whose tests bear another name."""


def test_every_module_has_its_unit_tests() -> None:
    files = [*LAYER.rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
    for file in files:
        name = file.stem
        if name == "__init__":
            continue
        package = file.parent.name
        tests = [ROOT / f"tests/unit/test_{package}_{name}.py"]
        if package not in ("routes", "v1"):  # whose modules bear the names of what they are about
            tests.append(ROOT / f"tests/unit/test_{name}.py")
        elsewhere = name in ELSEWHERE or f"{package}/{name}" in ELSEWHERE
        assert any(test.is_file() for test in tests) != elsewhere, file
    assert all((ROOT / file).is_file() for file in ELSEWHERE.values())


LOCAL_ELSEWHERE = {
    "space_arguments": "tests/cli/test_space.py",
    "space_ratios": "tests/cli/test_space.py",
    "space_section": "tests/cli/test_space.py",
    "__main__": "tests/integration/test_local_stack.py",
    "errors": "tests/local/test_processes.py",
    "reaper": "tests/local/test_processes.py",
    "fork_server": "tests/local/test_environments.py",
}


def test_every_module_of_local_and_cli_has_its_tests() -> None:
    for file in [*(ROOT / "local").glob("*.py"), *(ROOT / "cli").glob("*.py")]:
        name = file.stem
        if name != "__init__":
            assert (ROOT / f"tests/{file.parent.name}/test_{name}.py").is_file() != (name in LOCAL_ELSEWHERE), name
    assert all((ROOT / file).is_file() for file in LOCAL_ELSEWHERE.values())
