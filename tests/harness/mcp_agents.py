"""Agents: MCP's official clients for Python and for JavaScript, with either version of the protocol."""

from __future__ import annotations

import asyncio
import json
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.harness.patience import HANGS_SECONDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

    from mcp.types import CallToolResult

LEGACY, MODERN = "2025-11-25", "2026-07-28"
MODES = {LEGACY: "legacy", MODERN: MODERN}
"""The client's mode for a protocol. Its mode `auto` would give up the newer one if the first answer takes 10 s."""
Step = tuple[str, dict[str, Any]]


@dataclass
class Agent:
    """An agent with these headers, using the client for Python."""

    url: str
    headers: Mapping[str, str]
    version: str = MODERN
    progress: list[tuple[float, float | None, str | None]] = field(default_factory=list)

    def call(self, tool: str, **arguments: Any) -> CallToolResult:
        called = self.do(lambda client: client.call_tool(tool, arguments, progress_callback=self._report))
        return cast("CallToolResult", called)

    def do(self, work: Callable[[Client], Awaitable[Any]]) -> Any:
        async def connected() -> Any:
            async with (
                httpx2.AsyncClient(headers=dict(self.headers), timeout=HANGS_SECONDS, trust_env=False) as http,
                Client(streamable_http_client(f"{self.url}/mcp", http_client=http), mode=MODES[self.version]) as client,
            ):
                return await work(client)

        return asyncio.run(connected())

    async def _report(self, progress: float, total: float | None, message: str | None) -> None:
        self.progress.append((progress, total, message))


@dataclass(frozen=True)
class Session:
    """What an agent's calls returned, as JSON."""

    version: str
    tools: Sequence[str]
    results: Sequence[dict[str, Any]]


def on_python(url: str, key: str, version: str, steps: Sequence[Step]) -> Session:
    """Call the tools one after the other. `$name` in a step's arguments is a value from the previous result."""
    agent, results = Agent(url, {"Authorization": f"Bearer {key}"}, version), list[dict[str, Any]]()

    async def work(client: Client) -> Session:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        for name, given in steps:
            facts = (results[-1].get("structuredContent") or {}) if results else {}
            arguments = {key: facts[str(value)[1:]] if str(value)[0] == "$" else value for key, value in given.items()}
            result = await client.call_tool(name, arguments, progress_callback=agent._report)
            results.append(result.model_dump(by_alias=True, mode="json"))
        return Session(str(client.protocol_version), tools, results)

    return cast("Session", agent.do(work))


def on_node(folder: Path, url: str, key: str, version: str, steps: Sequence[Step]) -> Session:
    """The same with the client for JavaScript, installed in `folder`."""
    mode = "legacy" if version == LEGACY else "auto"
    given = json.dumps({"url": f"{url}/mcp", "key": key, "mode": mode, "steps": steps})
    done = subprocess.run(
        ["node", "agent.mjs"], cwd=folder, input=given, capture_output=True, text=True, timeout=HANGS_SECONDS
    )
    assert done.returncode == 0, done.stderr
    return Session(**json.loads(done.stdout))
