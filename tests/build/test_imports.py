"""Each built handler is imported as on Lambda: only its folder and the layer are on the path, read-only."""

from __future__ import annotations

from typing import Any

import pytest

from easel import catalog
from tests.build.conftest import Artifacts
from tests.harness.template import Function, functions

# The packages that a handler may load before its first call. Each costs time at every cold start.
# On Lambda, init then loads what else a first call needs (`easel.common.startup`), with a full processor.
PYDANTIC = {"annotated_types", "pydantic", "pydantic_core", "typing_extensions", "typing_inspection"}
EVERY = {"aws_lambda_powertools", "botocore", "imagesize", "jmespath"} | PYDANTIC  # Powertools loads a part of botocore
HTTPX2 = {"h11", "httpcore2", "httpx2", "idna", "truststore"}
GRADIO = {"click", "filelock", "fsspec", "gradio_client", "httpx", "huggingface_hub", "packaging", "yaml"}
FASTAPI = {"annotated_doc", "anyio", "fastapi", "mangum", "opentelemetry", "python_multipart", "starlette"}
MCP = {"PIL", "anyio", "mangum", "mcp", "mcp_types", "opentelemetry", "python_multipart", "sse_starlette", "starlette"}
MAY_LOAD = {
    "agents": EVERY | MCP,
    "check": EVERY | HTTPX2,
    "gitee": EVERY | HTTPX2,
    "ledger": EVERY,
    "modelscope": EVERY | HTTPX2,
    "huggingface": EVERY | HTTPX2 | GRADIO | {"anyio"},
    "router": EVERY | FASTAPI,
    "webhooks": EVERY | HTTPX2 | {"standardwebhooks"},
}

UNUSED = (
    "botocore.docs.service",
    "html.parser",
    "httpcore2._async",
    "httpx2._alias",
    "importlib.metadata",
    "importlib.resources",
    "tomllib",
    "zipfile",
)
"""Modules that packages would load for nothing: `layers/easel/package_edits.py` and the built catalog avoid them."""
BY_SNAPSHOTS = {"botocore.client", "snapshot_restore_py"}
"""Modules that a function with SnapStart loads before its snapshot, and no other function at its import."""

# Imports a module, and prints the loaded modules, the compiled ones, and the files opened for writing.
IMPORT = """
import importlib, json
from importlib.machinery import SourceFileLoader

compiled, written = [], []
compile_source = SourceFileLoader.source_to_code

def source_to_code(self, data, path, **options):
    compiled.append(path)
    return compile_source(self, data, path, **options)

def watch(event, arguments):
    if event == "open" and isinstance(arguments[1], str) and set("wxa+") & set(arguments[1]):
        written.append(str(arguments[0]))

SourceFileLoader.source_to_code = source_to_code
sys.addaudithook(watch)
module = importlib.import_module(sys.argv[1])
assert callable(module.handler)
files = {name: getattr(each, "__file__", None) or "" for name, each in sys.modules.items()}
loaded = sorted({name.partition(".")[0] for name, file in files.items() if file.startswith(tuple(sys.path[:2]))})
print(json.dumps({"all": sorted(files), "loaded": loaded, "compiled": compiled, "written": written}))
"""


@pytest.fixture(scope="module", params=functions(), ids=lambda function: function.module)
def imported(request: pytest.FixtureRequest, artifacts: Artifacts) -> tuple[Function, Any]:
    """A function, and the effects of importing its handler."""
    function: Function = request.param
    return function, artifacts.run(function.logical_id, IMPORT, function.module)


def test_a_handlers_import_compiles_and_writes_nothing(imported: tuple[Function, Any]) -> None:
    assert (imported[1]["compiled"], imported[1]["written"]) == ([], [])


def test_a_handler_loads_only_the_packages_it_needs(imported: tuple[Function, Any]) -> None:
    function, done = imported
    own = {path.stem for path in function.folder.iterdir()} | {"easel"}
    assert set(done["loaded"]) - own <= MAY_LOAD.get(function.module, EVERY)
    if function.module in ("gitee", "modelscope"):
        assert not set(UNUSED) & set(done["all"])
    if function.module in ("router", *catalog.providers()):
        assert not BY_SNAPSHOTS & set(done["all"])
