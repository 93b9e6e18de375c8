"""The MCP server, which is created for one message and offers the tools to its caller."""

from __future__ import annotations

from typing import Any

from mcp.server.caching import CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
)

import tool_results
from agent_tools import TOOLS, ToolCall
from easel import __version__
from easel.common.telemetry import logger
from router_api import RouterApi, error_body

INSTRUCTIONS = (
    "Easel generates pictures with free and cheap providers. list_models lists the models. generate_image and "
    "edit_image return a link and a thumbnail, or after 25 seconds a jobId to pass to get_job. For more than a few "
    "pictures use start_batch and get_batch. Give people the link: the thumbnail is small."
)
CACHE_MS = 3_600_000
"""Milliseconds for which a client may cache the list of tools, which changes only with releases."""


def server(router: RouterApi) -> Server[Any]:
    """Return a server whose tools use the API as the caller of this message."""

    async def list_tools(_: ServerRequestContext[Any], __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=[entry.definition for entry in TOOLS.values()])

    async def call_tool(context: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        entry = TOOLS.get(params.name)
        if entry is None:
            raise MCPError(INVALID_PARAMS, f"there is no tool {params.name[:100]!r}; the tools are: {', '.join(TOOLS)}")
        call = ToolCall(params.arguments or {}, router, context.request_id, context.session.report_progress)
        try:
            result = await entry.run(call)
        except Exception as error:
            result = tool_results.error_result(error_body(error))
        logger.info("tool called", extra={"tool": params.name, "refused": result.is_error})
        return result

    return Server(
        "easel",
        version=__version__,
        title="Easel",
        instructions=INSTRUCTIONS,
        cache_hints={"tools/list": CacheHint(ttl_ms=CACHE_MS, scope="public")},
        get_tool_input_schema=lambda name: TOOLS[name].definition.input_schema if name in TOOLS else None,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
