"""`/mcp` with the official Python client, with both of its protocols: generating, editing, waiting, refusals."""

from __future__ import annotations

import base64
import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from mcp import Client, MCPError
from mcp.types import CallToolResult, ImageContent, TextContent
from PIL import Image

from easel import catalog
from easel.common.deadline import in_thread
from easel.settings import settings
from tests.emulators.held_pictures import holding
from tests.harness.easel_keys import bearer, give_key
from tests.harness.mcp_agents import MODES, Agent
from tests.harness.patience import until
from tests.harness.source_pictures import PICTURE, shows
from tests.harness.stack import TOKENS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.harness.stack import Stack

SMALL = {"width": 640, "height": 512}
EDITS = f"gitee/{next(model.id for model in catalog.provider('gitee').models if model.edits)}"
ROUTER = ("easel-router", "RequestResponse")
ACCEPT = {"accept": "application/json, text/event-stream"}
LISTING = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


def text(result: CallToolResult) -> str:
    (only,) = [block.text for block in result.content if isinstance(block, TextContent)]
    return only


def thumbnail(result: CallToolResult) -> Image.Image:
    (only,) = [block for block in result.content if isinstance(block, ImageContent)]
    picture = Image.open(io.BytesIO(base64.b64decode(only.data)))
    assert Image.MIME[str(picture.format)] == only.mime_type == "image/jpeg"
    return picture


@pytest.fixture
def key(stack: Stack, give_tokens: Callable[..., None]) -> str:
    """A key of a deployment that has its own token."""
    give_tokens(gitee=TOKENS["gitee"])
    return give_key(stack.cloud, day=3)


@pytest.fixture
def agent(stack: Stack, key: str) -> Agent:
    return Agent(stack.url, bearer(key))


@pytest.mark.parametrize("version", MODES)
def test_both_protocols_list_tools_and_generate(version: str, stack: Stack, key: str) -> None:
    agent = Agent(stack.url, bearer(key), version)
    assert agent.do(_version) == version
    listed = agent.do(lambda client: client.list_tools()).tools
    assert {tool.name for tool in listed if tool.annotations.read_only_hint} == {"list_models", "get_job", "get_batch"}
    result = agent.call("generate_image", prompt=f"a pier {version}", seed=7, **SMALL)
    assert not result.is_error, text(result)
    data = result.structured_content
    assert (data["status"], data["dimensions"], data["seed"]) == ("succeeded", "640 x 512 (5:4)", 7)
    assert data["url"] in text(result)
    assert f"a pier {version}" not in result.model_dump_json()  # the agent wrote the text itself
    assert stack.http.get(data["url"], follow_redirects=True).content[:4] == b"\x89PNG"
    assert thumbnail(result).size == (512, 410)
    assert len(stack.received("gitee", f"a pier {version}")) == 1


async def _version(client: Client) -> str:
    return client.protocol_version


def test_each_model_is_listed_on_one_line(agent: Agent) -> None:
    result = agent.call("list_models")
    lines = dict(line.split(": ", 1) for line in text(result).splitlines()[:-1])
    assert list(lines) == [f"{entry['provider']}/{entry['id']}" for entry in result.structured_content["models"]]
    assert "edits" in lines[EDITS]


def test_easels_own_picture_is_edited_by_its_link(agent: Agent, stack: Stack) -> None:
    red = base64.b64encode(PICTURE).decode()
    first = agent.call("edit_image", prompt="a red lantern", image=red, model=EDITS)
    assert not first.is_error, text(first)
    link = first.structured_content["url"]
    second = agent.call("edit_image", prompt="a red lantern at night", image=link, model=EDITS)
    assert not second.is_error, text(second)
    assert shows(stack.http.get(second.structured_content["url"], follow_redirects=True).content)


def test_a_slow_picture_is_waited_for_by_its_job(agent: Agent, stack: Stack) -> None:
    with stack.holding("a slow lighthouse") as release:
        unfinished = agent.call("generate_image", prompt="a slow lighthouse")
        job = unfinished.structured_content["jobId"]
        assert not unfinished.is_error
        assert unfinished.structured_content["status"] in ("queued", "running")
        assert f"Call get_job with jobId {job}" in text(unfinished)
        looked = agent.call("get_job", jobId=job, wait=0)
        assert looked.structured_content["status"] in ("queued", "running")
        release()
        done = agent.call("get_job", job_id=job)
    assert (done.structured_content["jobId"], done.structured_content["status"]) == (job, "succeeded")
    assert thumbnail(done)
    assert len(stack.received("gitee", "a slow lighthouse")) == 1


def test_progress_is_reported_while_a_tool_waits(agent: Agent, stack: Stack) -> None:
    asked = stack.functions.invocations.count(ROUTER)
    with holding("a lock gate") as release:

        def release_at_the_second_look() -> None:
            until(lambda: stack.functions.invocations.count(ROUTER) >= asked + 3)
            release()

        releasing = in_thread(release_at_the_second_look)
        assert not agent.call("generate_image", prompt="a lock gate").is_error
        releasing.result()
    assert agent.progress == sorted(agent.progress, key=lambda each: each[0])
    assert "at gitee" in str(agent.progress[0][2])


