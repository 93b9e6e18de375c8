"""MCP's official clients against `make run`: they generate, edit and run a batch, with both protocol versions."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from PIL import Image

from local import access
from tests.harness import mcp_agents

if TYPE_CHECKING:
    from local.stack import LocalStack
    from tests.harness.mcp_agents import Step
    from tests.harness.sdks import OnNode

LOOKS = 7
"""Looks at a batch. Each waits until it has ended, for 25 s at most; a busy machine needs several."""
SMALL = {"size": "512x512"}
TOOLS = ["list_models", "generate_image", "edit_image", "get_job", "start_batch", "get_batch"]


def steps(mark: str) -> list[Step]:
    twice = {"prompt": f"a fox, {mark}", "id": "fox", "count": 2, **SMALL}
    return [
        ("list_models", {}),
        ("generate_image", {"prompt": f"a boat, {mark}", **SMALL}),
        ("edit_image", {"prompt": f"at night, {mark}", "image": "$url", "model": "gitee/qwen-image-2.0", **SMALL}),
        ("generate_image", {"prompt": f"a cat, {mark}", "model": "gitee/none"}),
        ("start_batch", {"requests": [twice]}),
        *[("get_batch", {"batchId": "$batchId"})] * LOOKS,
    ]


@pytest.mark.parametrize("version", mcp_agents.MODES)
@pytest.mark.parametrize("client", ["python", "node"])
def test_an_agent_generates_edits_and_runs_a_batch(
    client: str, version: str, local_easel: LocalStack, node: OnNode
) -> None:
    given: Any = (local_easel.endpoint, access.KEY, version, steps(f"{client} {version}"))
    session = mcp_agents.on_python(*given) if client == "python" else mcp_agents.on_node(node.folder, *given)
    assert (session.version, list(session.tools)) == (version, TOOLS)
    listed, drawn, edited, refused, _, *looks = session.results
    assert len(listed["structuredContent"]["models"]) == 19
    for result in (drawn, edited):
        check_picture(result)
    assert refused["isError"]
    assert refused["content"][0]["text"].startswith("INVALID_MODEL: ")
    batch = looks[-1]["structuredContent"]
    assert (batch["status"], batch["counts"]["succeeded"]) == ("completed", 2)
    assert {entry["id"] for entry in batch["results"]} == {"fox"}
    for entry in batch["results"]:
        assert fetched(entry["url"]).size == (512, 512)


def check_picture(result: dict[str, Any]) -> None:
    assert not result["isError"], result["content"]
    link = result["structuredContent"]["url"]
    text, thumbnail = result["content"]
    assert link in text["text"]
    assert Image.open(io.BytesIO(base64.b64decode(thumbnail["data"]))).size == fetched(link).size == (512, 512)


def fetched(link: str) -> Image.Image:
    answer = httpx2.get(link, follow_redirects=True, trust_env=False).raise_for_status()
    assert answer.headers["content-type"].startswith("image/"), answer.text[:300]
    return Image.open(io.BytesIO(answer.content))
