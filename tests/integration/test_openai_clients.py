"""Stock clients follow redirects to a waiting address, and keep sending their key."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from easel.front_door import dispatch, wait
from easel.front_door.http_messages import GATEWAY_SECONDS
from tests.harness.easel_keys import give_key
from tests.harness.openai_package import openai
from tests.harness.patience import HANGS_SECONDS
from tests.harness.sdks import node, sdk
from tests.harness.stack import TOKENS

if TYPE_CHECKING:
    from tests.harness.sdks import Sdk
    from tests.harness.stack import Stack

__all__ = ["node", "sdk"]  # fixtures

PICTURE = {"model": "gitee/z-image-turbo", "size": "256x256"}


@pytest.fixture
def credentials(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a key and a token for a deployment in which pictures need their key."""
    for name, value in {"ACCESS": "keys", "PICTURES_NEED_KEY": "true"}.items():
        monkeypatch.setenv(name, value)
    return f"{give_key(stack.cloud)},{TOKENS['gitee']}"


def on_curl(url: str, bearer: str, body: dict[str, Any]) -> Any:
    command = ["curl", "--silent", "--show-error", "-L", url, "-d", json.dumps(body)]
    headers = ["-H", f"Authorization: Bearer {bearer}", "-H", "Content-Type: application/json"]
    done = subprocess.run([*command, *headers], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def on_requests(url: str, bearer: str, body: dict[str, Any]) -> Any:
    requests: Any = pytest.importorskip("requests")
    return requests.post(url, json=body, headers={"Authorization": f"Bearer {bearer}"}, timeout=HANGS_SECONDS).json()


@pytest.mark.parametrize("client", [on_curl, on_requests])
def test_curl_and_requests_follow_with_their_key(client: Any, stack: Stack, credentials: str) -> None:
    prompt = f"followed {client.__name__}"
    with stack.holding(prompt, calls=2):
        body = client(f"{stack.url}/v1/images/generations", credentials, {**PICTURE, "prompt": prompt})
    assert len(body["data"]) == 1, body
    assert len(stack.received("gitee", prompt)) == 1


def test_sdks_follow_with_their_key(sdk: Sdk, stack: Stack, credentials: str, request: pytest.FixtureRequest) -> None:
    prompt = f"followed {request.node.name}"
    with stack.holding(prompt, calls=2):
        outcome = sdk(stack.url, credentials, "images.generate", retries=0, prompt=prompt, **PICTURE)
    assert len(outcome.body["data"]) == 1, outcome
    assert len(stack.received("gitee", prompt)) == 1


def test_a_retry_after_an_sdks_timeout_joins_the_first_call() -> None:
    silent = openai.DEFAULT_TIMEOUT.read
    assert silent
    assert silent + wait.HOPS * GATEWAY_SECONDS < dispatch.REPEAT_SECONDS
