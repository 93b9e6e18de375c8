"""What the measured code runs in: built artifacts, a bare CPython 3.13, emulated providers, an AWS that says yes.

What is measured runs in processes of its own, with nothing but the artifacts on its path: `inside/` holds the scripts.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from werkzeug.wrappers import Request, Response

from easel import catalog
from local.environments import INIT
from local.tools import find_tools
from tests.emulators import pictures
from tests.emulators.drawing import draw
from tests.emulators.server import QUICK, SPACES, Emulators
from tests.harness.artifacts import Artifacts, build
from tests.harness.cloud import CREDENTIALS, Server
from tests.harness.template import ROOT, STACK_NAME, Function, functions

if TYPE_CHECKING:
    from collections.abc import Sequence

INSIDE = Path(__file__).with_name("inside")
FOLDER = ROOT / ".local/bench"
BY_MODULE = {function.module: function for function in functions()}


@dataclass(frozen=True)
class Subject:
    """A function and its folders."""

    function: Function
    paths: tuple[Path, ...]


class World:
    """A context manager: everything is up within, and gone after it."""

    def __init__(self, spaces: bool) -> None:
        self._spaces = spaces
        self._closing = ExitStack()

    def __enter__(self) -> World:
        tools = find_tools()
        FOLDER.mkdir(parents=True, exist_ok=True)
        self.artifacts: Artifacts = build(tools, FOLDER / "build")
        # Drawn once: the emulators' own work is not what is measured.
        self._closing.enter_context(patch.object(pictures, "draw", cache(draw)))
        emulated = (*QUICK, *SPACES) if self._spaces else QUICK
        self.emulators = self._closing.enter_context(Emulators(emulated, seconds=0))
        aws = Server(yes)
        self._closing.callback(aws.close)
        self.environment = {
            **CREDENTIALS,
            **INIT,
            "AWS_ENDPOINT_URL": aws.url,
            "JOBS_TABLE": "jobs",
            "IMAGES_BUCKET": "images",
            "PUBLIC_URL": "http://easel.test",
            **self.emulators.settings,
            "FUNCTION_PREFIX": f"{STACK_NAME}-",
            "BENCH_MODELS": json.dumps({each.id: each.models[0].id for each in catalog.providers().values()}),
            "BENCH_HEADERS": json.dumps({each.id: each.auth_header for each in catalog.providers().values()}),
        }
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def subject(self, module: str) -> Subject:
        function = BY_MODULE[module]
        return Subject(function, (self.artifacts.function(function.logical_id), self.artifacts.layer))

    def run(self, script: str, paths: Sequence[Path], *arguments: str, seconds: float = 300) -> Any:
        """What a script of `inside/` prints as its last line, in JSON."""
        setup = f"import sys; sys.path[:0] = {[str(path) for path in (*paths, INSIDE)]!r}; import runpy; "
        command = [
            *(str(self.artifacts.python), "-I", "-S", "-B", "-c"),
            setup + f"runpy.run_path({str(INSIDE / script)!r}, run_name='__main__')",
            *arguments,
        ]
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": "/nonexistent", **self.environment}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=seconds)
        if done.returncode:
            raise RuntimeError(f"{script} {' '.join(arguments)} failed:\n{done.stderr[-3000:]}")
        return json.loads(done.stdout.splitlines()[-1])


def yes(request: Request) -> Response:
    """The answer of an AWS that has no work with it. An invoked function's job has ended."""
    signed = re.search(r"/([a-z0-9-]+)/aws4_request", request.headers.get("Authorization", ""))
    service = signed[1] if signed else "s3"
    if service == "lambda":
        job = json.loads(request.get_data())["job"]
        result = {"key": "images/x.png", "format": "PNG", "width": 512, "height": 512, "seed": 1, "seconds": 1.0}
        return Response(json.dumps({**job, "status": "succeeded", "result": result}), content_type="application/json")
    if service == "dynamodb":
        return Response("{}", content_type="application/x-amz-json-1.0")
    return Response(status=200, headers={"ETag": '"x"'})