@pytest.mark.parametrize("repeated", ["a key of the agent", "an id of the message"])
def test_a_repeated_call_returns_the_same_picture(repeated: str, agent: Agent, key: str, stack: Stack) -> None:
    if repeated == "a key of the agent":
        jobs = {
            agent.call("generate_image", prompt="a twice seen cat", idempotencyKey="mine").structured_content["jobId"]
            for _ in range(2)
        }
    else:
        call = {"name": "generate_image", "arguments": {"prompt": "a twice seen cat"}}
        message = {
            "jsonrpc": "2.0",
            "id": "0b8c5a9e-3f21-4c7d-9a60-5d2b8e714f03",
            "method": "tools/call",
            "params": call,
        }
        headers = {"accept": "application/json", **bearer(key)}
        answers = [stack.http.post("/mcp", json=message, headers=headers).json() for _ in range(2)]
        jobs = {answer["result"]["structuredContent"]["jobId"] for answer in answers}
    assert len(jobs) == 1
    assert len(stack.received("gitee", "a twice seen cat")) == 1


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("generate_image", {"prompt": "a cat", "model": "gitee/none"}, "INVALID_MODEL: .*Gitee AI has: z-image-turbo"),
        ("generate_image", {"prompt": "a [[fault=moderation]]"}, "PROMPT_REJECTED: "),
        ("edit_image", {"prompt": "a cat", "image": "ftp://x", "model": EDITS}, "INVALID_PARAMS: image: "),
        ("get_job", {"jobId": "01"}, "NOT_FOUND: "),
        ("get_job", {"jobId": "../key"}, "NOT_FOUND: "),
        ("start_batch", {"requests": [{"prompt": "a cat"}]}, "AUTH_INVALID: .*may not run batches.*not arguments"),
        ("get_batch", {"batchId": "b1", "limit": 0}, "INVALID_PARAMS: limit: must be a whole number from 1 to 100"),
    ],
)
def test_a_refused_call_says_what_to_do(tool: str, arguments: dict[str, Any], said: str, agent: Agent) -> None:
    result = agent.call(tool, **arguments)
    assert (result.is_error, result.structured_content) == (True, None)
    assert re.search(said, text(result)), text(result)


def test_a_keys_budget_applies_to_agents(agent: Agent) -> None:
    results = [agent.call("generate_image", prompt=f"a cat for the budget {number}") for number in range(4)]
    assert [result.is_error for result in results] == [False, False, False, True]
    assert "QUOTA_EXCEEDED: the key 'alice' has reached its limit of 3 pictures a day" in text(results[-1])
    assert "before you call again" in text(results[-1])


def test_tokens_are_accepted_in_headers_only(stack: Stack) -> None:
    stranger, own = Agent(stack.url, {}), Agent(stack.url, {"X-API-Key": TOKENS["gitee"]})
    refused = stranger.call("generate_image", prompt="a cat of nobody")
    assert "AUTH_REQUIRED" in text(refused)
    assert "not arguments" in text(refused)
    assert not own.call("generate_image", prompt="a cat of mine").is_error
    listed = stranger.do(lambda client: client.list_tools()).tools
    names = {name.lower() for tool in listed for name in tool.input_schema["properties"]}
    assert not {name for name in names if "token" in name or "auth" in name or name in ("key", "apikey")}


def test_an_unknown_tool_is_a_protocol_error(agent: Agent) -> None:
    async def call(client: Client) -> None:
        with pytest.raises(MCPError, match="there is no tool 'draw'; the tools are: list_models, generate_image"):
            await client.call_tool("draw")

    agent.do(call)


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_other_methods_than_post_are_refused(method: str, stack: Stack) -> None:
    answer = stack.http.request(method, "/mcp", headers=ACCEPT)
    assert (answer.status_code, answer.headers["allow"], answer.json()["code"]) == (405, "POST", "METHOD_NOT_ALLOWED")
    assert answer.headers["x-request-id"]


def test_a_message_may_be_answered_in_plain_json(stack: Stack) -> None:
    plain = stack.http.post("/mcp", json=LISTING, headers={"accept": "application/json"})
    assert (plain.status_code, plain.headers["content-type"]) == (200, "application/json")
    assert len(plain.json()["result"]["tools"]) == 6
    assert plain.headers["cache-control"] == "no-store"
    streamed = stack.http.post("/mcp", json=LISTING, headers=ACCEPT)
    assert streamed.headers["content-type"].startswith("text/event-stream")
    assert json.loads(streamed.text.split("data: ")[1]) == plain.json()


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (json.dumps(LISTING) + " " * 4 * 1024 * 1024, {}, 413),
        (json.dumps(LISTING), {"origin": "https://foreign.example"}, 403),
        (json.dumps(LISTING), {"content-type": "text/plain"}, 400),
        (json.dumps(LISTING), {"content-encoding": "br"}, 400),
        ("{", {}, 400),
    ],
    ids=["too long", "a foreign page", "no JSON by its type", "an unknown encoding", "no JSON"],
)
def test_an_invalid_message_is_refused(
    content: str, headers: dict[str, str], status: int, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "https://page.example")
    settings.cache_clear()
    sent = {**ACCEPT, "content-type": "application/json", **headers}
    assert stack.http.post("/mcp", content=content, headers=sent).status_code == status


def test_a_preflight_is_answered_as_by_the_api(stack: Stack) -> None:
    answer = stack.functions.run(
        "easel-agents", {"rawPath": "/mcp", "headers": {}, "requestContext": {"http": {"method": "OPTIONS"}}}
    ).value
    assert (answer["statusCode"], answer["headers"]["Access-Control-Allow-Origin"]) == (204, "*")
