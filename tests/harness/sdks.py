"""OpenAI's published SDKs behind one interface: for Python on httpx2 and on aiohttp, and for Node."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from easel.common.deadline import in_thread
from tests.harness.artifacts import missing
from tests.harness.openai_package import openai
from tests.harness.patience import HANGS_SECONDS

NODE = Path(__file__).with_name("node")
NAMES = ("python", "aiohttp", "node")
OPENAIS = ("model", "image", "prompt", "n", "size", "response_format", "quality", "user", "stream")
"""Arguments of the Python SDK. Other arguments are passed in its `extra_body`."""


@dataclass(frozen=True)
class Outcome:
    """The outcome of an SDK's call: the response as JSON, or the SDK's error with its details."""

    body: Any = None
    error: str = ""
    status: int | None = None
    reason: Mapping[str, Any] = field(default_factory=dict)


Sdk = Callable[..., Outcome]
"""`call(url, key, method, retries=2, **arguments)` makes a call such as `images.generate` with a new client."""


def on_httpx(url: str, key: str, method: str, retries: int = 2, **arguments: Any) -> Outcome:
    with openai.OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=retries) as client:
        try:
            answer = _function(client, method)(**_for_python(arguments))
            return Outcome([each.to_dict() for each in answer]) if arguments.get("stream") else _read(answer)
        except openai.APIError as error:
            return _refused(error)


def on_aiohttp(url: str, key: str, method: str, retries: int = 2, **arguments: Any) -> Outcome:
    async def call() -> Outcome:
        transport = openai.DefaultAioHttpClient()
        options: Any = {"base_url": f"{url}/v1", "api_key": key, "max_retries": retries, "http_client": transport}
        async with openai.AsyncOpenAI(**options) as client:
            try:
                answer = await _function(client, method)(**_for_python(arguments))
                return Outcome([each.to_dict() async for each in answer]) if arguments.get("stream") else _read(answer)
            except openai.APIError as error:
                return _refused(error)

    return in_thread(asyncio.run, call()).result()  # in a new event loop of another thread


def _function(client: Any, method: str) -> Any:
    section, _, name = method.partition(".")
    return getattr(getattr(client, section), name)


def _for_python(arguments: Mapping[str, Any]) -> dict[str, Any]:
    extra = {name: value for name, value in arguments.items() if name not in OPENAIS}
    own = {name: value for name, value in arguments.items() if name in OPENAIS}
    if "image" in own:  # base64, because the SDK for Node is called with JSON
        own["image"] = ("cat.png", base64.b64decode(own["image"]), "image/png")
    return {**own, "extra_body": extra} if extra else own


def _read(answer: Any) -> Outcome:
    return Outcome(
        [each.to_dict() for each in answer.data] if answer.to_dict().get("object") == "list" else answer.to_dict()
    )


def _refused(error: openai.APIError) -> Outcome:
    reason = {"code": error.code, "type": error.type, "param": error.param, "message": error.message}
    return Outcome(error=type(error).__name__, status=getattr(error, "status_code", None), reason=reason)


@dataclass(frozen=True)
class OnNode:
    """The SDK for Node, installed in `folder`."""

    folder: Path

    def __call__(self, url: str, key: str, method: str, retries: int = 2, **arguments: Any) -> Outcome:
        call = {"url": url, "key": key, "method": method, "called": arguments, "options": {"maxRetries": retries}}
        done = subprocess.run(
            ["node", "client.mjs"],
            cwd=self.folder,
            input=json.dumps(call),
            capture_output=True,
            text=True,
            timeout=HANGS_SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return Outcome(**json.loads(done.stdout))


def install(folder: Path) -> OnNode:
    """Install the SDK for Node. If Node is missing, skip the test, or fail it in CI."""
    if not (shutil.which("node") and shutil.which("npm")):
        missing("no node and npm are on the PATH; they are Debian's and Ubuntu's packages nodejs and npm")
    shutil.copytree(NODE, folder, dirs_exist_ok=True)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ}, capture_output=True, text=True, timeout=HANGS_SECONDS
    )
    if done.returncode:
        missing(f"npm could not install the SDK: {done.stderr[-500:]}")
    return OnNode(folder)


def events(content: bytes) -> Iterator[Any]:
    """Decode a stream of events as the SDK does."""
    from openai._streaming import SSEDecoder  # here, because it loads the package

    return SSEDecoder().iter_bytes(iter([content]))


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> OnNode:
    return install(tmp_path_factory.mktemp("node"))


@pytest.fixture(params=NAMES)
def sdk(request: pytest.FixtureRequest) -> Sdk:
    """Each of the SDKs in turn."""
    return named(request.param, request.getfixturevalue("node") if request.param == "node" else None)


def named(name: str, node: OnNode | None) -> Sdk:
    """Return the SDK with that name."""
    sdks: dict[str, Sdk | None] = {"python": on_httpx, "aiohttp": on_aiohttp, "node": node}
    chosen = sdks[name]
    assert chosen, name
    return chosen
