"""The layer consists of a few packages on floors. A package imports only from the floors below it."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

from tests.harness.template import ROOT

if TYPE_CHECKING:
    from pathlib import Path

LAYER = ROOT / "layers/easel/easel"
FLOORS = (
    *("common", "errors", "settings", "catalog", "store", "budgets"),
    *("providers", "generation", "front_door", "batch", "handler"),
)
"""The layer's packages and modules from the bottom floor up; each may import from those before it."""
MOST_ENTRIES = 12
MOST_ARROWS = 43


def module(file: Path) -> str:
    return ".".join(file.relative_to(LAYER).with_suffix("").parts)


@cache
def named(file: Path) -> frozenset[str]:
    """Return every module and name that a file imports anywhere."""
    nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(names)


@cache
def imports() -> dict[str, set[str]]:
    """Return the layer's modules that each of its modules imports."""
    files = {module(file): file for file in LAYER.rglob("*.py") if file.stem != "__init__"}
    return {name: {each.removeprefix("easel.") for each in named(file)} & files.keys() for name, file in files.items()}


def floor(name: str) -> int:
    return FLOORS.index(name.split(".")[0])


def test_the_layer_has_few_entries_each_with_a_floor() -> None:
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


def test_few_packages_import_each_other() -> None:
    arrows = {(floor(one), floor(other)) for one, others in imports().items() for other in others}
    assert len({(one, other) for one, other in arrows if one != other}) <= MOST_ARROWS


def test_the_modules_for_a_new_provider_are_short() -> None:
    assert len((LAYER / "providers/adapter.py").read_text("utf-8").splitlines()) < 100


def test_functions_never_import_one_another() -> None:
    folders = [folder for folder in (ROOT / "functions").iterdir() if (folder / f"{folder.name}.py").is_file()]
    entries = [path for folder in folders for path in folder.iterdir()]
    owner = {path.stem: path.parent for path in entries if path.suffix == ".py" or (path / "__init__.py").is_file()}
    for folder in folders:
        for file in folder.rglob("*.py"):
            assert all(owner.get(name.split(".")[0], folder) == folder for name in named(file)), file


def test_urllib3_is_used_by_botocore_only() -> None:
    files = [file for folder in ("layers", "functions", "local", "cli") for file in (ROOT / folder).rglob("*.py")]
    imported = re.compile(r"^\s*(import|from) urllib3\b", re.MULTILINE)
    assert [file for file in files if imported.search(file.read_text("utf-8"))] == []


ELSEWHERE = {
    "unit/test_openapi.py": (
        *("error_responses", "request_examples", "catalog_response_models", "picture_response_models"),
        *("response_models", "v1_response_models"),
    ),
    "unit/test_generation.py": ("adapter", "providers/progress", "job_ends"),  # the adapter: a protocol and two records
    "unit/test_http_messages.py": ("job_responses",),
    "unit/test_job_permissions.py": ("job_access",),
    "unit/test_pagination.py": ("store/listing",),
    "unit/test_router.py": ("routes/catalog",),
    "unit/test_routes_keys.py": ("routes/jobs",),
    "unit/test_validation.py": ("front_door/credentials", "catalog/requests"),
    "unit/test_dispatch.py": ("front_door/invoke",),
    "unit/test_catalog_models.py": ("catalog/ranges", "catalog/lookup"),
    "unit/test_modelscope.py": ("modelscope_errors",),
    "unit/test_huggingface.py": ("space_progress",),
    "unit/test_error_mapping.py": ("providers/error_rules",),
    "unit/test_space_errors.py": ("space_error_rules",),
    "unit/test_v1_files.py": ("batch/object_keys",),
    "unit/test_errors.py": ("errors/base",),
    "unit/test_routes_batches.py": ("batch/progress",),
    "unit/test_webhooks.py": ("ended_items", "webhook_events"),
    "unit/test_webhook_sender.py": ("webhook_signature",),
    "unit/test_ledger.py": ("daily_usage",),
    "integration/test_calls.py": ("dependencies", "routes/generate"),
    "integration/test_jobs_over_http.py": ("job_views", "routes/images"),
    "integration/test_one_charge.py": ("front_door/recovery",),
    "integration/test_openai_edits.py": ("v1/edits",),
    "integration/test_huggingface_clients.py": ("space_client",),
    "integration/test_huggingface_faults.py": ("space_connection", "space_http"),
    "integration/test_batch_runs.py": ("batch/executions",),
    "integration/test_agents.py": ("agents/agents", "agent_server", "router_api", "job_waits", "tool_results"),
    "cli/test_space.py": ("cli/space_arguments", "cli/space_ratios", "cli/space_section"),
    "integration/test_local_stack.py": ("local/__main__",),
    "local/test_processes.py": ("local/errors", "local/reaper"),
    "local/test_environments.py": ("local/fork_server",),
}
"""Test files, below `tests`, of modules whose name they do not bear."""


def test_every_module_has_its_tests() -> None:
    elsewhere = {name for names in ELSEWHERE.values() for name in names}
    for folder in (LAYER, *(ROOT / name for name in ("functions", "local", "cli"))):
        for file in folder.rglob("*.py"):
            package, name = file.parent.name, file.stem
            if name == "__init__":
                continue
            tests = ROOT / "tests" / (package if package in ("local", "cli") else "unit")
            names = [f"test_{package}_{name}.py"]
            if package not in ("routes", "v1"):  # other packages have modules with the same names
                names.append(f"test_{name}.py")
            has_its_own = any((tests / each).is_file() for each in names)
            assert has_its_own != bool({name, f"{package}/{name}"} & elsewhere), file
    assert all((ROOT / "tests" / file).is_file() for file in ELSEWHERE)
